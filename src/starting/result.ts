/** What became of each test of a start. Pure. */
import type { Problem } from '../model/problem.ts';
import type { Attempt } from './attempt.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';
import { runRef, sessionRef, unique } from './receipt-refs.ts';
import type { Standing } from './standing.ts';
import type { TestOutcome } from './start-answer.ts';

export interface TestResult {
  attempt: Attempt;
  outcome: TestOutcome;
  /** Claims of the start, the latest attempt at each step. */
  entries: readonly Entry[];
  /** Something of it was sent in this call. */
  sent: boolean;
  /** Another call works on it. */
  busy: boolean;
  sessions: readonly string[];
  runs: readonly string[];
  problem?: Problem | undefined;
}

/** What became of a test of which this call sent steps. */
export function sentResult(attempt: Attempt, entries: readonly Entry[], problem: Problem | undefined): TestResult {
  const begun = entries.filter(mayHaveStarted).length;
  const result = { attempt, entries, sent: true, busy: false, ...refsOf(attempt, entries), problem };
  if (entries.some((entry) => entry.state === 'unknown')) return { ...result, outcome: 'unknown' };
  if (begun === 0) return { ...result, outcome: 'refused', sent: false };
  return { ...result, outcome: begun < attempt.plan.steps.length ? 'partly_started' : 'started' };
}

/** What is known of a test of which this call sends nothing. `planned` and `not_tried` where steps are missing. */
export function standingResult({ attempt, prior, missing, ended, raced }: Standing, missed: TestOutcome): TestResult {
  const entries = prior.kind === 'free' ? [] : prior.entries;
  const busy = prior.kind === 'busy';
  const result = { attempt, entries, sent: false, busy, ...refsOf(attempt, entries), problem: raced };
  if (ended?.ended) return { ...result, outcome: 'already_started', ...ended.ended };
  if (raced) return { ...result, outcome: entries.some(mayHaveStarted) ? 'already_started' : 'refused' };
  if (missing.length > 0) return { ...result, outcome: missed };
  if (!busy && entries.some((entry) => entry.state === 'unknown')) return { ...result, outcome: 'unknown' };
  return { ...result, outcome: 'already_started' };
}

function refsOf({ provider }: Attempt, entries: readonly Entry[]): Pick<TestResult, 'sessions' | 'runs'> {
  return {
    sessions: unique(entries.map((entry) => sessionRef(provider.id, entry))),
    runs: unique(entries.map((entry) => runRef(provider.id, entry))),
  };
}
