/** What tells failures apart: their ids, however their criteria are called and whichever of them pass. */
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/model/schemas.ts';
import { applyThresholds } from '../../src/model/verdicts.ts';
import { failureFold, failureId } from '../../src/modes/failures.ts';
import { failedRun } from './runs.ts';

function idsOf(run: Parameters<ReturnType<typeof failureFold>['add']>[0]): string[] {
  const fold = failureFold();
  fold.add(run);
  return fold.result().groups.flatMap(({ failures }) => failures.map(failureId));
}

describe('the failures of one run', () => {
  const reason = 'The agent never repeated the date to the caller.';
  it.each([
    [
      'begin alike',
      `${'The agent asks before it books. '.repeat(6)}A`,
      `${'The agent asks before it books. '.repeat(6)}B`,
    ],
    ['differ in blanks alone', 'Repeats  the date', 'Repeats the date'],
    ['are the same', 'Repeats the date', 'Repeats the date'],
  ])('have ids of their own where their criteria %s', (_, one, other) => {
    const ids = idsOf(
      failedRun('coval/run/1', [
        [one, reason],
        [other, reason],
      ]),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('keep their ids when a threshold lets another evaluation of that name fail, too', () => {
    const scored = (score: number, verdict: Evaluation['verdict']): Evaluation => ({
      name: 'Politeness',
      score,
      verdict,
      reason: `It was ${score}.`,
    });
    const run = {
      ...failedRun('coval/run/1', []),
      failed_evaluations: ['Politeness'],
      evaluations: [scored(0.7, 'unscored'), scored(0.2, 'failed')],
    };
    const [own] = idsOf(run);
    const stricter = applyThresholds(run, { Politeness: 0.9 }, { matched: new Set(), known: new Set() });
    const ids = idsOf(stricter);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBe(own);
  });
});
