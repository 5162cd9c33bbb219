/** Clusters of a platform that modes adopted: their failures are of the mode, until somebody reads them. */
import { TITLES_JOINED } from '../analysis/clusters/vendor.ts';
import { foldedTitle } from '../analysis/text-folding.ts';
import type { FailureCluster } from '../model/clusters.ts';
import type { BookEntry } from './book.ts';
import type { AdoptedBy } from './coding.ts';

/** What of a cluster tells its failures. */
type Membership = Pick<FailureCluster, 'title' | 'evaluations' | 'runs'>;

/** Longest title of a cluster that is kept, in characters. */
const LONGEST_ADOPTED = 200;

/** The title of a cluster as it is kept and compared: case, accents, white space and punctuation at the edges of words make no difference. */
export function adoptedTitle(title: string): string {
  return foldedTitle(title).slice(0, LONGEST_ADOPTED).toWellFormed().trim();
}

/** True where a mode of these entries adopted any cluster, so that the platform's clusters need be read. */
export function anyAdopted(entries: readonly BookEntry[]): boolean {
  return entries.some(({ modes }) => Object.values(modes).some(({ adopts = [] }) => adopts.length > 0));
}

/** Ids of the modes that adopted clusters, by `adoptedTitle`. A retired mode adopts nothing. */
export function modesByTitle(entries: readonly Pick<BookEntry, 'modes'>[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byTitle = new Map<string, Set<string>>();
  for (const { modes } of entries)
    for (const [id, { adopts = [], status }] of Object.entries(modes)) {
      if (status === 'retired') continue;
      // A title that was copied from clusters shown as one adopts each of them.
      for (const one of adopts.flatMap((title) => [title, ...title.split(TITLES_JOINED)]).map(adoptedTitle))
        byTitle.set(one, (byTitle.get(one) ?? new Set()).add(id));
    }
  return byTitle;
}

/** Of each cluster that several modes adopted, so that it codes nothing, the ids of these, sorted. */
export function adoptedTwice(entries: readonly BookEntry[], clusters: readonly Membership[]): string[][] {
  const byTitle = modesByTitle(entries);
  const titles = new Set(clusters.map(({ title }) => adoptedTitle(title)));
  return [...titles].flatMap((title) => {
    const ids = [...(byTitle.get(title) ?? [])].sort();
    return ids.length > 1 ? [ids] : [];
  });
}

/**
 * The mode of each failure that is in an adopted cluster. A retired mode adopts nothing; of a cluster that several modes
 * adopted, and of a failure in clusters of several modes, none is said.
 */
export function adoptedBy(entries: readonly BookEntry[], clusters: readonly Membership[]): AdoptedBy {
  const byTitle = modesByTitle(entries);
  const byRun = new Map<string, { evaluations: ReadonlySet<string>; mode: string }[]>();
  for (const { title, evaluations, runs } of clusters) {
    const [mode, ...others] = byTitle.get(adoptedTitle(title)) ?? [];
    if (mode === undefined || others.length > 0) continue;
    const entry = { evaluations: new Set(evaluations), mode };
    for (const run of runs) byRun.set(run, [...(byRun.get(run) ?? []), entry]);
  }
  return (run, evaluation) => {
    const found = (byRun.get(run) ?? []).filter(
      ({ evaluations }) => evaluations.size === 0 || evaluations.has(evaluation),
    );
    const [mode, ...others] = new Set(found.map((entry) => entry.mode));
    return others.length === 0 ? mode : undefined;
  };
}
