/** A change on its way to a target: read again → a yes → kept → written → read back. */
import type { PersonChannel } from '../home/asking.ts';
import { type Held, withLock } from '../home/lock.ts';
import type { AgentTarget } from '../model/agents.ts';
import { nextCall } from '../model/next-call.ts';
import { Problem } from '../model/problem.ts';
import type { CallContext, OpenAgent, Provider } from '../providers/provider.ts';
import { answerOf, placeOf, type Subject, shownDiff } from './answers.ts';
import { type Change, hashOfChange } from './change.ts';
import type { ApplyArguments, ChangeAnswer, ChangeQuestion } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { openAgent } from './copies.ts';
import { spliced } from './edits.ts';
import { applicationOf, edited, hasBegun, keepWritten, said, standing } from './known.ts';
import { problemsIn } from './part-problems.ts';
import { begun, ended, failed, idsOf, lockOf, providerFor, stepsOf, WRITE_MS } from './passage.ts';
import { readAgain } from './read-again.ts';
import { partOf } from './reading-back.ts';
import { conflictsWith, movedSince, textsFor } from './standing.ts';
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
  const before = await standing(context, provider, change, args.target, call);
  if (before) return before;
  const known = applicationOf(context, change, args.target);
  const opened = await openAgent(context, provider, idsOf(change.agent), call);
  const subject = subjectOf(context, provider, change, opened, args.target);
  if ('outcome' in subject) return subject;
  const refused = hasBegun(known) ? gone(context, subject, opened) : stopped(context, subject, opened);
  if (refused) return refused;
  const pending = await yesTo(context, { ...subject, token: args.confirm, channel });
  if (pending) return asks(subject, pending, channel);
  return withLock(context.home, lockOf(change), (held) => write(context, subject, held, call));
}

/** The target as the agent has it; the refusal of a target that an agent which lives elsewhere cannot have. */
function subjectOf(
  context: ChangeContext,
  provider: Provider,
  change: Change,
  { agent }: OpenAgent,
  wanted: AgentTarget['target'],
): Subject | ChangeAnswer {
  const diff = shownDiff(context, change, 'apply', agent);
  const target = agent.targets.find((one) => one.target === wanted);
  if (target) return { does: 'apply', provider, change, target, diff };
  const has = agent.targets.map((one) => one.target);
  if (agent.ownership === 'platform')
    throw new Problem('invalid_input', `This agent has no target ${wanted}; it has ${has.join(', ') || 'none'}.`, {
      sent: 'no',
      next: has[0]
        ? nextCall('apply_agent_change', { change: change.id, target: has[0] }, 'applies it there')
        : nextCall('get_agent', { agent: change.agent }, 'shows what it has'),
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
function stopped(context: ChangeContext, subject: Subject, opened: OpenAgent): ChangeAnswer | undefined {
  const { change } = subject;
  const moved = movedSince(context, change, opened.agent);
  if (moved) return conflictAnswer(subject, moved);
  const texts = change.parts.map(({ part, splices }): [string, string] => [
    part,
    spliced(partOf(opened.agent, part)?.text ?? '', splices),
  ]);
  const problems = problemsIn(opened, change.object, new Map(texts));
  if (problems.length === 0) return undefined;
  return answerOf(subject, { outcome: 'refused', message: `Nothing was sent. ${problems.join(' ')}` });
}

/** Of one that was begun: its parts hold neither the text from before nor the one that is meant. */
function gone(context: ChangeContext, subject: Subject, { agent }: OpenAgent): ChangeAnswer | undefined {
  const { change } = subject;
  if (textsFor(change, agent, 'after')) return undefined;
  return conflictAnswer(subject, { conflicts: conflictsWith(context, change, agent, 'before'), also_moved: [] });
}

/** Who meets it is not what was said when the yes was given. */
function meetsOthers({ target: wanted, exposure }: AgentTarget, { agent }: OpenAgent): boolean {
  return agent.targets.find(({ target }) => target === wanted)?.exposure !== exposure;
}

function metByOthers(subject: Subject): ChangeAnswer {
  return answerOf(subject, {
    outcome: 'conflict',
    message: `Who meets ${placeOf(subject.target.target)} has just changed at the platform. Nothing was sent. Make the same call again.`,
  });
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
  // What was confirmed is what stands in the home still.
  if (hashOfChange(files.change(change.id)) !== hashOfChange(change)) throw edited();
  const known = applicationOf(context, change, target.target);
  const before = known && said(context, provider, change, known);
  if (before) return before;
  const opened = await openAgent(context, provider, idsOf(change.agent), call);
  const refused = hasBegun(known) ? gone(context, subject, opened) : stopped(context, subject, opened);
  if (refused) return refused;
  if (meetsOthers(target, opened)) return metByOthers(subject);
  const parts = textsFor(change, opened.agent, 'after');
  if (!parts) return gone(context, subject, opened) ?? conflictAnswer(subject, undefined);
  const application = begun(context, subject, known);
  if (known) await files.record(application);
  else await files.claim(application);
  await held.check();
  const passage = application.apply;
  // A client that gives up does not end a write that has begun.
  const own: CallContext = { signal: AbortSignal.timeout(WRITE_MS) };
  try {
    const order = { target: target.target, object: change.object, parts, mark: passage.mark, message: passage.mark };
    const written = await opened.write(order, stepsOf(context, application, passage, held), own);
    keepWritten(application, written, target, provider);
  } catch (error) {
    return failed(context, subject, application, error);
  }
  return ended(context, subject, application, await readAgain(context, subject, application, own));
}
