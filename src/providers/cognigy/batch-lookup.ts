/**
 * One batch by its ids. A peculiarity of this host: a batch stands under its scenario, which its id alone does not tell,
 * and reading a single one is documented without an answer, so a host without it is read through its lists.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Api } from '../shared/api.ts';
import { type Named, unknownId } from '../shared/choose.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { PAGE_SIZE } from './api.ts';
import type { BatchList, BatchLists } from './batch-lists.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusedRequest } from './faults.ts';
import { PLATFORM } from './settings.ts';
import { idOf, isCalled, type WireBatch } from './wire.ts';

/** Most pages read to find one batch. */
const MOST_PAGES = 3;

/** The ids that address a batch. */
export interface BatchPlace {
  scenario: string;
  batch: string;
}

export interface ReadBatch {
  place: BatchPlace;
  /** As the vendor sends it, with the ids by which it is addressed. */
  wire: WireBatch;
}

/** Reads one batch by the ids of a session. Throws `not_found` with the closest ones. */
export type BatchLookup = (ids: readonly string[], signal: AbortSignal) => Promise<ReadBatch>;

export function createBatchLookup(api: Api, lists: BatchLists): BatchLookup {
  /** Whether the host reads one batch by itself, until it has shown that it does not. */
  let single = true;

  async function batchAt(place: BatchPlace, signal: AbortSignal): Promise<WireBatch> {
    const listed = single ? undefined : await listedBatch(place, lists, signal);
    if (listed?.found) return listed.found;
    try {
      return await api.one(ENDPOINTS.getBatch, { params: batchParams(place), signal });
    } catch (error) {
      if (!isRefusedRequest(error)) throw error;
      const { found, known } = listed ?? (await listedBatch(place, lists, signal));
      if (!found) throw await unknownBatch(place, known, error);
      single = false;
      return found;
    }
  }

  return async (ids, signal) => {
    const place = await placeOf(ids, lists, signal);
    const wire = await batchAt(place, signal);
    return { place, wire: { ...wire, id: idOf(wire) ?? place.batch, simulationReference: place.scenario } };
  };
}

/** The parameters of a path that leads to a batch or below it. */
export function batchParams({ scenario, batch }: BatchPlace) {
  return { simulationReference: scenario, simulationRunBatchReference: batch };
}

/** Scenario and batch of a session's ids; a batch id alone is looked for among the newest batches of the project. */
async function placeOf(ids: readonly string[], lists: BatchLists, signal: AbortSignal): Promise<BatchPlace> {
  const [first = '', second] = ids;
  if (second !== undefined) return { scenario: first, batch: second };
  const { found } = await lookFor(first, lists.ofProject({}, PAGE_SIZE, signal));
  if (found?.simulationReference !== undefined)
    return { scenario: found.simulationReference, batch: idOf(found) ?? first };
  throw new Problem('not_found', 'No recent Cognigy batch has this id.', {
    provider: PLATFORM.id,
    next: 'A session of Cognigy is named by its scenario and its batch: take the reference that list_sessions prints.',
    sent: 'no',
  });
}

/** Looks for a batch among the newest of its scenario; `known` are the batches read on the way. Both are empty where the host refuses the list. */
async function listedBatch(
  { scenario, batch }: BatchPlace,
  lists: BatchLists,
  signal: AbortSignal,
): Promise<{ found?: WireBatch | undefined; known: Named[] }> {
  try {
    const { found, seen } = await lookFor(batch, lists.ofScenario(scenario, {}, PAGE_SIZE, signal));
    const known = seen.map((wire) => ({ id: [scenario, idOf(wire) ?? ''].join('~'), name: wire.name ?? wire.runName }));
    return { found, known };
  } catch (error) {
    if (!isRefusedRequest(error)) throw error;
    return { known: [] };
  }
}

async function lookFor(id: string, list: BatchList): Promise<{ found: WireBatch | undefined; seen: WireBatch[] }> {
  const seen: WireBatch[] = [];
  const accept = (wire: WireBatch) => {
    seen.push(wire);
    return isCalled(wire, id) ? wire : undefined;
  };
  const { items } = await cursorPage(PLATFORM, [source({ list, accept })], { limit: 1, most_pages: MOST_PAGES });
  return { found: items[0], seen };
}

/** The problem of a batch that neither its own path nor the list of its scenario shows. */
async function unknownBatch({ scenario, batch }: BatchPlace, known: readonly Named[], refusal: unknown) {
  const unknown = {
    platform: PLATFORM,
    what: 'session',
    kind: 'session' as const,
    id: `${scenario}~${batch}`,
    known: async () => known,
    next: 'list_sessions shows the sessions of the project.',
  };
  return unknownId(unknown, isProblem(refusal) ? refusal : undefined);
}
