/** How many runs may start: the caps, and the number above which a start needs a confirmation. */
import { Problem } from '../model/problem.ts';
import type { MeasuredPlan } from './plan.ts';

export interface Limits {
  confirmAbove: number;
  maxRunsPerStart: number;
  maxRunsPerDay: number;
}

/** The caps that no argument can raise. `today` = runs of the last 24 hours, `more` = runs about to be added. */
export function checkCaps(limits: Limits, plan: MeasuredPlan, more: number, today: number): void {
  if (plan.known_runs > limits.maxRunsPerStart)
    throw new Problem(
      'refused',
      `This start would cause ${plan.known_runs} runs; the cap is ${limits.maxRunsPerStart} a start. Nothing was sent.`,
      {
        reason: 'cap_per_start',
        sent: 'no',
        next: 'Start fewer cases or repetitions, or have the owner of this server raise AGENT_SIM_MAX_RUNS_PER_START.',
      },
    );
  if (today + more > limits.maxRunsPerDay)
    throw new Problem(
      'refused',
      `${today} runs were started in the last 24 hours and this would add ${more}; the cap is ${limits.maxRunsPerDay} a day. Nothing was sent.`,
      {
        reason: 'cap_per_day',
        sent: 'no',
        next: 'Wait, start fewer runs, or have the owner of this server raise AGENT_SIM_MAX_RUNS_PER_DAY.',
      },
    );
}

/** True for more runs than may start without a yes, and for a number that is not known. */
export function needsConfirmation(limits: Limits, plan: MeasuredPlan, more: number): boolean {
  return plan.runs === undefined || more > limits.confirmAbove;
}
