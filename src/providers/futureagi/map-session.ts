/** Executions as sessions, as each of the four views tells of one. */
import { formatRef } from '../../model/refs.ts';
import type { Counts, Session, Status } from '../../model/schemas.ts';
import { emptyCounts, isTerminal } from '../../model/verdicts.ts';
import { instant, iso } from '../shared/scalars.ts';
import { statusOf } from './map-run.ts';
import { agentNameOf, agentRefOf } from './map-test.ts';
import { PLATFORM } from './settings.ts';
import type { WireExecution, WireExecutionRow, WireListedExecution, WireMetrics, WireRunTest } from './wire.ts';

/** What has no result so long (ms) after the end never gets one. */
const SCORING_MS = 15 * 60_000;
/** What does not tell its end (a chat) has ended this long (ms) after its start: a call lasts 30 minutes at most. */
const LASTS_MS = 45 * 60_000;

/**
 * Whether it ended so long before `now` (ms) that nothing more is written of it; so too where it tells no time at
 * all.
 */
export function isSettled(
  { status, started_at, completed_at }: Pick<WireMetrics, 'status' | 'started_at' | 'completed_at'>,
  now: number,
): boolean {
  if (!isTerminal(statusOf(status))) return false;
  const started = instant(started_at);
  const ended = instant(completed_at) ?? (started === undefined ? undefined : started + LASTS_MS);
  return ended === undefined || now - ended > SCORING_MS;
}

/** What is known of an execution besides the execution itself. */
export interface Belonging {
  run_test?: string | undefined;
  name?: string | undefined;
  agent?: string | undefined;
  agent_ref?: string | undefined;
}

export function belongingOf(runTest: WireRunTest): Belonging {
  return { run_test: runTest.id, name: runTest.name, agent: agentNameOf(runTest), agent_ref: agentRefOf(runTest) };
}

/** One execution of the SDK family. `stillScoring` overrides a `completed` whose evaluations are not all written. */
export function toSession(
  execution: WireExecution | WireExecutionRow,
  known?: Belonging,
  stillScoring = false,
): Session {
  const word = statusOf(execution.status);
  const status = word === 'completed' && stillScoring ? 'scoring' : word;
  const listed = ('call_results' in execution && execution.call_results?.total) || 0;
  const { total_calls = 0, failed_calls = 0, completed_calls = 0 } = execution;
  return {
    ...headOf(execution.execution_id, execution.status, execution.started_at, known),
    status,
    ended_at: iso(execution.completed_at),
    counts: countsOf(status, listed > 0 ? listed : total_calls, failed_calls, completed_calls),
  };
}

/** The same from `metrics`, for executions whose statistics the vendor cannot compute. */
export function toSessionOfMetrics(metrics: WireMetrics, known?: Belonging): Session {
  const calls = metrics.metrics?.calls;
  return toSession(
    {
      ...metrics,
      failed_calls: metrics.failed_calls ?? calls?.failed,
      total_calls: Math.max(metrics.total_calls ?? 0, calls?.total ?? 0),
      eval_results: [],
    },
    known,
  );
}

/** One row of a run test's list of executions. Its `success_rate` is technical completion and is not used. */
export function toListedSession(row: WireListedExecution, known: Belonging): Session {
  const status = statusOf(row.status);
  const runs = Math.max(row.calls ?? 0, row.calls_attempted ?? 0, row.total_chats ?? 0);
  const agent = row.agent_definition?.trim() || known.agent;
  return {
    ...headOf(row.id, row.status, row.start_time, { ...known, agent }),
    status,
    counts: countsOf(status, runs, 0, 0),
  };
}

function headOf(id: string, vendor_status: string | undefined, created: string | undefined, known: Belonging = {}) {
  return {
    ref: formatRef(PLATFORM.id, 'session', id),
    provider: PLATFORM.id,
    name: known.name,
    test: known.run_test === undefined ? undefined : formatRef(PLATFORM.id, 'suite', known.run_test),
    agent: known.agent,
    agent_ref: known.agent_ref,
    created_at: iso(created),
    vendor_status,
  };
}

/**
 * Counts as far as an execution itself tells them. `failed_calls` counts calls that broke; what evaluations said of the
 * others is uncounted, and counters can stay 0 (chat), so the number of calls listed wins over them.
 */
function countsOf(status: Status, runs: number, broken: number, finished: number): Counts {
  const error = Math.min(broken, runs);
  const rest = runs - error;
  const pending = isTerminal(status) ? 0 : Math.max(0, rest - Math.min(finished, rest));
  return { ...emptyCounts(), runs, error, pending, uncounted: rest - pending || undefined };
}
