/**
 * The requests of a write, each recorded before it leaves: one that was answered is not sent again, one whose answer was lost
 * is looked for and not sent again either.
 */
import { isProblem, Problem, toProblem } from '../model/problem.ts';
import type { StepResult, WriteSteps } from '../providers/provider.ts';
import type { Passage, Step } from './application.ts';

export interface StepOptions {
  passage: Passage;
  /** Puts the passage on the disk. Throws `local_io`. */
  record(): Promise<void>;
  /** The same without throwing. */
  settle(): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** Waits before each look for what a lost answer may have made, in ms. */
  lookDelays: readonly number[];
}

/** Steps that are kept in `passage.steps`. */
export function recordedSteps({ passage, record, settle, sleep, lookDelays }: StepOptions): WriteSteps {
  const look = async (step: Step, find: () => Promise<StepResult | undefined>, why: unknown): Promise<StepResult> => {
    for (const delay of lookDelays) {
      await sleep(delay);
      const found = await find().catch(() => undefined);
      if (found === undefined) continue;
      Object.assign(step, { state: 'done', result: { ...found } });
      await settle();
      return found;
    }
    throw lost(why);
  };
  return {
    async once(name, send, find) {
      const known = passage.steps.find((step) => step.name === name);
      if (known?.state === 'done') return known.result ?? {};
      if (known?.state === 'sent') return look(known, find, undefined);
      const step: Step = known ?? { name, state: 'sent' };
      step.state = 'sent';
      if (!known) passage.steps.push(step);
      await record();
      try {
        const result = await send();
        Object.assign(step, { state: 'done', result: { ...result } });
        await settle();
        return result;
      } catch (error) {
        const said = whatIsKnown(error);
        if (said === 'nothing') return look(step, find, error);
        if (said === 'not sent' && !known) passage.steps.splice(passage.steps.indexOf(step), 1);
        else step.state = 'refused';
        await settle();
        throw error;
      }
    },
  };
}

/** What every step that was answered gave, as one record: enough to take back what they made. */
export function resultsOf({ steps }: Passage): StepResult {
  return Object.assign({}, ...steps.map(({ result }) => result ?? {}));
}

/** True where a request left, and it may have changed something. */
export function mayHaveChanged({ steps }: Passage): boolean {
  return steps.some(({ state }) => state !== 'refused');
}

/** A clear no of the platform changed nothing; an error of the server, a timeout, an answer that cannot be read may have. */
function whatIsKnown(error: unknown): 'not sent' | 'refused' | 'nothing' {
  const { kind, details } = toProblem(error);
  if (details.sent === 'no') return 'not sent';
  const { status } = details.vendor ?? {};
  const isNo = status !== undefined && status >= 400 && status < 500 && status !== 408;
  return isNo && kind !== 'timeout' ? 'refused' : 'nothing';
}

function lost(error: unknown): Problem {
  const before = isProblem(error) ? error : undefined;
  return new Problem(
    'timeout',
    'The answer of the platform was lost, and what it may have changed was not found there.',
    {
      sent: 'unknown',
      reason: 'lost',
      provider: before?.details.provider,
      vendor: before?.details.vendor,
      next: 'Read the agent again before anything else: the change may still arrive.',
      cause: error,
    },
  );
}
