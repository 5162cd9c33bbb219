/** One attempt to start: what was asked for, what is planned, and its claims in the journal. */
import { hideMembers } from '../model/hidden.ts';
import { isRecord } from '../model/json.ts';
import { Problem } from '../model/problem.ts';
import { formatRef } from '../model/refs.ts';
import type { Provider, StartOperations, StartReceipt, StartRequest } from '../providers/provider.ts';
import { comparedKey, keyDigest } from './fingerprint.ts';
import type { KeyRecord } from './idempotency-keys.ts';
import type { ClaimDraft } from './journal.ts';
import type { Entry } from './journal-entry.ts';
import type { MeasuredPlan } from './plan.ts';
import type { PriorStart } from './prior-start.ts';

const RELOOK_WITHIN_MS = 3_600_000;
const LONGEST_KEY = 200;

export interface Attempt {
  provider: Provider;
  operations: StartOperations;
  request: StartRequest;
  plan: MeasuredPlan;
  fingerprint: string;
  key?: { text: string; digest: string } | undefined;
  /** What a run of this test cost before (a trusted sentence), once it was looked up: no part of the plan that a yes is bound to. */
  cost?: string | undefined;
}

/** Indexes of the steps to send now; none while an equal start is busy or its answer is lost. */
export function missingOf(prior: PriorStart, plan: MeasuredPlan): readonly number[] {
  if (prior.kind === 'free') return plan.steps.map((_, index) => index);
  return prior.kind === 'answered' ? prior.missing : [];
}

/** The claim of one step; `attempt` is its number, from 1. `confirmed` = somebody said yes to it. */
export function draftOf(
  asked: Attempt,
  { start, index, attempt, confirmed }: { start: string; index: number; attempt: number; confirmed: boolean },
): ClaimDraft {
  const { provider, request, plan, fingerprint, key } = asked;
  const step = plan.steps[index];
  return {
    fingerprint,
    start,
    index,
    attempt,
    steps: plan.steps.length,
    key: key?.text,
    provider: provider.id,
    host: provider.host,
    sandbox: provider.sandbox,
    test: formatRef(provider.id, request.test.kind, ...request.test.ids),
    label: step?.label ?? '',
    body: hideMembers(step?.body, givenObjects(request)),
    step_digest: plan.digests[index] ?? '',
    runs: Math.max(1, step?.runs ?? 0),
    confirmed: confirmed || undefined,
  };
}

/** Objects that the caller passes on to the conversation. They may be personal or secret, so the journal keeps them hidden. */
function givenObjects({ variables, provider_options }: StartRequest): object[] {
  return [variables, ...Object.values(provider_options ?? {})].filter(isRecord);
}

/** True for a lost answer of which a later lookup may tell more: the lookup failed, or the claim is less than an hour old. */
export function worthAnotherLook(entry: Entry, now: number): boolean {
  if (entry.damaged || entry.state !== 'unknown') return false;
  return entry.lookup === 'failed' || Math.abs(now - Date.parse(entry.claimed_at)) < RELOOK_WITHIN_MS;
}

/** Receipts of the steps before `index`, in the order of the plan. */
export function receiptsBefore(entries: readonly Entry[], index: number): StartReceipt[] {
  return entries
    .filter((entry) => entry.index < index)
    .map((entry) => entry.receipt)
    .filter((receipt) => receipt !== undefined);
}

/** The caller's key and its digest for this test. Throws `invalid_input` for one that is blank or too long. */
export function keyOf(provider: Provider, test: StartRequest['test'], key: string | undefined): Attempt['key'] {
  if (key === undefined) return undefined;
  const text = key.trim();
  if (comparedKey(text) !== '' && text.length <= LONGEST_KEY) return { text, digest: keyDigest(provider, test, text) };
  throw new Problem('invalid_input', `A key has 1 to ${LONGEST_KEY} characters.`, {
    next: 'Pass a short name that is new for each start you want, such as `nightly-7`.',
    sent: 'no',
  });
}

/** Throws `refused` when the key was used for this test with other arguments. */
export function checkRecord(record: KeyRecord, fingerprint: string): void {
  if (record.fingerprint === fingerprint) return;
  throw new Problem('refused', 'This key was used for a start of this test with other arguments. Nothing was sent.', {
    reason: 'key_mismatch',
    sent: 'no',
    next: 'Repeat the arguments it was used with, or pass a new `key`.',
  });
}
