/** Chooses by id or name among what a platform knows; where that fails, the problem offers candidates, as refs where there are any. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef, isUsableId, type RefKind } from '../../model/refs.ts';
import { isRefusal } from './faults.ts';

/** Something that can be chosen. */
export interface Named {
  id: string;
  name?: string | undefined;
  /** Other ids of the same object. */
  aliases?: readonly string[] | undefined;
}

/** Wording of the messages about a choice. */
export interface Choice {
  platform: { id: string; label: string };
  /** What is chosen, in the singular: `agent`. */
  what: string;
  /** Kind of its refs; without one, names and ids are offered. */
  kind?: RefKind | undefined;
  /** Only a whole name chooses, no part of one: for what is run at once. */
  whole?: boolean | undefined;
  /** The argument that takes the choice: `agent`, `provider_options.llm`. */
  pass?: string | undefined;
}

/** Candidates that an ambiguous choice offers. */
const OFFERED = 8;

/** The known texts most like `wanted`, best first: shared beginning, then shared pairs of characters. */
export function closest(wanted: string, known: readonly string[], most = 5): string[] {
  return ranked([...new Set(known)], (text) => likeness(wanted, text)).slice(0, most);
}

/** Candidates for `wanted`, the closest first: `<provider>/<kind>/<id> "name"`, or `name (id)` for what has no refs. */
export function candidates(items: readonly Named[], wanted: string, { platform, kind }: Choice, most = 5): string[] {
  const score = ({ id, name = '' }: Named) => Math.max(likeness(wanted, id), likeness(wanted, name));
  return ranked(items, score)
    .map((item) => ({ ...item, parts: partsOf(item.id) }))
    .filter(({ parts }) => parts.every(isUsableId))
    .slice(0, most)
    .map(({ id, name, parts }) => {
      if (kind === undefined) return name === undefined || name === id ? id : `${name} (${id})`;
      const ref = formatRef(platform.id, kind, ...parts);
      return name === undefined || name === id ? ref : `${ref} "${name}"`;
    });
}

/** The ids that one of several ids stands for; an id with an empty part is one id that happens to hold a `~`. */
function partsOf(id: string): string[] {
  const parts = id.toWellFormed().split('~');
  return parts.includes('') ? [id.toWellFormed()] : parts;
}

function ranked<T>(items: readonly T[], score: (item: T) => number): T[] {
  const scored = items.map((item) => ({ item, score: score(item) }));
  return scored.sort((a, b) => b.score - a.score).map(({ item }) => item);
}

function likeness(wanted: string, known: string): number {
  const [target, text] = [wanted.trim().toLowerCase().slice(0, 200), known.trim().toLowerCase().slice(0, 200)];
  let prefix = 0;
  while (prefix < text.length && text[prefix] === target[prefix]) prefix += 1;
  const [targetPairs, textPairs] = [pairs(target), pairs(text)];
  const shared = [...textPairs].filter((pair) => targetPairs.has(pair)).length;
  return prefix / Math.max(1, text.length) + (2 * shared) / Math.max(1, targetPairs.size + textPairs.size);
}

function pairs(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));
}

/** The one with this id, else the one of this name (in any case), else, unless `whole`, the one whose name contains it. Throws `not_found` or `ambiguous`. */
export function pick<T extends Named>(items: readonly T[], wanted: string, choice: Choice): T {
  const text = wanted.trim();
  const byId = items.find(({ id, aliases = [] }) => id === text || aliases.includes(text));
  if (byId) return byId;
  const lower = text.toLowerCase();
  const nameOf = ({ name = '' }: T) => name.trim().toLowerCase();
  const exact = items.filter((item) => item.name?.trim() === text);
  for (const found of [
    exact,
    items.filter((item) => nameOf(item) === lower),
    items.filter((item) => !choice.whole && lower !== '' && nameOf(item).includes(lower)),
  ]) {
    const [first, second] = found;
    if (first && !second) return first;
    if (first)
      throw ambiguous(found, text, choice, `Several ${choice.what}s of ${choice.platform.label} fit that name.`);
  }
  throw new Problem('not_found', `${choice.platform.label} knows no ${choice.what} of that id or name.`, {
    provider: choice.platform.id,
    candidates: candidates(items, text, choice),
    next: passing(choice),
    sent: 'no',
  });
}

/** The only item. Throws `ambiguous` with candidates where there are several, `not_found` where there is none. */
export function onlyOne<T extends Named>(items: readonly T[], choice: Choice): T {
  const [first, second] = items;
  const { platform, what } = choice;
  if (first && !second) return first;
  if (first)
    throw ambiguous(
      items,
      '',
      choice,
      `${platform.label} needs one ${what} here, and there are ${items.length} to choose from.`,
    );
  throw new Problem('not_found', `${platform.label} needs one ${what} here, and there is none.`, {
    provider: platform.id,
    next: `Create a ${what} in ${platform.label} first, or check that the key and the workspace are the right ones.`,
    sent: 'no',
  });
}

function ambiguous(items: readonly Named[], wanted: string, choice: Choice, message: string): Problem {
  return new Problem('ambiguous', message, {
    provider: choice.platform.id,
    candidates: candidates(items, wanted, choice, OFFERED),
    next: passing(choice),
    sent: 'no',
  });
}

function passing({ what, pass = what }: Choice): string {
  return `Pass the id or the exact name of one of the candidates as ${pass}.`;
}

export interface UnknownId extends Choice {
  id: string;
  /** Lists the known objects; called only when the id is unknown. Where it fails no candidates are offered; `wrong_kind` and `cancelled` are thrown on. */
  known(): Promise<readonly Named[]>;
  /** Where the caller finds ids, in one sentence. */
  next: string;
  /** Whether an error means that the platform does not know the id. Default: status 404. */
  isUnknown?(error: unknown): boolean;
}

/** Turns the platform's refusal of an id into `not_found` with the closest known ones; everything else is thrown as it is. */
export async function orUnknown<T>(answer: Promise<T>, unknown: UnknownId): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { isUnknown = (one: unknown) => isRefusal(one, 404) } = unknown;
    if (!isProblem(error) || !isUnknown(error)) throw error;
    throw await unknownId(unknown, error);
  }
}

/**
 * The problem of an id that the platform does not know, with the closest known ones. Where the platform lists that very id, it
 * is known, and the problem is `cause`.
 */
export async function unknownId(unknown: Omit<UnknownId, 'isUnknown'>, cause?: Problem): Promise<Problem> {
  const { platform, what, id, next } = unknown;
  let known: readonly Named[] = [];
  try {
    known = await unknown.known();
  } catch (failure) {
    if (isProblem(failure) && (failure.kind === 'cancelled' || failure.kind === 'wrong_kind')) throw failure;
  }
  if (cause && known.some((one) => one.id === id || one.aliases?.includes(id))) return cause;
  return new Problem('not_found', `${platform.label} knows no ${what} with this id.`, {
    ...(cause?.details ?? {}),
    provider: platform.id,
    candidates: candidates(known, id, unknown),
    next,
    cause,
  });
}
