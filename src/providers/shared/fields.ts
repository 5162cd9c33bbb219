/**
 * Reading what a vendor sends without trusting its shape: a missing, null or malformed field is absent, unknown fields
 * are ignored, and one malformed item never spoils the list it stands in. Each vendor's folder says what its own fields
 * mean.
 *
 * Plain functions, not zod: what it does best, saying what is wrong, is of no use where wrong means absent, and a server
 * that has just started reads all rows of a session with cold code, in which zod takes 9 times as long (measured).
 */
import { isRecord } from '../../model/json.ts';

/** Reads a value; undefined for a value that it does not understand. Never throws. */
export type Reader<T> = (value: unknown) => T;

/** What a reader gives when there is something. */
export type Read<R> = R extends Reader<infer T> ? Exclude<T, undefined> : never;

type Shape = Readonly<Record<string, Reader<unknown>>>;
type MayLack<S extends Shape> = { [K in keyof S]: undefined extends ReturnType<S[K]> ? K : never }[keyof S];
type Members<S extends Shape, R> = { [K in Exclude<keyof S, Exclude<MayLack<S>, R>>]: Read<S[K]> } & {
  [K in Exclude<MayLack<S>, R>]?: Read<S[K]>;
};

export interface ObjectReader<T> extends Reader<T | undefined> {
  /** The members it knows. */
  readonly keys: readonly string[];
}

/** An object with the members that could be read; undefined for anything else, and without one that is `required`. */
export function object<S extends Shape, R extends keyof S & string = never>(
  shape: S,
  ...required: R[]
): ObjectReader<Members<S, R>> {
  const members = Object.entries(shape);
  const read = (value: unknown): Members<S, R> | undefined => {
    if (!isRecord(value)) return undefined;
    const found: Record<string, unknown> = {};
    for (const [key, reader] of members) {
      const member = reader(value[key]);
      if (member !== undefined) found[key] = member;
    }
    // That every member has the type of its reader is what the loop does; the compiler cannot follow it.
    return required.every((key) => found[key] !== undefined) ? (found as Members<S, R>) : undefined;
  };
  return Object.assign(read, { keys: Object.keys(shape) });
}

/** A list without the items that do not fit; undefined when it is no list at all. */
export function listOf<T>(item: Reader<T | undefined>): Reader<T[] | undefined> {
  return (value) => (Array.isArray(value) ? readable(item, value) : undefined);
}

/** The items of a list that can be read. */
export function readable<T>(item: Reader<T | undefined>, values: readonly unknown[]): T[] {
  const items: T[] = [];
  for (const value of values) {
    const read = item(value);
    if (read !== undefined) items.push(read);
  }
  return items;
}

/** What `map` makes of what was read. (Not called `then`: a module that exports one is taken for a promise.) */
export function mapped<T, U>(reader: Reader<T | undefined>, map: (value: T) => U): Reader<U | undefined> {
  return (value) => {
    const read = reader(value);
    return read === undefined ? undefined : map(read);
  };
}

/** Hands a value on as it came, for code that knows which forms it may have. */
export const anything: Reader<unknown> = (value) => value ?? undefined;

export const record: Reader<Record<string, unknown> | undefined> = (value) => (isRecord(value) ? value : undefined);

/** True or false, also as the words. */
export const flag: Reader<boolean | undefined> = (value) => {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  return word === 'true' ? true : word === 'false' ? false : undefined;
};
