/**
 * Peculiar to Coval, where nothing is found by name but in lists read whole: choosing from such a list, which may have lost
 * rows. What it lost must not pass for what is not there.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import { type Choice, type Named, onlyOne, pick } from '../shared/choose.ts';
import type { List } from '../shared/list.ts';
import { collect, walk } from '../shared/pages.ts';
import { PLATFORM } from './settings.ts';

export interface Choices<T> {
  items: T[];
  /** Every one that there is. */
  all: boolean;
}

/** Everything in a list, as something to choose from. */
export async function choicesIn<W, T extends Named>(list: List<W>, named: (row: W) => T): Promise<Choices<T>> {
  const { rows, coverage } = await collect(walk(list, { ahead: 1 }));
  return { items: rows.map(named), all: coverage.complete };
}

/**
 * The one that is wanted, by id or name; without a wish, the only one there is. Throws `not_found` or `ambiguous`, and
 * `unreadable` where the list that could not be read whole may hold another answer.
 */
export function choose<T extends Named>(
  { items, all }: Choices<T>,
  wanted: string | undefined,
  choice: Omit<Choice, 'platform'>,
): T {
  const about = { ...choice, platform: PLATFORM };
  if (wanted === undefined && !all)
    throw short(
      choice,
      `it is not known which ${choice.what}s there are`,
      `Pass ${choice.pass ?? choice.what} by its id.`,
    );
  try {
    return wanted === undefined ? onlyOne(items, about) : pick(items, wanted, about);
  } catch (error) {
    if (all || !isProblem(error) || error.kind !== 'not_found') throw error;
    throw short(choice, 'what was read of it has none of that id or name', 'Try again in a minute.');
  }
}

function short({ what }: Omit<Choice, 'platform'>, so: string, next: string): Problem {
  const message = `The list of ${what}s of ${PLATFORM.label} could not be read whole: ${so}.`;
  return new Problem('unreadable', message, { provider: PLATFORM.id, next, sent: 'no' });
}
