/** Failed runs for tests of failure modes. */
import type { Run } from '../../src/model/schemas.ts';

/** A run in which these evaluations failed, each with what was said of it. */
export function failedRun(
  ref: string,
  failed: readonly (readonly [evaluation: string, reason: string | undefined])[],
  { session = 'coval/session/1', ...more }: Partial<Run> = {},
): Run {
  return {
    ref,
    session,
    status: 'completed',
    verdict: 'failed',
    failed_evaluations: failed.map(([name]) => name),
    evaluations: failed.map(([name, reason]) => ({ name, verdict: 'failed', reason })),
    ...more,
  };
}
