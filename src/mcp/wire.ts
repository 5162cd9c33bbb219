/** zod → the flat JSON Schema that every host takes: no `$schema`, no combinators, no boolean or empty sub-schemas. */
import * as z from 'zod/v4';

type Json = Record<string, unknown>;

/** JSON Schema of a tool's input; `additionalProperties: false` at the root, so that hosts refuse unknown names too. */
export function inputSchema(schema: z.ZodObject): Json {
  return prune(z.toJSONSchema(schema, { io: 'input', reused: 'inline' }));
}

/** Levels of an output schema that go on the wire: its members. */
const OUTPUT_DEPTH = 1;

/**
 * JSON Schema of a tool's output: open, because fields may be added, and without bounds, descriptions and the inside of
 * deeper members, because every host puts the whole list into a model's context. Answers are built by the full schema.
 */
export function outputSchema(schema: z.ZodObject): Json {
  return outline(
    prune(
      z.toJSONSchema(z.object({ untrusted: z.string(), headline: z.string(), ...schema.shape }), {
        io: 'input',
        reused: 'inline',
      }),
    ),
    OUTPUT_DEPTH,
  );
}

const OUTLINED = ['type', 'properties', 'items', 'enum', 'required'];

function outline(node: Json, depth: number): Json {
  const out: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (!OUTLINED.includes(key) || (depth === 0 && key !== 'type')) continue;
    if (key === 'properties' && isRecord(value)) {
      out[key] = Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, isRecord(member) ? outline(member, depth - 1) : member]),
      );
    } else if (key === 'items' && isRecord(value)) out[key] = outline(value, 0);
    else if (key !== 'required' || depth === OUTPUT_DEPTH) out[key] = value;
  }
  return out;
}

function prune(node: unknown): Json {
  const out: Json = {};
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

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
