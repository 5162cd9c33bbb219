/**
 * Reading what a vendor sends without trusting its shape: a missing, null or malformed field becomes `undefined`, and
 * one malformed item never spoils the list it stands in.
 */
import * as z from 'zod/v4';

/** `schema`, or undefined for anything that does not fit it. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema
    .nullish()
    .catch(undefined)
    .transform((value) => value ?? undefined);
}

/** Text; numbers are taken as text, so that an id that arrives as a number is not lost. */
export const text = maybe(z.union([z.string(), z.number().transform(String)]));

/** Any value as text: objects as JSON rather than "[object Object]". */
export const anyText = maybe(z.unknown().transform(asText));

/** A whole number of 0 or more; digits in a string count. */
export const count = maybe(z.coerce.number().int().min(0));

/** True or false, also as the words. */
export const flag = maybe(
  z.union([
    z.boolean(),
    z
      .string()
      .transform((value) => value.trim().toLowerCase())
      .pipe(z.enum(['true', 'false']))
      .transform((value) => value === 'true'),
  ]),
);

export const record = maybe(z.record(z.string(), z.unknown()));

/** A list without the items that do not fit `item`; undefined when it is no list at all. */
export function listOf<T extends z.ZodType>(item: T) {
  return maybe(
    z.array(z.unknown()).transform((items) =>
      items.flatMap((value): z.output<T>[] => {
        const parsed = item.safeParse(value);
        return parsed.success ? [parsed.data] : [];
      }),
    ),
  );
}

/** A list whose positions mean something: an item that does not fit becomes `blank` instead of closing the gap. */
export function alignedListOf<T extends z.ZodType>(item: T, blank: z.output<T>) {
  return maybe(
    z.array(z.unknown()).transform((items) =>
      items.map((value): z.output<T> => {
        const parsed = item.safeParse(value);
        return parsed.success ? parsed.data : blank;
      }),
    ),
  );
}

export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? String(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
