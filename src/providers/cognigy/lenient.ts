/** What Cognigy's fields may hold: numbers and truths come as text too, and texts may be blank. */
import type { Reader } from '../shared/fields.ts';

/** Text that says something; numbers are taken as text, so that an id that arrives as a number is not lost. */
export const text: Reader<string | undefined> = (value) => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

/** A number, also one written as text. */
export const number: Reader<number | undefined> = (value) => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
};

/** A whole number of 0 or more; what no list can hold is no count. */
export const count: Reader<number | undefined> = (value) => {
  const read = number(value);
  return read !== undefined && Number.isInteger(read) && read >= 0 && read <= 1e9 ? read : undefined;
};

/** Any value as one short text: objects as JSON. */
export function asText(value: unknown, longest = 400): string {
  const whole = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return whole.length > longest ? `${whole.slice(0, longest)}…` : whole;
}

/** An object with the field, or without it: optional means absent. */
export function defined<K extends string, const V>(key: K, value: V | undefined): { [P in K]?: V } {
  const entry: { [P in K]?: V } = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}
