/** One step of a plan: claim, send, settle. The only place that calls a provider's `send`. */

import type { Audit } from '../home/audit.ts';
import { Problem, toProblem } from '../model/problem.ts';
import type { CallContext, Provider, StartOperations, StartReceipt, StartStep } from '../providers/provider.ts';
import type { ClaimDraft, Journal, Settlement } from './journal.ts';
import type { Entry } from './journal-entry.ts';
import { type LookupDeps, lookUp, receiptKey } from './lost-answer.ts';
import { sessionRef } from './receipt-refs.ts';

export interface SendingDeps extends LookupDeps {
  journal: Journal;
  audit: Audit;
  /** Waits before each look after a lost answer, in ms. */
  lookupDelays: readonly number[];
}

export interface Sent {
  entry: Entry;
  /** Why the step did not start, or why its answer is not known. */
  problem?: Problem | undefined;
}

/**
 * Claims, checks with `allowed` (which throws) while holding the claim, sends once, settles. `claimed elsewhere` =
 * another call holds the claim; nothing was sent. Throws only what happened before the claim was made.
 */
export async function sendStep(
  deps: SendingDeps,
  provider: Provider,
  operations: StartOperations,
  draft: ClaimDraft,
  step: StartStep,
  earlier: readonly StartReceipt[],
  call: CallContext,
  allowed: () => Promise<void>,
): Promise<Sent | 'claimed elsewhere'> {
  const entry = await deps.journal.claim(draft);
  if (entry === 'claimed elsewhere') return entry;
  const settle = (settlement: Settlement) => settleAndRecord(deps, provider, entry, settlement);
  try {
    await allowed();
    if (call.signal.aborted) throw new Problem('cancelled', 'The call was cancelled before anything was sent.');
  } catch (error) {
    const problem = toProblem(error);
    return { entry: await settle({ state: 'failed', problem: summaryOf(problem) }), problem };
  }
  let receipt: StartReceipt;
  try {
    receipt = await operations.send({ ...step, correlation_id: entry.id }, call, earlier);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.details.sent === 'no')
      return { entry: await settle({ state: 'failed', problem: summaryOf(problem) }), problem };
    if (isRefusal(problem)) return { entry: await settle({ state: 'refused', problem: summaryOf(problem) }), problem };
    const looked = await lookUp(operations, entry, earlier, deps.lookupDelays, deps);
    const settled = await settle({ ...looked, problem: summaryOf(problem) });
    return settled.state === 'unknown' ? { entry: settled, problem } : { entry: settled };
  }
  const started = await settle({ state: 'started', receipt });
  if (receiptKey({ receipt }) !== '') return { entry: started };
  // The vendor said yes without naming a session. The start is recorded by now; its session is looked for.
  const looked = await lookUp(operations, entry, earlier, deps.lookupDelays, deps);
  if (looked.state !== 'found') return { entry: started };
  const { certain } = looked;
  return { entry: await deps.journal.settle(started, { state: 'started', receipt: looked.receipt, certain }) };
}

/** Looks a lost claim up and settles it. Where the lookup tells nothing new, the claim is not rewritten. */
export async function recover(
  deps: SendingDeps,
  provider: Provider,
  operations: StartOperations,
  entry: Entry,
  earlier: readonly StartReceipt[],
  delays: readonly number[],
): Promise<Entry> {
  const looked = await lookUp(operations, entry, earlier, delays, deps);
  const learned = looked.state !== entry.state || (looked.lookup !== entry.lookup && looked.lookup !== 'failed');
  return learned ? settleAndRecord(deps, provider, entry, looked) : entry;
}

async function settleAndRecord(
  deps: SendingDeps,
  provider: Provider,
  entry: Entry,
  settlement: Settlement,
): Promise<Entry> {
  const settled = await deps.journal.settle(entry, settlement);
  await deps.audit.record({
    what: 'start',
    provider: provider.id,
    sandbox: provider.sandbox,
    runs: entry.runs,
    outcome: settled.state,
    subject: entry.test,
    claim: entry.id,
    fingerprint: entry.fingerprint,
    session: sessionRef(provider.id, settled),
  });
  return settled;
}

/**
 * True when the vendor's own answer proves that it started nothing: a 4xx. A 408, a 499, a 5xx, a redirect or an unreadable 2xx
 * may come from a gateway in front of a vendor that did start.
 */
function isRefusal(problem: Problem): boolean {
  const status = problem.details.vendor?.status;
  return (
    problem.details.sent === 'yes' &&
    status !== undefined &&
    status >= 400 &&
    status < 500 &&
    ![408, 499].includes(status)
  );
}

/** What the journal keeps of a problem: our own words for it and the status, nothing that the vendor wrote. */
function summaryOf(problem: Problem): Entry['problem'] {
  return { kind: problem.kind, status: problem.details.vendor?.status };
}
