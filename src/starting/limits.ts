/** How many runs may start: the caps, and the number that may start within an hour without a yes. */
import type { ConfirmMode } from '../model/confirm-modes.ts';
import { Problem } from '../model/problem.ts';

export interface Limits {
  confirm: ConfirmMode;
  /** Runs that may start within any hour without a yes. */
  confirmAbove: number;
  maxRunsPerStart: number;
  maxRunsPerDay: number;
}

/** What was started before, in the world (sandbox or real) of the start at hand. */
export interface Spent {
  /** Runs of the last 24 hours. */
  day: number;
  /** Runs of the last hour that started without a yes. */
  hour: number;
  /** Runs beyond `confirmAbove` that were allowed for this hour together with a yes. */
  allowed: number;
}

/** What a start is about to cause. */
export interface Wanted {
  /** Runs of the whole plan at least. */
  known_runs: number;
  /** The platform does not let us know how many runs there will be. */
  uncounted: boolean;
  /** Runs of the steps that are still to be sent. */
  more: number;
}

/** The caps that no argument can raise. Throws `refused`. */
export function checkCaps(
  limits: Limits,
  { known_runs, more }: Pick<Wanted, 'known_runs' | 'more'>,
  day: number,
): void {
  if (known_runs > limits.maxRunsPerStart)
    throw new Problem(
      'refused',
      `This start would cause ${known_runs} runs; the cap is ${limits.maxRunsPerStart} a start. Nothing was sent.`,
      {
        reason: 'cap_per_start',
        sent: 'no',
        next: 'Start fewer tests, cases or repetitions, or have the owner of this server raise AGENT_SIM_MAX_RUNS_PER_START.',
      },
    );
  if (day + more > limits.maxRunsPerDay)
    throw new Problem(
      'refused',
      `${day} runs were started in the last 24 hours and this would add ${more}; the cap is ${limits.maxRunsPerDay} a day. Nothing was sent.`,
      {
        reason: 'cap_per_day',
        sent: 'no',
        next: 'Wait, start fewer runs, or have the owner of this server raise AGENT_SIM_MAX_RUNS_PER_DAY.',
      },
    );
}

/** True where these runs may not start without a yes: more than the hour has left, or a number that is not known. */
export function needsYes(limits: Limits, { uncounted, more }: Wanted, { hour, allowed }: Spent): boolean {
  if (limits.confirm === 'off') return false;
  return uncounted || hour + more > limits.confirmAbove + allowed;
}

/** Why a yes is needed, in one sentence. */
export function whyYes(limits: Limits, { uncounted, more }: Wanted, { hour, allowed }: Spent): string {
  if (uncounted) return 'How many runs this will be is not known before it starts, so it needs a yes.';
  const limit = limits.confirmAbove + allowed;
  const before = hour > 0 ? `, and ${hour} have started` : '';
  return `${more} ${more === 1 ? 'run needs' : 'runs need'} a yes: ${limit} may start within an hour without one${before}.`;
}
