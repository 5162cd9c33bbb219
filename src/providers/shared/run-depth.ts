/** How much of a run a reading keeps: a walk over a session must not hold parts that were not asked for. */
import type { Evaluation, Run, RunVerdict } from '../../model/schemas.ts';
import type { RunDepth } from '../provider.ts';

/** Whether a run that is read for `depth` is to carry its transcript. */
export function wantsTranscript(depth: RunDepth): (verdict: RunVerdict) => boolean {
  return (verdict) => depth === 'evidence' && verdict !== 'passed';
}

/** The run without the parts that `depth` does not ask for. */
export function runAtDepth(run: Run, depth: RunDepth): Run {
  if (run.verdict !== 'passed' && depth === 'evidence') return run;
  if (run.verdict !== 'passed' && depth === 'reasons') return { ...run, transcript: undefined };
  const evaluations = run.evaluations.map(withoutReason);
  return { ...run, evaluations, transcript: undefined, error: undefined, summary: undefined };
}

function withoutReason(evaluation: Evaluation): Evaluation {
  return { ...evaluation, reason: undefined };
}
