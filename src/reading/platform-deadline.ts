/** Where several platforms are asked at once, one that hangs must not hold up what the others have answered. */
import { Problem, toProblem } from '../model/problem.ts';
import type { Provider } from '../providers/provider.ts';

/** How long the other platforms wait for one; well below the deadline of the whole call. */
const PATIENCE_MS = 15_000;

/** A signal for one platform's part, and what to make of an error: throws it on when the whole call has ended. */
export function platformDeadline(
  provider: Pick<Provider, 'id' | 'label'>,
  whole: AbortSignal,
): { signal: AbortSignal; outcome(error: unknown): Problem } {
  const own = AbortSignal.timeout(PATIENCE_MS);
  return {
    signal: AbortSignal.any([whole, own]),
    outcome(error) {
      if (whole.aborted) throw error;
      if (!own.aborted) return toProblem(error);
      return new Problem('timeout', `${provider.label} did not answer within ${PATIENCE_MS / 1000} s.`, {
        provider: provider.id,
        next: 'Ask again for this platform alone, which waits longer.',
        cause: error,
      });
    },
  };
}
