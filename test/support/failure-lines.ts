/** Lines of `list_failures`, each with what an answer says once for many of them. */
import { at, list, text } from './data.ts';

export interface WholeLine {
  id: string;
  /** Reference of the run. */
  run: string;
  evaluation: string;
  reason: string;
}

/** The lines of structured content, each with its criterion and the whole reference of its run. */
export function wholeLines(data: unknown): WholeLine[] {
  let evaluation: unknown;
  return list(at(data, 'failures')).map((line) => {
    evaluation = at(line, 'evaluation') ?? evaluation;
    const rest = text(at(at(data, 'run_refs'), text(at(line, 'run'))));
    return {
      id: text(at(line, 'id')),
      run: `${at(data, 'run_prefix') ?? ''}${rest}`,
      evaluation: text(evaluation),
      reason: text(at(line, 'reason')),
    };
  });
}
