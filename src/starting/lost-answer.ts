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
/** Starts without an answer that a session is held against; where there are more, it may be any one's. */
const MOST_RIVALS = 5;

/**
 * Looks once after each of `delays` (ms) and stops at proof. Without proof, one single session that fits, belongs to no
 * other claim and fits no other claim without an answer is `found` (not `certain`); else it is `unknown`, with
 * candidates. Throws nothing: a lookup that fails
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
  let others: readonly Entry[] = [];
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
      others = (await deps.readJournal()).filter((other) => other.id !== entry.id);
      const claimedKeys = new Set(others.map(receiptKey));
      seen = named.map(({ receipt }) => receipt).filter((receipt) => !claimedKeys.has(receiptKey({ receipt })));
    } catch {
      // A look that fails says nothing; what an earlier one saw still counts.
    }
  }
  if (!seen) return { state: 'unknown', lookup: 'failed' };
  const [only, ...further] = seen;
  if (!only) return { state: 'unknown', lookup: 'nothing' };
  if (further.length === 0 && !(await fitsAnother(operations, only, rivalsOf(entry, others), deps.now())))
    return { state: 'found', receipt: only, certain: false };
  return { state: 'unknown', lookup: 'several', candidates: seen.slice(0, SHOWN_CANDIDATES) };
}

/** Claims whose answers are out or lost, of the same time at the same place: a session may as well be one of theirs. */
function rivalsOf(entry: Entry, others: readonly Entry[]): Entry[] {
  const near = ({ claimed_at }: Entry) =>
    Math.abs(Date.parse(claimed_at) - Date.parse(entry.claimed_at)) < LOST_AFTER_MS + 2 * CLOCK_SKEW_MS;
  return others.filter(
    (other) =>
      (other.state === 'open' || other.state === 'unknown') &&
      !other.damaged &&
      other.provider === entry.provider &&
      other.host === entry.host &&
      other.sandbox === entry.sandbox &&
      near(other),
  );
}

/** Whether the session also fits one of the rivals. True where that cannot be told. */
async function fitsAnother(
  operations: StartOperations,
  receipt: StartReceipt,
  rivals: readonly Entry[],
  now: number,
): Promise<boolean> {
  if (rivals.length > MOST_RIVALS) return true;
  const signal = AbortSignal.timeout(LOOK_DEADLINE_MS);
  try {
    // One after the other: where nothing tells starts apart, the first look is enough.
    for (const { label, runs, body, id, claimed_at } of rivals) {
      const step = { label, runs, body, correlation_id: id };
      const found = await operations.find(step, windowOf({ claimed_at }, now), { signal }, []);
      if (found.some((one) => receiptKey(one) === receiptKey({ receipt }))) return true;
    }
    return false;
  } catch {
    return true;
  }
}

function windowOf(entry: Pick<Entry, 'claimed_at'>, now: number): { since: Date; until: Date } {
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
