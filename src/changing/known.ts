/** What is known of a change at a target from before. A write whose outcome is not known is looked for; nothing is sent. */
import { withLock } from '../home/lock.ts';
import type { AgentTarget, ChangeTarget } from '../model/agents.ts';
import { Problem, toProblem } from '../model/problem.ts';
import { formatRef } from '../model/refs.ts';
import type { AgentWritten, CallContext, Provider } from '../providers/provider.ts';
import { answerOf, formerTarget, placeOf, type Subject, shownDiff } from './answers.ts';
import type { Application } from './application.ts';
import { type Change, hashOfChange } from './change.ts';
import type { ChangeAnswer } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { openAgent } from './copies.ts';
import { ended, idsOf, lockOf, looksOf } from './passage.ts';
import { readAgain } from './read-again.ts';
import { conflictsWith, textsFor } from './standing.ts';
import { isAtUnsent, isLost, mayHaveChanged, resultsOf } from './steps.ts';

/** Throws `unreadable` where what stands there is of another text of this change: somebody edited its file since. */
export function applicationOf({ files }: ChangeContext, change: Change, target: ChangeTarget): Application | undefined {
  const application = files.application(change.id, target);
  if (application && application.change_hash !== hashOfChange(change)) throw edited();
  return application;
}

export function edited(): Problem {
  return new Problem('unreadable', 'The file of this change was edited since. Nothing was sent.', {
    sent: 'no',
    next: 'Read the agent, and propose the change anew.',
  });
}

/** A process that was killed, a lost answer, or a platform that refused a later request left it half done. */
export function hasBegun(application: Application | undefined): boolean {
  return application !== undefined && mayHaveChanged(application.apply);
}

/** Writes into the application where it was written and how it is taken back. */
export function keepWritten(
  application: Application,
  { ids, undo, by_hand = [] }: AgentWritten,
  target: Pick<AgentTarget, 'by_hand'>,
  { id }: Provider,
): void {
  application.ids = [...ids];
  application.written = formatRef(id, 'agent', ...ids);
  application.undo = undo && { ...resultsOf(application.apply), ...undo };
  application.apply.by_hand = [...target.by_hand, ...by_hand];
}

/** The answer of what its file settles; undefined where there is something to look for, or to send. Reads nothing. */
export function said(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  known: Application,
): ChangeAnswer | undefined {
  const subject = subjectOf(context, provider, change, known);
  const place = placeOf(known.target);
  const { state, verified = false, by_hand = [], settled_at, at } = known.apply;
  if (known.revert)
    return answerOf(subject, {
      outcome: 'refused',
      already: true,
      message:
        known.revert.state === 'saved'
          ? `This change was applied to ${place} and taken back. Nothing was sent. Propose it anew to apply it again.`
          : `This change was applied to ${place}, and taking it back was begun. Nothing was sent. revert_agent_change says what came of that.`,
    });
  if (state !== 'saved') return undefined;
  return answerOf(subject, {
    outcome: 'saved',
    verified,
    already: true,
    by_hand,
    agent: known.written,
    message: `It was saved in ${place} before (${settled_at ?? at}); nothing was sent now.`,
  });
}

/**
 * What it came to before, looked up where that is not known: undefined where nothing of it may have reached the platform, or
 * where a request that was never sent is next.
 */
export async function standing(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  target: ChangeTarget,
  call: CallContext,
): Promise<ChangeAnswer | undefined> {
  const first = applicationOf(context, change, target);
  if (!first) return undefined;
  const answer = said(context, provider, change, first);
  if (answer || !hasBegun(first)) return answer;
  return withLock(context.home, lockOf(change), async () => {
    const known = applicationOf(context, change, target);
    if (!known) return undefined;
    const now = said(context, provider, change, known);
    if (now || !hasBegun(known)) return now;
    const application = structuredClone(known);
    const subject = subjectOf(context, provider, change, application);
    const why = application.ids ? undefined : await look(context, provider, change, application, call);
    if (why && isAtUnsent(why)) return undefined;
    // Where a copy or a version is not found, the agent itself says nothing of it.
    if (why && isApart(target))
      return ended(context, subject, application, {
        outcome: 'unknown',
        verified: false,
        already: true,
        message: `${why.message} Nothing was sent now.`,
      });
    return ended(context, subject, application, {
      ...(await readAgain(context, subject, application, call)),
      already: true,
    });
  });
}

/** A target that is a thing of its own at the platform. */
export function isApart(target: ChangeTarget): boolean {
  return target === 'copy' || target === 'draft';
}

/**
 * Looks for what a write made whose outcome is not known, under the lock of the agent, and writes down what is found. Answers
 * with the reason where that is not all of it; throws what kept it from looking.
 */
export async function look(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  application: Application,
  call: CallContext,
): Promise<Problem | undefined> {
  const { target, apply: passage } = application;
  const opened = await openAgent(context, provider, idsOf(change.agent), call);
  const parts = textsFor(change, opened.agent, 'after');
  if (!parts)
    return new Problem('conflict', someoneElse(conflictsWith(context, change, opened.agent, 'before').length));
  const { mark } = passage;
  try {
    const order = { target, object: change.object, parts, mark, message: mark };
    const written = await opened.write(order, looksOf(context, application, passage), call);
    keepWritten(application, written, targetOf(opened.agent.targets, application), provider);
    return undefined;
  } catch (error) {
    const problem = toProblem(error);
    application.undo = { ...application.undo, ...resultsOf(passage) };
    await context.files.settle(application);
    if (isAtUnsent(problem) || isLost(problem) || problem.kind === 'conflict') return problem;
    throw problem;
  }
}

function someoneElse(parts: number): string {
  return `Somebody edited the agent since (${parts} of the parts of this change), so what came of it cannot be told.`;
}

function targetOf(targets: readonly AgentTarget[], application: Application): AgentTarget {
  return targets.find(({ target }) => target === application.target) ?? formerTarget(application);
}

function subjectOf(context: ChangeContext, provider: Provider, change: Change, known: Application): Subject {
  return { does: 'apply', provider, change, target: formerTarget(known), diff: shownDiff(context, change, 'apply') };
}
