/**
 * Things of the main API by name. A peculiarity of this host: each has two ids, `_id` (24 hex digits) and `referenceId`
 * (a UUID), and a key may see only some of what the platform counts.
 */
import type { Coverage } from '../../model/coverage.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { Api } from '../shared/api.ts';
import { type Choice, candidates, type Named, pick } from '../shared/choose.ts';
import { collect, walk } from '../shared/pages.ts';
import type { ENDPOINTS } from './endpoints.ts';
import type { WireNamed } from './wire.ts';

const MOST_NAMED = 2000;

export type NamedRow = (typeof ENDPOINTS)[
  | 'listProjects'
  | 'listFlows'
  | 'listLocales'
  | 'listModels'
  | 'listSnapshots'];

/** What the key may see. The platform may count what it does not show: no contradiction, but a name may be missing. */
export interface NamedList {
  items: WireNamed[];
  coverage: Coverage;
}

export async function readNamed(
  api: Api,
  row: NamedRow,
  signal: AbortSignal,
  query?: Record<string, string>,
): Promise<NamedList> {
  const list = api.list<WireNamed, NamedRow['request']>(row, { query, signal });
  const { rows, coverage } = await collect(walk(list, { most: MOST_NAMED, passes: 1 }));
  return { items: rows, coverage };
}

/** Something of the main API; it answers to both of its ids. */
export interface NamedObject extends Named {
  name: string;
  /** A UUID; what members ending in `ReferenceId` take. */
  reference: string;
}

/** `id`: 24 hex digits in the main API. Undefined without any. */
export function toNamed(wire: WireNamed): NamedObject | undefined {
  const id = wire._id ?? wire.id ?? wire.referenceId;
  if (id === undefined) return undefined;
  const reference = wire.referenceId ?? id;
  return { name: wire.name ?? wire.label ?? id, id, reference, aliases: [reference] };
}

/**
 * The one that is wanted, by id or name. Throws `not_found` or `ambiguous`, and says so where not all could be listed: a
 * part of a name chooses nothing there, as another one may fit better.
 */
export function choose<T extends Named>(things: readonly T[], coverage: Coverage, wanted: string, about: Choice): T {
  const { what } = about;
  const short = `Not all ${what}s could be listed: its id may serve where its name does not.`;
  try {
    const found = pick(things, wanted, about);
    const text = wanted.trim().toLowerCase();
    const names = [found.id, ...(found.aliases ?? []), found.name?.trim() ?? ''].map((name) => name.toLowerCase());
    if (coverage.complete || names.includes(text)) return found;
  } catch (error) {
    if (coverage.complete || !isProblem(error)) throw error;
    const next = [error.details.next, short].filter(Boolean).join(' ');
    throw new Problem(error.kind, error.message, { ...error.details, next });
  }
  throw new Problem('not_found', `None of the ${what}s that could be listed has that id or name.`, {
    provider: about.platform.id,
    candidates: candidates(things, wanted, about),
    next: short,
    sent: 'no',
  });
}
