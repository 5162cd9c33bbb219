/** How each test of a start stands: what was started before, and what is still to be sent. */
import { PROBLEM_KINDS, Problem } from '../model/problem.ts';
import type { CallContext } from '../providers/provider.ts';
import { type Attempt, checkRecord, missingOf } from './attempt.ts';
import type { KeyRecord } from './idempotency-keys.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';
import { latestAttempts, type PriorStart } from './prior-start.ts';
import { priorAtOnce, priorStart, type Waited } from './reconciliation.ts';
import type { StartContext } from './start-context.ts';

export interface Standing {
  attempt: Attempt;
  prior: PriorStart;
  /** Indexes of the steps to send now; none while an equal start is busy or its answer is lost. */
  missing: readonly number[];
  /** What the key started so long ago that its claims have left the journal. */
  ended?: KeyRecord | undefined;
  /** Why the equal start of another call at the same moment did not start (all of) it: who raced with it does not send it again. */
  raced?: Problem | undefined;
}

/**
 * Waits for equal starts under way and looks up lost answers. `lostTo` = the name of a start that another call claimed
 * before this one. Throws `refused` for a key of other arguments, and `local_io`.
 */
export async function standingOf(
  context: StartContext,
  attempt: Attempt,
  call: CallContext,
  lostTo?: string,
): Promise<Standing> {
  return judged(context, attempt, await priorStart(context, attempt, call), lostTo);
}

/** The same as it is now: nothing is waited for or looked up. Throws as `standingOf`. */
export async function standingAtOnce(context: StartContext, attempt: Attempt, call: CallContext): Promise<Standing> {
  return judged(context, attempt, { prior: await priorAtOnce(context, attempt, call) });
}

async function judged(
  context: StartContext,
  attempt: Attempt,
  { prior, waitedFor }: Waited,
  lostTo = waitedFor,
): Promise<Standing> {
  const record = attempt.key && (await context.keys.look(attempt.key.digest));
  if (record) checkRecord(record, attempt.fingerprint);
  if (prior.kind === 'free' && record?.ended) return { attempt, prior, missing: [], ended: record };
  const raced = lostTo === undefined ? undefined : await stoppedBy(context, attempt, prior, lostTo);
  return { attempt, prior, missing: raced ? [] : missingOf(prior, attempt.plan), raced };
}

/** Ends of a claim that concern the call that made it and no other. */
const ITS_OWN: ReadonlySet<string> = new Set(['cancelled', 'refused', 'internal']);

/** Why the start of another call ended before all of it was started, as the journal keeps it. */
async function stoppedBy(
  { journal }: StartContext,
  { provider, fingerprint }: Attempt,
  prior: PriorStart,
  start: string,
): Promise<Problem | undefined> {
  if (prior.kind === 'busy' || prior.kind === 'lost') return undefined;
  const own = latestAttempts(await journal.read((name) => name.fingerprint === fingerprint && name.start === start));
  const stopped = own.find((entry) => !mayHaveStarted(entry));
  if (!stopped?.problem || (stopped.state === 'failed' && ITS_OWN.has(stopped.problem.kind))) return undefined;
  return asProblem(stopped, stopped.problem, provider.label);
}

function asProblem({ state }: Entry, { kind, status }: NonNullable<Entry['problem']>, label: string): Problem {
  const known = PROBLEM_KINDS.find((one) => one === kind) ?? 'vendor_error';
  const told =
    state === 'refused'
      ? `${label} refused an equal start that another call made at the same moment.`
      : 'An equal start that another call made at the same moment failed before anything was sent.';
  return new Problem(known, `${told} It was not sent again.`, {
    vendor: status === undefined ? undefined : { status },
    reason: 'raced',
    sent: 'no',
  });
}
