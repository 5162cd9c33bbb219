/** A change on its way to a target: read again → a yes → kept → written → read back. */
import type { PersonChannel } from '../home/asking.ts';
import { type Held, withLock } from '../home/lock.ts';
import type { Agent, AgentTarget } from '../model/agents.ts';
import { nextCall } from '../model/next-call.ts';
import { Problem } from '../model/problem.ts';
import { formatRef } from '../model/refs.ts';
import type { CallContext, OpenAgent, Provider } from '../providers/provider.ts';
import { answerOf, formerTarget, placeOf, type Subject, shownDiff } from './answers.ts';
import type { Application } from './application.ts';
import { type Change, hashOf } from './change.ts';
import type { ApplyArguments, ChangeAnswer, ChangeQuestion } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { spliced } from './edits.ts';
import { begun, ended, failed, idsOf, lockOf, providerFor, stepsOf, WRITE_MS } from './passage.ts';
import { agentsOf, problemsOf } from './propose.ts';
import { readAgain } from './read-again.ts';
import { partOf } from './reading-back.ts';
import { movedSince } from './standing.ts';
import { resultsOf } from './steps.ts';
import { yesTo } from './yes.ts';

/** See `Changer.apply`. */
export async function apply(
  context: ChangeContext,
  providerOf: (id: string) => Promise<Provider>,
  args: ApplyArguments,
  call: CallContext,
  channel: PersonChannel,
): Promise<ChangeAnswer | ChangeQuestion> {
  const change = context.files.change(args.change);
  const provider = await providerFor(change, providerOf);
  const known = context.files.application(change.id, args.target);
  if (known && isOver(known)) return standing(context, provider, change, known, call);
  const opened = await agentsOf(provider).open(idsOf(change.agent), call);
  const subject = subjectOf(provider, change, opened, args.target);
  if ('outcome' in subject) return subject;
  const refused = hasBegun(known) ? undefined : stopped(subject, opened);
  if (refused) return refused;
  const pending = await yesTo(context, { ...subject, token: args.confirm, channel });
  if (pending) return asks(subject, pending, channel);
  return withLock(context.home, lockOf(change), (held) => write(context, subject, held, call));
}

/** The target as the agent has it; the refusal of a target that an agent which lives elsewhere cannot have. */
function subjectOf(
  provider: Provider,
  change: Change,
  { agent }: OpenAgent,
  wanted: AgentTarget['target'],
): Subject | ChangeAnswer {
  const diff = shownDiff(change, 'apply', agent);
  const target = agent.targets.find((one) => one.target === wanted);
  if (target) return { does: 'apply', provider, change, target, diff };
  const has = agent.targets.map((one) => one.target);
  if (agent.ownership === 'platform')
    throw new Problem('invalid_input', `This agent has no target ${wanted}; it has ${has.join(', ') || 'none'}.`, {
      sent: 'no',
      next: has[0] && nextCall('apply_agent_change', { change: change.id, target: has[0] }, 'applies it there'),
    });
  const none: AgentTarget = { target: wanted, exposure: 'unknown', means: '', affects: [], by_hand: [] };
  return answerOf(
    { does: 'apply', provider, change, target: none, diff },
    {
      outcome: 'refused',
      lives_at: agent.lives_at,
      message: `${provider.label} only describes this agent; it lives ${agent.lives_at ?? 'elsewhere'}, and changing the description changes no conversation. Nothing was sent. Make the change there, as the diff shows it.`,
    },
  );
}

/** Why nothing is sent: the agent has become another, or the platform would not take it. */
function stopped(subject: Subject, { agent }: OpenAgent): ChangeAnswer | undefined {
  const { change } = subject;
  const moved = movedSince(change, agent);
  if (moved) return conflictAnswer(subject, moved);
  const problems = change.parts.flatMap(({ part: id, splices }) => {
    const part = partOf(agent, id);
    return part ? problemsOf(part, spliced(part.text, splices)) : [];
  });
  if (problems.length === 0) return undefined;
  return answerOf(subject, { outcome: 'refused', message: `Nothing was sent. ${problems.join(' ')}` });
}

function conflictAnswer(subject: Subject, moved: ReturnType<typeof movedSince>): ChangeAnswer {
  const { conflicts = [], also_moved = [] } = moved ?? {};
  const what =
    conflicts.length > 0
      ? 'What it edits is another text by now.'
      : also_moved.length > 0
        ? `Others of its parts have changed since (${also_moved.join(', ')}).`
        : 'Something of it that is not shown has changed since.';
  return answerOf(subject, {
    outcome: 'conflict',
    message: `Somebody changed the agent after this change was proposed. ${what} Nothing was sent. Read it again and propose anew.`,
    conflicts,
    also_moved,
  });
}

function asks(
  subject: Subject,
  pending: { channel: 'person' | 'preview'; token: string; expires_at: string },
  channel: PersonChannel,
): ChangeAnswer | ChangeQuestion {
  const { token, expires_at } = pending;
  const answer = answerOf(subject, {
    outcome: 'confirmation_required',
    message: `Nothing was sent. It goes to ${placeOf(subject.target.target)} once there is a yes.${channel.answer?.outcome === 'failed' ? ' The client failed to ask.' : ''}`,
    confirm: token,
    expires_at,
  });
  if (pending.channel === 'preview') return answer;
  return { needs: 'confirmation', does: subject.does, asked: answer, token, expires_at };
}

/** Under the lock of the agent: nobody else of this home writes to it meanwhile. */
async function write(context: ChangeContext, subject: Subject, held: Held, call: CallContext): Promise<ChangeAnswer> {
  const { files } = context;
  const { change, provider, target } = subject;
  const known = files.application(change.id, target.target);
  if (known && isOver(known)) return standing(context, provider, change, known, call);
  const opened = await agentsOf(provider).open(idsOf(change.agent), call);
  const parts = newTexts(change, opened.agent);
  const refused = hasBegun(known) && parts !== undefined ? undefined : stopped(subject, opened);
  if (refused || parts === undefined) return refused ?? conflictAnswer(subject, undefined);
  const application = begun(context, subject, known);
  if (known) await files.record(application);
  else await files.claim(application);
  await held.check();
  const passage = application.apply;
  // A client that gives up does not end a write that has begun.
  const own: CallContext = { signal: AbortSignal.timeout(WRITE_MS) };
  try {
    const order = { target: target.target, object: change.object, parts, mark: passage.mark, message: passage.mark };
    const written = await opened.write(order, stepsOf(context, application, passage), own);
    application.ids = [...written.ids];
    application.written = formatRef(provider.id, 'agent', ...written.ids);
    application.undo = written.undo && { ...resultsOf(passage), ...written.undo };
    passage.by_hand = [...target.by_hand, ...(written.by_hand ?? [])];
  } catch (error) {
    return failed(context, subject, application, error);
  }
  return ended(context, subject, application, await readAgain(context, subject, application, own));
}

/** The whole new text of each part; undefined where one holds neither what was there before nor what is meant. */
function newTexts(change: Change, agent: Agent): Map<string, string> | undefined {
  const texts = new Map<string, string>();
  for (const { part: id, splices, before, after } of change.parts) {
    const text = partOf(agent, id)?.text ?? '';
    const hash = hashOf(text);
    // What an earlier try of this change already wrote stays as it is.
    if (hash === after) texts.set(id, text);
    else if (hash === before) texts.set(id, spliced(text, splices));
    else return undefined;
  }
  return texts;
}

/** What it came to before. A write whose outcome was not known is looked at again; nothing is sent. */
async function standing(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  known: Application,
  call: CallContext,
): Promise<ChangeAnswer> {
  const application = structuredClone(known);
  const subject: Subject = {
    does: 'apply',
    provider,
    change,
    target: formerTarget(known),
    diff: shownDiff(change, 'apply'),
  };
  if (application.revert?.state === 'saved')
    return answerOf(subject, {
      outcome: 'refused',
      already: true,
      message: `This change was applied to ${placeOf(known.target)} and taken back. Nothing was sent. Propose it anew to apply it again.`,
    });
  const { state, verified = false, by_hand = [] } = application.apply;
  if (state === 'saved')
    return answerOf(subject, {
      outcome: 'saved',
      verified,
      already: true,
      by_hand,
      agent: application.written,
      message: `It was saved in ${placeOf(known.target)} before (${application.apply.settled_at ?? application.apply.at}); nothing was sent now.`,
    });
  const told = await readAgain(context, subject, application, call);
  return ended(context, subject, application, { ...told, already: true });
}

/** Nothing more of it is sent. */
function isOver({ apply: { state }, revert }: Application): boolean {
  return state === 'saved' || state === 'unknown' || revert !== undefined;
}

/** A process that was killed, or a platform that refused a later request, left it half done. */
function hasBegun(application: Application | undefined): boolean {
  return application !== undefined && application.apply.steps.length > 0;
}
