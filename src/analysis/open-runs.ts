/** Whether the runs that a reading left open could change what the compared runs come to. */
import type { OpenSides } from './conclusion.ts';
import { type Measured, measurePairs, measureSides, type Overall, overallVerdict, type Rate } from './measure.ts';
import type { PairCounts } from './statistics.ts';

interface Pairs {
  cells: PairCounts;
  /** Judged runs of either side without a judged partner. */
  lone: { before: number; after: number };
}

/** True where the overall verdict stands however the open runs came out. `pairs`: where pairs were measured. */
export function isSettled(measured: Measured, pairs: Pairs | undefined, { before, after }: OpenSides): boolean {
  if (before === 0 && after === 0) return true;
  const verdict = overallVerdict(measured);
  // Of nothing that was judged no verdict was reached that could stand.
  if (before === undefined || after === undefined || verdict === 'incomplete') return false;
  const others = pairs
    ? openPairs(pairs.cells, Math.min(before + after, before + pairs.lone.before, after + pairs.lone.after))
    : openSides(measured, before, after);
  return others.every((other) => other === verdict);
}

/** Verdicts with so many more pairs, all of them fixed, broken, or as they were. */
function openPairs(cells: PairCounts, more: number): Overall[] {
  return (['first_only', 'second_only', 'both', 'neither'] as const).map((cell) =>
    overallVerdict(measurePairs({ ...cells, [cell]: cells[cell] + more })),
  );
}

/** Verdicts with so many more runs on the sides, on each all passed or all failed. */
function openSides(measured: Measured, before: number, after: number): Overall[] {
  const side = ({ passed, judged }: Rate, more: number, pass: boolean) => ({
    passed: passed + (pass ? more : 0),
    judged: judged + more,
  });
  return [true, false].flatMap((left) =>
    [true, false].map((right) =>
      overallVerdict(measureSides(side(measured.before, before, left), side(measured.after, after, right))),
    ),
  );
}
