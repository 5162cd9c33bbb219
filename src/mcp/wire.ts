/** zod → the flat JSON Schema that every host takes: no `$schema`, no combinators, no boolean or empty sub-schemas. */

import * as z from 'zod/v4';
import type { JsonObject } from '../model/json.ts';

/** JSON Schema of a tool's input; `additionalProperties: false` at the root, so that hosts refuse unknown names too. */
export function inputSchema(schema: z.ZodObject): JsonObject {
  return prune(z.toJSONSchema(schema, { io: 'input', reused: 'inline' }));
}

/**
 * JSON Schema of a tool's output: the members that take one of a few words, but for those that are arguments too. Every host
 * puts the list into a model's context, and an answer shows its other members itself. Open, because fields may be added.
 */
export function outputSchema(schema: z.ZodObject, input: z.ZodObject): JsonObject {
  const { properties } = z.toJSONSchema(schema, { io: 'input', reused: 'inline' });
  const told = Object.entries(properties ?? {}).flatMap(([name, member]) =>
    typeof member === 'object' && member.enum && !Object.hasOwn(input.shape, name)
      ? [[name, { type: 'string', enum: member.enum }] as const]
      : [],
  );
  return told.length > 0 ? { type: 'object', properties: Object.fromEntries(told) } : { type: 'object' };
}

function prune(node: unknown): JsonObject {
  const out: JsonObject = {};
  if (typeof node !== 'object' || node === null) return out;
  for (const [key, value] of Object.entries(node)) {
    if (key === '$schema' || key === 'propertyNames') continue;
    if (
      (key === 'maximum' || key === 'minimum') &&
      typeof value === 'number' &&
      Math.abs(value) === Number.MAX_SAFE_INTEGER
    )
      continue;
    if (key === 'properties' && typeof value === 'object' && value !== null) {
      out[key] = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, prune(member)]));
    } else if (key === 'items') out[key] = prune(value);
    else if (key === 'additionalProperties' && typeof value === 'object' && value !== null) {
      const inner = prune(value);
      if (Object.keys(inner).length > 0) out[key] = inner;
    } else out[key] = value;
  }
  return out;
}
