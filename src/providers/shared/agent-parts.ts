/** What all platforms need to show an agent in parts, and to change one: parts from records, revisions, values that stay hidden. */
import { createHash } from 'node:crypto';
import { parseJson } from '../../http/json.ts';
import type { AgentPart } from '../../model/agents.ts';
import { isInexact } from '../../model/exact-json.ts';
import { isRecord } from '../../model/json.ts';
import { Problem } from '../../model/problem.ts';

/** A part that a record may have: where its value stands, and what else is known of it. */
export interface PartRow extends Omit<AgentPart, 'text' | 'form'> {
  /** Members from the record on: `['agent', 'prompt']`. */
  path: readonly string[];
  /** Shown also where the record has no such member: as an empty text, which may be filled. */
  always?: boolean | undefined;
}

/** The parts that a record has, in the order of the rows: these rows are the list of what may be shown. */
export function partsOf(record: unknown, rows: readonly PartRow[]): AgentPart[] {
  return rows.flatMap(({ path, always, ...row }): AgentPart[] => {
    const value = memberAt(record, path);
    if (value === undefined || value === null) return always ? [{ ...row, text: '', form: 'text' }] : [];
    if (typeof value === 'string') return [{ ...row, text: value, form: 'text' }];
    const inexact = isInexact(value) || isRounded(value, memberAt(record, path.slice(0, -1)));
    return [{ ...row, text: JSON.stringify(value), form: 'json', ...(inexact ? { fixed: INEXACT } : {}) }];
  });
}

const INEXACT =
  'It holds a number or a member that cannot be read exactly, so that what is shown is not what stands there.';

/** A number that stands where not all was read exactly, and may be the one that was not. */
function isRounded(value: unknown, holder: unknown): boolean {
  return typeof value === 'number' && !Number.isSafeInteger(value) && isInexact(holder);
}

/** The new value of a part as the vendor takes it. Throws `invalid_input` where JSON is needed and `jsonFault` finds one. */
export function editedValue(part: Pick<AgentPart, 'id' | 'form' | 'text'>, text: string): unknown {
  const fault = jsonFault(part, text);
  if (fault !== undefined)
    throw new Problem('invalid_input', `With this edit the part ${part.id} would ${fault}`, {
      sent: 'no',
      next: 'Propose an edit that leaves JSON of the same type: a number stays a number, a list a list.',
    });
  return part.form === 'text' ? text : JSON.parse(text);
}

/** Levels of lists and objects in a part: what is nested deeper could be written, and not be read again. */
const MOST_LEVELS = 100;

/**
 * What is wrong with the new text of a part that is JSON, behind `would`; undefined where it is the JSON of a value of the same
 * type, in the very characters in which it is sent: `1e400` would be sent as null, and of a member named twice the second.
 */
export function jsonFault({ form, text }: Pick<AgentPart, 'form' | 'text'>, after: string): string | undefined {
  if (form === 'text') return undefined;
  const before: unknown = JSON.parse(text);
  const parsed = parseJson(after);
  const tooDeep = 'fault' in parsed ? parsed.fault === 'too_deep' : levelsOf(parsed.value) > MOST_LEVELS;
  if (tooDeep) return `be nested in more than ${MOST_LEVELS} levels.`;
  if ('fault' in parsed || typeOf(parsed.value) !== typeOf(before))
    return `no longer be JSON of the type ${typeOf(before)}.`;
  if (JSON.stringify(parsed.value) !== after)
    return 'be sent in other characters than the proposed ones: write the JSON without spaces between members, numbers in their shortest form, and no member twice.';
  return undefined;
}

function levelsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(levelsOf));
}

/** As it is called in sentences. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

/** Of a list, members go by their place: `'0'`. */
export function memberAt(record: unknown, path: readonly string[]): unknown {
  let value = record;
  for (const name of path) {
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/**
 * The members of a record that none of `shown` reaches, paths as in `PartRow.path`: an object on the way to a shown member is
 * looked into, and a list, everything else counts as a whole. Null and empty ones are none.
 */
export function hiddenMembers(record: unknown, shown: readonly (readonly string[])[]): unknown[] {
  const isList = Array.isArray(record) && shown.length > 0;
  if (!isRecord(record) && !isList) return isEmpty(record) ? [] : [record];
  return Object.entries(record).flatMap(([name, value]) => {
    const below = shown.flatMap(([first, ...rest]) => (first === name ? [rest] : []));
    if (below.length === 0) return isEmpty(value) ? [] : [value];
    return below.some((path) => path.length === 0) ? [] : hiddenMembers(value, below);
  });
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

/**
 * Hash of what a record holds besides the members at `paths` (as in `PartRow.path`): it stays the same as long as nothing else of
 * it changes. Null and empty members are as none.
 */
export function restOf(record: unknown, paths: readonly (readonly string[])[]): string {
  return revisionOf(without(record, paths) ?? null);
}

function without(value: unknown, paths: readonly (readonly string[])[]): unknown {
  const below = (name: string) => paths.flatMap(([first, ...rest]) => (first === name ? [rest] : []));
  if (Array.isArray(value)) return value.map((item, place) => without(item, below(String(place))));
  if (!isRecord(value)) return value;
  const left = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const own = below(name);
    if (own.some((path) => path.length === 0)) return [];
    const kept = without(member, own);
    return isEmpty(kept) ? [] : [[name, kept]];
  });
  return Object.fromEntries(left);
}

/** A copy of `record` with the member at `path` set; what is not on the path is the same. */
export function withMember(record: unknown, path: readonly string[], value: unknown): Record<string, unknown> {
  const [name, ...rest] = path;
  const own = isRecord(record) ? record : {};
  if (name === undefined) return own;
  return { ...own, [name]: replaced(own[name], rest, value) };
}

function replaced(member: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (!Array.isArray(member)) return withMember(member, path, value);
  return member.map((item, place) => (String(place) === name ? replaced(item, rest, value) : item));
}

/** A member of a record, and the value that it is to get. */
export interface MemberEdit {
  path: readonly string[];
  value: unknown;
}

/** A copy of `record` with all edits done. */
export function withEdits(record: Record<string, unknown>, edits: readonly MemberEdit[]): Record<string, unknown> {
  return edits.reduce((all, { path, value }) => withMember(all, path, value), record);
}

/** Whether the members have the values that they were to get. */
export function holdsEdits(record: unknown, edits: readonly MemberEdit[]): boolean {
  return edits.every(({ path, value }) => revisionOf(memberAt(record, path)) === revisionOf(value));
}

/**
 * A short hash of content, whatever the order of members. `moving`: members of a record that change without a change of its
 * content, such as times.
 */
export function revisionOf(content: unknown, moving: readonly string[] = []): string {
  const members = isRecord(content)
    ? Object.fromEntries(Object.entries(content).filter(([name]) => !moving.includes(name)))
    : content;
  return createHash('sha256')
    .update(JSON.stringify(sorted(members)) ?? '')
    .digest('hex')
    .slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

/** Longest name that an id takes over: a sentence is longer. */
const LONGEST_NAME = 24;

/**
 * A name that somebody gave a tool or a member, as it stands in the id of a part; undefined for one that is longer than a
 * name is: ids stand among our own words.
 */
export function nameInId(name: string): string | undefined {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return plain === '' || plain.length > LONGEST_NAME ? undefined : plain;
}

/** Shortest string that can be taken for a credential: shorter ones would eat words of answers. */
const SHORTEST_SECRET = 8;

/**
 * Registers what may be a credential below members that are not shown, so that no error, answer or file repeats it: each word
 * with a digit (of `Bearer …` the second), and of an address what may be one by itself. Short ones, telephone numbers and
 * times are none; nor is a phrase, since whoever writes one into a hidden member could blank words of ours with it. `ids`: of
 * the agent itself, no piece of which is one: without them nobody could name the agent any more.
 */
export function registerHidden(value: unknown, register: (secret: string) => void, ids: readonly string[]): void {
  if (typeof value === 'string') {
    const words = value.split(/\s+/).flatMap((word) => [word, ...credentialsIn(word)]);
    for (const word of new Set(words)) if (mayBeSecret(word) && !ids.some((id) => id.includes(word))) register(word);
  } else if (Array.isArray(value)) {
    for (const item of value) registerHidden(item, register, ids);
  } else if (isRecord(value)) {
    for (const member of Object.values(value)) registerHidden(member, register, ids);
  }
}

/** `+15550100140`; `2026-11-29`, with a time or without; a time alone. */
const PLAIN = /^\+\d{7,15}$|^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$|^\d\d:\d\d:[\d.]+Z?$/;

function mayBeSecret(text: string): boolean {
  return text.length >= SHORTEST_SECRET && /\d/.test(text) && !PLAIN.test(text);
}

/** Password, values of the query and the end of the path; an end that is a UUID or digits is an id. */
function credentialsIn(address: string): string[] {
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return [];
  const { username, password, searchParams, pathname } = new URL(address);
  const end = pathname.split('/').findLast((segment) => segment !== '') ?? '';
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[\d-]+$/i.test(end);
  return [username, password, ...searchParams.values(), ...(isId || end.length < 16 ? [] : [end])];
}
