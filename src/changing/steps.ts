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
  /** Sends nothing: what was sent is looked for, and the first step that was not is where it ends (`isAtUnsent`). */
  looksOnly?: boolean | undefined;
}

/** Steps that are kept in `passage.steps`. */
export function recordedSteps({ passage, record, settle, sleep, lookDelays, looksOnly }: StepOptions): WriteSteps {
  const look = async (step: Step, find: () => Promise<StepResult | undefined>, why: unknown): Promise<StepResult> => {
    let hasLooked = false;
    for (const delay of lookDelays) {
      await sleep(delay);
      const found = await find().then(
        (result) => {
          hasLooked = true;
          return result;
        },
        () => undefined,
      );
      if (found === undefined) continue;
      Object.assign(step, { state: 'done', result: { ...found } });
      await settle();
      return found;
    }
    throw lost(why, hasLooked);
  };
  return {
    async keep(name, read) {
      const known = passage.steps.find((step) => step.name === name);
      if (known) return known.result ?? {};
      const result = await read();
      // It is on the disk with the next step, before that leaves.
      passage.steps.push({ name, state: 'read', result: { ...result } });
      return result;
    },
    async once(name, send, find) {
      const known = passage.steps.find((step) => step.name === name);
      if (known?.state === 'done') return known.result ?? {};
      if (known?.state === 'sent') return look(known, find, undefined);
      if (looksOnly) throw atUnsent();
      const step: Step = known ?? { name, state: 'sent' };
      step.state = 'sent';
      if (!known) passage.steps.push(step);
      try {
        await record();
      } catch (error) {
        // It does not leave: what is in memory must not say that it may have.
        unsend(passage, step, known !== undefined);
        throw error;
      }
      try {
        const result = await send();
        Object.assign(step, { state: 'done', result: { ...result } });
        await settle();
        return result;
      } catch (error) {
        const said = whatIsKnown(error);
        if (said === 'nothing') return look(step, find, error);
        unsend(passage, step, said === 'refused' || known !== undefined);
        await settle();
        throw error;
      }
    },
  };
}

/** A step that changed nothing: one that the platform refused, now or before, stays as that; any other was never taken. */
function unsend(passage: Passage, step: Step, refused: boolean): void {
  if (refused) step.state = 'refused';
  else passage.steps.splice(passage.steps.indexOf(step), 1);
}

/** What every step that was answered gave, as one record: enough to take back what they made. */
export function resultsOf({ steps }: Passage): StepResult {
  return Object.assign({}, ...steps.map(({ state, result }) => (state === 'read' ? {} : (result ?? {}))));
}

/** True where a request left, and it may have changed something. */
export function mayHaveChanged({ steps }: Passage): boolean {
  return steps.some(({ state }) => state !== 'refused' && state !== 'read');
}

/** A clear no of the platform changed nothing; an error of the server, a timeout, an answer that cannot be read may have. */
function whatIsKnown(error: unknown): 'not sent' | 'refused' | 'nothing' {
  const { kind, details } = toProblem(error);
  if (details.sent === 'no') return 'not sent';
  const { status } = details.vendor ?? {};
  const isNo = status !== undefined && status >= 400 && status < 500 && status !== 408;
  return isNo && kind !== 'timeout' ? 'refused' : 'nothing';
}

const AT_UNSENT = 'at_unsent';

function atUnsent(): Problem {
  return new Problem('internal', 'The next request of this change was not sent before.', {
    sent: 'no',
    reason: AT_UNSENT,
  });
}

/** True for the end of steps that only look: all before was answered or found, and the next request was never sent. */
export function isAtUnsent(error: unknown): boolean {
  return isProblem(error) && error.details.reason === AT_UNSENT;
}

/** True where an answer was lost, and what the request may have made is not found. */
export function isLost(error: unknown): boolean {
  return isProblem(error) && error.details.reason === LOST;
}

const LOST = 'lost';

/** `hasLooked`: the platform could be read, and did not show what the request may have changed. */
function lost(error: unknown, hasLooked: boolean): Problem {
  const before = isProblem(error) ? error : undefined;
  return new Problem(
    'timeout',
    hasLooked
      ? 'The answer of the platform was lost, and the platform does not show what the request may have changed.'
      : 'The answer of the platform was lost, and the platform could not be read to see what the request may have changed.',
    {
      sent: 'unknown',
      reason: LOST,
      provider: before?.details.provider,
      vendor: before?.details.vendor,
      next: 'Read the agent again before anything else: the change may still arrive.',
      cause: error,
    },
  );
}
