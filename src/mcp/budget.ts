/** One budget of bytes per answer: Codex cuts at 10 kB, other hosts at 25,000 tokens; what is left out is counted. */

import { shortLabels } from './clean.ts';

/** Bytes (UTF-8) of a whole digest (about 2,500 tokens) and of a full answer, each for text and for structured content. */
export const DIGEST_BUDGET = 10_000;
export const FULL_BUDGET = 32_000;
/** Of these, what every answer spends on its headline, its next steps, the fence and the names of its members. */
const FRAME = 1_400;
/** Left for the items, however much else an answer has to say. */
const LEAST = 1_500;

/** Bytes for the items of an answer that also carries `others` (members, or sentences), each once. */
export function budgetFor(detail: 'digest' | 'full' | undefined, ...others: unknown[]): number {
  const whole = detail === 'full' ? FULL_BUDGET : DIGEST_BUDGET;
  const taken = others.reduce((sum: number, one) => sum + (one === undefined ? 0 : bytesOf(one)), 0);
  return Math.max(LEAST, whole - FRAME - taken);
}

/** Bytes of a value as JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The longest prefix, with short names, whose JSON fits into `budget`; at least one item, so that paging always moves on. */
export function fit<T>(items: readonly T[], budget: number): { kept: T[]; omitted: number } {
  let used = 2;
  const kept: T[] = [];
  for (const item of items) {
    const short = shortLabels(item);
    used += bytesOf(short) + 1;
    if (used > budget && kept.length > 0) break;
    kept.push(short);
  }
  return { kept, omitted: items.length - kept.length };
}
