/** Reasons of judges as lines that a model is sent: each the one failed evaluation of a run that is named by its id. */
import type { Run } from '../../../src/model/schemas.ts';
import { coded } from '../../../src/modes/coding.ts';
import { failureFold } from '../../../src/modes/failures.ts';
import { failureLines, orderedGroups } from '../../../src/modes/lines.ts';
import { type SentLine, sentLines } from '../../../src/modes/reader/sent-lines.ts';

export function linesOfReasons(reasons: readonly { id: string; evaluation: string; reason: string }[]): SentLine[] {
  const fold = failureFold();
  for (const { id, evaluation, reason } of reasons) {
    const run: Run = {
      ref: id,
      session: 'coval/session/1',
      status: 'completed',
      verdict: 'failed',
      failed_evaluations: [evaluation],
      evaluations: [{ name: evaluation, verdict: 'failed', reason }],
    };
    fold.add(run);
  }
  const table = fold.result();
  const lines = failureLines(orderedGroups(table), coded([], table), { state: 'uncoded' });
  return sentLines(lines, { masked: false, redact: (text) => text }).sent;
}
