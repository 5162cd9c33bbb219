/** What Synthflow's fields may hold: numbers and truths come as text too, and nothing documents which. */
import type { Reader } from '../shared/fields.ts';

/** Text; numbers are taken as text, so that an id that arrives as a number is not lost. */
export const text: Reader<string | undefined> = (value) => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
};

/** Any value as text: objects as JSON rather than "[object Object]". */
export const anyText: Reader<string | undefined> = (value) =>
  value === null || value === undefined ? undefined : asText(value);

/** A whole number of 0 or more; digits in a string count. */
export const count: Reader<number | undefined> = (value) => {
  if (value === undefined || typeof value === 'object') return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
};

/** A list whose positions mean something: an item that does not fit becomes `blank` instead of closing the gap. */
export function alignedListOf<T>(item: Reader<T | undefined>, blank: T): Reader<T[] | undefined> {
  return (value) => (Array.isArray(value) ? value.map((one) => item(one) ?? blank) : undefined);
}

export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? String(value);
}
