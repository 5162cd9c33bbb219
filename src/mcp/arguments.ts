/**
 * Argument checking by a tool's own schema: unknown arguments are refused by name, and what
 * models commonly get slightly wrong (a number as text, one item instead of a list) is read as it was meant.
 */
import type * as z from 'zod/v4';
import { toCommaList } from '../model/comma-list.ts';
import { isRecord, type JsonObject, parsedJson } from '../model/json.ts';
import { Problem } from '../model/problem.ts';
import { parseRef } from '../model/refs.ts';

/**
 * Reads numbers, booleans, lists and objects that arrived as text, and null as absent, also in lists of objects; leaves
 * everything else to the schema.
 */
export function coerceArguments(properties: Record<string, JsonObject>, args: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [name, value] of Object.entries(args)) {
    if (value === null || value === undefined) continue;
    out[name] = coerce(Object.hasOwn(properties, name) ? (properties[name] ?? {}) : {}, value);
  }
  return out;
}

function coerce(schema: JsonObject, value: unknown): unknown {
  const read = coerceValue(schema.type, value);
  const { items } = schema;
  if (!Array.isArray(read) || !isRecord(items) || items.type !== 'object') return read;
  const members = isRecord(items.properties) ? schemasIn(items.properties) : {};
  return read.map((item) => {
    const object = coerceValue('object', item);
    return isRecord(object) ? coerceArguments(members, object) : object;
  });
}

function schemasIn(properties: JsonObject): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, member]) => (isRecord(member) ? [[name, member] as const] : [])),
  );
}

function coerceValue(type: unknown, value: unknown): unknown {
  if (type === 'array' && isRecord(value)) return [value];
  if (typeof value === 'string') {
    const text = value.trim();
    if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
    if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    if (type === 'array')
      return text.startsWith('[')
        ? (parsedJson(text) ?? [value])
        : [text.startsWith('{') ? (parsedJson(text) ?? value) : value];
    if (type === 'object' && text.startsWith('{')) return parsedJson(text) ?? value;
  }
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (type === 'string' && isRefs(value)) return toCommaList(value);
  return value;
}

/** Several references, where a text with commas is meant. */
function isRefs(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && parseRef(one) !== undefined);
}

/** Unknown arguments that a refusal names; it says how many more there are. */
const MOST_NAMED = 5;

/** The first complaint about `args` as a Problem, or `undefined` when they fit. */
export function argumentProblem(toolName: string, schema: z.ZodObject, args: JsonObject): Problem | undefined {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(args).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return new Problem('invalid_input', `${toolName} has no argument ${namesOf(unknown)}.`, {
      next: `It takes: ${known.join(', ') || 'no arguments'}.`,
    });
  }
  const parsed = schema.safeParse(args);
  if (parsed.success) return undefined;
  const complaints = parsed.error.issues.slice(0, 3).map((issue) => {
    const name = safeName(issue.path.map(String).join('.')) || 'arguments';
    if (args[String(issue.path[0])] === undefined) return `\`${name}\` is required`;
    // The library would repeat the names as they came.
    if (issue.code === 'unrecognized_keys') return `\`${name}\` has no ${namesOf(issue.keys)}`;
    return `\`${name}\`: ${issue.message}`;
  });
  return new Problem('invalid_input', `The arguments of ${toolName} do not fit: ${complaints.join('; ')}.`, {
    next: `It takes: ${known.map((name) => (schema.shape[name]?.safeParse(undefined).success ? `${name}?` : name)).join(', ')}.`,
  });
}

function namesOf(unknown: readonly string[]): string {
  const named = unknown.slice(0, MOST_NAMED).map((name) => `\`${safeName(name)}\``);
  return `${named.join(', ')}${unknown.length > named.length ? ` and ${unknown.length - named.length} more` : ''}`;
}

function safeName(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 60);
}
