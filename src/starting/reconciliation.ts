/** Finds out what became of starts made before: by other calls under way, and by processes that have ended since. */
import type { CallContext, Provider, StartOperations } from '../providers/provider.ts';
import { observer } from './active-starts.ts';
import { type Attempt, receiptsBefore, worthAnotherLook } from './attempt.ts';
import type { Entry } from './journal-entry.ts';
import { isLost, latestAttempts, type PriorStart, priorStartOf } from './prior-start.ts';
import { sessionRef } from './receipt-refs.ts';
import { runningStart } from './running-start.ts';
import { recover } from './send-step.ts';
import type { StartContext } from './start-context.ts';

/** A claim older than this is looked up once, without waits: its session has had time to appear in the vendor's lists. */
const LISTED_AFTER_MS = 60_000;

export interface Recovered {
  /** Ref of the test. */
  test: string;
  state: Entry['state'];
  claimed_at: string;
  session?: string | undefined;
}

export interface Waited {
  prior: PriorStart;
  /** Name of the start of another call that was waited for. */
  waitedFor?: string | undefined;
}

/** The equal start made before, once other calls had a moment to finish it and lost answers were looked up. */
export async function priorStart(context: StartContext, attempt: Attempt, call: CallContext): Promise<Waited> {
  let prior = await readPrior(context, attempt);
  const waitedFor = prior.kind === 'busy' ? prior.start : undefined;
  for (const wait of context.busyWaits) {
    if (prior.kind !== 'busy' || call.signal.aborted) break;
    await context.sleep(wait);
    prior = await readPrior(context, attempt);
  }
  const { provider, operations } = attempt;
  if (prior.kind === 'lost') {
    for (const entry of prior.lost) await recoverEntry(context, provider, operations, entry, prior.entries);
    prior = await readPrior(context, attempt);
  }
  return { prior: await orRunning(context, attempt, prior, call), waitedFor };
}

/** The equal start made before, as it is now: nothing is waited for, and no lost answer is looked up. */
export async function priorAtOnce(context: StartContext, attempt: Attempt, call: CallContext): Promise<PriorStart> {
  return orRunning(context, attempt, await readPrior(context, attempt), call);
}

async function orRunning(
  context: StartContext,
  attempt: Attempt,
  prior: PriorStart,
  call: CallContext,
): Promise<PriorStart> {
  if (prior.kind !== 'free' || attempt.key) return prior;
  return (await runningStart(context, attempt.provider, await equalStarts(context, attempt), call)) ?? prior;
}

function equalStarts({ journal }: StartContext, { fingerprint }: Attempt): Promise<Entry[]> {
  return journal.read((name) => name.fingerprint === fingerprint);
}

async function readPrior(context: StartContext, attempt: Attempt): Promise<PriorStart> {
  const { home, clock } = context;
  const { key, plan } = attempt;
  const entries = await equalStarts(context, attempt);
  return priorStartOf(entries, plan.digests, observer(home, clock), key && `k${key.digest}`);
}

/** Looks up the starts at this provider that earlier processes left open. Sends nothing. Throws `local_io`. */
export async function reconcile(context: StartContext, provider: Provider): Promise<Recovered[]> {
  const { home, journal, clock, now } = context;
  const operations = provider.start;
  if (!operations) return [];
  const observing = observer(home, clock);
  const entries = (await journal.read()).filter(
    (entry) => entry.provider === provider.id && entry.host === provider.host && entry.sandbox === provider.sandbox,
  );
  const recovered: Recovered[] = [];
  for (const entry of entries.filter((one) => isLost(one, observing) || worthAnotherLook(one, now()))) {
    const siblings = entries.filter((one) => one.fingerprint === entry.fingerprint && one.start === entry.start);
    const found = await recoverEntry(context, provider, operations, entry, latestAttempts(siblings));
    const { test, state, claimed_at } = found;
    recovered.push({ test, state, claimed_at, session: sessionRef(provider.id, found) });
  }
  return recovered;
}

function recoverEntry(
  context: StartContext,
  provider: Provider,
  operations: StartOperations,
  entry: Entry,
  entries: readonly Entry[],
): Promise<Entry> {
  const { now, lookupDelays } = context;
  const fresh = entry.state === 'open' && Math.abs(now() - Date.parse(entry.claimed_at)) < LISTED_AFTER_MS;
  const delays = fresh ? lookupDelays : [0];
  return recover(context, provider, operations, entry, receiptsBefore(entries, entry.index), delays);
}
