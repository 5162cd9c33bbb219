/** Clusters of a platform that modes adopted: their failures are of the mode, until somebody reads them. */
import { fold } from '../analysis/text-folding.ts';
import type { BookEntry } from './book.ts';
import type { AdoptedBy } from './coding.ts';

interface PlatformCluster {
  title: string;
  /** Criteria of which it has failures; of all where it names none. */
  evaluations: readonly string[];
  runs: readonly string[];
}

/** Between the titles of clusters that are shown as one. */
export const TITLES_JOINED = ' / ';

/** True where a mode of these entries adopted any cluster, so that the platform's clusters need be read. */
export function anyAdopted(entries: readonly BookEntry[]): boolean {
  return entries.some(({ modes }) => Object.values(modes).some(({ adopts = [] }) => adopts.length > 0));
}

/**
 * The mode of each failure that is in an adopted cluster. A retired mode adopts nothing; of a cluster that several modes
 * adopted, and of a failure in clusters of several modes, none is said.
 */
export function adoptedBy(entries: readonly BookEntry[], clusters: readonly PlatformCluster[]): AdoptedBy {
  const byTitle = new Map<string, Set<string>>();
  for (const { modes } of entries)
    for (const [id, { adopts = [], status }] of Object.entries(modes)) {
      if (status === 'retired') continue;
      // A title that stands for several clusters adopts each of them.
      for (const title of adopts.flatMap((one) => [one, ...one.split(TITLES_JOINED)]))
        byTitle.set(fold(title), (byTitle.get(fold(title)) ?? new Set()).add(id));
    }
  const byRun = new Map<string, { evaluations: ReadonlySet<string>; mode: string }[]>();
  for (const { title, evaluations, runs } of clusters) {
    const [mode, ...others] = byTitle.get(fold(title)) ?? [];
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
