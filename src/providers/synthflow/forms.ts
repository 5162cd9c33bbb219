/** Lists that stand in an object, in the forms they may take: nothing documents that a list is always one. */
import { isRecord } from '../shared/fields.ts';

/** Deeper than this nobody looks: JSON in JSON, an object in an object. */
const DEEPEST = 3;

/**
 * The items of a list, of JSON text that holds one, of an object keyed by number, or of what stands in an object under
 * one of `names`; undefined = none of these.
 */
export function itemsIn(value: unknown, names: readonly string[] = [], depth = 0): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (depth > DEEPEST) return undefined;
  if (typeof value === 'string') return itemsIn(jsonIn(value), names, depth + 1);
  if (!isRecord(value)) return undefined;
  for (const name of names) {
    const items = Object.hasOwn(value, name) ? itemsIn(value[name], names, depth + 1) : undefined;
    if (items) return items;
  }
  const keys = Object.keys(value);
  if (keys.length === 0 || !keys.every((key) => /^\d+$/.test(key))) return undefined;
  return keys.sort((a, b) => Number(a) - Number(b)).map((key) => value[key]);
}

/** The list or object that a text holds as JSON; undefined for any other text. */
export function jsonIn(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
