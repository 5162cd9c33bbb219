/**
 * Reading that takes longer than hosts wait for a call: a hundred thousand runs are a thousand pages, which platforms
 * hand out one after the other or so many a minute. It goes on after its call, and the same call, made again, finds it.
 */

/** How long it goes on, and its answer waits, until the call comes again. */
export const KEPT_MS = 5 * 60_000;
/** Kept at once; the oldest has to go first. */
const MOST = 3;

/** Reading at work for a call, or for one to come; `A` is what it comes to. */
export interface Work<A> {
  readonly answer: Promise<A>;
  /** Ends it; the reason says why. */
  readonly over: AbortController;
  /** Runs read so far. */
  runs: number;
  /** Those of them that are held back, because others have to be known first. */
  held: number;
  /** When it last got on (`performance.now()`): a page came, or a stretch of computing was done. */
  moved_at: number;
  /** Where progress is told: to the call that waits. */
  progress(done: number, total: number | undefined, message: string): void;
}

export interface ContinuedReads<A> {
  /** What a call like this one left at work; it is this call's from now on. */
  take(call: string): Work<A> | undefined;
  /** Goes on with it, for the same call made again. */
  keep(call: string, work: Work<A>): void;
  /** Ends all of it, where what it read may have changed, or no further call will come. */
  drop(): void;
}

/** Keeps a few readings at once (`MOST`), each for a while (`KEPT_MS`). */
export function createContinuedReads<A>(): ContinuedReads<A> {
  const kept = new Map<string, { work: Work<A>; timer: NodeJS.Timeout }>();

  const remove = (call: string) => {
    const found = kept.get(call);
    clearTimeout(found?.timer);
    kept.delete(call);
    return found?.work;
  };
  const end = (call: string) => remove(call)?.over.abort(new DOMException('nobody asked again', 'AbortError'));

  return {
    take: remove,
    keep(call, work) {
      end(call);
      const [oldest] = kept.keys();
      if (oldest !== undefined && kept.size >= MOST) end(oldest);
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
