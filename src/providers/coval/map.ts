/** Coval's objects in our words. Pure; what a list does not tell is left out. */
import { formatRef } from '../../model/refs.ts';
import type { Counts, Evaluation, Run, Session, TestBrief, TestDetail } from '../../model/schemas.ts';
import { emptyCounts, failedEvaluations, isTerminal, runVerdict } from '../../model/verdicts.ts';
import { iso } from '../shared/scalars.ts';
import { PLATFORM } from './platform.ts';
import { statusOf } from './status.ts';
import type { WireRun, WireSimulation, WireTestCase, WireTestSet } from './wire.ts';

export interface RunContext {
  run_id: string;
  evaluations: Evaluation[];
  /** Its run ended so long ago that nothing more will come of it. */
  settled?: boolean;
  /** Name of the test case. */
  label?: string;
  iteration?: number;
}

/**
 * One simulation with its evaluations. A simulation that did not complete has none: its metrics say nothing. What one that
 * completed says of an error stands beside them, and it is no pass: Coval documents errors of failed ones alone.
 */
export function toRun(simulation: WireSimulation, context: RunContext): Run {
  const status = statusOf(simulation.status);
  const judged = status === 'completed' ? context.evaluations : [];
  const evaluations =
    status === 'completed' && simulation.error_message ? [...judged, besideError(simulation.error_message)] : judged;
  const variant = simulation.mutation_name ?? simulation.mutation_id;
  const broke = status === 'failed' || (status === 'cancelled' && simulation.error_message !== undefined);
  const message = simulation.error_message ?? 'Coval gives no reason.';
  const verdict = runVerdict(status, evaluations);
  // No spreads: 10,000 runs are mapped by cold code, in which each costs as much as the rest of the run (measured).
  return {
    ref: formatRef(PLATFORM.id, 'run', simulation.simulation_id),
    session: formatRef(PLATFORM.id, 'session', simulation.run_id ?? context.run_id),
    // Executed but still being judged is a status of ours; Coval says COMPLETED and lets the metrics follow.
    status: status === 'completed' && evaluations.some((e) => e.verdict === 'pending') ? 'scoring' : status,
    // What is under way in a run that ended long ago is not waited for: nobody knows what became of it.
    verdict: verdict === 'pending' && context.settled ? 'inconclusive' : verdict,
    test: simulation.test_case_id ? formatRef(PLATFORM.id, 'case', simulation.test_case_id) : undefined,
    name: context.label,
    iteration: context.iteration,
    variant,
    agent: simulation.agent_id,
    started_at: iso(simulation.create_time),
    vendor_status: simulation.status,
    has_recording: simulation.has_audio,
    ended_reason: simulation.end_reason,
    failed_evaluations: failedEvaluations(evaluations),
    evaluations,
    error: broke ? { message, code: simulation.error_status } : undefined,
  };
}

function besideError(reason: string): Evaluation {
  return { name: 'simulation', verdict: 'unscored', unread: 'a completed simulation beside an error', reason };
}

/** The members that have a value. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Object.fromEntries loses the key types that filtering undefined keeps.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export interface SessionExtras {
  agent?: string;
  /** Metrics of a completed run are known to be pending. */
  scoring?: boolean;
}

export function toSession(run: WireRun, extras: SessionExtras = {}): Session {
  const status = statusOf(run.status);
  const created_at = iso(run.create_time);
  return {
    ref: formatRef(PLATFORM.id, 'session', run.run_id),
    provider: PLATFORM.id,
    status: status === 'completed' && extras.scoring ? 'scoring' : status,
    ...(run.display_name ? { name: run.display_name } : {}),
    ...(run.test_set_id ? { test: formatRef(PLATFORM.id, 'suite', run.test_set_id) } : {}),
    ...given({ agent: extras.agent ?? run.agent_id, created_at, vendor_status: vendorStatus(run) }),
    counts: sessionCounts(run),
  };
}

/** The vendor's status with its own explanation behind it, e.g. `FAILED (SETUP_ERROR): worker crashed`. */
function vendorStatus(run: WireRun): string | undefined {
  if (!run.status) return undefined;
  return `${run.status}${run.error_status ? ` (${run.error_status})` : ''}${run.error ? `: ${run.error}` : ''}`;
}

/**
 * Counts from `progress`, which may count test cases instead of simulations (nothing says which). Once the outputs are
 * named their number decides; where the two disagree, nothing but that number is believed.
 */
export function sessionCounts(run: WireRun): Counts {
  const counts = emptyCounts();
  const named = run.results?.output_ids?.count;
  const { failed_test_cases: broken = 0, completed_test_cases: done = 0 } = run.progress ?? {};
  const total = run.progress?.total_test_cases ?? broken + done;
  counts.runs = named || total;
  const trusted = counts.runs === total;
  const ended = isTerminal(statusOf(run.status));
  counts.error = trusted ? Math.min(broken, total) : 0;
  const completed = trusted ? Math.min(done, total - counts.error) : 0;
  const rest = counts.runs - counts.error - completed;
  if (ended && (statusOf(run.status) === 'completed' || !trusted)) return { ...counts, uncounted: completed + rest };
  if (ended) counts.inconclusive = rest;
  else counts.pending = rest;
  return { ...counts, uncounted: completed };
}

const NAME_LENGTH = 80;

/** What a person would call a test case: its description, else the start of its scenario. */
export function caseName(testCase: WireTestCase): string {
  const text = (testCase.description ?? firstWords(testCase.input_str) ?? testCase.id).replace(/\s+/g, ' ').trim();
  return text.length > NAME_LENGTH ? `${text.slice(0, NAME_LENGTH - 1)}…` : text || testCase.id;
}

/** The scenario text; for a recorded conversation (a JSON list of messages) its first words. */
function firstWords(input: string | undefined): string | undefined {
  if (!input?.trimStart().startsWith('[')) return input;
  const said = /"content"\s*:\s*"((?:[^"\\]|\\.)+)"/.exec(input)?.[1];
  return said ?? input;
}

export function criteriaOf(testCase: WireTestCase): string[] {
  return testCase.expected_behaviors ?? (testCase.expected_output_str ? [testCase.expected_output_str] : []);
}

export function caseBrief(testCase: WireTestCase): TestBrief {
  return {
    ref: formatRef(PLATFORM.id, 'case', testCase.id),
    kind: 'case',
    name: caseName(testCase),
    provider: PLATFORM.id,
    ...(testCase.test_set_id ? { suite: formatRef(PLATFORM.id, 'suite', testCase.test_set_id) } : {}),
    criteria: criteriaOf(testCase).length,
    ...given({ updated_at: iso(testCase.update_time) }),
  };
}

export function caseDetail(testCase: WireTestCase): TestDetail {
  return {
    ...caseBrief(testCase),
    ...(testCase.input_str ? { caller: testCase.input_str } : {}),
    success_criteria: criteriaOf(testCase),
    success_rule: 'all',
  };
}

export function suiteName(testSet: WireTestSet): string {
  return testSet.display_name ?? testSet.slug ?? testSet.id;
}

export function suiteBrief(testSet: WireTestSet): TestBrief {
  return {
    ref: formatRef(PLATFORM.id, 'suite', testSet.id),
    kind: 'suite',
    name: suiteName(testSet),
    provider: PLATFORM.id,
    ...given({ cases: testSet.test_case_count, updated_at: iso(testSet.update_time) }),
  };
}
