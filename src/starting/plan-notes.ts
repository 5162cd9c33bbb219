import type { CountedNote } from '../providers/provider.ts';
import type { Attempt } from './attempt.ts';

/** What is known of cost and side effects of a start, each sentence once; the numbers of its tests are summed. */
export function planNotes(attempts: readonly Pick<Attempt, 'plan' | 'cost'>[]): string[] {
  const notes = attempts.flatMap(({ plan, cost }) => [...plan.notes, ...(cost === undefined ? [] : [cost])]);
  const sums = new Map<string, CountedNote | string>();
  for (const note of notes) {
    const key = typeof note === 'string' ? note : `${note.before}…${note.after}`;
    const known = sums.get(key);
    const sum = typeof note === 'object' && typeof known === 'object' ? known.count + note.count : undefined;
    sums.set(key, typeof note === 'object' && sum !== undefined ? { ...note, count: sum } : note);
  }
  return [...sums.values()].map((note) =>
    typeof note === 'string' ? note : `${note.before}${note.count}${note.after}`,
  );
}
