/** Reads back what was written or taken back, and says what stands there. */
import { isProblem, toProblem } from '../model/problem.ts';
import type { CallContext } from '../providers/provider.ts';
import { placeOf, type Subject } from './answers.ts';
import type { Application } from './application.ts';
import type { ChangeContext } from './context.ts';
import { agentsOf } from './copies.ts';
import { idsOf, type Told } from './passage.ts';
import { type ReadBack, readBack } from './reading-back.ts';

/** After a write. A platform may need a moment until it shows a new text, so that the agent is read a few times. */
export async function verifyApplied(
  context: ChangeContext,
  subject: Subject,
  application: Application,
  call: CallContext,
): Promise<Told> {
  const { provider, change, target } = subject;
  const ids = application.ids ?? idsOf(change.agent);
  const place = placeOf(target.target);
  let back: ReadBack | undefined;
  let why = '';
  for (const delay of context.readBackDelays) {
    await context.sleep(delay);
    try {
      const { agent } = await agentsOf(provider).open(ids, call);
      back = readBack(agent, change.object, change.parts, change.others);
      if (back.taken.length === change.parts.length) break;
    } catch (error) {
      why = toProblem(error).message;
    }
  }
  const answered = application.ids !== undefined;
  if (!back)
    return {
      outcome: answered ? 'saved' : 'unknown',
      verified: false,
      message: answered
        ? `The platform answered that the change was saved in ${place}, but ${place} could not be read back: ${why}`
        : `It is not known whether the change arrived: ${place} could not be read back: ${why}`,
    };
  return toldOf(back, place, answered);
}

function toldOf(back: ReadBack, place: string, answered: boolean): Told {
  const { taken, not_taken, other, also_moved } = back;
  const left = {
    not_taken: not_taken.length > 0 ? not_taken : undefined,
    also_moved: also_moved.length > 0 ? also_moved : undefined,
  };
  if (taken.length === 0 && other.length === 0)
    return {
      outcome: 'unknown',
      verified: false,
      ...left,
      message: answered
        ? `The platform answered that the change was saved, but ${place} still shows the old text: the platform ignored the change, or keeps it in a draft that its API does not show. The change is not sent again.`
        : `It is not known whether the change arrived: ${place} still shows the old text. The change may still arrive, so it is not sent again. Propose it again once it is certain that it did not arrive.`,
    };
  const odd = [
    not_taken.length > 0 && `the platform kept the old text of ${not_taken.join(', ')}`,
    other.length > 0 && `${other.join(', ')} holds neither the old text nor the new one`,
    also_moved.length > 0 && `${also_moved.join(', ')} changed, too, although this change does not edit that`,
  ].filter((one) => one !== false);
  if (taken.length === 0)
    return {
      outcome: 'unknown',
      verified: false,
      ...left,
      message: `It is not known whether the change was saved in ${place}: ${odd.join('; ')}. Somebody may have edited the agent at the same time.`,
    };
  return {
    outcome: 'saved',
    verified: odd.length === 0,
    ...left,
    message:
      odd.length === 0
        ? `Saved in ${place}, and read back: the new text stands there, and the parts beside it are as they were.`
        : `Saved in ${place}, but not as it was proposed: ${odd.join('; ')}.`,
  };
}

const DRAFT_STAYS = 'The draft stays at the platform; no caller meets it by itself. Nothing else was changed.';

/** After a revert: the old text stands there again, the copy is gone, or the draft stays. */
export async function verifyReverted(
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
  let hasRead = false;
  let why = '';
  for (const delay of context.readBackDelays) {
    await context.sleep(delay);
    try {
      const { agent } = await agents.open(isCopy ? ids : undoes ? origin : (ids ?? origin), call);
      hasRead = true;
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
      why = toProblem(error).message;
    }
  }
  return {
    outcome: undoes ? 'saved' : 'unknown',
    verified: false,
    message:
      staysThere ??
      `The platform answered that the change was taken back, but ${hasRead ? `${place} does not show that${undoes ? '' : ' yet'}.` : `${place} could not be read back: ${why}`}`,
  };
}
