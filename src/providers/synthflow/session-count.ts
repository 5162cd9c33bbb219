/**
 * Counts big sessions by filtered lists of one item each: a session comes only with all its timelines, which may be too
 * big to fetch.
 */
import { isProblem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { Session, Status } from '../../model/schemas.ts';
import { emptyCounts } from '../../model/verdicts.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import type { List, Place, RawPage } from '../shared/list.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusedRequest } from './faults.ts';
import type { Lookup } from './lookup.ts';
import { statusOf, toRun } from './map-run.ts';
import { agentRefOf, sessionStatus } from './map-session.ts';
import { PLATFORM } from './settings.ts';
import type { WireSimulation } from './wire.ts';

/** Sessions with more simulations than this are counted by filters instead of being fetched. */
export const BIG_SESSION = 200;

export interface SizedSession {
  /** Number of simulations in the session; undefined where the list does not tell it. */
  size: number | undefined;
  /** The first page of the list, where it could be read. */
  page?: RawPage<WireSimulation>;
}

/**
 * How many simulations a session holds, from a page of their list. A list that ignores the filter counts those of every
 * session: before a session is called big, the last item of the list has to be its own too.
 */
export async function sizeOf(api: Api, id: string, page_size: number, call: CallContext): Promise<SizedSession> {
  const at = (place: Place) => simulationsOf(api, id, undefined, call).fetch(place);
  try {
    const page = await at({ offset: 0, size: page_size });
    const { total = 0 } = page;
    const last = total > BIG_SESSION ? await at({ offset: total - 1, size: 1 }) : page;
    const foreign = [...page.rows, ...last.rows].some((wire) => (wire?.simulation_session_id ?? id) !== id);
    return { size: foreign ? undefined : page.total, page };
  } catch (error) {
    const kind = isProblem(error) && page_size > 1 ? error.kind : undefined;
    if (kind === 'too_large') return sizeOf(api, id, 1, call);
    // The size stays unknown; reading the runs reports what cannot be read.
    if (isRefusedRequest(error) || kind === 'unreadable') return { size: undefined };
    throw error;
  }
}

export interface CountedSession {
  session: Session;
  /** Runs that broke, and runs in all, where the lists count them. */
  broken: number | undefined;
  total: number | undefined;
}

/** The counts in a filtered list of one item. */
interface Filtered {
  /** Lower bound of the number of items. */
  atLeast: number;
  /** Count of the list; undefined where it states none, or ignored the filter. */
  total: number | undefined;
  samples: WireSimulation[];
}

/**
 * Counts a session by three filtered lists of one item each: which runs are under way, and which broke. The verdicts of
 * the others stay uncounted. `size` = number of its simulations, where it is known.
 */
export async function countedSession(
  api: Api,
  lookup: Lookup,
  id: string,
  size: number | undefined,
  call: CallContext,
): Promise<CountedSession> {
  const filtered = async (status: string, means: readonly Status[]) => {
    const { rows, total } = await simulationsOf(api, id, status, call).fetch({ offset: 0, size: 1 });
    const samples = rows.flatMap((wire) => (wire && fits(wire, id, means) ? [wire] : []));
    const filterWorked = samples.length === rows.length;
    const counted: Filtered = filterWorked
      ? { atLeast: total ?? rows.length, total: total ?? (rows.length === 0 ? 0 : undefined), samples }
      : { atLeast: samples.length, total: undefined, samples };
    return counted;
  };
  const [pending, failed, completed] = await Promise.all([
    filtered('in-progress', ['running', 'queued']),
    filtered('failed', ['failed']),
    filtered('completed', ['completed', 'scoring']),
  ]);
  const pendingOrFailed = pending.atLeast + failed.atLeast;
  const uncounted = Math.max(completed.atLeast, (size ?? 0) - pendingOrFailed);
  const counts = {
    ...emptyCounts(),
    runs: pendingOrFailed + uncounted,
    pending: pending.atLeast,
    error: failed.atLeast,
    uncounted,
  };
  const exact = [pending, failed, completed].every(({ total }) => total !== undefined);
  const samples = [pending, failed, completed].flatMap((one) => one.samples);
  const runs = samples.flatMap((wire) => toRun(wire, { now: 0, session: id }) ?? []);
  const caseIds = [...new Set(samples.flatMap((wire) => wire.simulation_case_id ?? []))];
  const origin = await lookup.suiteOf(caseIds, call);
  const session: Session = {
    ref: formatRef(PLATFORM.id, 'session', id),
    provider: PLATFORM.id,
    status: sessionStatus([], counts),
    name: origin?.name,
    test: origin?.ref,
    agent: runs[0]?.agent,
    agent_ref: agentRefOf(samples),
    created_at: runs.flatMap((run) => run.started_at ?? []).sort()[0],
    counts,
  };
  return { session, broken: failed.total, total: exact || size !== undefined ? counts.runs : undefined };
}

function simulationsOf(
  api: Api,
  id: string,
  status: string | undefined,
  { signal }: CallContext,
): List<WireSimulation> {
  return api.list(ENDPOINTS.listSimulations, { query: { simulation_session_id: id, status }, signal });
}

function fits(wire: WireSimulation, session: string, means: readonly Status[]): boolean {
  return (wire.simulation_session_id ?? session) === session && means.includes(statusOf(wire, 0));
}
