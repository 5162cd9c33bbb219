/** A session with exact counts: its runs are folded from a stream, thresholds applied, nothing kept but the sums. */
import type { DigestOptions, SessionDigest } from '../analysis/digest.ts';
import type { Coverage } from '../model/coverage.ts';
import { withCounts } from '../model/pass-rate.ts';
import { Problem } from '../model/problem.ts';
import type { Evaluation, Run, Session } from '../model/schemas.ts';
import { applyThresholds, countRun, emptyCounts, type ThresholdUse } from '../model/verdicts.ts';
import type { RunDepth } from '../providers/provider.ts';
import { closest } from '../providers/shared/choose.ts';
import { pooledSession } from '../reading/pool.ts';
import type { Opened, OpenedSession, ReadingCall } from '../reading/reading.ts';
import type { ToolContext } from './tool.ts';

/** What it takes to read runs. */
export type ReadingContext = Pick<ToolContext, 'signal' | 'began' | 'runsRead' | 'runsHeld'>;

export type Thresholds = Readonly<Record<string, number>> | undefined;

/**
 * Shows every run of a session, with the caller's thresholds applied, to `visit`; resolves with what the reading found.
 * Throws `invalid_input` for a threshold whose name is that of no evaluation. No generator of runs: 10,000 of its steps
 * took as long as everything that is done with the runs (measured).
 */
export async function eachRun(
  opened: Opened,
  depth: RunDepth,
  context: ReadingContext,
  thresholds: Thresholds,
  visit: (run: Run, of: OpenedSession) => void,
  onCovered?: ReadingCall['onCovered'],
): Promise<Coverage> {
  const { signal, began } = context;
  const use: ThresholdUse = { matched: new Set(), known: new Set() };
  const coverage = await opened.runs(depth, { signal, began, onHeld: context.runsHeld, onCovered }, (runs, of) => {
    for (const run of runs) visit(applyThresholds(run, thresholds, use), of);
    context.runsRead(runs.length);
  });
  checkThresholds(thresholds, use, coverage.read);
  return coverage;
}

/** Throws `invalid_input` for names that met no evaluation, with the names that there are. */
export function checkThresholds(thresholds: Thresholds, use: ThresholdUse, runs: number): void {
  const names = Object.keys(thresholds ?? {});
  const [unknown] = names.filter((name) => !use.matched.has(name));
  if (unknown === undefined || runs === 0) return;
  const which = names.length === 1 ? 'The threshold' : `Threshold ${names.indexOf(unknown) + 1} of ${names.length}`;
  throw new Problem('invalid_input', `${which} names no evaluation of these runs.`, {
    candidates: closest(unknown, [...use.known]),
    next: 'Pass names of evaluations as get_session prints them.',
  });
}

/** Names of thresholds that decided something. */
export function usedThresholds(thresholds: Thresholds, evaluations: readonly Evaluation[], used: Set<string>): void {
  if (!thresholds) return;
  for (const { name, threshold } of evaluations)
    if (threshold !== undefined && Object.hasOwn(thresholds, name) && thresholds[name] === threshold) used.add(name);
}

/** How many thresholds changed nothing. */
export function idleThresholds(thresholds: Thresholds, used: ReadonlySet<string>): number {
  return Object.keys(thresholds ?? {}).length - used.size;
}

/** The counts of a session, or of each of several, as their runs come. */
export function sessionCounts({ members, session: pool }: Opened) {
  const counts = new Map(members.map((member) => [member, emptyCounts()]));
  const found = new Map<OpenedSession, Coverage>();
  return {
    add(run: Run, of: OpenedSession) {
      const own = counts.get(of);
      if (own) countRun(own, run.verdict);
    },
    covered: (of: OpenedSession, coverage: Coverage) => void found.set(of, coverage),
    /** With counts, rate and interval; of several as one, and each. `coverage`: of all that was read. */
    result(coverage: Coverage): { session: Session; sessions: Session[] | undefined } {
      const each = members.map((one) => withCounts(one.session, counts.get(one) ?? emptyCounts(), found.get(one)));
      const [first, ...others] = each;
      if (first && others.length === 0) return { session: first, sessions: undefined };
      const sum = pooledSession(each).counts;
      return { session: withCounts({ ...pool, counts: sum }, sum, coverage), sessions: each };
    },
  };
}

/** The digest of a session, folded, the session with its counts, what the reading found, and how many thresholds changed nothing. */
export async function digestOf(
  opened: Opened,
  context: ReadingContext,
  thresholds?: Thresholds,
  options?: DigestOptions,
) {
  const { sessionDigest } = await import('../analysis/digest.ts');
  const digest = sessionDigest(options);
  const counts = sessionCounts(opened);
  const several = opened.members.length > 1;
  const used = new Set<string>();
  const show = (run: Run, of: OpenedSession) => {
    digest.add(run, several ? of.ref : undefined);
    counts.add(run, of);
    usedThresholds(thresholds, run.evaluations, used);
  };
  const coverage = await eachRun(opened, 'verdicts', context, thresholds, show, counts.covered);
  return {
    ...counts.result(coverage),
    digest: digest.result(),
    coverage,
    idle: coverage.read > 0 ? idleThresholds(thresholds, used) : 0,
  };
}

/** The session with exact counts, rate and interval, and what the reading found. */
export async function countSession(
  opened: Opened,
  context: ReadingContext,
  thresholds?: Thresholds,
): Promise<{ session: Session; digest: SessionDigest; coverage: Coverage }> {
  return digestOf(opened, context, thresholds, { failed_limit: 0, error_limit: 0, excused_limit: 0, flaky_limit: 0 });
}
