/** Modes that go, and whose failures another takes over. */
import { type BookEntry, MOST_EXAMPLES, type StoredMode } from '../book.ts';
import { checkMayChange, unknownMode } from './changed-modes.ts';
import { ensureMode } from './codes.ts';
import { type Draft, holdersOf, modeIn, readCodes, writeCodes } from './draft.ts';
import type { PersonChange } from './person-changes.ts';
import { refused } from './refusals.ts';
import { placeOf, type SaveRequest } from './request.ts';

/** Merges in the draft. Returns by what the modes that went are replaced; notes wordings that these have no room for. Throws `invalid_input`. */
export function mergeModes(
  draft: Draft,
  { modes, by }: SaveRequest,
  ids: readonly string[],
  persons: PersonChange[],
  noRoom: Set<string>,
): Map<string, string> {
  const into = new Map<string, string>();
  for (const [index, { merge_into: target }] of modes.entries()) {
    const id = ids[index];
    if (target === undefined || id === undefined) continue;
    const place = placeOf(index);
    if (target === id) throw refused(`${place}: ${id} cannot be merged into itself.`);
    const [found] = holdersOf(draft, target);
    if (!found) throw unknownMode(`${place}: there is no mode ${target} to merge into`, draft);
    if (found.mode.status === 'retired')
      throw refused(
        `${place}: ${target} is retired, and takes nothing over.`,
        'Merge into an active mode, or set its status to active in the same call.',
      );
    into.set(id, target);
  }
  const ends = new Map([...into.keys()].map((id) => [id, endOf(id, into)]));
  for (const [id, end] of ends) {
    for (const [nth, { entry, mode }] of holdersOf(draft, id).entries()) {
      checkMayChange(id, mode, by);
      if (mode.by === 'person' && nth === 0)
        persons.push({ mode: id, member: 'merged', before: mode.title, after: end });
      ensureMode(draft, entry, end);
      mergeIn(entry, id, mode, end, noRoom);
    }
  }
  return ends;
}

/** Where a chain of merges ends. */
function endOf(id: string, into: ReadonlyMap<string, string>): string {
  let end = id;
  for (const _step of into) {
    const next = into.get(end);
    if (next === undefined) return end;
    end = next;
  }
  if (into.has(end))
    throw refused(
      `The modes that start with ${id} are to be merged in a circle.`,
      'Merge all of them into one that stays.',
    );
  return end;
}

function mergeIn(entry: BookEntry, id: string, from: StoredMode, end: string, noRoom: Set<string>): void {
  const into = modeIn(entry, end);
  if (!into) return;
  const examples = [...into.examples, ...from.examples.filter((one) => !into.examples.includes(one))];
  into.examples = examples.slice(0, MOST_EXAMPLES).sort();
  for (const wording of examples.slice(MOST_EXAMPLES)) noRoom.add(wording);
  const adopts = [...new Set([...(into.adopts ?? []), ...(from.adopts ?? [])])].sort();
  if (adopts.length > 0) into.adopts = adopts;
  into.first_seen = [into.first_seen, from.first_seen].filter((at) => at !== undefined).sort()[0];
  into.last_seen = [into.last_seen, from.last_seen]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
  delete entry.modes[id];
  for (const codes of Object.values(entry.sessions))
    for (const coder of ['assistant', 'model'] as const) {
      if (!codes[coder] || !Object.hasOwn(codes[coder], id)) continue;
      const own = readCodes(codes[coder]);
      for (const [failure, mode] of own) if (mode === id) own.set(failure, end);
      codes[coder] = writeCodes(own);
    }
}
