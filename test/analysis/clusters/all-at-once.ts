/** What the server groups in slices, all at once. */
import { groupWordings, type Worded, type WordingGroups } from '../../../src/analysis/clusters/wording-groups.ts';
import { wordingOf } from '../../../src/analysis/wording.ts';
import type { LabelledSession } from './labelled.ts';

export function wordingGroups<T extends Worded>(items: readonly T[], alike?: number): WordingGroups<T> {
  const steps = groupWordings(items, alike);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** A number of its group for each reason. */
export function byWording(
  { reasons }: { reasons: readonly Pick<LabelledSession['reasons'][number], 'criterion' | 'reason'>[] },
  alike?: number,
): string[] {
  const items = reasons.map(({ criterion, reason }) => ({
    evaluation: criterion,
    reason,
    wording: wordingOf(criterion, reason),
    failures: [reason],
  }));
  const numbers = new Map<unknown, string>();
  for (const [number, group] of wordingGroups(items, alike).groups.entries())
    for (const item of group) numbers.set(item, String(number));
  return items.map((item, index) => numbers.get(item) ?? `apart ${index}`);
}
