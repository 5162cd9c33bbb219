/** What stands at the platform after a write, held against what was meant. */
import type { Agent, AgentPart } from '../model/agents.ts';
import { hashOf, type Splice } from './change.ts';
import type { Conflict } from './changer.ts';

/** A part as it should stand: hashes of its text before and after the write. */
export interface Expected {
  part: string;
  before: string;
  after: string;
}

export interface ReadBack {
  /** Parts that hold what was meant, and parts that hold what they held before. */
  taken: string[];
  not_taken: string[];
  /** Parts that hold something else, or are gone. */
  other: string[];
  /** Parts of the object that nobody edited and that are others than before. */
  also_moved: string[];
  /** What the object holds besides its parts; `unknown` where its platform does not tell all of it. */
  rest: 'same' | 'moved' | 'unknown';
}

/** `was`: the other parts and the rest of the object, as they were before the write. */
export function readBack(agent: Agent, object: string, expected: readonly Expected[], was: Was): ReadBack {
  const { others } = was;
  const hashes = hashesOf(agent, object);
  const rest = restIn(agent, object);
  const known = rest !== undefined && was.rest !== undefined;
  const back: ReadBack = {
    taken: [],
    not_taken: [],
    other: [],
    also_moved: [],
    rest: known ? (rest === was.rest ? 'same' : 'moved') : 'unknown',
  };
  for (const { part, before, after } of expected) {
    const hash = hashes.get(part);
    (hash === after ? back.taken : hash === before ? back.not_taken : back.other).push(part);
  }
  for (const [part, hash] of Object.entries(others)) if (hashes.get(part) !== hash) back.also_moved.push(part);
  const added = [...hashes.keys()].filter(
    (id) => others[id] === undefined && !expected.some(({ part }) => part === id),
  );
  back.also_moved.push(...added);
  return back;
}

/** What a write leaves alone of an object: hashes of its other parts by id, and of its rest. */
export interface Was {
  others: Others;
  rest?: string | undefined;
}

export function restIn({ objects }: Agent, object: string): string | undefined {
  return objects.find(({ id }) => id === object)?.rest;
}

/** Hashes of parts by id. */
export type Others = Readonly<Record<string, string>>;

/** Of the parts of an object that a change leaves alone. */
export function othersOf(agent: Agent, object: string, edited: readonly string[]): Record<string, string> {
  return Object.fromEntries([...hashesOf(agent, object)].filter(([part]) => !edited.includes(part)));
}

function hashesOf({ parts }: Agent, object: string): Map<string, string> {
  return new Map(parts.filter((part) => part.object === object).map(({ id, text }) => [id, hashOf(text)]));
}

/** Characters of a text that are shown on either side of the place where something else was expected. */
const AROUND = 120;

/** What was expected at the places of the splices (their `old`), and what stands there now. */
export function conflictIn(part: string, splices: readonly Splice[], present: string): Conflict {
  const [first, last] = [splices[0], splices.at(-1)];
  const start = Math.max(0, (first?.at ?? 0) - AROUND);
  const end = Math.min(present.length, (last ? last.at + last.old.length : 0) + AROUND);
  const cut = `${start > 0 ? '…' : ''}${present.slice(start, end)}${end < present.length ? '…' : ''}`;
  return { part, expected: splices.map(({ old }) => old).join(' … '), present: cut };
}

export function partOf({ parts }: Agent, id: string): AgentPart | undefined {
  return parts.find((part) => part.id === id);
}
