/** What an earlier call made of a change at a target. A write whose outcome is not known is looked for; nothing is sent. */
import { withLock } from '../home/lock.ts';
import type { AgentTarget, ChangeTarget } from '../model/agents.ts';
import { plural } from '../model/plural.ts';
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
import { conflictsWith, textsFor } from './present-texts.ts';
import { isAtUnsent, isLost, mayHaveChanged, resultsOf } from './steps.ts';
import { verifyApplied } from './verify.ts';

/** Throws `unreadable` where the application is one of another text of this change: somebody edited its file since. */
export function applicationOf({ files }: ChangeContext, change: Change, target: ChangeTarget): Application | undefined {
  const application = files.application(change.id, target);
  if (application && application.change_hash !== hashOfChange(change)) throw edited();
  return application;
}

export function edited(): Problem {
  return new Problem(
    'unreadable',
    'The file of this change was edited after the change was proposed. Nothing was sent.',
    {
      sent: 'no',
      next: 'Read the agent with get_agent, and propose the change again.',
    },
  );
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

/** The answer, where the file of the application settles it; undefined where there is something to look for, or to send. */
export function settledOutcome(
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
          ? `This change was applied to ${place} and taken back. Nothing was sent now. To make the same edits again, propose them as a new change.`
          : `This change was applied to ${place}, and taking it back was begun. Nothing was sent now. revert_agent_change says whether it was taken back.`,
    });
  if (state !== 'saved') return undefined;
  return answerOf(subject, {
    outcome: 'saved',
    verified,
    already: true,
    by_hand,
    agent: known.written,
    message: `This change was saved in ${place} earlier (${settled_at ?? at}). Nothing was sent now.`,
  });
}

/**
 * What earlier calls made of the change, looked up at the platform where that is not known: undefined where nothing of it may
 * have reached the platform, or where a request that was never sent is next.
 */
export async function earlierOutcome(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  target: ChangeTarget,
  call: CallContext,
): Promise<ChangeAnswer | undefined> {
  const first = applicationOf(context, change, target);
  if (!first) return undefined;
  const answer = settledOutcome(context, provider, change, first);
  if (answer || !hasBegun(first)) return answer;
  return withLock(context.home, lockOf(change), async () => {
    const known = applicationOf(context, change, target);
    if (!known) return undefined;
    const now = settledOutcome(context, provider, change, known);
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
      ...(await verifyApplied(context, subject, application, call)),
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
    return new Problem('conflict', editedByOthers(conflictsWith(context, change, opened.agent, 'before').length));
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

function editedByOthers(parts: number): string {
  return `${plural(parts, 'part')} of the agent that this change edits now ${parts === 1 ? 'holds' : 'hold'} neither the old text nor the new one, so it is not known whether the change arrived.`;
}

function targetOf(targets: readonly AgentTarget[], application: Application): AgentTarget {
  return targets.find(({ target }) => target === application.target) ?? formerTarget(application);
}

function subjectOf(context: ChangeContext, provider: Provider, change: Change, known: Application): Subject {
  return { does: 'apply', provider, change, target: formerTarget(known), diff: shownDiff(context, change, 'apply') };
}
