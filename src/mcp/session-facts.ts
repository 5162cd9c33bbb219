/** A session with exact counts: its runs are folded from a stream, thresholds applied, nothing kept but the sums. */
import { type DigestOptions, type SessionDigest, sessionDigest, withCounts } from '../analysis/digest.ts';
import type { Coverage } from '../model/coverage.ts';
import { Problem } from '../model/problem.ts';
import type { Run, Session } from '../model/schemas.ts';
import { applyThresholds, type ThresholdUse } from '../model/verdicts.ts';
import type { RunDepth } from '../providers/provider.ts';
import type { Opened } from '../reading/reading.ts';
import type { ToolContext } from './tool.ts';

/** What it takes to read runs. */
export type ReadingContext = Pick<ToolContext, 'signal' | 'began' | 'runsRead'>;

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
  visit: (run: Run) => void,
): Promise<Coverage> {
  const { signal, began } = context;
  const use: ThresholdUse = { matched: new Set(), known: new Set() };
  const coverage = await opened.runs(depth, { signal, began }, (runs) => {
    for (const run of runs) visit(applyThresholds(run, thresholds, use));
    context.runsRead(runs.length);
  });
  checkThresholds(thresholds, use, coverage.read);
  return coverage;
}

/** Throws `invalid_input` for names that met no evaluation, with the names that there are. */
export function checkThresholds(thresholds: Thresholds, use: ThresholdUse, runs: number): void {
  const unknown = Object.keys(thresholds ?? {}).filter((name) => !use.matched.has(name));
  if (unknown.length === 0 || runs === 0) return;
  throw new Problem('invalid_input', `${unknown.length} of the thresholds name no evaluation of these runs.`, {
    candidates: [...use.known].slice(0, 20),
    next: 'Pass names of evaluations as get_session prints them.',
  });
}

/** The digest of a session, folded, and what the reading found. */
export async function digestOf(
  opened: Opened,
  context: ReadingContext,
  thresholds?: Thresholds,
  options?: DigestOptions,
): Promise<{ digest: SessionDigest; coverage: Coverage }> {
  const digest = sessionDigest(options);
  const coverage = await eachRun(opened, 'verdicts', context, thresholds, digest.add);
  return { digest: digest.result(), coverage };
}

/** The session with exact counts, rate and interval, and what the reading found. */
export async function countSession(
  opened: Opened,
  context: ReadingContext,
  thresholds?: Thresholds,
): Promise<{ session: Session; digest: SessionDigest; coverage: Coverage }> {
  const none = { failed_limit: 0, error_limit: 0, flaky_limit: 0 };
  const { digest, coverage } = await digestOf(opened, context, thresholds, none);
  return { session: withCounts(opened.session, digest.counts, coverage), digest, coverage };
}
