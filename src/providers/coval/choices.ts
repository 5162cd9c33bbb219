/**
 * Chooses by id or name from a list. Peculiar to Coval: names can be looked up only in lists that are read whole, and such
 * a list may have lost rows; a lost row must not pass for one that does not exist.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import { type Choice, type Named, onlyOne, pick } from '../shared/choose.ts';
import type { List } from '../shared/list.ts';
import { collect, walk } from '../shared/pages.ts';
import { PLATFORM } from './settings.ts';

export interface Choices<T> {
  items: T[];
  /** True where the list was read whole. */
  all: boolean;
}

/** Reads a whole list to choose from. */
export async function choicesIn<W, T extends Named>(list: List<W>, named: (row: W) => T): Promise<Choices<T>> {
  const { rows, coverage } = await collect(walk(list, { ahead: 1 }));
  return { items: rows.map(named), all: coverage.complete };
}

/**
 * The wanted item, by id or name; where none is named, the only one. Throws `not_found` or `ambiguous`, and
 * `unreadable` where the list that could not be read whole may hold another answer.
 */
export function choose<T extends Named>(
  { items, all }: Choices<T>,
  wanted: string | undefined,
  choice: Omit<Choice, 'platform'>,
): T {
  const wording = { ...choice, platform: PLATFORM };
  if (wanted === undefined && !all)
    throw short(
      choice,
      `it is not known which ${choice.what}s there are`,
      `Pass ${choice.pass ?? choice.what} by its id.`,
    );
  try {
    return wanted === undefined ? onlyOne(items, wording) : pick(items, wanted, wording);
  } catch (error) {
    if (all || !isProblem(error) || error.kind !== 'not_found') throw error;
    throw short(choice, 'what was read of it has none of that id or name', 'Try again in a minute.');
  }
}

function short({ what }: Omit<Choice, 'platform'>, so: string, next: string): Problem {
  const message = `The list of ${what}s of ${PLATFORM.label} could not be read whole: ${so}.`;
  return new Problem('unreadable', message, { provider: PLATFORM.id, next, sent: 'no' });
}
