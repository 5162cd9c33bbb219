/** Which strings of an answer may quote third parties: marked where their schema is written, found again by their paths. */
import * as z from 'zod/v4';

const QUOTED = new WeakSet<z.core.$ZodType>();
const VERBATIM = new WeakSet<z.core.$ZodType>();

/** Marks the strings of this schema (a string, a list or a record of strings) as words of third parties. */
export function quoted<S extends z.ZodType>(schema: S): S {
  QUOTED.add(schema);
  return schema;
}

/** Words of third parties. */
export const quotedText = quoted(z.string());

/** Words of third parties that somebody copies from: their lines and tabs stay, and they are never cut after the fact. */
export const verbatimText = quoted(z.string());
VERBATIM.add(verbatimText);

/** The paths, as `quotedPaths` writes them, of an answer's strings that stand as they are. */
export function verbatimPaths(schema: z.core.$ZodType, data: unknown): Set<string> {
  const found = new Set<string>();
  visit(schema, data, '', false, found, VERBATIM);
  return found;
}

/**
 * The paths of an answer's strings that its schema marks, and that this answer has: members joined by `.`, `[]` for the
 * items of a list, `.*` for the members of a record. `runs[].name`, `test.options.*`. Empty where there is none.
 */
export function quotedPaths(schema: z.core.$ZodType, data: unknown): string[] {
  const found = new Set<string>();
  visit(schema, data, '', false, found, QUOTED);
  return [...found];
}

/** A copy in which `change` was made to every string that the schema marks, but for those that stand as they are. */
export function withQuoted<D>(schema: z.core.$ZodType, data: D, change: (text: string) => string): D;
export function withQuoted(schema: z.core.$ZodType, data: unknown, change: (text: string) => string): unknown {
  return changed(schema, data, false, change);
}

function changed(schema: z.core.$ZodType, value: unknown, marked: boolean, change: (text: string) => string): unknown {
  if (value === undefined || value === null || VERBATIM.has(schema)) return value;
  const quotes = marked || QUOTED.has(schema);
  const inner = innerOf(schema);
  if (inner) return changed(inner, value, quotes, change);
  if (schema instanceof z.ZodArray)
    return Array.isArray(value) ? value.map((item) => changed(schema.def.element, item, quotes, change)) : value;
  if (schema instanceof z.ZodRecord) {
    const members = Object.entries(value);
    return Object.fromEntries(
      members.map(([name, member]) => [name, changed(schema.def.valueType, member, quotes, change)]),
    );
  }
  if (schema instanceof z.ZodObject) {
    const members = Object.entries(value);
    return Object.fromEntries(
      members.map(([name, member]) => {
        const own = schema.shape[name];
        return [name, own ? changed(own, member, quotes, change) : member];
      }),
    );
  }
  return quotes && typeof value === 'string' ? change(value) : value;
}

function visit(
  schema: z.core.$ZodType,
  value: unknown,
  path: string,
  marked: boolean,
  found: Set<string>,
  marks: WeakSet<z.core.$ZodType>,
): void {
  if (value === undefined || value === null) return;
  const quotes = marked || marks.has(schema);
  const inner = innerOf(schema);
  if (inner) {
    visit(inner, value, path, quotes, found, marks);
  } else if (schema instanceof z.ZodArray) {
    if (Array.isArray(value))
      for (const item of value) visit(schema.def.element, item, `${path}[]`, quotes, found, marks);
  } else if (schema instanceof z.ZodRecord) {
    for (const member of Object.values(value)) visit(schema.def.valueType, member, `${path}.*`, quotes, found, marks);
  } else if (schema instanceof z.ZodObject) {
    const prefix = path === '' ? '' : `${path}.`;
    const members: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(value));
    for (const [name, member] of Object.entries(schema.shape))
      visit(member, members[name], `${prefix}${name}`, quotes, found, marks);
  } else if (quotes && typeof value === 'string') found.add(path);
}

/** What a schema wraps that says only whether its value may be absent. */
function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNonOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodDefault;
  return wraps ? schema.def.innerType : undefined;
}
