/** Sends the steps of a plan that are missing, one after the other, each under a claim of its own. */
import { Problem, toProblem } from '../model/problem.ts';
import type { CallContext, Provider } from '../providers/provider.ts';
import { whileActive } from './active-starts.ts';
import { type Attempt, draftOf, receiptsBefore } from './attempt.ts';
import type { Entry } from './journal-entry.ts';
import { checkCaps, needsYes, type Spent } from './limits.ts';
import { latestAttempts, nextAttempt, type PriorStart } from './prior-start.ts';
import { sendStep } from './send-step.ts';
import { runsOfDay, runsOfHour } from './spent.ts';
import type { StartContext } from './start-context.ts';

/** What was started before in the world of this provider: the sandbox and the real platforms count apart. */
export async function spentNow(context: StartContext, { sandbox }: Provider): Promise<Spent> {
  const { journal, clock, limits, allowances } = context;
  const entries = await journal.read();
  const counting = { sandbox, fullStart: limits.maxRunsPerStart, clock };
  return {
    day: runsOfDay(entries, counting),
    hour: runsOfHour(entries, counting),
    allowed: limits.confirm === 'off' ? 0 : await allowances.current(sandbox),
  };
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
  confirmed: boolean,
  call: CallContext,
): Promise<{ entries: Entry[]; problem?: Problem | undefined } | 'claimed elsewhere'> {
  const before = prior.kind === 'free' ? [] : prior.entries;
  const name = { fingerprint: attempt.fingerprint, start: prior.start };
  return whileActive(context.home, name, async () => {
    let entries = [...before];
    for (const index of missing) {
      try {
        const sent = await sendOne(context, attempt, { start: prior.start, index, before, entries, confirmed }, call);
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

/** The reason of a step that was held back because the budget of the hour was used up meanwhile. */
export const OVERTAKEN = 'overtaken';

interface Missing {
  /** Name of the start. */
  start: string;
  /** Of the step in the plan. */
  index: number;
  /** Claims that the decision to send was made on, and all claims by now. */
  before: readonly Entry[];
  entries: readonly Entry[];
  /** Somebody said yes to the start. */
  confirmed: boolean;
}

async function sendOne(
  context: StartContext,
  attempt: Attempt,
  { start, index, before, entries, confirmed }: Missing,
  call: CallContext,
) {
  const { provider, operations, plan } = attempt;
  const { limits } = context;
  const step = plan.steps[index];
  if (!step) throw new Problem('internal', 'A step that is not in the plan was to be sent.', { sent: 'no' });
  if (call.signal.aborted) throw new Problem('cancelled', 'The call was cancelled.', { sent: 'no' });
  // Numbered from what the decision to send was made on, never from a newer look: if another call has tried this step
  // since, its claim has this very name, and ours is refused.
  const draft = draftOf(attempt, { start, index, attempt: nextAttempt(before, index), confirmed });
  // Counted once more while the claim is held: of starts that race for what is left, none may go on that has not seen the
  // claims of the others.
  const allowed = async () => {
    const spent = await spentNow(context, provider);
    const more = { known_runs: plan.known_runs, uncounted: false, more: 0 };
    checkCaps(limits, more, spent.day);
    if (!confirmed && needsYes(limits, more, spent)) throw overtaken();
  };
  return sendStep(context, provider, operations, draft, step, receiptsBefore(entries, index), call, allowed);
}

/** Other starts of the home took what was left of the hour: nothing is lost, but a yes is needed now. */
function overtaken(): Problem {
  return new Problem('refused', 'Other starts have used what may start within this hour without a yes.', {
    reason: OVERTAKEN,
    sent: 'no',
    next: 'Make the same call again: the rest of the plan needs a yes now.',
  });
}
