/** Looks at the vendor, a bounded number of times, for what became of a request whose answer was lost. Never sends. */
import type { StartOperations, StartReceipt } from '../providers/provider.ts';
import { digest } from './fingerprint.ts';
import type { Settlement } from './journal.ts';
import type { Entry } from './journal-entry.ts';
import { LOST_AFTER_MS } from './prior-start.ts';

export interface LookupDeps {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Every claim of the journal: a session that another claim names is not the one looked for. */
  readJournal(): Promise<readonly Entry[]>;
}

/** How far the vendor's clock may be from ours. */
const CLOCK_SKEW_MS = 60_000;
const LOOK_DEADLINE_MS = 15_000;
const SHOWN_CANDIDATES = 5;

/**
 * Looks once after each of `delays` (ms) and stops at proof. Without proof, one single session that fits and belongs to
 * no other claim is `found` (not `certain`); several are `unknown` with candidates. Throws nothing: a lookup that fails
 * each time is `unknown`, to be looked up again. The caller's own signal plays no part: a client that went away must
 * not leave a start unaccounted for.
 */
export async function lookUp(
  operations: StartOperations,
  entry: Entry,
  earlier: readonly StartReceipt[],
  delays: readonly number[],
  deps: LookupDeps,
): Promise<Settlement> {
  const { label, runs, body, id } = entry;
  let seen: StartReceipt[] | undefined;
  for (const delay of delays) {
    if (delay > 0) await deps.sleep(delay);
    try {
      const signal = AbortSignal.timeout(LOOK_DEADLINE_MS);
      const found = await operations.find(
        { label, runs, body, correlation_id: id },
        windowOf(entry, deps.now()),
        { signal },
        earlier,
      );
      const named = found.filter(({ receipt }) => receiptKey({ receipt }) !== '');
      const proven = named.find(({ certain }) => certain);
      if (proven) return { state: 'found', receipt: proven.receipt, certain: true };
      const others = (await deps.readJournal()).filter((other) => other.id !== entry.id);
      const claimedKeys = new Set(others.map(receiptKey));
      seen = named.map(({ receipt }) => receipt).filter((receipt) => !claimedKeys.has(receiptKey({ receipt })));
    } catch {
      // A look that fails says nothing; what an earlier one saw still counts.
    }
  }
  if (!seen) return { state: 'unknown', lookup: 'failed' };
  const [only, ...others] = seen;
  if (!only) return { state: 'unknown', lookup: 'nothing' };
  if (others.length === 0) return { state: 'found', receipt: only, certain: false };
  return { state: 'unknown', lookup: 'several', candidates: seen.slice(0, SHOWN_CANDIDATES) };
}

function windowOf(entry: Entry, now: number): { since: Date; until: Date } {
  const claimed = Date.parse(entry.claimed_at);
  // With a clock set back since, "now" lies before the claim; the window then covers what any request may take.
  const end = now < claimed ? claimed + LOST_AFTER_MS : Math.min(now, claimed + LOST_AFTER_MS);
  return { since: new Date(claimed - CLOCK_SKEW_MS), until: new Date(end + CLOCK_SKEW_MS) };
}

/** Equal for receipts of the same start: made of the run where one is named, else of the session; '' where neither is. */
export function receiptKey({ receipt }: { receipt?: StartReceipt }): string {
  if (receipt?.run && receipt.run.length > 0) return digest({ run: receipt.run });
  if (receipt?.session && receipt.session.length > 0) return digest({ session: receipt.session });
  return '';
}
