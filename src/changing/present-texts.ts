/** How an agent stands to a change: it holds the texts from before it, those from after it, or others. */
import type { Agent } from '../model/agents.ts';
import { Problem } from '../model/problem.ts';
import { type Change, hashOf, type Splice } from './change.ts';
import type { Conflict } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { reversed, spliced } from './edits.ts';
import { revisionOf } from './propose.ts';
import { conflictIn, partOf } from './reading-back.ts';

/** Credentials are taken out of a text before a piece of it is cut out: of one that was cut in two, neither half would be found. */
type Redacting = Pick<ChangeContext, 'redact'>;

export interface Moved {
  conflicts: Conflict[];
  /** Parts of the object that the change does not edit. */
  also_moved: string[];
}

/** Undefined where the object is what the change was proposed on. */
export function movedSince(context: Redacting, change: Change, agent: Agent): Moved | undefined {
  if (change.revision !== '' && revisionOf(agent, change.object) === change.revision) return undefined;
  return { conflicts: conflictsWith(context, change, agent, 'before'), also_moved: othersMoved(change, agent) };
}

/** Parts of the object that the change does not edit and that are others than when it was proposed. */
export function othersMoved({ others }: Pick<Change, 'others'>, agent: Agent): string[] {
  return Object.entries(others)
    .filter(([id, hash]) => hashOf(partOf(agent, id)?.text ?? '') !== hash)
    .map(([id]) => id);
}

/** The edited parts whose text is not the one from before, or after, the change. */
export function conflictsWith(
  { redact }: Redacting,
  change: Change,
  agent: Agent,
  when: 'before' | 'after',
): Conflict[] {
  return change.parts.flatMap(({ part: id, splices, stored, [when]: hash }) => {
    const part = partOf(agent, id);
    const present = part && hashOf(part.text);
    if (present !== undefined && (present === hash || (when === 'after' && present === stored))) return [];
    return [conflictIn(id, when === 'before' ? splices : reversed(splices), redact(part?.text ?? ''))];
  });
}

/**
 * The whole text of each part as the change makes it, or as it was before; undefined where one holds neither. What an earlier
 * try wrote stays as it is. Throws `unreadable` where the kept spans do not make the text that they are kept for.
 */
export function textsFor(change: Change, agent: Agent, to: 'after' | 'before'): Map<string, string> | undefined {
  const texts = new Map<string, string>();
  for (const { part: id, splices, before, after, stored, whole } of change.parts) {
    const [from, meant, way] = to === 'after' ? [before, after, splices] : [after, before, reversed(splices)];
    const text = partOf(agent, id)?.text ?? '';
    const hash = hashOf(text);
    if (hash === meant) texts.set(id, text);
    else if (to === 'before' && whole !== undefined && hash === stored) texts.set(id, checked(whole, before));
    else if (hash === from) texts.set(id, made(text, way, meant));
    else return undefined;
  }
  return texts;
}

/** A whole text that was kept. Throws `unreadable` where it is not the one that it is kept for. */
const checked = (text: string, meant: string) => made(text, [], meant);

function made(text: string, splices: readonly Splice[], meant: string): string {
  const out = spliced(text, splices);
  if (hashOf(out) === meant) return out;
  throw new Problem('unreadable', 'The file of this change was edited, or is damaged. Nothing was sent.', {
    sent: 'no',
    next: 'Read the agent with get_agent, and propose the change again.',
  });
}
