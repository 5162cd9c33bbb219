/**
 * What JSON loses on its way through `JSON.parse` and back: numbers of more digits than a double holds, the first of two members
 * of one name, members called `__proto__`. A value that lost something must not be written over what it was read from.
 */
import { isRecord } from './json.ts';

/** Objects and lists that lost something of themselves; what is nested in them is looked at by itself. */
const inexact = new WeakSet<object>();

/** True for an object or list in which, at any depth, something is not what was read (`markInexact`). */
export function isInexact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return inexact.has(value) || Object.values(value).some(isInexact);
}

interface Frame {
  value: unknown;
  /** Names so far; none in a list. */
  names?: Set<string> | undefined;
  /** The member whose value comes; of a list, how many items were before. */
  at: string | number | undefined;
}

const SCALAR = /[^\s,\]}:]+/y;

/** Notes which objects and lists of `value`, what was parsed of `text`, are not what stands there. True where there are any. */
export function markInexact(text: string, value: unknown): boolean {
  const frames: Frame[] = [];
  let found = false;
  const lost = ({ value: holder }: Frame) => {
    found = true;
    if (typeof holder === 'object' && holder !== null) inexact.add(holder);
  };
  for (let at = 0; at < text.length; at += 1) {
    const frame = frames.at(-1);
    const sign = text[at] ?? '';
    if (sign === '"') {
      const end = endOfString(text, at);
      if (frame?.names && frame.at === undefined) {
        frame.at = String(JSON.parse(text.slice(at, end)));
        if (frame.names.has(frame.at) || frame.at === '__proto__') lost(frame);
        frame.names.add(frame.at);
      }
      at = end - 1;
    } else if (sign === '{') frames.push({ value: frame ? memberOf(frame) : value, names: new Set(), at: undefined });
    else if (sign === '[') frames.push({ value: frame ? memberOf(frame) : value, at: 0 });
    else if (sign === '}' || sign === ']') frames.pop();
    else if (sign === ',' && frame) frame.at = typeof frame.at === 'number' ? frame.at + 1 : undefined;
    else if (/[-\d]/.test(sign)) {
      SCALAR.lastIndex = at;
      const literal = SCALAR.exec(text)?.[0] ?? sign;
      if (!isExact(literal)) {
        if (frame) lost(frame);
        else found = true;
      }
      at += literal.length - 1;
    }
  }
  return found;
}

function memberOf({ value, at }: Frame): unknown {
  if (Array.isArray(value)) return typeof at === 'number' ? value[at] : undefined;
  return isRecord(value) && typeof at === 'string' && Object.hasOwn(value, at) ? value[at] : undefined;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Whether a number is written again with the same value. */
function isExact(literal: string): boolean {
  const number = Number(literal);
  return Number.isFinite(number) && decimalOf(literal) === decimalOf(String(number));
}

/** The value of a decimal in one form, whatever zeros and exponent it is written with. */
function decimalOf(literal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(literal) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const plain = digits.replace(/0+$/, '');
  if (plain === '') return '0';
  return `${literal.startsWith('-') ? '-' : ''}${plain}e${Number(exponent) - fraction.length + digits.length - plain.length}`;
}
