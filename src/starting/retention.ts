/** Keeps the home small: settled claims leave the journal after 30 days, or sooner when there are very many. */
import type { Confirmations } from '../home/confirmations.ts';
import { runRef, sessionRef } from './answers.ts';
import type { IdempotencyKeys } from './idempotency-keys.ts';
import type { Journal } from './journal.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';
import { DAY_MS } from './prior-start.ts';

const KEPT_DAYS = 30;
/** Beyond this many claims the oldest settled ones go early, though never within the days that caps look at. */
const KEPT_CLAIMS = 5_000;
const REMOVED_AT_ONCE = 500;

/** Which starts may leave: settled altogether, and old. Claims of one start leave together. Pure. */
export function expiredStarts(entries: readonly Entry[], now: number, keptClaims = KEPT_CLAIMS): Entry[][] {
  const starts = new Map<string, Entry[]>();
  for (const entry of entries) {
    const id = `${entry.fingerprint}.${entry.start}`;
    starts.set(id, [...(starts.get(id) ?? []), entry]);
  }
  const settled = [...starts.values()]
    .filter((own) => own.every(canLeave))
    .map((own) => ({ own, age: Math.min(...own.map((entry) => Math.abs(now - Date.parse(entry.claimed_at)))) }))
    .sort((a, b) => b.age - a.age);
  let excess = entries.length - keptClaims;
  const expired: Entry[][] = [];
  for (const { own, age } of settled) {
    if (age < KEPT_DAYS * DAY_MS && (excess <= 0 || age < 2 * DAY_MS)) break;
    excess -= own.length;
    expired.push(own);
  }
  return expired;
}

/** True for claims that no lookup can tell more of: those of a sandbox, which has ended, and those that are closed. */
function canLeave(entry: Entry): boolean {
  return entry.sandbox || (entry.state !== 'open' && entry.lookup !== 'failed');
}

/** Never throws: what cannot be tidied now is tidied later. */
export async function tidy(deps: {
  journal: Journal;
  keys: IdempotencyKeys;
  confirmations: Confirmations;
  now(): number;
}): Promise<void> {
  await deps.journal.sweep();
  await deps.confirmations.sweep();
  let removed = 0;
  for (const own of expiredStarts(await deps.journal.read().catch(() => []), deps.now())) {
    if (removed >= REMOVED_AT_ONCE) return;
    if (!(await endKey(deps.keys, own))) continue;
    await deps.journal.remove(own);
    removed += own.length;
  }
}

/** A key outlives its claims: its own record learns first what came of it. */
async function endKey(keys: IdempotencyKeys, own: readonly Entry[]): Promise<boolean> {
  const start = own[0]?.start ?? '';
  if (!start.startsWith('k')) return true;
  const taken = own.filter(mayHaveStarted);
  // Nothing ever started under it: it stays bound to its arguments and may still start them.
  if (taken.length === 0) return true;
  const refs = (ref: typeof sessionRef) =>
    taken.map((entry) => ref(entry.provider, entry)).filter((text) => text !== undefined);
  try {
    await keys.end(start.slice(1), { sessions: [...new Set(refs(sessionRef))], runs: [...new Set(refs(runRef))] });
    return true;
  } catch {
    return false;
  }
}
