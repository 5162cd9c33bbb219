/** Keeps the home small: settled claims leave the journal after 30 days, or sooner when there are very many. */
import type { Confirmations } from '../home/confirmations.ts';
import type { Clock } from '../home/moment.ts';
import type { Allowances } from './allowances.ts';
import type { IdempotencyKeys } from './idempotency-keys.ts';
import type { Journal } from './journal.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';
import { claimedFor, DAY_MS } from './prior-start.ts';
import { runRef, sessionRef, unique } from './receipt-refs.ts';

const KEPT_DAYS = 30;
/** Beyond this many claims the oldest settled ones are removed early, but never within the days that caps count. */
const KEPT_CLAIMS = 5_000;
const REMOVED_AT_ONCE = 500;

/** The starts to remove: old ones whose claims need no further lookup. Claims of one start are removed together. Pure. */
export function expiredStarts(entries: readonly Entry[], clock: Clock, keptClaims = KEPT_CLAIMS): Entry[][] {
  const starts = new Map<string, Entry[]>();
  for (const entry of entries) {
    const id = `${entry.fingerprint}.${entry.start}`;
    starts.set(id, [...(starts.get(id) ?? []), entry]);
  }
  const settled = [...starts.values()]
    .filter((own) => own.every(isRemovable))
    .map((own) => ({ own, claimed: Math.max(...own.map((entry) => Date.parse(entry.claimed_at))) }))
    .sort((a, b) => a.claimed - b.claimed);
  const olderThan = (own: readonly Entry[], days: number) =>
    own.every((entry) => claimedFor(entry, days * DAY_MS, clock));
  let excess = entries.length - keptClaims;
  const expired: Entry[][] = [];
  for (const { own } of settled) {
    if (!olderThan(own, KEPT_DAYS) && (excess <= 0 || !olderThan(own, 2))) continue;
    excess -= own.length;
    expired.push(own);
  }
  return expired;
}

/** True for claims that need no further lookup: those whose outcome is written. */
function isRemovable(entry: Entry): boolean {
  return entry.state !== 'open' && entry.lookup !== 'failed';
}

/** Removes expired claims and files. Never throws: what cannot be removed now is removed by a later call. */
export async function tidy(deps: {
  journal: Journal;
  keys: IdempotencyKeys;
  confirmations: Confirmations;
  allowances: Allowances;
  clock: Clock;
}): Promise<void> {
  await deps.journal.sweep();
  await deps.confirmations.sweep();
  await deps.allowances.sweep();
  let removed = 0;
  for (const own of expiredStarts(await deps.journal.read().catch(() => []), deps.clock)) {
    if (removed >= REMOVED_AT_ONCE) return;
    if (!(await endKey(deps.keys, own))) continue;
    await deps.journal.remove(own);
    removed += own.length;
  }
}

/** Writes into the record of a key what its claims say, before they are removed. False where that failed. */
async function endKey(keys: IdempotencyKeys, own: readonly Entry[]): Promise<boolean> {
  const start = own[0]?.start ?? '';
  if (!start.startsWith('k')) return true;
  const begun = own.filter(mayHaveStarted);
  // Nothing ever started under this key: it stays bound to its arguments and may still start them.
  if (begun.length === 0) return true;
  const refs = (ref: typeof sessionRef) => unique(begun.map((entry) => ref(entry.provider, entry)));
  try {
    await keys.end(start.slice(1), { sessions: refs(sessionRef), runs: refs(runRef) });
    return true;
  } catch {
    return false;
  }
}
