/**
 * What clients commonly say of themselves. The record answers those and no others: whether anything else is right is the
 * SDK's to judge.
 */
import { isRecord, type JsonObject } from '../../model/json.ts';

type Shape = 'flag' | 'text' | 'plain' | 'named' | { readonly [member: string]: Shape };

const CAPABILITIES: Shape = {
  roots: { listChanged: 'flag' },
  sampling: { context: 'plain', tools: 'plain' },
  elicitation: { form: { applyDefaults: 'flag' }, url: 'plain' },
  experimental: 'named',
  extensions: 'named',
};
const IDENTITY: Shape = { name: 'text', title: 'text', version: 'text', description: 'text', websiteUrl: 'text' };

export function areCapabilities(value: unknown): boolean {
  return fits(value, CAPABILITIES);
}

export function isIdentity(value: unknown): boolean {
  return fits(value, IDENTITY) && isRecord(value) && 'name' in value && 'version' in value;
}

function fits(value: unknown, shape: Shape): boolean {
  if (shape === 'flag') return typeof value === 'boolean';
  if (shape === 'text') return typeof value === 'string';
  if (!isRecord(value)) return false;
  if (shape === 'plain') return Object.values(value).every(isPlain);
  if (shape === 'named') return Object.values(value).every((member) => fits(member, 'plain'));
  return Object.entries(value).every(
    ([name, member]) => Object.hasOwn(shape, name) && fits(member, shape[name] ?? 'plain'),
  );
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return isRecord(value) ? fits(value, 'plain') : typeof value !== 'number' || Number.isFinite(value);
}

export function isEmpty(members: JsonObject | undefined): boolean {
  return members === undefined || Object.keys(members).length === 0;
}
