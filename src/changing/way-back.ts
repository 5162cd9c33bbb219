/** How a change is taken back: by the old texts or by what the platform has for it, or not at all, with the reason. */
import type { Agent, AgentTarget } from '../model/agents.ts';
import { isProblem } from '../model/problem.ts';
import type { CallContext, OpenAgent, Provider } from '../providers/provider.ts';
import { formerTarget, placeOf, type Subject, shownDiff } from './answers.ts';
import type { Application } from './application.ts';
import type { Change } from './change.ts';
import type { Conflict } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { openAgent } from './copies.ts';
import { isApart } from './earlier-outcome.ts';
import { idsOf, type Told } from './passage.ts';
import { conflictsWith, othersMoved } from './present-texts.ts';

export interface WayBack {
  subject: Subject;
  /** The agent from which it is taken back, and where it was written; the same one where that is the agent itself. */
  opened: OpenAgent;
  /** The platform has a way of its own: the copy is discarded, the former version made the default. */
  undoes: boolean;
  /** Said at once: nothing is sent. */
  over?: Told | undefined;
}

/** How a change is taken back from where it was written, as both stand at the platform now. Reads only. */
export async function wayBack(
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
      message: `This change was taken back from ${place} earlier. Nothing was sent now.`,
    };
  if (!agent)
    return {
      outcome: 'saved',
      verified: true,
      already: true,
      message: `There is nothing to take back: ${place} is gone at the platform. Nothing was sent.`,
    };
  // A copy that was made and not written is discarded all the same.
  if (undoes && application.ids === undefined) return undefined;
  const conflicts = conflictsWith(context, change, agent, 'after');
  if (conflicts.length === 0) return undefined;
  if (conflictsWith(context, change, agent, 'before').length > 0) return editedSince(place, conflicts);
  // A copy that took no text is discarded all the same, and a way back that was begun is ended.
  if ((undoes && application.target === 'copy') || hasBegunBack(application)) return undefined;
  if (application.apply.steps.some(({ state }) => state === 'sent')) return perhapsUnderWay(application, place);
  return {
    outcome: 'saved',
    verified: true,
    already: true,
    message: `There is nothing to take back: ${place} holds the old text. Nothing was sent.`,
  };
}

/** Its answer was lost, and nothing of it is there: it may arrive after all. */
function perhapsUnderWay({ target, apply: { mark } }: Application, place: string): Told {
  const where = isApart(target)
    ? `it is not known whether ${place} was made, and none was found (its name would contain ${mark})`
    : `${place} holds the old text, and the new text may still arrive`;
  return {
    outcome: 'unknown',
    verified: false,
    message: `The answer of the platform was lost: ${where}. Nothing was sent now. Make the same call again later: it takes the change back if it arrived.`,
  };
}

function copyMoved({ target }: Application, also_moved: string[]): Told | undefined {
  if (target !== 'copy' || also_moved.length === 0) return undefined;
  return {
    outcome: 'conflict',
    also_moved,
    message: `Somebody edited other parts of the copy after the change was saved (${also_moved.join(', ')}), so the copy is not discarded: their work would be lost. Nothing was sent. Delete the copy at the platform, or put these parts back first.`,
  };
}

export function editedSince(place: string, conflicts: Conflict[]): Told {
  return {
    outcome: 'conflict',
    conflicts,
    message: `The text that this change wrote in ${place} is another one by now, so the change is not taken back: what somebody edited would be lost. Nothing was sent. Read the agent with get_agent, and propose a change of the text that stands there now.`,
  };
}

function hasBegunBack({ revert: passage }: Application): boolean {
  return passage !== undefined && passage.steps.length > 0 && passage.state !== 'saved';
}
