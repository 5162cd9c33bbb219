/** How many requests are under way, how many start per interval, and the pause a vendor asked for. */
import PQueue from 'p-queue';

export interface RequestLimits {
  /** Runs the task when its turn comes; rejects with the signal's reason when that ends first, queued or not. */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Nothing new starts for this long; requests under way go on. Of several pauses the longest counts. */
  pauseFor(ms: number): void;
  /** Milliseconds until the pause ends; 0 when there is none. */
  pausedFor(): number;
  /** Whether tasks wait because no more may start in this interval, or for the pause to end. */
  holds(): boolean;
}

export interface LimitOptions {
  concurrency: number;
  /** Absent = as many as wanted. */
  rate?: { requests: number; interval_ms: number } | undefined;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** `sleep` waits for a pause to end; `now` in ms since the epoch. */
export function createRequestLimits({ concurrency, rate, now, sleep }: LimitOptions): RequestLimits {
  const queue = new PQueue({
    concurrency: Math.max(1, Math.floor(concurrency)),
    // Sliding window: a fixed one lets twice the allowance through around its edge, and vendors count for themselves.
    strict: rate !== undefined,
    intervalCap: rate ? Math.max(1, rate.requests) : Number.POSITIVE_INFINITY,
    interval: rate ? Math.max(1, rate.interval_ms) : 0,
  });
  let pauses = 0;
  let pausedUntil = 0;

  const resume = () => {
    pauses -= 1;
    if (pauses === 0) queue.start();
  };

  return {
    run: (task, signal) => queue.add(task, { signal }),
    pauseFor(ms) {
      pausedUntil = Math.max(pausedUntil, now() + ms);
      pauses += 1;
      queue.pause();
      sleep(ms).then(resume, resume);
    },
    holds: () => queue.size > 0 && (queue.isRateLimited || queue.isPaused),
    pausedFor: () => (pauses === 0 ? 0 : Math.max(0, pausedUntil - now())),
  };
}
