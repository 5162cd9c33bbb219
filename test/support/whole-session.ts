/** A session read to its end, as a provider reads it. */
import type { Coverage } from '../../src/model/coverage.ts';
import type { Run } from '../../src/model/schemas.ts';
import type { CallContext, OpenSession, Provider, RunDepth } from '../../src/providers/provider.ts';

export interface ReadRuns {
  runs: Run[];
  /** Runs of each page. */
  sizes: number[];
  coverage: Coverage;
}

/** Throws where a page comes behind the one with the coverage, or none has it. */
export async function readOpened(opened: OpenSession, depth: RunDepth, call: CallContext): Promise<ReadRuns> {
  const runs: Run[] = [];
  const sizes: number[] = [];
  let coverage: Coverage | undefined;
  for await (const page of opened.runs(depth, call)) {
    if (coverage) throw new Error('A page came behind the last one.');
    runs.push(...page.runs);
    sizes.push(page.runs.length);
    coverage = page.coverage;
  }
  if (!coverage) throw new Error('The last page does not say what was read.');
  return { runs, sizes, coverage };
}

export async function readWhole(
  provider: Provider,
  ids: readonly string[],
  depth: RunDepth,
  call: CallContext,
): Promise<ReadRuns & { opened: OpenSession }> {
  if (!provider.sessions) throw new Error(`${provider.id} has no sessions.`);
  const opened = await provider.sessions.open(ids, call);
  return { opened, ...(await readOpened(opened, depth, call)) };
}

export async function runsOf(...args: Parameters<typeof readWhole>): Promise<Run[]> {
  return (await readWhole(...args)).runs;
}
