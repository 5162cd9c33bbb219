/** Choosing by id or name among what a platform knows, and saying what there is where that does not work: always as refs. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef, type RefKind } from '../../model/refs.ts';

/** Something that can be chosen. */
export interface Named {
  id: string;
  name?: string | undefined;
  /** Other ids that it answers to. */
  aliases?: readonly string[] | undefined;
}

/** How what is chosen is spoken of. */
export interface Choice {
  platform: { id: string; label: string };
  /** In the singular: `agent`. */
  what: string;
  /** Where it has refs; without, names and ids are offered. */
  kind?: RefKind | undefined;
  /** What to pass the choice as: `agent`, `provider_options.llm`. */
  pass?: string | undefined;
}

const OFFERED = 8;

/** The known texts most like `wanted`, best first: shared beginning, then shared pairs of characters. */
export function closest(wanted: string, known: readonly string[], most = 5): string[] {
  return ranked([...new Set(known)], (text) => likeness(wanted, text)).slice(0, most);
}

/** Candidates for `wanted`, the closest first: `<provider>/<kind>/<id> "name"`, or `name (id)` for what has no refs. */
export function candidates(items: readonly Named[], wanted: string, { platform, kind }: Choice, most = 5): string[] {
  const score = ({ id, name = '' }: Named) => Math.max(likeness(wanted, id), likeness(wanted, name));
  return ranked(items, score)
    .filter(({ id }) => id !== '')
    .slice(0, most)
    .map(({ id, name }) => {
      if (kind === undefined) return name === undefined || name === id ? id : `${name} (${id})`;
      const parts = id.toWellFormed().split('~');
      // An id that only looks as if it were made of several.
      const ref = formatRef(platform.id, kind, ...(parts.includes('') ? [id.toWellFormed()] : parts));
      return name === undefined || name === id ? ref : `${ref} "${name}"`;
    });
}

function ranked<T>(items: readonly T[], score: (item: T) => number): T[] {
  const scored = items.map((item) => ({ item, score: score(item) }));
  return scored.sort((a, b) => b.score - a.score).map(({ item }) => item);
}

function likeness(wanted: string, known: string): number {
  const [target, own] = [wanted.trim().toLowerCase().slice(0, 200), known.trim().toLowerCase().slice(0, 200)];
  let prefix = 0;
  while (prefix < own.length && own[prefix] === target[prefix]) prefix += 1;
  const [left, right] = [pairs(target), pairs(own)];
  const shared = [...right].filter((pair) => left.has(pair)).length;
  return prefix / Math.max(1, own.length) + (2 * shared) / Math.max(1, left.size + right.size);
}

function pairs(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));
}

/** The one with this id, else the one of this name (in any case), else the one whose name contains it. Throws `not_found` or `ambiguous`. */
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
    items.filter((item) => lower !== '' && nameOf(item).includes(lower)),
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

/** The only one there is; throws a question with what there is otherwise. */
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
  /** What there is; asked only when the id is unknown. Its failure offers nothing, but `wrong_kind` and `cancelled` go through. */
  known(): Promise<readonly Named[]>;
  /** Where to look, in one sentence. */
  next: string;
  /** Is this the platform's way to say that it does not know the id? Default: 404. */
  isUnknown?(error: unknown): boolean;
}

/** Turns the platform's refusal of an id into `not_found` with the closest known ones; everything else is thrown as it is. */
export async function orUnknown<T>(asked: Promise<T>, about: UnknownId): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const { isUnknown = (one: unknown) => isProblem(one) && one.details.vendor?.status === 404 } = about;
    if (!isProblem(error) || !isUnknown(error)) throw error;
    throw await unknownId(about, error);
  }
}

/** What is thrown for an id that the platform does not know. */
export async function unknownId(about: Omit<UnknownId, 'isUnknown'>, cause?: Problem): Promise<Problem> {
  const { platform, what, id, next } = about;
  let known: readonly Named[] = [];
  try {
    known = await about.known();
  } catch (failure) {
    if (isProblem(failure) && (failure.kind === 'cancelled' || failure.kind === 'wrong_kind')) throw failure;
  }
  return new Problem('not_found', `${platform.label} knows no ${what} with this id.`, {
    ...(cause?.details ?? {}),
    provider: platform.id,
    candidates: candidates(known, id, about),
    next,
    cause,
  });
}
