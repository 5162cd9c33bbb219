/** All runs of a session, as a provider reads them, with what it found. */
import type { Coverage } from '../../src/model/coverage.ts';
import type { Run } from '../../src/model/schemas.ts';
import type { CallContext, Provider, RunDepth } from '../../src/providers/provider.ts';

export async function readSession(
  provider: Provider,
  ids: readonly string[],
  depth: RunDepth,
  call: CallContext,
): Promise<{ runs: Run[]; coverage: Coverage | undefined }> {
  const runs: Run[] = [];
  let coverage: Coverage | undefined;
  const opened = await provider.sessions?.open(ids, call);
  for await (const page of opened?.runs(depth, call) ?? []) {
    runs.push(...page.runs);
    coverage = page.coverage ?? coverage;
  }
  return { runs, coverage };
}

export async function runsOf(...args: Parameters<typeof readSession>): Promise<Run[]> {
  return (await readSession(...args)).runs;
}
