/** A big session by counting instead of by fetching all its timelines. */
import { formatRef } from '../../model/refs.ts';
import type { Session } from '../../model/schemas.ts';
import { emptyCounts } from '../../model/verdicts.ts';
import type { CallContext } from '../provider.ts';
import type { Catalogue } from './catalogue.ts';
import type { SynthflowClient } from './client.ts';
import { isRefusal } from './endpoints/answers.ts';
import { defined, PROVIDER, toRun } from './map-run.ts';
import { sessionStatus } from './map-session.ts';

/** Sessions with more simulations than this are counted by filters instead of being fetched. */
export const BIG_SESSION = 200;

/**
 * How many simulations a session holds, from a list of one; undefined when the list cannot tell. A list that ignores the
 * filter counts those of every session: before a session is called big, the last item of the list has to be its own too.
 */
export async function sizeOf(client: SynthflowClient, id: string, signal: AbortSignal): Promise<number | undefined> {
  const at = (page_number: number) =>
    client.simulations.list({ simulation_session_id: id, page_number, page_size: 1 }, signal);
  try {
    const first = await at(1);
    const last = first.total !== undefined && first.total > BIG_SESSION ? await at(first.total) : first;
    const foreign = [...first.items, ...last.items].some((wire) => (wire.simulation_session_id ?? id) !== id);
    return foreign ? undefined : first.total;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/**
 * Three filtered lists of one item each, of which little more than the total is read. Tells what has ended and how much
 * broke; the verdicts of the rest stay uncounted.
 */
export async function countedSession(
  client: SynthflowClient,
  catalogue: Catalogue,
  id: string,
  { signal }: CallContext,
): Promise<Session> {
  const one = { simulation_session_id: id, page_number: 1, page_size: 1 };
  const [pending, failed, completed] = await Promise.all([
    client.simulations.list({ ...one, status: 'in-progress' }, signal),
    client.simulations.list({ ...one, status: 'failed' }, signal),
    client.simulations.list({ ...one, status: 'completed' }, signal),
  ]);
  const totalOf = (page: { total?: number; arrived: number }) => page.total ?? page.arrived;
  const counts = { ...emptyCounts(), pending: totalOf(pending), error: totalOf(failed), uncounted: totalOf(completed) };
  counts.runs = counts.pending + counts.error + counts.uncounted;
  const samples = [pending, failed, completed].flatMap((page) => page.items);
  const runs = samples.flatMap((wire) => toRun(wire, { now: 0, session: id }) ?? []);
  const caseIds = [...new Set(samples.flatMap((wire) => wire.simulation_case_id ?? []))];
  const origin = await catalogue.find(caseIds, signal);
  return {
    ref: formatRef(PROVIDER, 'session', id),
    provider: PROVIDER,
    status: sessionStatus([], counts),
    ...defined('name', origin?.name),
    ...defined('test', origin?.ref),
    ...defined('agent', runs[0]?.agent),
    ...defined('created_at', runs.flatMap((run) => run.started_at ?? []).sort()[0]),
    counts,
  };
}
