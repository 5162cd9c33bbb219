/** JSON from strangers: parsed without crashing, without prototypes, and with a name for what is wrong with it. */

import { keepHeapSmall } from './small-heap.ts';

/** Nesting beyond this is refused: no vendor comes near, and readers further up recurse. */
export const MAX_DEPTH = 256;

/** Members of one object beyond this are refused: V8 takes seconds for what fits into one page. */
export const MAX_MEMBERS = 20_000;
/** Texts are looked through before they are parsed from this length on; shorter ones cannot take long. */
const LONG = 256 * 1024;
/** Texts from this length on make many objects. */
const HUGE = 4 * 1024 * 1024;

export type JsonFault = 'empty' | 'markup' | 'cut_off' | 'syntax' | 'too_deep' | 'too_wide';
export type Parsed = { value: unknown } | { fault: JsonFault };

/** Parses one document. Members called `__proto__` are dropped at every level. Never throws. */
export function parseJson(text: string): Parsed {
  const measured = text.length >= LONG && /^\s*[{[]/.test(text);
  if (text.length >= HUGE) keepHeapSmall();
  const excess = measured ? excessIn(text) : undefined;
  if (excess) return { fault: excess };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: syntaxFault(text, error) };
  }
  // Any letter of the name may be written as an escape.
  const named = text.includes('__proto__') || text.includes('\\u00');
  // What was measured before is not too deep.
  if (!isObject(value) || (measured && !named)) return { value };
  return clean(value, named, 1) ? { value } : { fault: 'too_deep' };
}

/** Whether a text holds more than is parsed: a nesting too deep, an object too wide. */
function excessIn(text: string): JsonFault | undefined {
  /** Of each object or list that is open, the signs that divide its members. */
  const open: { isObject: boolean; members: number }[] = [];
  let innermost: (typeof open)[number] | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) {
      at = endOfString(text, at);
    } else if (sign === OPEN_OBJECT || sign === OPEN_LIST) {
      innermost = { isObject: sign === OPEN_OBJECT, members: 0 };
      if (open.push(innermost) > MAX_DEPTH) return 'too_deep';
    } else if (sign === CLOSE_OBJECT || sign === CLOSE_LIST) {
      open.pop();
      innermost = open.at(-1);
    } else if (sign === COLON && innermost?.isObject === true) {
      innermost.members += 1;
      if (innermost.members > MAX_MEMBERS) return 'too_wide';
    }
  }
  return undefined;
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Where the string that begins at `from` ends; the end of the text where it does not. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/**
 * Is the nesting within bounds? Removes what is called `__proto__` where the text may name it. Recursive, which the bound
 * makes safe: every answer passes here, and a stack of its own took three times as long, as do lists of the members.
 */
function clean(value: object, named: boolean, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const one of value) if (isObject(one) && !clean(one, named, depth + 1)) return false;
    return true;
  }
  if (named && Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
  // Only its own: what JSON makes inherits nothing that could be listed.
  for (const name in value) {
    const member: unknown = Reflect.get(value, name);
    if (isObject(member) && !clean(member, named, depth + 1)) return false;
  }
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function syntaxFault(text: string, error: unknown): JsonFault {
  const start = text.trimStart();
  if (start === '') return 'empty';
  if (start.startsWith('<')) return 'markup';
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  const atEnd = position !== undefined && Number(position) >= text.trimEnd().length;
  return atEnd || /unexpected end|unterminated string/i.test(message) ? 'cut_off' : 'syntax';
}
