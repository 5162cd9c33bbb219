/** Which wordings stand for which modes: examples, kept as masked wording, that failures of other sessions inherit by. */
import { type BookEntry, MOST_EXAMPLES } from '../book.ts';
import type { FailureGroup } from '../failures.ts';
import { type Draft, modeIn } from './draft.ts';
import type { SaveRequest } from './request.ts';

/** The wordings that stand for modes in the draft. */
export function wordingsOf({ entries }: Draft, by: SaveRequest['by']) {
  const owners = new Map<BookEntry, Map<string, Set<string>>>();
  const ownersOf = (entry: BookEntry, wording: string): Set<string> => {
    const index = owners.get(entry) ?? new Map<string, Set<string>>();
    if (!owners.has(entry)) {
      owners.set(entry, index);
      for (const [id, { examples }] of Object.entries(entry.modes))
        for (const example of examples) index.set(example, (index.get(example) ?? new Set()).add(id));
    }
    const found = index.get(wording) ?? new Set<string>();
    index.set(wording, found);
    return found;
  };
  const all = [...entries.values()];
  return {
    /** Takes the wording of a group from all modes but this one; returns those that lost it. A model takes nothing from modes that others wrote. */
    take(entry: BookEntry, { wording }: FailureGroup, from: string | undefined) {
      if (wording === undefined) return [];
      const own = ownersOf(entry, wording);
      return [...own].flatMap((id) => {
        const mode = modeIn(entry, id);
        if (!mode || id === from || (by === 'model' && mode.by !== 'model')) return [];
        mode.examples = mode.examples.filter((example) => example !== wording);
        own.delete(id);
        return { id, mode };
      });
    },
    /** Makes the wording of a group stand for this mode, where no other has it; without room for one more example it is noted. */
    give(entry: BookEntry, { wording }: FailureGroup, id: string, noRoom: Set<string>): void {
      const mode = modeIn(entry, id);
      if (!mode || wording === undefined) return;
      const own = ownersOf(entry, wording);
      if (own.size > 0) return;
      if (mode.examples.length >= MOST_EXAMPLES) {
        noRoom.add(wording);
        return;
      }
      mode.examples = [...mode.examples, wording].sort();
      own.add(id);
    },
    /** Whether the wording alone says this mode of a further failure, in whatever entries are read with this one. */
    explains(entry: BookEntry | undefined, { wording }: FailureGroup, id: string): boolean {
      const mode = modeIn(entry, id);
      if (!entry || !mode || wording === undefined || mode.status === 'retired') return false;
      return (
        ownersOf(entry, wording).has(id) &&
        all.every((other) => [...ownersOf(other, wording)].every((owner) => owner === id || !isUsed(other, owner)))
      );
    },
  };
}

function isUsed(entry: BookEntry, id: string): boolean {
  return modeIn(entry, id)?.status !== 'retired';
}
