/**
 * Objects of the main API by name. A peculiarity of this host: each has two ids, `_id` (24 hex digits) and `referenceId`
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

/** The objects that the key may see. The platform may count more than it shows, so that a name may be missing. */
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

/** An object of the main API; it is found by either of its ids. */
export interface NamedObject extends Named {
  name: string;
  /** A UUID; the id that members ending in `ReferenceId` take. */
  reference: string;
}

/** A flow by whichever of its two ids it was named: the reference is the same for both, where the key may list flows. */
export type Flow = Pick<NamedObject, 'name' | 'reference'>;

/** Reads the name and both ids; undefined for an object without an id. `id` has 24 hex digits in the main API. */
export function toNamed(wire: WireNamed): NamedObject | undefined {
  const id = wire._id ?? wire.id ?? wire.referenceId;
  if (id === undefined) return undefined;
  const reference = wire.referenceId ?? id;
  return { name: wire.name ?? wire.label ?? id, id, reference, aliases: [reference] };
}

/**
 * The wanted item, by id or name. Throws `not_found` or `ambiguous`. Where not all items could be listed, the problem
 * says so, and a part of a name chooses none: an item that was not listed may fit better.
 */
export function choose<T extends Named>(items: readonly T[], coverage: Coverage, wanted: string, wording: Choice): T {
  const { what } = wording;
  const useId = `Not all ${what}s could be listed: its id may serve where its name does not.`;
  try {
    const found = pick(items, wanted, wording);
    const text = wanted.trim().toLowerCase();
    const names = [found.id, ...(found.aliases ?? []), found.name?.trim() ?? ''].map((name) => name.toLowerCase());
    if (coverage.complete || names.includes(text)) return found;
  } catch (error) {
    if (coverage.complete || !isProblem(error)) throw error;
    const next = [error.details.next, useId].filter(Boolean).join(' ');
    throw new Problem(error.kind, error.message, { ...error.details, next });
  }
  throw new Problem('not_found', `None of the ${what}s that could be listed has that id or name.`, {
    provider: wording.platform.id,
    candidates: candidates(items, wanted, wording),
    next: useId,
    sent: 'no',
  });
}
