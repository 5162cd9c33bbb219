/**
 * What an execution counts of its calls, and a reading held against it. Peculiar to Future AGI: the counters of a chat
 * stay 0, pages of calls count themselves, and where no page can be computed only `metrics` counts.
 */
import { type Coverage, coverageOf, type Gap, withGaps } from '../../model/coverage.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { SessionCounters } from '../provider.ts';
import { statusOf } from './map-run.ts';
import type { WireExecution, WireMetrics } from './wire.ts';

export interface ExecutionCount {
  /** How many calls there are. */
  expected?: number | undefined;
  /** There are no more than that. */
  exact?: boolean | undefined;
  counters?: SessionCounters | undefined;
}

/** What an execution that has ended counts of its calls; counters that are 0 say nothing. */
export function countOf(execution: WireMetrics | WireExecution): ExecutionCount {
  const { status, total_calls: total = 0, completed_calls = 0, failed_calls } = execution;
  const expected = total > 0 ? total : completed_calls + (failed_calls ?? 0);
  if (expected === 0 || !isTerminal(statusOf(status))) return {};
  return { expected, exact: total > 0, counters: failed_calls === undefined ? undefined : { broken: failed_calls } };
}

/** Compares a reading with the number of calls that the execution itself counts. */
export function heldAgainst(coverage: Coverage, { expected, exact = false }: ExecutionCount): Coverage {
  const { read, unreadable: unusable = 0, gaps = [] } = coverage;
  const covered = read + unusable;
  if (expected === undefined) return coverage;
  if (expected > (coverage.expected ?? covered)) return missingFrom(coverage, expected, expected - covered);
  if (!exact || expected >= covered || gaps.some(({ kind }) => kind === 'surplus')) return coverage;
  const note = `The platform counts ${expected} runs, but its pages held ${covered}.`;
  return withGaps(coverage, [{ kind: 'surplus', count: covered - expected, note }]);
}

/** A reading in which `missing` of the `expected` runs are missing, whatever it said of that itself. */
export function missingFrom(coverage: Coverage, expected: number, missing: number): Coverage {
  const were = missing === 1 ? 'was' : 'were';
  const note = `${missing} of the ${expected} runs that the platform counts ${were} on no page.`;
  const others = (coverage.gaps ?? []).filter(({ kind }) => kind !== 'missing');
  const gaps: Gap[] = missing > 0 ? [{ kind: 'missing', count: missing, note }, ...others] : others;
  return coverageOf({ read: coverage.read, expected, unusable: coverage.unreadable, gaps });
}
