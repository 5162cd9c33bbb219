/** Ids that lead nowhere: a clear answer that offers what there is. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { Batches } from './batches.ts';
import type { SimulatorClient } from './client.ts';
import { isRefusal } from './faults.ts';
import { PROVIDER } from './name.ts';
import { closest, isCalled } from './names.ts';
import { idOf, type WireBatch } from './wire.ts';

/** Batches that are looked through for an id without its scenario. */
const SEARCHED = 300;
const PAGE = 100;

export interface Place {
  scenario: string;
  batch: string;
}

/** Scenario and batch of a session's ids; a batch id alone is looked for among the newest batches of the project. */
export async function placeOf(ids: readonly string[], batches: Batches, signal: AbortSignal): Promise<Place> {
  const [first = '', second] = ids;
  if (second !== undefined) return { scenario: first, batch: second };
  for (let skip = 0; skip < SEARCHED; skip += PAGE) {
    const page = await batches.ofProject({}, { skip, limit: PAGE }, signal);
    const found = page.items.find((wire) => isCalled(wire, first));
    if (found?.simulationReference !== undefined) {
      return { scenario: found.simulationReference, batch: idOf(found) ?? first };
    }
    if (!page.more) break;
  }
  throw new Problem('not_found', 'No recent Cognigy batch has this id.', {
    provider: PROVIDER,
    next: 'A session of Cognigy is named by its scenario and its batch: take the reference that list_sessions prints.',
    sent: 'no',
  });
}

/** A batch that could not be read by itself, from the list of its scenario; `not_found` with candidates otherwise. */
export async function listedBatch(
  { scenario, batch }: Place,
  batches: Batches,
  refusal: unknown,
  signal: AbortSignal,
): Promise<WireBatch> {
  if (!isRefusal(refusal) || !isProblem(refusal)) throw refusal;
  let known: WireBatch[] = [];
  try {
    known = await newestBatches(scenario, batches, signal, batch);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const found = known.find((wire) => isCalled(wire, batch));
  if (found) return found;
  const ids = known.flatMap((wire) => idOf(wire) ?? []);
  throw new Problem('not_found', 'Cognigy knows no batch with this id in that scenario.', {
    ...refusal.details,
    provider: PROVIDER,
    candidates: closest(batch, ids).map((id) => formatRef(PROVIDER, 'session', scenario, id)),
    next: 'list_sessions shows the sessions of the project.',
  });
}

/** A batch of its scenario's list, for hosts that read none by itself. */
export async function batchInList(
  { scenario, batch }: Place,
  batches: Batches,
  signal: AbortSignal,
): Promise<WireBatch | undefined> {
  const known = await newestBatches(scenario, batches, signal, batch);
  return known.find((wire) => isCalled(wire, batch));
}

/** The newest batches of a scenario, up to the one looked for. */
async function newestBatches(scenario: string, batches: Batches, signal: AbortSignal, batch: string) {
  const known: WireBatch[] = [];
  for (let skip = 0; skip < SEARCHED; skip += PAGE) {
    const page = await batches.ofScenario(scenario, {}, { skip, limit: PAGE }, signal);
    known.push(...page.items);
    if (!page.more || page.items.some((wire) => isCalled(wire, batch))) break;
  }
  return known;
}

/** Turns the refusal of a run's id into `not_found` with the runs of its batch. */
export async function unknownRun(
  { scenario, batch }: Place,
  run: string,
  client: SimulatorClient,
  refusal: unknown,
  signal: AbortSignal,
): Promise<never> {
  if (!isRefusal(refusal) || !isProblem(refusal)) throw refusal;
  let ids: string[] = [];
  try {
    const page = await client.runs.list(scenario, batch, { limit: 20, skip: 0 }, signal);
    ids = page.items.flatMap((wire) => idOf(wire) ?? []);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  throw new Problem('not_found', 'Cognigy knows no run with this id in that batch.', {
    ...refusal.details,
    provider: PROVIDER,
    candidates: closest(run, ids).map((id) => formatRef(PROVIDER, 'run', scenario, batch, id)),
    next: 'list_runs shows the runs of a session. Cognigy deletes runs after a while (expires_at), so it may have expired.',
  });
}
