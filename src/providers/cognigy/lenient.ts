/**
 * Reading what the vendor sends without trusting its shape: a missing, null or malformed field becomes `undefined`, and
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

/** Text that says something; numbers are taken as text, so that an id that arrives as a number is not lost. */
export const text = maybe(z.union([z.string(), z.number().transform(String)])).transform((value) =>
  value === undefined || value.trim() === '' ? undefined : value,
);

/** A number, also one written as text. */
export const number = maybe(
  z.union([
    z.number(),
    z
      .string()
      .regex(/^\s*-?\d+(\.\d+)?\s*$/)
      .transform(Number),
  ]),
);

/** A whole number of 0 or more; what no list can hold is no count. */
export const count = number.transform((value) =>
  value !== undefined && Number.isInteger(value) && value >= 0 && value <= 1e9 ? value : undefined,
);

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

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
