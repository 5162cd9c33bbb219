/**
 * Keeps the folder of changes small: proposals that were never applied leave it after 30 days, and what was applied a year
 * after it was settled. What is open, unknown, half done or cannot be read stays.
 */
import { withLock } from '../home/lock.ts';
import { type Clock, hasPassed } from '../home/moment.ts';
import type { Application } from './application.ts';
import type { KeptChange } from './change-files.ts';
import type { ChangeContext } from './context.ts';
import { lockOf } from './passage.ts';

const DAY_MS = 86_400_000;
const UNAPPLIED_DAYS = 30;
const SETTLED_DAYS = 365;
const REMOVED_AT_ONCE = 500;

/** Whether nothing of a change is needed any more. Pure. */
export function hasExpired({ change, applications, damaged }: KeptChange, clock: Clock): boolean {
  if (damaged) return false;
  if (applications.length === 0)
    return change !== undefined && hasPassed(change.at, change.uptime, UNAPPLIED_DAYS * DAY_MS, clock);
  return applications.every((application) => {
    const { apply, revert } = application;
    const { settled_at, uptime } = revert ?? apply;
    return isSettled(application) && hasPassed(settled_at, uptime, SETTLED_DAYS * DAY_MS, clock);
  });
}

/** Saved, or taken back: nothing of it is on its way, and nothing was left half done. */
function isSettled({ apply, revert }: Application): boolean {
  return revert ? revert.state === 'saved' : apply.state === 'saved';
}

/** Removes what has expired. Never throws: what cannot be removed now is removed by a later call. */
export async function tidy({ home, files, confirmations, clock }: ChangeContext): Promise<void> {
  await files.sweep();
  await confirmations.sweep();
  const expired = (await files.kept().catch(() => [])).filter((kept) => hasExpired(kept, clock));
  for (const kept of expired.slice(0, REMOVED_AT_ONCE)) {
    const { change } = kept;
    // Without its proposal nobody applies it any more.
    if (!change) await files.remove(kept);
    // Somebody may be applying it at this moment.
    else
      await withLock(home, lockOf(change), async () => {
        const [now] = await files.kept(kept.id);
        if (now && hasExpired(now, clock)) await files.remove(now);
      }).catch(() => undefined);
  }
}
