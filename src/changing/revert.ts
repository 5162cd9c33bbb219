/** A change on its way back: read again → a yes → the old spans spliced in, or what the platform has for it → read back. */
import type { PersonChannel } from '../home/asking.ts';
import { type Held, withLock } from '../home/lock.ts';
import { ownProcess } from '../home/process-identity.ts';
import type { Agent, AgentTarget } from '../model/agents.ts';
import { Problem } from '../model/problem.ts';
import type { CallContext, Provider } from '../providers/provider.ts';
import { answerOf, placeOf, questionOf } from './answers.ts';
import type { Application } from './application.ts';
import type { Change } from './change.ts';
import type { ChangeAnswer, ChangeQuestion, RevertArguments } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { isApart, look } from './earlier-outcome.ts';
import { ended, failed, lockOf, markOf, newPassage, providerFor, stepsOf, WRITE_MS } from './passage.ts';
import { conflictsWith, textsFor } from './present-texts.ts';
import { verifyReverted } from './verify.ts';
import { editedSince, wayBack } from './way-back.ts';
import { yesTo } from './yes.ts';

/** See `Changer.revert`. */
export async function revert(
  context: ChangeContext,
  providerOf: (id: string) => Promise<Provider>,
  args: RevertArguments,
  call: CallContext,
  channel: PersonChannel,
): Promise<ChangeAnswer | ChangeQuestion> {
  const kept = context.files.change(args.change);
  const provider = await providerFor(kept, providerOf);
  const found = applicationToRevert(context, kept, args);
  const change = asApplied(kept, found);
  const application = await lookedFor(context, provider, change, found, call);
  const way = await wayBack(context, provider, change, application, call);
  if (way.over) return answerOf(way.subject, way.over);
  const pending = await yesTo(context, { ...way.subject, token: args.confirm, channel });
  if (!pending)
    return withLock(context.home, lockOf(change), (held) =>
      takeBack(context, provider, change, application, held, call),
    );
  const place = placeOf(application.target);
  const withYes = way.undoes ? `the change is taken back from ${place}` : `the old text is written to ${place} again`;
  return questionOf(way.subject, pending, channel, withYes);
}

/** The one that was named, else the latest that may have changed something and is not taken back. */
function applicationToRevert({ files }: ChangeContext, change: Change, { target }: RevertArguments): Application {
  const all =
    target === undefined
      ? files.applications(change.id)
      : [files.application(change.id, target)].filter((one) => one !== undefined);
  const [latest] = all;
  const found = all.find((one) => one.apply.steps.length > 0 && one.revert?.state !== 'saved') ?? latest;
  if (found && found.apply.steps.length > 0) return found;
  throw new Problem(
    'invalid_input',
    `This change was not applied${target ? ` to ${placeOf(target)}` : ''}, so there is nothing to take back. Nothing was sent.`,
    {
      sent: 'no',
      next: 'get_agent shows the changes that were applied from this home.',
    },
  );
}

/** The change as it was when it was applied, whatever its file says by now: what was replaced is kept beside what became of it. */
function asApplied(change: Change, { agent, kept, others }: Application): Change {
  return { ...change, agent, parts: kept, others };
}

/** Where it is not known what a write made, that is looked for first, so that it can be taken back. Nothing is sent. */
async function lookedFor(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  { target }: Application,
  call: CallContext,
): Promise<Application> {
  const known = () => {
    const application = context.files.application(change.id, target);
    if (application) return application;
    throw new Problem(
      'conflict',
      'The file that says where this change was applied is gone from this home. Nothing was sent.',
      {
        sent: 'no',
      },
    );
  };
  if (!isToBeLookedFor(known())) return known();
  return withLock(context.home, lockOf(change), async () => {
    const application = structuredClone(known());
    if (!isToBeLookedFor(application)) return application;
    await look(context, provider, change, application, call);
    await context.files.settle(application);
    return application;
  });
}

function isToBeLookedFor({ target, ids, apply: { steps }, revert: back }: Application): boolean {
  return isApart(target) && !ids && !back && steps.some(({ state }) => state === 'sent');
}

/** Under the lock of the agent. */
async function takeBack(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  { target }: Application,
  held: Held,
  call: CallContext,
): Promise<ChangeAnswer> {
  const { files } = context;
  const known = files.application(change.id, target);
  if (!known || JSON.stringify(known.kept) !== JSON.stringify(change.parts))
    throw new Problem(
      'conflict',
      'The file that says where this change was applied is gone from this home. Nothing was sent.',
      {
        sent: 'no',
      },
    );
  const { subject, opened, undoes, over } = await wayBack(context, provider, change, known, call);
  if (over) return answerOf(subject, over);
  const parts = textsFor(change, opened.agent, 'before');
  if (!parts && !undoes)
    return answerOf(subject, editedSince(placeOf(target), conflictsWith(context, change, opened.agent, 'after')));
  const application = structuredClone(known);
  const passage = application.revert ?? newPassage(context, `${markOf(change, target)}-back`);
  Object.assign(passage, { state: 'open', process: ownProcess() });
  application.revert = passage;
  await files.record(application);
  await held.check();
  const own: CallContext = { signal: AbortSignal.timeout(WRITE_MS) };
  const steps = stepsOf(context, application, passage, held);
  const { mark } = passage;
  try {
    if (undoes && opened.undo) {
      const word = { target, mark: application.apply.mark, message: mark };
      passage.by_hand = [...(await opened.undo(application.undo ?? {}, word, steps, own))];
    } else {
      const order = {
        target: writableTarget(opened.agent, target),
        object: change.object,
        parts: parts ?? new Map(),
        mark,
        message: mark,
      };
      const written = await opened.write(order, steps, own);
      passage.by_hand = [...subject.target.by_hand, ...(written.by_hand ?? [])];
    }
  } catch (error) {
    return failed(context, subject, application, error);
  }
  return ended(context, subject, application, await verifyReverted(context, subject, application, undoes, own));
}

/** What was written to a copy or a version of its own is the agent itself there. */
function writableTarget(agent: Agent, target: AgentTarget['target']): AgentTarget['target'] {
  const has = agent.targets.map((one) => one.target);
  return has.includes(target) ? target : (has.find((one) => one === 'live' || one === 'record') ?? target);
}
