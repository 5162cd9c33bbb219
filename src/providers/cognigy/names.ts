/** Choosing by name or id among what the vendor knows, and saying what there is when that does not work. */
import { Problem } from '../../model/problem.ts';
import { PROVIDER } from './name.ts';
import { idOf, type WireNamed } from './wire.ts';

const OFFERED = 8;

export interface Choice {
  name: string;
  /** 24 hex digits in the main API. */
  id: string;
  /** A UUID; what members ending in `ReferenceId` take. */
  reference: string;
}

export function toChoice(wire: WireNamed): Choice | undefined {
  const id = wire._id ?? wire.id ?? wire.referenceId;
  if (id === undefined) return undefined;
  return { name: wire.name ?? wire.label ?? id, id, reference: wire.referenceId ?? id };
}

/** The one that `wanted` names by id, reference or name. Throws `not_found` or `ambiguous` with candidates. */
export function pick(choices: readonly Choice[], wanted: string, what: string, pass: string): Choice {
  const text = wanted.trim();
  const exact = choices.find(({ id, reference }) => id === text || reference === text);
  if (exact) return exact;
  const same = choices.filter(({ name }) => name === text);
  const named = same.length > 0 ? same : choices.filter(({ name }) => name.trim().toLowerCase() === text.toLowerCase());
  const [only, ...others] = named;
  if (only && others.length === 0) return only;
  if (only) {
    throw new Problem('ambiguous', `Several ${what}s have that name.`, {
      provider: PROVIDER,
      candidates: named.slice(0, OFFERED).map(({ id, name }) => `${name} (${id})`),
      next: `Pass the id of the one you mean as ${pass}.`,
      sent: 'no',
    });
  }
  throw new Problem('not_found', `Cognigy knows no ${what} of that name or id in this project.`, {
    provider: PROVIDER,
    candidates: closest(
      text,
      choices.map(({ name }) => name),
      OFFERED,
    ),
    next: `Pass the name or the id of one of them as ${pass}.`,
    sent: 'no',
  });
}

/** Asks the caller to choose. */
export function undecided(choices: readonly Choice[], what: string, pass: string): Problem {
  if (choices.length === 0) {
    return new Problem('invalid_input', `This project has no ${what}, so nothing can run.`, {
      provider: PROVIDER,
      next: `Create one in Cognigy first, or pass its id as ${pass}.`,
      sent: 'no',
    });
  }
  return new Problem('ambiguous', `This project has ${choices.length} ${what}s, and nothing says which one to use.`, {
    provider: PROVIDER,
    candidates: choices.slice(0, OFFERED).map(({ id, name }) => `${name} (${id})`),
    next: `Pass the name or the id of one of them as ${pass}.`,
    sent: 'no',
  });
}

/** Both forms of the vendor's ids: 24 hex digits and UUIDs. */
export function looksLikeId(text: string): boolean {
  return /^[0-9a-f]{24}$/i.test(text) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** True when `wire` is addressed by `text`, whichever of its ids that is. */
export function isCalled(wire: { id?: string; _id?: string; referenceId?: string }, text: string): boolean {
  return idOf(wire) === text || wire._id === text || wire.referenceId === text;
}

/** The known texts most like `wanted`: shared beginning first, then shared pairs of characters. */
export function closest(wanted: string, known: readonly string[], most = 5): string[] {
  const target = wanted.toLowerCase();
  const wantedPairs = pairs(target);
  const scored = [...new Set(known)].map((text) => {
    const own = text.toLowerCase();
    let prefix = 0;
    while (prefix < own.length && own[prefix] === target[prefix]) prefix += 1;
    const ownPairs = pairs(own);
    const shared = [...ownPairs].filter((pair) => wantedPairs.has(pair)).length;
    return {
      text,
      score: prefix / Math.max(1, own.length) + (2 * shared) / Math.max(1, ownPairs.size + wantedPairs.size),
    };
  });
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ text }) => text);
}

function pairs(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));
}
