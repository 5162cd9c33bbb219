/**
 * Values as platforms really send them: numbers and truths come as text, times with and without a zone, tokens as
 * numbers. Each reader gives undefined for what it does not understand; nothing is guessed.
 */
import { isUsableId } from '../../model/refs.ts';
import type { Reader } from './fields.ts';

/** Longest token of a next page that is taken, in characters: it travels in our cursors, and in the URLs of requests. */
const LONGEST_TOKEN = 3_000;

/** Text that says something; a number is taken as text, so that an id which arrives as one is not lost. */
export const text: Reader<string | undefined> = (value) => {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

/** An id. One that is longer than any that a platform makes is none: what it belongs to counts as without an id. */
export const identifier: Reader<string | undefined> = (value) => {
  const read = text(value);
  return read !== undefined && isUsableId(read) ? read : undefined;
};

/** A number, also one written as text. */
export const number: Reader<number | undefined> = (value) => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?\s*$/i.test(value)) return undefined;
  const read = Number(value);
  return Number.isFinite(read) ? read : undefined;
};

/** A whole number of 0 or more, also as text; what no list can hold is no count. */
export const count: Reader<number | undefined> = (value) => {
  const read = number(value);
  return read !== undefined && Number.isInteger(read) && read >= 0 && read <= 1e9 ? read : undefined;
};

/** True or false, also as 1 and 0 and as the words. */
export const truth: Reader<boolean | undefined> = (value) => {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === 1 || word === '1' || word === 'true' || word === 'yes') return true;
  return word === 0 || word === '0' || word === 'false' || word === 'no' ? false : undefined;
};

/**
 * Token of the next page: text, or a number (an offset) as text. Absent, null, empty, false and 0 are the end of a list;
 * a token in a form that cannot be sent back says that more follows all the same.
 */
export function nextToken(value: unknown): { next?: string | undefined; more?: boolean | undefined } {
  if (value === undefined || value === null || value === false || value === 0) return {};
  if (typeof value === 'string' && value.length <= LONGEST_TOKEN) return value.trim() === '' ? {} : { next: value };
  if (typeof value === 'number' && Number.isFinite(value)) return { next: String(value) };
  return { more: true };
}

/** The form of all examples: read without looking further. */
const USUAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * Milliseconds since the epoch of a moment as ISO 8601 (with or without offset, `T` or a space between) or as a number of
 * seconds, milliseconds or microseconds. A moment without an offset is UTC, never the reader's zone.
 */
export function instant(value: unknown): number | undefined {
  if (typeof value === 'number') return epoch(value);
  if (typeof value !== 'string') return undefined;
  const written = value.trim();
  if (USUAL.test(written)) return valid(Date.parse(written));
  if (/^\d+(\.\d+)?$/.test(written)) return epoch(Number(written));
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i.exec(
      written,
    );
  if (!match) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = match;
  return valid(Date.parse(`${day}T${time.replace(',', '.')}${offset(zone)}`));
}

function offset(zone: string): string {
  if (!/^[+-]/.test(zone)) return 'Z';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function valid(moment: number): number | undefined {
  return Number.isNaN(moment) ? undefined : moment;
}

/** A number since the epoch in ms, whether it counts seconds, milliseconds or microseconds; undefined when it can be none. */
export function epoch(value: number): number | undefined {
  if (value >= 1e9 && value < 1e11) return value * 1000;
  if (value >= 1e11 && value < 1e14) return value;
  return value >= 1e14 && value < 1e17 ? Math.floor(value / 1000) : undefined;
}

/**
 * Whether a moment lies in a window, bounds included; all in ms since the epoch. A bound that is undefined bounds nothing.
 * An unknown moment lies in every window: nothing says that it does not.
 */
export function isInWindow(at: number | undefined, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY) {
  return at === undefined || (at >= from && at <= to);
}

/** ISO 8601 UTC of a moment the platform wrote. */
export function iso(value: unknown): string | undefined {
  const at = instant(value);
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** Any value as one text: objects as JSON, cut to `longest` characters. */
export function asText(value: unknown, longest = 400): string {
  const whole = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return whole.length > longest ? `${whole.slice(0, longest)}…` : whole;
}
