/** How much of a run a reading keeps: a walk over a session must not hold parts that were not asked for. */
import type { Evaluation, Run } from '../../model/schemas.ts';
import type { RunDepth } from '../provider.ts';

/** The run without the parts that `depth` does not ask for. */
export function runAtDepth(run: Run, depth: RunDepth): Run {
  if (run.verdict !== 'passed' && depth === 'reasons') return run;
  return { ...run, evaluations: run.evaluations.map(withoutReason), error: undefined, summary: undefined };
}

function withoutReason(evaluation: Evaluation): Evaluation {
  return { ...evaluation, reason: undefined };
}
