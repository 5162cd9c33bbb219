/** Sends the steps of a plan that are missing, one after the other, each under a claim of its own. */
import { Problem, toProblem } from '../model/problem.ts';
import type { CallContext, Provider } from '../providers/provider.ts';
import { whileActive } from './active-starts.ts';
import { type Attempt, draftOf, receiptsBefore } from './attempt.ts';
import type { Entry } from './journal-entry.ts';
import { checkCaps } from './limits.ts';
import { latestAttempts, nextAttempt, type PriorStart, runsOfDay } from './prior-start.ts';
import { sendStep } from './send-step.ts';
import type { StartContext } from './start-context.ts';

/** Runs of the last 24 hours in the world of this provider: the sandbox and the real platforms count apart. */
export async function runsToday({ journal, clock }: StartContext, provider: Provider): Promise<number> {
  return runsOfDay(await journal.read(), provider.sandbox, clock);
}

/**
 * Ends at the first step that does not start; `problem` says why, `entries` are all claims of the start by then.
 * `claimed elsewhere` = another call made one of the claims first.
 */
export async function sendMissing(
  context: StartContext,
  attempt: Attempt,
  prior: PriorStart,
  missing: readonly number[],
  call: CallContext,
): Promise<{ entries: Entry[]; problem?: Problem | undefined } | 'claimed elsewhere'> {
  const before = prior.kind === 'free' ? [] : prior.entries;
  const name = { fingerprint: attempt.fingerprint, start: prior.start };
  return whileActive(context.home, name, async () => {
    let entries = [...before];
    for (const index of missing) {
      try {
        const sent = await sendOne(context, attempt, { start: prior.start, index, before, entries }, call);
        if (sent === 'claimed elsewhere') return sent;
        entries = latestAttempts([...entries, sent.entry]);
        if (sent.problem) return { entries, problem: sent.problem };
      } catch (error) {
        return { entries, problem: toProblem(error) };
      }
    }
    return { entries };
  });
}

interface Missing {
  /** Name of the start. */
  start: string;
  /** Of the step in the plan. */
  index: number;
  /** Claims that the decision to send was made on, and all claims by now. */
  before: readonly Entry[];
  entries: readonly Entry[];
}

async function sendOne(
  context: StartContext,
  attempt: Attempt,
  { start, index, before, entries }: Missing,
  call: CallContext,
) {
  const { provider, operations, plan } = attempt;
  const step = plan.steps[index];
  if (!step) throw new Problem('internal', 'A step that is not in the plan was to be sent.', { sent: 'no' });
  if (call.signal.aborted) throw new Problem('cancelled', 'The call was cancelled.', { sent: 'no' });
  // Numbered from what the decision to send was made on, never from a newer look: if another call has tried this step
  // since, its claim has this very name, and ours is refused.
  const draft = draftOf(attempt, start, index, nextAttempt(before, index));
  const allowed = async () => checkCaps(context.limits, plan, 0, await runsToday(context, provider));
  return sendStep(context, provider, operations, draft, step, receiptsBefore(entries, index), call, allowed);
}
