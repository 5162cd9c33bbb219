/** What was started before, as the caps and the budget of the hour count it: sums over the claims of a home. Pure. */
import type { Clock } from '../home/moment.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';
import { claimedFor, DAY_MS } from './prior-start.ts';

export const HOUR_MS = 3_600_000;

interface Counting {
  sandbox: boolean;
  /** Runs of a claim that cannot be read: as many as one start may have. */
  fullStart: number;
  clock: Clock;
}

/** Runs that the vendor took or may have taken in the last 24 hours, over all providers of the same world. */
export function runsOfDay(entries: readonly Entry[], counting: Counting): number {
  return runsWithin(DAY_MS, entries, counting);
}

/** Of the last hour, the runs that started without a yes, and those that are about to. */
export function runsOfHour(entries: readonly Entry[], counting: Counting): number {
  return runsWithin(
    HOUR_MS,
    entries.filter((entry) => entry.confirmed !== true),
    counting,
  );
}

function runsWithin(ms: number, entries: readonly Entry[], { sandbox, fullStart, clock }: Counting): number {
  return entries
    .filter((entry) => mayHaveStarted(entry) && (entry.damaged || entry.sandbox === sandbox))
    .filter((entry) => !claimedFor(entry, ms, clock))
    .reduce((sum, entry) => sum + (entry.damaged ? fullStart : Math.max(1, entry.runs)), 0);
}
