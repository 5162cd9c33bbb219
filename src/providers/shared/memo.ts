/** Keeps answers for a while, so that equal questions at once, or soon after each other, send one request. */
import { isProblem } from '../../model/problem.ts';

export interface MemoOptions {
  /** How long an answer is kept, in ms. Default: for ever. */
  ms?: number | undefined;
  /** Milliseconds since the epoch. */
  now?(): number;
}

/**
 * `ask`, whose answers are kept by key, until `forget`. A failure is not kept; calls that waited for a call which was
 * cancelled ask for themselves.
 */
export function createMemo<K, V>(
  ask: (key: K, signal: AbortSignal) => Promise<V>,
  { ms = Number.POSITIVE_INFINITY, now = Date.now }: MemoOptions = {},
): ((key: K, signal: AbortSignal) => Promise<V>) & { forget(key: K): void } {
  const kept = new Map<K, { at: number; answer: Promise<V> }>();
  async function answerTo(key: K, signal: AbortSignal): Promise<V> {
    const known = kept.get(key);
    if (known && now() - known.at < ms) {
      try {
        return await known.answer;
      } catch (error) {
        if (isProblem(error) && error.kind === 'cancelled' && !signal.aborted) return answerTo(key, signal);
        throw error;
      }
    }
    const answer = ask(key, signal).catch((error: unknown) => {
      kept.delete(key);
      throw error;
    });
    kept.set(key, { at: now(), answer });
    return answer;
  }
  return Object.assign(answerTo, { forget: (key: K) => void kept.delete(key) });
}
