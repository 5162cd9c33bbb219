/** What the lists over platforms say alike: what is missing, how many are shown of how many, where to go on. */
import type * as z from 'zod/v4';
import type { listSchema } from '../page-of-list.ts';
import { sentences } from './rendering.ts';
import { coverageLine, howMany } from './words.ts';

/** The headline of a page; `word` names an item in the singular, `order` how they are sorted. */
export function listHeadline(page: z.infer<typeof listSchema>, shown: number, word: string, order = ''): string {
  const { coverage, total, from, next_cursor, not_answering, notes = [] } = page;
  const place = from === undefined ? '' : `, from ${from}`;
  const more = next_cursor === undefined ? '' : `; more follow with cursor ${next_cursor}`;
  const shownOf =
    shown === 0 && more !== ''
      ? `No ${word} among those that were read${more}.`
      : `${howMany(shown, total, word)}${more === '' ? '' : ' shown'}${order}${place}${more}.`;
  const behind = [...(not_answering ? [`Not answering: ${not_answering.join(', ')}.`] : []), ...notes];
  return sentences(coverageLine(coverage, `this list: ${word}s may be left out`), [shownOf, ...behind].join(' '));
}
