/** Secrets out of every text that leaves the process. */
import { secretScan } from './secret-scan.ts';

export interface Redactor {
  /** From now on this secret, and the forms it takes in URLs, JSON, base64 and hex, is replaced. Shorter than 4: ignored. */
  register(secret: string): void;
  redact(text: string): string;
}

const MARK = '[redacted]';
/** Shorter ones would eat ordinary words. */
const SHORTEST = 4;
/** From here on a secret is long enough for its encoded forms to be told from chance. */
const SHORTEST_ENCODED = 8;

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  const quoted = new Map<string, RegExp>();
  let holdsForm: ((text: string) => boolean) | undefined;

  return {
    register(secret) {
      for (const text of new Set([secret, secret.trim()])) {
        if (text.trim().length < SHORTEST) continue;
        forms.add(text);
        if (text.length < SHORTEST_ENCODED) continue;
        for (const form of encodedForms(text)) forms.add(form);
        const source = inJson(text);
        if (source !== escapePattern(text)) quoted.set(text, new RegExp(source, 'g'));
      }
      holdsForm = undefined;
    },
    redact(text) {
      if (text.length < SHORTEST) return text;
      holdsForm ??= secretScan([...forms]);
      if (!holdsForm(text) && !holdsQuoted(text, quoted.values())) return text;
      return replaceAll(text, forms, quoted.values());
    },
  };
}

function holdsQuoted(text: string, patterns: Iterable<RegExp>): boolean {
  for (const pattern of patterns) if (text.search(pattern) !== -1) return true;
  return false;
}

function encodedForms(secret: string): string[] {
  const wellFormed = secret.toWellFormed();
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ s: wellFormed }).toString().slice(2);
  const percent = [component, strict, form, form.replaceAll('+', '%20'), encodeURI(wellFormed)];
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    ...percent,
    ...percent.map((text) => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())),
    json,
    JSON.stringify(json).slice(1, -1),
    ...base64Forms(wellFormed),
    ...hexForms(wellFormed),
  ].filter((text) => text.length >= SHORTEST_ENCODED);
}

/**
 * Pattern of the secret inside JSON, inside JSON, and so on: a vendor's error quotes our request, a broken answer is quoted
 * as text, and our own answer is JSON again. Each level puts more backslashes before quotes, slashes and backslashes.
 */
function inJson(secret: string): string {
  return escapePattern(secret)
    .replace(/(\\\\)+/g, '\\\\+')
    .replace(/["/]/g, '\\\\*$&')
    .replaceAll('\\\\+\\\\*', '\\\\+');
}

/**
 * Base64 of the secret wherever it stands inside a longer text (`user:secret`): three alignments, each without the
 * characters at its ends that also depend on the neighbours. In the standard and in the URL alphabet.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const start = Math.ceil((shift * 8) / 6);
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    return text.slice(start, end);
  });
  return [...forms, ...forms.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}

function hexForms(secret: string): string[] {
  const hex = Buffer.from(secret, 'utf8').toString('hex');
  return [hex, hex.toUpperCase()];
}

/** Finds every form everywhere first, then replaces: of two secrets that overlap, neither may keep a visible end. */
function replaceAll(text: string, forms: Iterable<string>, patterns: Iterable<RegExp>): string {
  const spans: { start: number; end: number }[] = [];
  for (const pattern of patterns)
    for (const { index, 0: found } of text.matchAll(pattern)) spans.push({ start: index, end: index + found.length });
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
      spans.push({ start: at, end: at + form.length });
    }
  }
  spans.sort((a, b) => a.start - b.start);
  let result = '';
  let done = 0;
  for (const { start, end } of spans) {
    if (start >= done) result += text.slice(done, start) + MARK;
    done = Math.max(done, end);
  }
  return result + text.slice(done);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** ASCII as an escape, which some writers of JSON use for quotes, slashes and the like. */
const ASCII_ESCAPE = /\\u00[2-7][0-9a-f]/i;

/** The value of a JSON text without secrets. What holds none is given back as it is: most texts, and long ones. */
export function redactJson(text: string, value: unknown, redact: (text: string) => string): unknown {
  return redact(text) === text && !(text.includes('\\u00') && ASCII_ESCAPE.test(text))
    ? value
    : redactValue(value, redact);
}

const DEEPEST = 64;

/**
 * A copy of any value as plain JSON with secrets replaced in every string and member name. Cycles, depth beyond 64,
 * functions and the like become a word; errors keep everything, the stack included.
 */
export function redactValue(value: unknown, redact: (text: string) => string): unknown {
  const path = new Set<object>();
  const visit = (item: unknown): unknown => {
    if (typeof item === 'string') return redact(item);
    if (typeof item === 'bigint') return redact(String(item));
    if (typeof item === 'function' || typeof item === 'symbol') return `[${typeof item}]`;
    if (typeof item !== 'object' || item === null) return item;
    if (path.has(item)) return '[circular]';
    if (path.size >= DEEPEST) return '[too deep]';
    path.add(item);
    try {
      return copy(item);
    } finally {
      path.delete(item);
    }
  };
  const copy = (item: object): unknown => {
    if (Array.isArray(item)) return item.map(visit);
    if (item instanceof Date) return Number.isNaN(item.getTime()) ? 'Invalid Date' : item.toISOString();
    if (item instanceof Map || item instanceof Set) return visit([...item]);
    const entries = item instanceof Error ? errorEntries(item) : Object.entries(item);
    return Object.fromEntries(entries.map(([name, member]) => [redact(name), visit(member)]));
  };
  return visit(value);
}

/** Name, message, stack and cause do not enumerate; everything else an error carries does. */
function errorEntries(error: Error): [string, unknown][] {
  const cause: [string, unknown][] = error.cause === undefined ? [] : [['cause', error.cause]];
  return [['name', error.name], ['message', error.message], ...Object.entries(error), ['stack', error.stack], ...cause];
}
