/** The clock of a session: when each run starts, ends and is scored, with so many at once. Milliseconds. */
import { fraction } from './random.ts';
import type { EngineRun, RunOutcome, RunState } from './types.ts';

export interface Timing {
  starts_at: number;
  ends_at: number;
  scored_at: number;
}

/** Simulated seconds before the first runs start, and what scoring takes. */
const QUEUE_SECONDS = 2;
const SCORING_SECONDS = [4, 10] as const;
/** A run that broke did so after this many simulated seconds. */
const BROKEN_SECONDS = 6;
/** A stuck run keeps its place only as long as a normal call; it never ends. */
const STUCK_SECONDS = 60;

/** Hands out times, run by run, first come first served on `parallel` places. */
export function createSchedule(from: number, parallel: number, speed: number) {
  const perSecond = 1000 / speed;
  // A binary heap of the times at which places become free, the earliest first.
  const places = Array.from({ length: Math.max(1, Math.floor(parallel)) }, () => from + QUEUE_SECONDS * perSecond);
  const at = (index: number) => places[index] ?? Number.POSITIVE_INFINITY;
  const replaceFirst = (time: number) => {
    let hole = 0;
    for (let child = 1; child < places.length; child = 2 * hole + 1) {
      if (at(child + 1) < at(child)) child += 1;
      if (at(child) >= time) break;
      places[hole] = at(child);
      hole = child;
    }
    places[hole] = time;
  };
  return (outcome: RunOutcome, key: string): Timing => {
    const starts_at = Math.round(at(0));
    const seconds =
      outcome.kind === 'conversation'
        ? outcome.conversation.duration_seconds
        : outcome.kind === 'broken'
          ? BROKEN_SECONDS
          : STUCK_SECONDS;
    const free = Math.round(starts_at + seconds * perSecond);
    replaceFirst(free + perSecond);
    if (outcome.kind === 'stuck')
      return { starts_at, ends_at: Number.POSITIVE_INFINITY, scored_at: Number.POSITIVE_INFINITY };
    if (outcome.kind === 'broken') return { starts_at, ends_at: free, scored_at: free };
    const [low, high] = SCORING_SECONDS;
    return { starts_at, ends_at: free, scored_at: Math.round(free + (low + fraction(key) * (high - low)) * perSecond) };
  };
}

/** State of a run at a moment. */
export function stateAt(run: EngineRun, now: number): RunState {
  if (run.cancelled_at !== undefined && now >= run.cancelled_at) return 'cancelled';
  if (now < run.starts_at) return 'queued';
  if (now < run.ends_at) return 'running';
  if (run.outcome.kind === 'broken') return 'broken';
  return now < run.scored_at ? 'scoring' : 'completed';
}
