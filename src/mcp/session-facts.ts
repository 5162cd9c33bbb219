/** A session with exact counts: its runs are folded from a stream, thresholds applied, nothing kept but the sums. */
import { type DigestOptions, type SessionDigest, sessionDigest, withCounts } from '../analysis/digest.ts';
import type { Run, Session } from '../model/schemas.ts';
import { applyThresholds } from '../model/verdicts.ts';
import type { Provider, RunDepth } from '../providers/provider.ts';
import type { ToolContext } from './tool.ts';

export interface SessionPlace {
  provider: Provider;
  ids: readonly string[];
  session: Session;
}

/** What it takes to read runs. */
export type ReadingContext = Pick<ToolContext, 'reader' | 'signal' | 'began' | 'runsRead'>;

export type Thresholds = Readonly<Record<string, number>> | undefined;

/**
 * Shows every run of a session, with the caller's thresholds applied, to `visit`. No generator of runs: 10,000 of its
 * steps took as long as everything that is done with the runs (measured).
 */
export async function eachRun(
  at: Pick<SessionPlace, 'provider' | 'ids'>,
  depth: RunDepth,
  context: ReadingContext,
  thresholds: Thresholds,
  visit: (run: Run) => void,
): Promise<void> {
  const { signal, began } = context;
  for await (const page of context.reader.pages(at.provider, at.ids, depth, { signal, began })) {
    for (const run of page) visit(applyThresholds(run, thresholds));
    context.runsRead(page.length);
  }
}

/** The digest of a session, folded. */
export async function digestOf(
  at: Pick<SessionPlace, 'provider' | 'ids'>,
  context: ReadingContext,
  thresholds?: Thresholds,
  options?: DigestOptions,
): Promise<SessionDigest> {
  const digest = sessionDigest(options);
  await eachRun(at, 'verdicts', context, thresholds, digest.add);
  return digest.result();
}

/** The session with exact counts, rate and interval. */
export async function countSession(
  at: SessionPlace,
  context: ReadingContext,
  thresholds?: Thresholds,
): Promise<Session> {
  const { counts } = await digestOf(at, context, thresholds, { failed_limit: 0, error_limit: 0, flaky_limit: 0 });
  return counts.runs === 0 && at.session.counts.runs > 0 ? at.session : withCounts(at.session, counts);
}
