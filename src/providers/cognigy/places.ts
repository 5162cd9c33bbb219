/** Where a batch stands: under its scenario, which its id alone does not tell. */
import { isProblem, Problem } from '../../model/problem.ts';
import { type Named, unknownId } from '../shared/choose.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import type { Batches, BatchList } from './batches.ts';
import { isRefusal } from './faults.ts';
import { BIGGEST_PAGE } from './lists.ts';
import { PLATFORM } from './platform.ts';
import { idOf, isCalled, type WireBatch } from './wire.ts';

/** Pages that are looked through for one batch. */
const MOST_PAGES = 3;

export interface Place {
  scenario: string;
  batch: string;
}

/** Scenario and batch of a session's ids; a batch id alone is looked for among the newest batches of the project. */
export async function placeOf(ids: readonly string[], batches: Batches, signal: AbortSignal): Promise<Place> {
  const [first = '', second] = ids;
  if (second !== undefined) return { scenario: first, batch: second };
  const { found } = await lookFor(first, batches.ofProject({}, BIGGEST_PAGE, signal));
  if (found?.simulationReference !== undefined) {
    return { scenario: found.simulationReference, batch: idOf(found) ?? first };
  }
  throw new Problem('not_found', 'No recent Cognigy batch has this id.', {
    provider: PLATFORM.id,
    next: 'A session of Cognigy is named by its scenario and its batch: take the reference that list_sessions prints.',
    sent: 'no',
  });
}

/** A batch among the newest ones of its scenario, and those that were seen on the way. None where the host refuses the list. */
export async function listedBatch(
  { scenario, batch }: Place,
  batches: Batches,
  signal: AbortSignal,
): Promise<{ found?: WireBatch | undefined; known: Named[] }> {
  try {
    const { found, seen } = await lookFor(batch, batches.ofScenario(scenario, {}, BIGGEST_PAGE, signal));
    const known = seen.map((wire) => ({ id: [scenario, idOf(wire) ?? ''].join('~'), name: wire.name ?? wire.runName }));
    return { found, known };
  } catch (error) {
    if (!isRefusal(error)) throw error;
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

/** What is thrown for a batch that neither its own path nor the list of its scenario knows. */
export async function unknownBatch({ scenario, batch }: Place, known: readonly Named[], refusal: unknown) {
  const about = {
    platform: PLATFORM,
    what: 'session',
    kind: 'session' as const,
    id: `${scenario}~${batch}`,
    known: async () => known,
    next: 'list_sessions shows the sessions of the project.',
  };
  return unknownId(about, isProblem(refusal) ? refusal : undefined);
}
