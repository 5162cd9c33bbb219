/** What the stand-in platforms of several vendors are made of. */
import { createHash } from 'node:crypto';
import type { Asked, Reply } from './stand-in.ts';

export type Row = Record<string, unknown>;
export type Handler = (asked: Asked) => Reply;

/** One page of a list, before it is put into the vendor's envelope. */
export interface Page {
  /** Word for the list it belongs to. */
  list: string;
  items: unknown[];
  /** Rows of the whole list. */
  total: number;
  /** Rows before this page. */
  skip: number;
  /** Page size that was used. */
  size: number;
}

export interface Paging {
  /** Biggest page of every list, applied without a word. */
  clamp?: number;
  /** Body of a page; default the vendor's documented envelope. */
  envelope?: (page: Page) => unknown;
}

/** The same uuid for the same words. */
export function uuid(...words: (string | number)[]): string {
  const hex = digest(words);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** The same 24 hex digits for the same words. */
export function hex24(...words: (string | number)[]): string {
  return digest(words).slice(0, 24);
}

function digest(words: readonly (string | number)[]): string {
  return createHash('sha1').update(words.join('/')).digest('hex');
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `count` items made by number, from 1. */
export function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

/** The first of these worlds that knows the address answers. */
export function together(...worlds: Handler[]): Handler {
  return (asked) => {
    for (const world of worlds) {
      const reply = world(asked);
      if (reply !== undefined) return reply;
    }
    return undefined;
  };
}

/** `usual`, except where `special` has an answer of its own. */
export function instead(usual: Handler, special: Handler): Handler {
  return together(special, usual);
}

/** Every address, or every one that fits, answers half of its JSON, with status 200, the first time it is asked. */
export function cutOffOnce(usual: Handler, fits: RegExp = /^/): Handler {
  const asked = new Set<string>();
  return (one) => {
    const reply = usual(one);
    const address = `${one.path}?${one.query}`;
    if (reply === undefined || asked.has(address) || !fits.test(address)) return reply;
    asked.add(address);
    const whole = JSON.stringify(reply.body);
    return { ...reply, body: undefined, raw: whole.slice(0, Math.ceil(whole.length / 2)) };
  };
}
