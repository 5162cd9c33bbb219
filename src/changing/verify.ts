/** Reads back what was written or taken back, and says what stands there. */
import type { Agent } from '../model/agents.ts';
import { isProblem, toProblem } from '../model/problem.ts';
import type { CallContext } from '../providers/provider.ts';
import { placeOf, type Subject } from './answers.ts';
import type { Application } from './application.ts';
import type { ChangeContext } from './context.ts';
import { agentsOf } from './copies.ts';
import { idsOf, type Told } from './passage.ts';
import { type ReadBack, readBack } from './reading-back.ts';
import { keepReshaped, type WrittenTexts } from './reshaped.ts';

/** After a write. A platform may need a moment until it shows a new text, so that the agent is read a few times. */
export async function verifyApplied(
  context: ChangeContext,
  subject: Subject,
  application: Application,
  call: CallContext,
  texts?: WrittenTexts,
): Promise<Told> {
  const { provider, change, target } = subject;
  const ids = application.ids ?? idsOf(change.agent);
  const place = placeOf(target.target);
  let back: ReadBack | undefined;
  let read: Agent | undefined;
  let why = '';
  for (const delay of context.readBackDelays) {
    await context.sleep(delay);
    try {
      const { agent } = await agentsOf(provider).open(ids, call);
      back = readBack(agent, change.object, change.parts, change);
      read = agent;
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
  const reshaped = read && texts ? keepReshaped(context, application, read, back.other, texts) : [];
  return toldOf(back, { place, answered, reshaped });
}

interface Telling {
  place: string;
  answered: boolean;
  /** Parts of which the platform seems to keep another form than it was given. */
  reshaped: readonly string[];
}

function toldOf(back: ReadBack, { place, answered, reshaped }: Telling): Told {
  const { taken, not_taken, also_moved, rest } = back;
  const other = back.other.filter((part) => !reshaped.includes(part));
  const left = {
    not_taken: not_taken.length > 0 ? not_taken : undefined,
    also_moved: also_moved.length > 0 ? also_moved : undefined,
  };
  if (taken.length === 0 && back.other.length === 0)
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
    reshaped.length > 0 &&
      `${reshaped.join(', ')} holds the new text in another form (cut off, or with other blanks, line breaks, letters or escapes), as the platform seems to keep it`,
    rest === 'moved' && 'something of the agent that is not shown changed, too',
    also_moved.length > 0 && `${also_moved.join(', ')} changed, too, although this change does not edit that`,
  ].filter((one) => one !== false);
  if (taken.length === 0)
    return {
      outcome: 'unknown',
      verified: false,
      ...left,
      message:
        reshaped.length > 0
          ? `The change was not saved in ${place} as it was proposed: ${odd.join('; ')}. Compare the text there; revert_agent_change puts back what stood there before.`
          : `It is not known whether the change was saved in ${place}: ${odd.join('; ')}. Somebody may have edited the agent at the same time.`,
    };
  return {
    outcome: 'saved',
    verified: odd.length === 0,
    ...left,
    message:
      odd.length === 0
        ? `Saved in ${place}, and read back: the new text stands there, and ${rest === 'same' ? 'all else of it is as it was' : 'the parts beside it are as they were'}.`
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
      if (readBack(agent, change.object, meant, { others: {} }).taken.length === meant.length)
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
    // An answer of success is no proof: only what the platform keeps anyhow is taken back without being seen.
    outcome: staysThere === undefined ? 'unknown' : 'saved',
    verified: false,
    message:
      staysThere ??
      `The platform answered that the change was taken back, but ${hasRead ? `${place} does not show that${undoes ? '' : ' yet'}.` : `${place} could not be read back: ${why}`}`,
  };
}
