/** Calls as runs. */
import { formatRef } from '../../model/refs.ts';
import type { Evaluation, Run, Status } from '../../model/schemas.ts';
import { failedEvaluations, isTerminal, runVerdict } from '../../model/verdicts.ts';
import type { RunDepth } from '../provider.ts';
import { iso } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';
import { type EvaluationFacts, missingEvaluations, toEvaluations } from './verdict.ts';
import { plainWord, type WireCall, type WireCallDetail } from './wire.ts';

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

/** Of an execution or a call. An unknown word counts as running: it must not look finished. */
export function statusOf(word: string | undefined): Status {
  return STATUSES.get(plainWord(word ?? '')) ?? 'running';
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
export function toRun(row: WireCall, facts: CallFacts): Run {
  const word = statusOf(row.status);
  const evaluations = toEvaluations(row.eval_outputs, facts);
  const underWay = word === 'completed' && facts.execution !== undefined && !isTerminal(facts.execution);
  if (underWay && (facts.chat === true || evaluations.length === 0))
    evaluations.push(...missingEvaluations(row.eval_outputs, evaluations, facts));
  if (facts.unasked && evaluations.length > 0)
    for (const { id, name, decides } of facts.unasked) {
      const evaluation: Evaluation = { name, verdict: 'unscored', unread: decides ? 'not read' : undefined };
      facts.note?.(evaluation, id);
      evaluations.push(evaluation);
    }
  const waiting = evaluations.some((evaluation) => evaluation.verdict === 'pending');
  const status = word === 'completed' && waiting ? 'scoring' : word;
  const said = runVerdict(status, evaluations);
  // Nothing happens any more to a call of an execution that ended long ago.
  const verdict = said === 'pending' && facts.settled ? 'inconclusive' : said;
  // They are ours alone, made above.
  if (facts.full !== true && facts.depth !== 'verdicts')
    for (const evaluation of evaluations)
      if (verdict === 'passed' || hasPassed(evaluation)) evaluation.reason = undefined;
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
    // A list that grew has room for 17; its copy has room for what is in it.
    evaluations: evaluations.slice(),
    vendor_status: row.status || undefined,
  };
}

/** Whatever threshold it is held to. */
function hasPassed({ verdict, score }: Evaluation): boolean {
  return verdict === 'passed' && score === undefined;
}

function testOf(scenario: string, made?: Map<string, string>): string {
  const existing = made?.get(scenario);
  if (existing !== undefined) return existing;
  const ref = formatRef(PLATFORM.id, 'case', scenario);
  made?.set(scenario, ref);
  return ref;
}

/** One call in full, from call mode of the SDK family. A reader of one run wants every reason, also of what passed. */
export function toRunInFull(detail: WireCallDetail, session: string, facts: EvaluationFacts): Run {
  const run = toRun(detail, { ...facts, session, depth: 'reasons', full: true });
  const ended_reason = detail.ended_reason?.trim() || undefined;
  const cents = detail.cost?.total_cost_cents;
  const latency = detail.latency?.avg_agent_latency_ms ?? detail.latency?.response_time_ms;
  const message = ended_reason ?? 'The call failed; Future AGI gives no reason.';
  return {
    ...run,
    started_at: iso(detail.started_at),
    ended_reason,
    summary: detail.call_summary,
    cost: cents === undefined ? undefined : { amount: cents / 100, unit: 'USD' },
    latency_seconds: latency === undefined ? undefined : latency / 1000,
    error: run.status === 'failed' ? { message, type: 'call' } : undefined,
  };
}
