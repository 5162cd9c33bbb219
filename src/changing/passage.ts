/** The way of a change there and back: begun on the disk, step by step, and what it came to. */
import { createHash } from 'node:crypto';
import { type Held, LOCK_LOST } from '../home/lock.ts';
import { uptimeOf } from '../home/moment.ts';
import { ownProcess } from '../home/process-identity.ts';
import { Problem, toProblem } from '../model/problem.ts';
import { parseRef } from '../model/refs.ts';
import type { Provider, WriteSteps } from '../providers/provider.ts';
import { answerOf, type Subject } from './answers.ts';
import type { Application, Passage } from './application.ts';
import { type Change, hashOfChange } from './change.ts';
import type { ChangeAnswer } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { isLost, mayHaveChanged, recordedSteps, resultsOf } from './steps.ts';
import type { Doing } from './yes.ts';

/** Longest time from the first request of a write to the last. */
export const WRITE_MS = 45_000;

/** What an answer says of a passage that has ended. */
export type Told = Pick<ChangeAnswer, 'outcome' | 'message'> & Partial<ChangeAnswer>;

/** The application as it is kept before anything is sent; one that was begun goes on. */
export function begun(
  context: ChangeContext,
  { change, target }: Subject,
  known: Application | undefined,
): Application {
  if (known && mayHaveChanged(known.apply)) {
    const goesOn = structuredClone(known);
    Object.assign(goesOn.apply, { state: 'open', process: ownProcess() });
    return goesOn;
  }
  return {
    version: 1,
    id: change.id,
    agent: change.agent,
    change_hash: hashOfChange(change),
    target: target.target,
    exposure: target.exposure,
    kept: change.parts,
    others: change.others,
    rest: change.rest,
    apply: newPassage(context, markOf(change, target.target)),
  };
}

export function newPassage({ clock }: ChangeContext, mark: string): Passage {
  const at = new Date(clock.now()).toISOString();
  return { state: 'open', at, uptime: uptimeOf(clock), process: ownProcess(), mark, steps: [] };
}

/** The word by which the platform's things of this change are found again. */
export function markOf({ id }: Change, of: string): string {
  return `agent-sim-${id.slice(2)}-${of}`;
}

/** The steps of a passage, under the lock of the agent: one that has lost it sends nothing more. */
export function stepsOf(context: ChangeContext, application: Application, passage: Passage, held: Held): WriteSteps {
  const { files } = context;
  return recordedSteps({
    ...looks(context, application, passage),
    async record() {
      await held.check();
      await files.record(application);
      // Whoever takes the lock from here on finds the step recorded, and does not send it.
      await held.check();
    },
  });
}

/** The same steps, of which none is sent: what was sent is looked for. */
export function looksOf(context: ChangeContext, application: Application, passage: Passage): WriteSteps {
  return recordedSteps({ ...looks(context, application, passage), record: async () => {}, looksOnly: true });
}

function looks({ files, sleep, lookDelays }: ChangeContext, application: Application, passage: Passage) {
  return { passage, settle: () => files.settle(application), sleep, lookDelays };
}

/** Writes down what a passage came to, and answers. */
export async function ended(
  context: ChangeContext,
  subject: Subject,
  application: Application,
  told: Told,
): Promise<ChangeAnswer> {
  const { does, target } = subject;
  const passage = does === 'apply' ? application.apply : application.revert;
  if (passage) {
    const { outcome, verified, by_hand } = told;
    passage.state = outcome === 'confirmation_required' ? 'open' : outcome;
    passage.settled_at = new Date(context.clock.now()).toISOString();
    passage.verified = verified;
    passage.by_hand = by_hand ? [...by_hand] : passage.by_hand;
  }
  await context.files.settle(application);
  await audited(context, subject, told.outcome);
  return answerOf(subject, { by_hand: passage?.by_hand ?? target.by_hand, agent: application.written, ...told });
}

/**
 * What a write that failed came to. Where nothing was changed it is forgotten, and the problem is thrown on; where something
 * may have been, that is written down and answered.
 */
export async function failed(
  context: ChangeContext,
  subject: Subject,
  application: Application,
  error: unknown,
): Promise<ChangeAnswer> {
  const problem = toProblem(error);
  const { does } = subject;
  const passage = does === 'apply' ? application.apply : application.revert;
  const { vendor } = problem.details;
  // The files are another process's by now, and say what it did.
  if (problem.details.reason === LOCK_LOST) throw problem;
  if (passage && mayHaveChanged(passage)) {
    const lost = isLost(problem) || passage.steps.some(({ state }) => state === 'sent');
    application.undo = { ...application.undo, ...resultsOf(application.apply) };
    return ended(context, subject, application, {
      outcome: lost ? 'unknown' : 'refused',
      vendor,
      message: lost
        ? `${problem.message} ${LOST[does]}`
        : `Only a part of this was done before a request failed: ${problem.message} What was done is kept with the change: the same call goes on from there, and revert_agent_change takes it back.`,
    });
  }
  if (does === 'apply') await context.files.forget(application);
  else {
    application.revert = undefined;
    await context.files.settle(application);
  }
  await audited(context, subject, problem.kind);
  if (problem.kind === 'conflict' && problem.details.sent === 'no')
    return answerOf(subject, {
      outcome: 'conflict',
      vendor,
      message: `${problem.message} Nothing was changed. Read the agent with get_agent.`,
    });
  throw problem;
}

function audited({ audit }: ChangeContext, { does, provider, change, target }: Subject, outcome: string) {
  return audit.record({
    what: does,
    provider: provider.id,
    sandbox: provider.sandbox,
    outcome,
    subject: change.agent,
    change: change.id,
    target: target.target,
  });
}

/** What to do after a lost answer. */
const LOST: Readonly<Record<Doing, string>> = {
  apply:
    'The request is not sent again. Make the same call again in a minute: it reads the platform and says whether the change was saved. If the change did not arrive, propose it again.',
  revert:
    'The request is not sent again. Make the same call again in a minute: it reads the platform and says whether the change was taken back. If it was not, propose the old text as a new change, or delete by hand what was made.',
};

/** The provider that a change is for, at the host that it was proposed at. */
export async function providerFor(
  { provider: id, host }: Change,
  providerOf: (id: string) => Promise<Provider>,
): Promise<Provider> {
  const provider = await providerOf(id);
  if (provider.host === host) return provider;
  throw new Problem(
    'refused',
    `This change was proposed for ${provider.label} at another host than the one that is configured now. Nothing was sent.`,
    {
      reason: 'other_place',
      sent: 'no',
      next: 'Propose the change again at this host.',
    },
  );
}

/** Ids of the agent in a reference of ours. */
export function idsOf(ref: string): readonly string[] {
  const parsed = parseRef(ref);
  if (parsed) return parsed.ids;
  throw new Problem('unreadable', 'The file of this change names no agent. Nothing was sent.', { sent: 'no' });
}

/** One name for each agent of a platform. */
export function lockOf({ provider, host, agent }: Change): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([provider, host, agent]))
    .digest('hex');
  return `agent-${hash.slice(0, 24)}`;
}
