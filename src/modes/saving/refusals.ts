/** What cannot be saved, by name. Nothing is written then. */
import { Problem } from '../../model/problem.ts';

/** `message`, `next`: trusted words and ids only. `candidates`: what was probably meant, words of others. */
export function refused(message: string, next = 'Mend it and save again.', candidates?: string[]): Problem {
  return new Problem('invalid_input', `${message} Nothing was saved.`, { next, candidates });
}

/** Ids that a refusal names; it says how many more there are. */
const NAMED = 5;

/** `F-a, F-b and 3 more`. */
export function named(ids: readonly string[]): string {
  const shown = ids.slice(0, NAMED).join(', ');
  return ids.length > NAMED ? `${shown} and ${ids.length - NAMED} more` : shown;
}
