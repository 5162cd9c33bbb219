/** New modes, and changes of those that are known. */
import { mergedVendorClusters } from '../../analysis/clusters/vendor.ts';
import { foldedTitle } from '../../analysis/text-folding.ts';
import { adoptedTitle } from '../adoption.ts';
import type { Author, Book, BookEntry, StoredMode } from '../book.ts';
import { shortHash } from '../failures.ts';
import { type Draft, holdersOf } from './draft.ts';
import type { PersonChange } from './person-changes.ts';
import { named, refused } from './refusals.ts';
import { placeOf, type SaveRequest } from './request.ts';
import type { SaveSubject } from './subject.ts';

type Change = SaveRequest['modes'][number];

export interface ChangedModes {
  /** Id of the mode of each change of the request, in its order. */
  ids: string[];
  /** Modes that are new, by id; they stand in no entry yet. */
  created: ReadonlyMap<string, StoredMode>;
  /** Titles of the clusters that each change adopts, in the order of the request. */
  adopted: readonly (readonly string[])[];
}

/** Members of a mode that are its words, or say what it is; `status` is no word, but a person's is not changed unasked either. */
const WORDS = ['title', 'definition', 'source', 'fix_kind', 'fix'] as const;
const MEMBERS = [...WORDS, 'status'] as const;

/** Makes and changes modes in the draft; notes what it does to those of a person. Throws `invalid_input`. */
export function changeModes(
  book: Book,
  draft: Draft,
  request: SaveRequest,
  subject: SaveSubject,
  persons: PersonChange[],
): ChangedModes {
  const created = new Map<string, StoredMode>();
  const adopted = request.modes.map(({ adopts }, index) =>
    adopts === undefined ? [] : adoptedTitles(adopts, subject, placeOf(index)),
  );
  const ids = request.modes.map((change, index) => {
    const adopts = adopted[index] ?? [];
    const id = idOf(change, draft, placeOf(index));
    if (id !== undefined) {
      for (const { mode } of holdersOf(draft, id)) {
        const before = persons.length;
        changeMode(id, mode, change, adopts, request.by, persons);
        // The same mode of several agents is asked about once.
        if (holdersOf(draft, id)[0]?.mode !== mode) persons.splice(before);
      }
      return id;
    }
    const { id: fresh, mode } = newMode(change, adopts, request.by, book, draft, created, placeOf(index));
    created.set(fresh, mode);
    return fresh;
  });
  checkTwice(ids);
  checkTitles(ids, request, draft, created);
  checkRetired(ids, request, draft, created);
  return { ids, created, adopted };
}

/** The known mode that a change means: by its id, else by its title. Undefined for a new one. */
function idOf({ id, title, definition, merge_into }: Change, draft: Draft, place: string): string | undefined {
  if (id !== undefined) {
    if (holdersOf(draft, id).length > 0) return id;
    throw unknownMode(`${place}: there is no mode ${id}`, draft);
  }
  if (merge_into !== undefined)
    throw refused(
      `${place}: only a known mode can be merged, by its \`id\`.`,
      'list_failures prints the ids of known modes.',
    );
  if (title === undefined)
    throw refused(
      `${place} has neither an id nor a title.`,
      'Give the id of a known mode, or title and definition of a new one.',
    );
  const known = idsByTitle(draft).get(foldedTitle(title));
  if (known === undefined && definition === undefined)
    throw refused(`${place}: a new mode needs a definition.`, 'Say in a sentence what belongs to it, and save again.');
  return known;
}

/** The refusal of an id that no mode has, with those that there are. */
export function unknownMode(message: string, draft: Draft): ReturnType<typeof refused> {
  const known = [...new Set([...draft.entries.values()].flatMap(({ modes }) => Object.keys(modes)))].sort();
  const which = known.length === 0 ? 'None is known of this agent yet.' : `Known are ${named(known)}.`;
  return refused(
    `${message}. ${which}`,
    'Give title and definition for a new mode, or an id that list_failures prints.',
  );
}

function idsByTitle({ entries }: Draft): Map<string, string> {
  return new Map(
    [...entries.values()].flatMap(({ modes }) =>
      Object.entries(modes).map(([id, { title }]) => [foldedTitle(title), id] as const),
    ),
  );
}

/** Titles of the platform's clusters that a text names by an id that answers show, or by a title. */
function adoptedTitles(text: string, { clusters }: SaveSubject, place: string): string[] {
  if (clusters === undefined)
    throw refused(
      `${place}: no clusters of the platform's own are there, or they could not be read; none can be adopted.`,
      'Leave `adopts` out, and give the failures by their ids.',
    );
  // Clusters that are evidently one are shown as one, under the id of the largest.
  const shown = mergedVendorClusters(clusters);
  const all = [...shown, ...clusters.map((cluster) => ({ ...cluster, titles: [cluster.title] }))];
  const wanted = adoptedTitle(text);
  const found = all.find(({ id }) => id === text) ?? all.find(({ title }) => adoptedTitle(title) === wanted);
  const titles = text === '' ? [] : (found?.titles.map(adoptedTitle).filter(Boolean) ?? []);
  if (titles.length > 0) return titles;
  throw refused(
    `${place}: the platform has no such cluster of this session.`,
    'get_failure_clusters prints those that it has, with their ids.',
    shown.slice(0, 5).map(({ id }) => id),
  );
}

function changeMode(
  id: string,
  mode: StoredMode,
  change: Change,
  adopts: readonly string[],
  by: SaveRequest['by'],
  persons: PersonChange[],
): void {
  const changed = MEMBERS.filter((name) => change[name] !== undefined && change[name] !== mode[name]);
  if (changed.length > 0) checkMayChange(id, mode, by);
  if (mode.by === 'person')
    persons.push(...changed.map((member) => ({ mode: id, member, before: mode[member], after: change[member] })));
  Object.assign(mode, Object.fromEntries(changed.map((name) => [name, change[name]])));
  const hasNewWords = WORDS.some((name) => changed.includes(name));
  if (hasNewWords) mode.by = by;
  if (adopts.length > 0) mode.adopts = [...new Set([...(mode.adopts ?? []), ...adopts])].sort();
}

/** A model changes only what models wrote. */
export function checkMayChange(id: string, mode: StoredMode, by: Author): void {
  if (by === 'model' && mode.by !== 'model')
    throw refused(
      `${id} was written by somebody else than a model, and a model may not change it.`,
      'Assign failures to it, or name another mode.',
    );
}

function newMode(
  { title = '', definition = '', source, fix_kind, fix, status = 'active' }: Change,
  adopts: readonly string[],
  by: SaveRequest['by'],
  book: Book,
  draft: Draft,
  created: ReadonlyMap<string, StoredMode>,
  place: string,
): { id: string; mode: StoredMode } {
  const folded = foldedTitle(title);
  for (const [id, mode] of created)
    if (foldedTitle(mode.title) === folded)
      throw refused(`${place} has the title of another mode of this call (${id}).`);
  const mode: StoredMode = {
    title,
    definition,
    source,
    fix_kind,
    fix,
    status,
    by,
    adopts: adopts.length > 0 ? [...new Set(adopts)].sort() : undefined,
    examples: [],
  };
  const all: BookEntry[] = [...Object.values(book.agents), ...draft.entries.values()];
  const isTaken = (id: string) =>
    created.has(id) ||
    all.some(({ modes }) => Object.hasOwn(modes, id) && foldedTitle(modes[id]?.title ?? '') !== folded);
  const alike = all
    .flatMap(({ modes }) => Object.entries(modes).flatMap(([id, one]) => (foldedTitle(one.title) === folded ? id : [])))
    .filter((id) => !isTaken(id))
    .sort();
  if (alike[0] !== undefined) return { id: alike[0], mode };
  for (let letters = 6; letters <= 10; letters += 1) {
    const id = `M-${shortHash(folded, letters)}`;
    if (!isTaken(id)) return { id, mode };
  }
  throw refused(`${place}: no id is left for this title.`, 'Word its title otherwise, and save again.');
}

function checkTwice(ids: readonly string[]): void {
  for (const [index, id] of ids.entries()) {
    const first = ids.indexOf(id);
    if (first < index)
      throw refused(
        `${placeOf(first)} and ${placeOf(index)} are the same mode, ${id}.`,
        'Give each mode once, with all of its failures.',
      );
  }
}

/** No mode is given the title of another; those that go are left aside. */
function checkTitles(
  ids: readonly string[],
  { modes }: SaveRequest,
  { entries }: Draft,
  created: ReadonlyMap<string, StoredMode>,
): void {
  const going = new Set(ids.filter((_id, index) => modes[index]?.merge_into !== undefined));
  const all = [...created, ...[...entries.values()].flatMap((entry) => Object.entries(entry.modes))];
  for (const [index, { title }] of modes.entries()) {
    const own = ids[index];
    if (title === undefined || own === undefined || going.has(own)) continue;
    const other = all.find(
      ([id, mode]) => id !== own && !going.has(id) && foldedTitle(mode.title) === foldedTitle(title),
    );
    if (other)
      throw refused(
        `${placeOf(index)} has the title of ${other[0]}.`,
        `Assign its failures to ${other[0]}, or word the title otherwise.`,
      );
  }
}

/** A retired mode takes nothing, unless the same call brings it back. */
function checkRetired(
  ids: readonly string[],
  { modes }: SaveRequest,
  draft: Draft,
  created: ReadonlyMap<string, StoredMode>,
): void {
  for (const [index, { failures, adopts, merge_into }] of modes.entries()) {
    const id = ids[index] ?? '';
    if ((failures.length === 0 && adopts === undefined) || merge_into !== undefined) continue;
    const own = [created.get(id), ...holdersOf(draft, id).map(({ mode }) => mode)];
    if (own.some((mode) => mode?.status === 'retired'))
      throw refused(
        `${placeOf(index)}: ${id} is retired, and takes no failures.`,
        'Set its status to active in the same call, or assign them to another mode.',
      );
  }
}
