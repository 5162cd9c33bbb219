/** The filters of `list_runs`, also used by resources and bulk readers. */
import type { Run, RunVerdict } from '../model/schemas.ts';

export interface RunFilter {
  verdict?: RunVerdict;
  evaluation?: string;
  test?: string;
  text?: string;
}

export function matchesRun(run: Run, filter: RunFilter): boolean {
  if (filter.verdict !== undefined && run.verdict !== filter.verdict) return false;
  if (filter.evaluation !== undefined && !run.failed_evaluations.some((name) => contains(name, filter.evaluation)))
    return false;
  if (filter.test !== undefined && !isOfTest(run, filter.test)) return false;
  if (filter.text !== undefined) {
    const texts = [
      run.name,
      run.error?.message,
      run.summary,
      run.ended_reason,
      ...run.evaluations.flatMap((one) => [one.name, one.verdict === 'passed' ? undefined : one.reason]),
    ];
    if (!texts.some((text) => contains(text, filter.text))) return false;
  }
  return true;
}

/** Whether a run is of this test: its reference, or part of its name. */
export function isOfTest(run: Run, test: string | undefined): boolean {
  return test !== undefined && (run.test === test.trim() || contains(run.name, test));
}

export function contains(text: string | undefined, part: string | undefined): boolean {
  return text !== undefined && part !== undefined && text.toLowerCase().includes(part.trim().toLowerCase());
}
