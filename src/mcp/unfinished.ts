/**
 * Reading that takes longer than hosts wait for a call: a hundred thousand runs are a thousand pages, which platforms
 * hand out one after the other or so many a minute. It goes on after its call, and the same call, made again, finds it.
 */
import type { ToolAnswer, ToolContext, ToolQuestion } from './tool.ts';

/** How long it goes on, and its answer waits, until the call comes again. */
export const KEPT_MS = 5 * 60_000;
/** Kept at once; the oldest has to go first. */
const MOST = 3;

/** A tool at work for a call, or for one to come. */
export interface Work {
  readonly answer: Promise<ToolAnswer<unknown> | ToolQuestion>;
  /** Ends it; the reason says why. */
  readonly over: AbortController;
  /** Runs read so far. */
  runs: number;
  /** Where progress is told: to the call that waits. */
  progress: ToolContext['progress'];
}

export interface Unfinished {
  /** What a call like this one left at work; it is this call's from now on. */
  take(call: string): Work | undefined;
  /** Goes on with it for whoever makes the call again. */
  keep(call: string, work: Work): void;
  /** Ends all of it: what it read may not be so any more, or nobody will ask. */
  drop(): void;
}

export function createUnfinished(): Unfinished {
  const kept = new Map<string, { work: Work; timer: NodeJS.Timeout }>();

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
      // Whoever asks again hears of a failure; when nobody does, it is nobody's.
      work.answer.catch(() => {});
      kept.set(call, { work, timer: setTimeout(() => end(call), KEPT_MS).unref() });
    },
    drop() {
      for (const call of kept.keys()) end(call);
    },
  };
}
