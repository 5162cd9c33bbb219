/** What a start is asked for, and the question that it may ask back. */
import type { StartRequest } from '../providers/provider.ts';
import type { NumberField } from './question-text.ts';
import type { PlanView } from './start-answer.ts';

export interface StartArguments extends Omit<StartRequest, 'test'> {
  /** Of one platform; one plan, one yes, one cap for all. */
  tests: readonly StartRequest['test'][];
  dry_run?: boolean | undefined;
  /** Token of a preview. */
  confirm?: string | undefined;
  /** The caller's name for this start: the same key never starts a test twice. */
  key?: string | undefined;
}

/** A question to a person, answered by calling `start` again. */
export interface StartQuestion {
  needs: 'confirmation';
  question: string;
  /** What may be answered beside yes or no: `further_runs` of the answer. */
  further_runs: NumberField;
  token: string;
  expires_at: string;
  plan: PlanView;
}
