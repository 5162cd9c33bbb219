/** Sessions and runs of Future AGI in our words. */
import { formatRef } from '../../model/refs.ts';
import type { Counts, Evaluation, Run, Session, Status } from '../../model/schemas.ts';
import { emptyCounts, failedEvaluations, isTerminal, runVerdict } from '../../model/verdicts.ts';
import type { RunDepth, SessionCounters } from '../provider.ts';
import { instant, iso } from '../shared/scalars.ts';
import { type EvaluationFacts, mapEvaluations, missingEvaluations } from './evaluations.ts';
import { PLATFORM } from './platform.ts';
import type { CallDetail, CallRow, ExecutionDetail, ExecutionMetrics } from './wire.ts';
import type { ExecutionListRow } from './wire-app.ts';

const STATUSES: ReadonlyMap<string, Status> = new Map([
  ['pending', 'queued'],
  ['queued', 'queued'],
  ['registered', 'queued'],
  ['started', 'queued'],
  ['running', 'running'],
  ['ongoing', 'running'],
  ['in_progress', 'running'],
  // A signal was sent; calls under way still end by themselves.
  ['cancelling', 'running'],
  ['evaluating', 'scoring'],
  ['analyzing', 'scoring'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['error', 'failed'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
]);

/** Lower, upper and title case are all in use. An unknown word counts as running: it must not look finished. */
export function statusOf(word: string | undefined): Status {
  const plain = word
    ?.trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return STATUSES.get(plain ?? '') ?? 'running';
}

/** What has no result so long (ms) after the end never gets one. */
const SCORING_MS = 15 * 60_000;
/** What does not tell its end (a chat) has ended this long (ms) after its start: a call lasts 30 minutes at most. */
const LASTS_MS = 45 * 60_000;

/** Whether it ended so long before `now` (ms) that nothing more is written of it; so too where it tells no time at all. */
export function isSettled(
  { status, started_at, completed_at }: Pick<ExecutionMetrics, 'status' | 'started_at' | 'completed_at'>,
  now: number,
): boolean {
  if (!isTerminal(statusOf(status))) return false;
  const started = instant(started_at);
  const ended = instant(completed_at) ?? (started === undefined ? undefined : started + LASTS_MS);
  return ended === undefined || now - ended > SCORING_MS;
}

/** What the provider learnt of an execution besides the execution itself. */
export interface Belonging {
  run_test?: string;
  name?: string;
  agent?: string;
}

function belongs(known: Belonging | undefined) {
  return {
    ...(known?.name ? { name: known.name } : {}),
    ...(known?.run_test ? { test: formatRef(PLATFORM.id, 'suite', known.run_test) } : {}),
    ...(known?.agent ? { agent: known.agent } : {}),
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
  const uncounted = rest - pending;
  return { ...emptyCounts(), runs, error, pending, ...(uncounted > 0 ? { uncounted } : {}) };
}

/** One execution of the SDK family. `still_scoring` overrides a `completed` whose evaluations are not all written. */
export function mapExecution(detail: ExecutionDetail, known?: Belonging, stillScoring = false): Session {
  const word = statusOf(detail.status);
  const status = word === 'completed' && stillScoring ? 'scoring' : word;
  const listed = detail.call_results?.total ?? 0;
  const ended = iso(detail.completed_at);
  const created = iso(detail.started_at);
  return {
    ref: formatRef(PLATFORM.id, 'session', detail.execution_id),
    provider: PLATFORM.id,
    status,
    ...belongs(known),
    ...(created ? { created_at: created } : {}),
    ...(ended ? { ended_at: ended } : {}),
    ...(detail.status ? { vendor_status: detail.status } : {}),
    counts: countsOf(
      status,
      listed > 0 ? listed : (detail.total_calls ?? 0),
      detail.failed_calls ?? 0,
      detail.completed_calls ?? 0,
    ),
  };
}

/** What an execution that has ended counts of its calls. The counters of a chat stay 0: they say nothing. */
export function countersOf(execution: ExecutionMetrics | ExecutionDetail): {
  /** How many there are. */
  expected?: number | undefined;
  /** There are no more than that. */
  exact?: boolean;
  counters?: SessionCounters | undefined;
} {
  const { status, total_calls: total = 0, completed_calls = 0, failed_calls } = execution;
  const expected = total > 0 ? total : completed_calls + (failed_calls ?? 0);
  if (expected === 0 || !isTerminal(statusOf(status))) return {};
  return { expected, exact: total > 0, counters: failed_calls === undefined ? undefined : { broken: failed_calls } };
}

/** The same from `metrics`, for executions whose statistics the vendor cannot compute. */
export function mapExecutionMetrics(metrics: ExecutionMetrics, known?: Belonging): Session {
  const calls = metrics.metrics?.calls;
  return mapExecution(
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
export function mapExecutionRow(row: ExecutionListRow, known: Belonging): Session {
  const status = statusOf(row.status);
  const created = iso(row.start_time);
  const runs = Math.max(row.calls ?? 0, row.calls_attempted ?? 0, row.total_chats ?? 0);
  return {
    ref: formatRef(PLATFORM.id, 'session', row.id),
    provider: PLATFORM.id,
    status,
    ...belongs({ ...known, agent: row.agent_definition?.trim() || known.agent }),
    ...(created ? { created_at: created } : {}),
    ...(row.status ? { vendor_status: row.status } : {}),
    counts: countsOf(status, runs, 0, 0),
  };
}

export interface CallFacts extends EvaluationFacts {
  session: string;
  /** The execution's own status, when known: while it is not over, absent evaluations may still come. */
  execution?: Status;
  /** A chat call is `completed` before its evaluations are written; a voice call only afterwards. */
  chat?: boolean;
  depth: RunDepth;
  /** With the reasons of what passed, too. */
  full?: boolean;
  /** References of scenarios made so far: the runs of one share a single string, which makes counting by it quick. */
  tests?: Map<string, string>;
  /** Evaluations that the vendor was not asked for, of every finished call. */
  unasked?: readonly Unasked[];
}

/** An evaluation that cannot be read in a list. */
export interface Unasked {
  id: string;
  name: string;
  /** It may hold a verdict: without it, no run is known to have passed. */
  decides: boolean;
}

/** One call of an execution as a run. `status` of a finished call with open evaluations is `scoring`. */
export function mapCall(row: CallRow, facts: CallFacts): Run {
  const word = statusOf(row.status);
  const evaluations = mapEvaluations(row.eval_outputs, facts);
  const underWay = word === 'completed' && facts.execution !== undefined && !isTerminal(facts.execution);
  if (underWay && (facts.chat === true || evaluations.length === 0))
    evaluations.push(...missingEvaluations(row.eval_outputs, evaluations, facts));
  if (facts.unasked && evaluations.length > 0)
    for (const { id, name, decides } of facts.unasked) {
      const evaluation: Evaluation = { name, verdict: 'unscored', ...(decides ? { unread: 'not read' } : {}) };
      facts.note?.(evaluation, id);
      evaluations.push(evaluation);
    }
  const waiting = evaluations.some((evaluation) => evaluation.verdict === 'pending');
  const status = word === 'completed' && waiting ? 'scoring' : word;
  const said = runVerdict(status, evaluations);
  // Nothing happens any more to a call of an execution that ended long ago.
  const verdict = said === 'pending' && facts.settled ? 'inconclusive' : said;
  const keepReasons = facts.full === true || (facts.depth !== 'verdicts' && verdict !== 'passed');
  // They are ours alone, made above.
  if (!keepReasons && facts.depth !== 'verdicts') for (const evaluation of evaluations) evaluation.reason = undefined;
  // No spreads: 10,000 runs are mapped by cold code, in which each costs as much as the rest of the run (measured).
  return {
    ref: formatRef(PLATFORM.id, 'run', row.call_execution_id),
    session: formatRef(PLATFORM.id, 'session', facts.session),
    status,
    verdict,
    test: row.scenario_id ? testOf(row.scenario_id, facts.tests) : undefined,
    name: row.scenario_name || undefined,
    iteration: undefined,
    failed_evaluations: failedEvaluations(evaluations),
    duration_seconds: row.duration_seconds,
    evaluations,
    vendor_status: row.status || undefined,
  };
}

function testOf(scenario: string, made?: Map<string, string>): string {
  const before = made?.get(scenario);
  if (before !== undefined) return before;
  const ref = formatRef(PLATFORM.id, 'case', scenario);
  made?.set(scenario, ref);
  return ref;
}

/** One call in full, from call mode of the SDK family. A reader of one run wants every reason, also of what passed. */
export function mapCallDetail(detail: CallDetail, session: string, facts: EvaluationFacts): Run {
  const run = mapCall(detail, { ...facts, session, depth: 'reasons', full: true });
  const started = iso(detail.started_at);
  const ended = detail.ended_reason?.trim();
  const cents = detail.cost?.total_cost_cents;
  const latency = detail.latency?.avg_agent_latency_ms ?? detail.latency?.response_time_ms;
  return {
    ...run,
    ...(started ? { started_at: started } : {}),
    ...(ended ? { ended_reason: ended } : {}),
    ...(detail.call_summary ? { summary: detail.call_summary } : {}),
    ...(cents === undefined ? {} : { cost: { amount: cents / 100, unit: 'USD' as const } }),
    ...(latency === undefined ? {} : { latency_seconds: latency / 1000 }),
    ...(run.status === 'failed'
      ? { error: { message: ended ?? 'The call failed; Future AGI gives no reason.', type: 'call' } }
      : {}),
  };
}
