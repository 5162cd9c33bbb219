/** Compares a platform's own counters of a session with the runs that were read, and states contradictions as gaps. */
import type { Coverage, Gap } from '../model/coverage.ts';
import type { Counts } from '../model/schemas.ts';
import type { SessionCounters } from '../providers/provider.ts';

/**
 * Gaps where no assignment of the missing and the undecided runs makes the platform's sums true. `counts` are of the
 * runs as the platform judged them, `coverage` of their reading.
 */
export function counterGaps(counters: SessionCounters | undefined, counts: Counts, coverage: Coverage): Gap[] {
  const { broken, passed, unsuccessful } = counters ?? {};
  const undecided = counts.inconclusive + counts.pending + (coverage.missing ?? 0) + (coverage.unreadable ?? 0);
  const gaps: Gap[] = [];
  const say = (count: number, what: string, said: number, shown: number) => {
    if (count <= 0) return;
    const note = `The platform counts ${said} of the runs as ${what}, but they show ${shown}.`;
    gaps.push({ kind: 'counters_disagree', count, note });
  };
  if (broken !== undefined) say(broken - counts.error - undecided, 'broken', broken, counts.error);
  if (passed !== undefined) {
    const over = counts.passed - passed;
    const under = passed - counts.passed - undecided;
    say(Math.max(over, under), 'passed', passed, counts.passed);
  }
  if (unsuccessful !== undefined) {
    const others = counts.runs - counts.passed;
    const unread = (coverage.missing ?? 0) + (coverage.unreadable ?? 0);
    say(unsuccessful - others - unread, 'not passed', unsuccessful, others);
  }
  return gaps;
}
