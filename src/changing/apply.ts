/** A change on its way to a target: read again → a yes → kept → written → read back. */
import type { PersonChannel } from '../home/asking.ts';
import { type Held, withLock } from '../home/lock.ts';
import type { AgentTarget } from '../model/agents.ts';
import { nextCall } from '../model/next-call.ts';
import { Problem } from '../model/problem.ts';
import type { CallContext, OpenAgent, Provider } from '../providers/provider.ts';
import { answerOf, placeOf, questionOf, type Subject, shownDiff } from './answers.ts';
import { type Change, hashOf, hashOfChange } from './change.ts';
import type { ApplyArguments, ChangeAnswer, ChangeQuestion } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { openAgent } from './copies.ts';
import { applicationOf, earlierOutcome, edited, hasBegun, keepWritten, settledOutcome } from './earlier-outcome.ts';
import { spliced } from './edits.ts';
import { problemsIn } from './part-problems.ts';
import { begun, ended, failed, idsOf, lockOf, providerFor, stepsOf, WRITE_MS } from './passage.ts';
import { conflictsWith, movedSince, textsFor } from './present-texts.ts';
import { partOf } from './reading-back.ts';
import { verifyApplied } from './verify.ts';
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
  const before = await earlierOutcome(context, provider, change, args.target, call);
  if (before) return before;
  const known = applicationOf(context, change, args.target);
  const opened = await openAgent(context, provider, idsOf(change.agent), call);
  const subject = subjectOf(context, provider, change, opened, args.target);
  if ('outcome' in subject) return subject;
  const refused = hasBegun(known) ? gone(context, subject, opened) : stopped(context, subject, opened);
  if (refused) return refused;
  const pending = await yesTo(context, { ...subject, token: args.confirm, channel });
  if (pending) return questionOf(subject, pending, channel, `the change is saved in ${placeOf(args.target)}`);
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
    throw new Problem(
      'invalid_input',
      `A change of this agent cannot go to the target ${wanted}. Its targets: ${has.join(', ') || 'none'}.`,
      {
        sent: 'no',
        next: has[0]
          ? nextCall('apply_agent_change', { change: change.id, target: has[0] }, 'applies it there')
          : nextCall('get_agent', { agent: change.agent }, 'shows what it has'),
      },
    );
  const none: AgentTarget = { target: wanted, exposure: 'unknown', means: '', affects: [], by_hand: [] };
  return answerOf(
    { does: 'apply', provider, change, target: none, diff },
    {
      outcome: 'refused',
      lives_at: agent.lives_at,
      message: `${provider.label} only keeps a record of this agent; the agent itself lives ${agent.lives_at ?? 'elsewhere'}. Changing the record would change no conversation, so nothing was sent. Make the change that the diff shows where the agent lives.`,
    },
  );
}

/** Why nothing is sent: the agent has become another, or the platform would not take it. */
function stopped(context: ChangeContext, subject: Subject, opened: OpenAgent): ChangeAnswer | undefined {
  const { change } = subject;
  const moved = movedSince(context, change, opened.agent);
  if (moved && holdsAlready(change, opened)) return heldAlready(subject);
  if (moved) return conflictAnswer(subject, moved);
  const texts = change.parts.map(({ part, splices }): [string, string] => [
    part,
    spliced(partOf(opened.agent, part)?.text ?? '', splices),
  ]);
  const problems = problemsIn(opened, change.object, new Map(texts));
  if (problems.length === 0) return undefined;
  return answerOf(subject, { outcome: 'refused', message: `Nothing was sent. ${problems.join(' ')}` });
}

/** The agent itself holds what the change would make of it: it was applied there before, or made by hand. */
function holdsAlready({ parts }: Change, { agent }: OpenAgent): boolean {
  return parts.every(({ part, after }) => hashOf(partOf(agent, part)?.text ?? '') === after);
}

function heldAlready(subject: Subject): ChangeAnswer {
  return answerOf(subject, {
    outcome: 'conflict',
    agent: subject.change.agent,
    message:
      'The agent itself holds the new text already: this change was applied to it, or somebody made it by hand. Nothing was sent. Start tests against the agent as it is.',
  });
}

/** Of an application that was begun: the parts hold neither the old text nor the new one. */
function gone(context: ChangeContext, subject: Subject, { agent }: OpenAgent): ChangeAnswer | undefined {
  const { change } = subject;
  if (textsFor(change, agent, 'after')) return undefined;
  return conflictAnswer(subject, { conflicts: conflictsWith(context, change, agent, 'before'), also_moved: [] });
}

/** Whether callers meet the target is not what was said when the yes was given. */
function meetsOthers({ target: wanted, exposure }: AgentTarget, { agent }: OpenAgent): boolean {
  return agent.targets.find(({ target }) => target === wanted)?.exposure !== exposure;
}

function metByOthers(subject: Subject): ChangeAnswer {
  return answerOf(subject, {
    outcome: 'conflict',
    message: `Whether callers meet ${placeOf(subject.target.target)} changed at the platform a moment ago. Nothing was sent. Make the same call again: it says whom the change reaches now.`,
  });
}

function conflictAnswer(subject: Subject, moved: ReturnType<typeof movedSince>): ChangeAnswer {
  const { conflicts = [], also_moved = [] } = moved ?? {};
  const what =
    conflicts.length > 0
      ? 'The text that the change edits is a different one now.'
      : also_moved.length > 0
        ? `Other parts of it are different now (${also_moved.join(', ')}).`
        : 'Something that is not shown is different now.';
  return answerOf(subject, {
    outcome: 'conflict',
    agent: subject.change.agent,
    message: `The agent was changed after this change was proposed. ${what} Nothing was sent. Read the agent with get_agent, and propose the change again.`,
    conflicts,
    also_moved,
  });
}

/** Under the lock of the agent: nobody else of this home writes to it meanwhile. */
async function write(context: ChangeContext, subject: Subject, held: Held, call: CallContext): Promise<ChangeAnswer> {
  const { files } = context;
  const { change, provider, target } = subject;
  // What was confirmed is what stands in the home still.
  if (hashOfChange(files.change(change.id)) !== hashOfChange(change)) throw edited();
  const known = applicationOf(context, change, target.target);
  const before = known && settledOutcome(context, provider, change, known);
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
  const stood = new Map([...parts.keys()].map((id) => [id, partOf(opened.agent, id)?.text ?? '']));
  const told = await verifyApplied(context, subject, application, own, { before: stood, after: parts });
  return ended(context, subject, application, told);
}
