/** Reads back what was written, and says what it came to. */
import { toProblem } from '../model/problem.ts';
import type { CallContext } from '../providers/provider.ts';
import { placeOf, type Subject } from './answers.ts';
import type { Application } from './application.ts';
import type { ChangeContext } from './context.ts';
import { agentsOf } from './copies.ts';
import { idsOf, type Told } from './passage.ts';
import { type ReadBack, readBack } from './reading-back.ts';

/** After a write: `unknown` is no place to stop where a platform needs a moment, so it is read a few times. */
export async function readAgain(
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
      message: `${answered ? `The platform answered that it saved it in ${place}, and` : 'Whether it arrived is not known;'} it could not be read back: ${why}`,
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
        ? `The platform answered that it saved it, and it still shows the old text in ${place}: it ignored the change, or keeps it in a draft that its API does not show. It is not sent again.`
        : `${capital(place)} still shows the old text. The change may yet arrive; it is not sent again. Propose it anew once it is certain that it did not.`,
    };
  const odd = [
    not_taken.length > 0 && `it kept the old text of ${not_taken.join(', ')}`,
    other.length > 0 && `${other.join(', ')} holds neither the old text nor the new one`,
    also_moved.length > 0 && `${also_moved.join(', ')} changed, too, although nobody edited that here`,
  ].filter((one) => one !== false);
  if (taken.length === 0)
    return {
      outcome: 'unknown',
      verified: false,
      ...left,
      message: `It cannot be said whether it was saved in ${place}: ${odd.join('; ')}. Somebody may have edited it at the same time.`,
    };
  return {
    outcome: 'saved',
    verified: odd.length === 0,
    ...left,
    message:
      odd.length === 0
        ? `Saved in ${place}, and read back: it holds the new text, and the rest of it is as it was.`
        : `Saved in ${place}, but not as it was meant: ${odd.join('; ')}.`,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
