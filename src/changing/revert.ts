/** A change on its way back: read again → a yes → the old spans spliced in, or what the platform has for it → read back. */
import type { PersonChannel } from '../home/asking.ts';
import { type Held, withLock } from '../home/lock.ts';
import { ownProcess } from '../home/process-identity.ts';
import type { Agent, AgentTarget } from '../model/agents.ts';
import { isProblem, Problem } from '../model/problem.ts';
import type { CallContext, OpenAgent, Provider } from '../providers/provider.ts';
import { answerOf, formerTarget, placeOf, type Subject, shownDiff } from './answers.ts';
import type { Application } from './application.ts';
import type { Change } from './change.ts';
import type { ChangeAnswer, ChangeQuestion, Conflict, RevertArguments } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { agentsOf, openAgent } from './copies.ts';
import { isApart, look } from './known.ts';
import {
  ended,
  failed,
  idsOf,
  lockOf,
  markOf,
  newPassage,
  providerFor,
  stepsOf,
  type Told,
  WRITE_MS,
} from './passage.ts';
import { readBack } from './reading-back.ts';
import { conflictsWith, othersMoved, textsFor } from './standing.ts';
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
  const { token, expires_at } = pending;
  const failedToAsk = channel.answer?.outcome === 'failed' ? ' The client failed to ask.' : '';
  const answer = answerOf(way.subject, {
    outcome: 'confirmation_required',
    message: `Nothing was sent. ${way.undoes ? 'What was made for it' : 'The old text'} in ${placeOf(application.target)} is ${way.undoes ? 'taken back' : 'written again'} once there is a yes.${failedToAsk}`,
    confirm: token,
    expires_at,
  });
  if (pending.channel === 'preview') return answer;
  return { needs: 'confirmation', does: 'revert', asked: answer, token, expires_at };
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
    throw new Problem('conflict', 'The application of this change is gone. Nothing was sent.', { sent: 'no' });
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

interface WayBack {
  subject: Subject;
  /** The agent from which it is taken back, and where it was written; the same one where that is the agent itself. */
  opened: OpenAgent;
  /** The platform has a way of its own: the copy is discarded, the former version made the default. */
  undoes: boolean;
  /** Said at once: nothing is sent. */
  over?: Told | undefined;
}

async function wayBack(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  application: Application,
  call: CallContext,
): Promise<WayBack> {
  const open = (one: readonly string[]) => openAgent(context, provider, one, call);
  const origin = idsOf(change.agent);
  const ids = application.ids ?? origin;
  const elsewhere = ids.join('~') !== origin.join('~');
  // Where it was written may be gone: a copy that somebody deleted needs no way back.
  const written = await open(ids).catch((error: unknown) => {
    if (elsewhere && isProblem(error) && error.kind === 'not_found') return undefined;
    throw error;
  });
  const moved = application.apply.verified && written ? othersMoved(change, written.agent) : [];
  // To undo puts a whole back: where others of its parts were edited since, the old texts are written instead.
  const hasUndo =
    Object.keys(application.undo ?? {}).length > 0 && (moved.length === 0 || application.target === 'copy');
  const opened = hasUndo || !written ? await open(origin) : written;
  const undoes = hasUndo && opened.undo !== undefined;
  const target = targetFor(opened.agent, application);
  const diff = shownDiff(context, change, 'revert', written?.agent);
  const subject: Subject = { does: 'revert', provider, change, target, diff };
  const over = alreadyOver(context, change, application, written?.agent, undoes) ?? copyMoved(application, moved);
  return { subject, opened, undoes, over };
}

/** Who meets it today; of a place that the agent does not offer any more, who met it then. */
function targetFor(agent: Agent, application: Application): AgentTarget {
  return agent.targets.find(({ target }) => target === application.target) ?? formerTarget(application);
}

function alreadyOver(
  context: ChangeContext,
  change: Change,
  application: Application,
  agent: Agent | undefined,
  undoes: boolean,
): Told | undefined {
  const place = placeOf(application.target);
  if (application.revert?.state === 'saved')
    return {
      outcome: 'saved',
      verified: application.revert.verified ?? false,
      already: true,
      message: `It was taken back from ${place} before; nothing was sent now.`,
    };
  if (!agent)
    return {
      outcome: 'saved',
      verified: true,
      already: true,
      message: `${place} is gone at the platform; nothing was sent.`,
    };
  // A copy that was made and not written is discarded all the same.
  if (undoes && application.ids === undefined) return undefined;
  const conflicts = conflictsWith(context, change, agent, 'after');
  if (conflicts.length === 0) return undefined;
  if (conflictsWith(context, change, agent, 'before').length > 0) return conflictTold(place, conflicts);
  // A copy that took no text is discarded all the same, and a way back that was begun is ended.
  if ((undoes && application.target === 'copy') || hasBegunBack(application)) return undefined;
  if (application.apply.steps.some(({ state }) => state === 'sent')) return perhapsUnderWay(application, place);
  return {
    outcome: 'saved',
    verified: true,
    already: true,
    message: `The old text stands in ${place} already; nothing was sent.`,
  };
}

/** Its answer was lost, and nothing of it is there: it may arrive after all. */
function perhapsUnderWay({ target, apply: { mark } }: Application, place: string): Told {
  const where = isApart(target)
    ? `whether ${place} was made is not known, and none is found (it would be named with ${mark})`
    : `the old text stands in ${place}, and whether the new one may yet arrive is not known`;
  return {
    outcome: 'unknown',
    verified: false,
    message: `The answer of the platform was lost; ${where}. Nothing was sent now. The same call takes it back once it is there.`,
  };
}

function copyMoved({ target }: Application, also_moved: string[]): Told | undefined {
  if (target !== 'copy' || also_moved.length === 0) return undefined;
  return {
    outcome: 'conflict',
    also_moved,
    message: `Somebody edited other parts of the copy since (${also_moved.join(', ')}), so it is not discarded: that would lose their work. Nothing was sent. Discard it at the platform, or put these parts back first.`,
  };
}

function conflictTold(place: string, conflicts: Conflict[]): Told {
  return {
    outcome: 'conflict',
    conflicts,
    message: `Somebody edited what this change wrote in ${place}, so it is not taken back: that would lose their work. Nothing was sent. Read the agent, and propose a change of what stands there now.`,
  };
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
    throw new Problem('conflict', 'The application of this change is gone. Nothing was sent.', { sent: 'no' });
  const { subject, opened, undoes, over } = await wayBack(context, provider, change, known, call);
  if (over) return answerOf(subject, over);
  const parts = textsFor(change, opened.agent, 'before');
  if (!parts && !undoes)
    return answerOf(subject, conflictTold(placeOf(target), conflictsWith(context, change, opened.agent, 'after')));
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
  return ended(context, subject, application, await goneBack(context, subject, application, undoes, own));
}

function hasBegunBack({ revert: passage }: Application): boolean {
  return passage !== undefined && passage.steps.length > 0 && passage.state !== 'saved';
}

/** What was written to a copy or a version of its own is the agent itself there. */
function writableTarget(agent: Agent, target: AgentTarget['target']): AgentTarget['target'] {
  const has = agent.targets.map((one) => one.target);
  return has.includes(target) ? target : (has.find((one) => one === 'live' || one === 'record') ?? target);
}

const DRAFT_STAYS = 'The draft stays at the platform, and reaches nobody by itself. Nothing else was changed.';

/** What is there after the way back. */
async function goneBack(
  context: ChangeContext,
  { provider, change, target }: Subject,
  { ids }: Application,
  undoes: boolean,
  call: CallContext,
): Promise<Told> {
  const agents = agentsOf(provider);
  const place = placeOf(target.target);
  const origin = idsOf(change.agent);
  const isCopy = target.target === 'copy' && ids !== undefined;
  const staysThere = undoes && target.target === 'draft' ? DRAFT_STAYS : undefined;
  for (const delay of context.readBackDelays) {
    await context.sleep(delay);
    try {
      const { agent } = await agents.open(isCopy ? ids : undoes ? origin : (ids ?? origin), call);
      if (isCopy) continue;
      // What was written is what was there before, and the other way round.
      const meant = change.parts.map(({ part, before, after }) => ({ part, before: after, after: before }));
      if (readBack(agent, change.object, meant, {}).taken.length === meant.length)
        return {
          outcome: 'saved',
          verified: true,
          message: staysThere ?? `Taken back: ${place} holds the old text again.`,
        };
    } catch (error) {
      if (isCopy && isProblem(error) && error.kind === 'not_found')
        return { outcome: 'saved', verified: true, agent: undefined, message: 'Taken back: the copy is discarded.' };
    }
  }
  return {
    outcome: undoes ? 'saved' : 'unknown',
    verified: false,
    message:
      staysThere ??
      `The platform answered that it took it back, and what is read of ${place} does not show that${undoes ? '' : ' (yet)'}.`,
  };
}
