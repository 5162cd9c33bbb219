/** One character budget per answer: hosts cap at 25,000 tokens, we stay far below and count what is left out. */

/** Characters of a digest (about 2,300 tokens) and of a full answer, each for text and for structured content. */
export const DIGEST_BUDGET = 9_000;
export const FULL_BUDGET = 32_000;

export function budgetFor(detail: 'digest' | 'full' | undefined): number {
  return detail === 'full' ? FULL_BUDGET : DIGEST_BUDGET;
}

/** The longest prefix whose JSON fits into `budget`; at least one item, so that paging always moves on. */
export function fit<T>(items: readonly T[], budget: number): { kept: T[]; omitted: number } {
  let used = 2;
  let count = 0;
  for (const item of items) {
    used += JSON.stringify(item).length + 1;
    if (used > budget && count > 0) break;
    count += 1;
  }
  return { kept: items.slice(0, count), omitted: items.length - count };
}
