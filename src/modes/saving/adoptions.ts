/** A cluster of the platform is of one mode: adopted by two, it would code nothing. */
import { modesByTitle } from '../adoption.ts';
import type { ChangedModes } from './changed-modes.ts';
import { type Draft, holdersOf, modeIn } from './draft.ts';
import { refused } from './refusals.ts';
import { placeOf, type SaveRequest } from './request.ts';

/** Throws `invalid_input` where a mode of the request comes to adopt what another mode has adopted. `stays`: the mode that an id stands for now. */
export function checkAdoptions(
  draft: Draft,
  { modes }: SaveRequest,
  { ids, adopted }: ChangedModes,
  stays: (id: string) => string,
): void {
  const owners = modesByTitle([...draft.entries.values()]);
  for (const [index, { status }] of modes.entries()) {
    const id = ids[index] ?? '';
    const own = stays(id);
    // A mode that comes back from retirement adopts again what it had.
    const back = status !== undefined && status !== 'retired' && wasRetired(draft, id);
    const titles = back
      ? holdersOf(draft, own).flatMap(({ mode }) => [...modesByTitle([{ modes: { [own]: mode } }]).keys()])
      : (adopted[index] ?? []);
    const other = titles.flatMap((title) => [...(owners.get(title) ?? [])]).find((one) => one !== own);
    if (other === undefined) continue;
    const at = ids.indexOf(other);
    throw refused(
      `${placeOf(index)}: a cluster that it adopts is adopted by another mode, ${at < 0 ? other : `${placeOf(at)} (${other})`}.`,
      'Let one of them have it: leave `adopts` out and give failures by their ids, or merge the two modes.',
    );
  }
}

function wasRetired({ before }: Draft, id: string): boolean {
  return [...before.values()].some((entry) => modeIn(entry, id)?.status === 'retired');
}
