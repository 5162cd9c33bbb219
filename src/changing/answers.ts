/** What callers are told of a change at a target. */
import type { Pending, PersonChannel } from '../home/asking.ts';
import type { Agent, AgentTarget, ChangeTarget } from '../model/agents.ts';
import type { Provider } from '../providers/provider.ts';
import type { Application } from './application.ts';
import { type Change, hashOf } from './change.ts';
import type { ChangeAnswer, ChangeQuestion, DiffEntry } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { diffOf } from './diff.ts';
import { reversed } from './edits.ts';
import { partOf } from './reading-back.ts';
import type { Doing } from './yes.ts';

/** What an answer is about. */
export interface Subject {
  does: Doing;
  provider: Provider;
  change: Change;
  target: AgentTarget;
  diff: DiffEntry[];
}

export function answerOf(
  { provider, change, target, diff }: Subject,
  told: Pick<ChangeAnswer, 'outcome' | 'message'> & Partial<ChangeAnswer>,
): ChangeAnswer {
  const { exposure, affects, by_hand, means } = target;
  return {
    change: change.id,
    target: target.target,
    verified: false,
    exposure,
    means,
    host: provider.host,
    affects,
    by_hand,
    agent_name: change.agent_name,
    sandbox: provider.sandbox,
    diff,
    evidence: change.evidence,
    ...told,
  };
}

/** What waits for a yes: the question for a client that asks, else the preview with its token. `withYes`: what a yes does. */
export function questionOf(
  subject: Subject,
  { channel, token, expires_at }: Pending,
  { answer }: PersonChannel,
  withYes: string,
): ChangeAnswer | ChangeQuestion {
  const hasFailed = answer?.outcome === 'failed' ? ' The client failed to ask the question.' : '';
  const asked = answerOf(subject, {
    outcome: 'confirmation_required',
    message: `Nothing was sent yet. With a yes, ${withYes}.${hasFailed}`,
    confirm: token,
    expires_at,
  });
  return channel === 'preview' ? asked : { needs: 'confirmation', does: subject.does, asked, token, expires_at };
}

/**
 * The change (or its way back) as lines of the text that it replaces, where `agent` still holds that text; else as bare
 * spans.
 */
export function shownDiff(
  { redact }: Pick<ChangeContext, 'redact'>,
  change: Change,
  does: Doing,
  agent?: Agent,
): DiffEntry[] {
  return change.parts.flatMap(({ part: id, splices, before, after }) => {
    const way = does === 'apply' ? splices : reversed(splices);
    const part = agent && partOf(agent, id);
    return part && hashOf(part.text) === (does === 'apply' ? before : after)
      ? diffOf(part, way, redact)
      : way.map((splice) => ({ part: id, before: splice.old, after: splice.new }));
  });
}

/** A target that an earlier application had, where the agent does not offer it any more. */
export function formerTarget({ target, exposure }: Pick<Application, 'target' | 'exposure'>): AgentTarget {
  return { target, exposure, means: '', affects: [], by_hand: [] };
}

/** Where a change goes, within a sentence. */
export function placeOf(target: ChangeTarget): string {
  switch (target) {
    case 'copy':
      return 'a copy of the agent';
    case 'draft':
      return 'a draft of the agent';
    case 'record':
      return "the platform's record of the agent";
    default:
      return 'the agent';
  }
}
