/**
 * Keeps readings that take longer than hosts wait for a call: a hundred thousand runs are a thousand pages, which
 * platforms serve one after the other or at a limited rate. A reading goes on after its call has ended, and the same
 * call, made again, takes it over.
 */

/** A kept reading goes on, and its answer is held, for this long; then it ends unless the call was made again. */
export const KEPT_MS = 5 * 60_000;
/** Readings kept at once; the oldest is ended first. */
const MOST_KEPT = 3;

/** A reading under way, for a call or for the next equal one; `A` is its answer. */
export interface Work<A> {
  readonly answer: Promise<A>;
  /** Aborting it ends the reading; the reason says why. */
  readonly over: AbortController;
  /** Runs read so far. */
  runs: number;
  /** Runs of these that are held back until others have been read. */
  held: number;
  /** When the reading last made progress (`performance.now()`): a page arrived, or a part of the computing was done. */
  moved_at: number;
  /** Tells progress to the call that waits. */
  progress(done: number, total: number | undefined, message: string): void;
}

export interface ContinuedReads<A> {
  /** The reading that an equal call left under way; from now on it belongs to this call. */
  take(call: string): Work<A> | undefined;
  /** Keeps a reading going for the same call made again. */
  keep(call: string, work: Work<A>): void;
  /** Ends every kept reading: what they read may have changed, or no further call will come. */
  drop(): void;
}

/** Keeps a few readings at once (`MOST_KEPT`), each for a while (`KEPT_MS`). */
export function createContinuedReads<A>(): ContinuedReads<A> {
  const kept = new Map<string, { work: Work<A>; timer: NodeJS.Timeout }>();

  const remove = (call: string) => {
    const found = kept.get(call);
    clearTimeout(found?.timer);
    kept.delete(call);
    return found?.work;
  };
  const end = (call: string) => remove(call)?.over.abort(new DOMException('not asked for again', 'AbortError'));

  return {
    take: remove,
    keep(call, work) {
      end(call);
      const [oldest] = kept.keys();
      if (oldest !== undefined && kept.size >= MOST_KEPT) end(oldest);
      work.progress = () => {};
      // A failure is told to the call that takes it.
      work.answer.catch(() => {});
      kept.set(call, { work, timer: setTimeout(() => end(call), KEPT_MS).unref() });
    },
    drop() {
      for (const call of kept.keys()) end(call);
    },
  };
}
