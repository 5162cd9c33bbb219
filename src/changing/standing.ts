/** How an agent stands to a change: it holds the texts from before it, those from after it, or others. */
import type { Agent } from '../model/agents.ts';
import { type Change, hashOf } from './change.ts';
import type { Conflict } from './changer.ts';
import { reversed } from './edits.ts';
import { revisionOf } from './propose.ts';
import { conflictIn, partOf } from './reading-back.ts';

export interface Moved {
  conflicts: Conflict[];
  /** Parts of the object that the change does not edit. */
  also_moved: string[];
}

/** Undefined where the object is what the change was proposed on. */
export function movedSince(change: Change, agent: Agent): Moved | undefined {
  if (revisionOf(agent, change.object) === change.revision) return undefined;
  return {
    conflicts: conflictsWith(change, agent, 'before'),
    also_moved: Object.entries(change.others)
      .filter(([id, hash]) => hashOf(partOf(agent, id)?.text ?? '') !== hash)
      .map(([id]) => id),
  };
}

/** The edited parts whose text is not the one from before, or after, the change. */
export function conflictsWith(change: Change, agent: Agent, when: 'before' | 'after'): Conflict[] {
  return change.parts.flatMap(({ part: id, splices, [when]: hash }) => {
    const part = partOf(agent, id);
    if (part && hashOf(part.text) === hash) return [];
    return [conflictIn(id, when === 'before' ? splices : reversed(splices), part?.text ?? '')];
  });
}
