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

/** How many simulations a session holds, from a list of one; undefined when the list cannot tell. */
export async function sizeOf(client: SynthflowClient, id: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const page = await client.simulations.list({ simulation_session_id: id, page_number: 1, page_size: 1 }, signal);
    const foreign = page.items.some(
      (wire) => wire.simulation_session_id !== undefined && wire.simulation_session_id !== id,
    );
    return foreign ? undefined : page.total;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/**
 * Three filtered lists of one item each, of which little more than the total is read. Tells what has ended and how much
 * broke; the verdicts of the rest stay unread.
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
  const counts = { ...emptyCounts(), pending: totalOf(pending), error: totalOf(failed), unread: totalOf(completed) };
  counts.runs = counts.pending + counts.error + counts.unread;
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
