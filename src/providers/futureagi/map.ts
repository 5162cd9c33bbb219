/** Sessions and runs of Future AGI in our words. */
import { formatRef } from '../../model/refs.ts';
import type { Counts, Run, Session, Status } from '../../model/schemas.ts';
import { emptyCounts, failedEvaluations, isTerminal, runVerdict } from '../../model/verdicts.ts';
import type { RunDepth } from '../provider.ts';
import { mapEvaluations, missingEvaluations } from './evaluations.ts';
import type { CallDetail, CallRow, ExecutionDetail, ExecutionMetrics } from './wire.ts';
import type { ExecutionListRow } from './wire-app.ts';

export const PROVIDER = 'futureagi';

const STATUSES: Readonly<Record<string, Status>> = {
  pending: 'queued',
  queued: 'queued',
  registered: 'queued',
  started: 'queued',
  running: 'running',
  ongoing: 'running',
  in_progress: 'running',
  // A signal was sent; calls under way still end by themselves.
  cancelling: 'running',
  evaluating: 'scoring',
  analyzing: 'scoring',
  completed: 'completed',
  failed: 'failed',
  error: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

/** Lower, upper and title case are all in use. An unknown word counts as running: it must not look finished. */
export function statusOf(word: string | undefined): Status {
  const plain =
    word
      ?.trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_') ?? '';
  return STATUSES[plain] ?? 'running';
}

/** ISO 8601 UTC with milliseconds; undefined for what is no time. The vendor prints micro-, milli- or no fractions. */
export function isoTime(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const zoned = /(?:z|[+-]\d\d:?\d\d)$/i.test(text.trim()) ? text.trim() : `${text.trim()}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
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
    ...(known?.run_test ? { test: formatRef(PROVIDER, 'suite', known.run_test) } : {}),
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
  const listed = detail.call_results?.count ?? 0;
  const runs = Math.max(0, Math.trunc(listed > 0 ? listed : (detail.total_calls ?? 0)));
  const ended = isoTime(detail.completed_at);
  const created = isoTime(detail.started_at);
  return {
    ref: formatRef(PROVIDER, 'session', detail.execution_id),
    provider: PROVIDER,
    status,
    ...belongs(known),
    ...(created ? { created_at: created } : {}),
    ...(ended ? { ended_at: ended } : {}),
    ...(detail.status ? { vendor_status: detail.status } : {}),
    counts: countsOf(status, runs, detail.failed_calls ?? 0, detail.completed_calls ?? 0),
  };
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
      call_results: undefined,
      eval_explanation_summary_status: undefined,
    },
    known,
  );
}

/** One row of a run test's list of executions. Its `success_rate` is technical completion and is not used. */
export function mapExecutionRow(row: ExecutionListRow, known: Belonging): Session {
  const status = statusOf(row.status);
  const created = isoTime(row.start_time);
  const runs = Math.max(row.calls ?? 0, row.calls_attempted ?? 0, row.total_chats ?? 0);
  const counts = countsOf(status, Math.trunc(runs), 0, 0);
  return {
    ref: formatRef(PROVIDER, 'session', row.id),
    provider: PROVIDER,
    status,
    ...belongs({ ...known, agent: row.agent_definition?.trim() || known.agent }),
    ...(created ? { created_at: created } : {}),
    ...(row.status ? { vendor_status: row.status } : {}),
    counts,
  };
}

export interface CallContextFacts {
  session: string;
  /** Evaluation configurations of the execution, id to name. */
  names: ReadonlyMap<string, string>;
  /** The execution's own status, when known: while it is not over, absent evaluations may still come. */
  execution?: Status;
  /** A chat call is `completed` before its evaluations are written; a voice call only afterwards. */
  chat?: boolean;
  depth: RunDepth;
  /** References of scenarios made so far: the runs of one share a single string, which makes counting by it quick. */
  tests?: Map<string, string>;
}

/** One call of an execution as a run. `status` of a finished call with open evaluations is `scoring`. */
export function mapCall(row: CallRow, facts: CallContextFacts): Run {
  const word = statusOf(row.status);
  const present = mapEvaluations(row.eval_outputs, facts.names);
  const underWay = word === 'completed' && facts.execution !== undefined && !isTerminal(facts.execution);
  const open = underWay && (facts.chat === true || present.length === 0);
  const evaluations = open ? [...present, ...missingEvaluations(row.eval_outputs, facts.names, present)] : present;
  const waiting = evaluations.some((evaluation) => evaluation.verdict === 'pending');
  const status = word === 'completed' && waiting ? 'scoring' : word;
  const verdict = runVerdict(status, evaluations);
  const keepReasons = facts.depth !== 'verdicts' && verdict !== 'passed';
  // They are ours alone, made above.
  if (!keepReasons) for (const evaluation of evaluations) evaluation.reason = undefined;
  // No spreads: 10,000 runs are mapped by cold code, in which each costs as much as the rest of the run (measured).
  return {
    ref: formatRef(PROVIDER, 'run', row.call_execution_id),
    session: formatRef(PROVIDER, 'session', facts.session),
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
  const ref = formatRef(PROVIDER, 'case', scenario);
  made?.set(scenario, ref);
  return ref;
}

/** One call in full, from call mode of the SDK family. */
export function mapCallDetail(detail: CallDetail, session: string, names: ReadonlyMap<string, string>): Run {
  const run = mapCall(detail, { session, names, depth: 'reasons' });
  const started = isoTime(detail.started_at);
  const ended = detail.ended_reason?.trim();
  const cents = detail.cost?.total_cost_cents;
  const latency = detail.latency?.avg_agent_latency_ms ?? detail.latency?.response_time_ms;
  return {
    ...run,
    // A reader of one run wants every reason, also of what passed.
    evaluations: mapEvaluations(detail.eval_outputs, names),
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
