/** A platform's own clusters as answers show them: what is evidently one cause once, largest first. */
import type { FailureCluster } from '../../model/clusters.ts';
import { fold } from '../text-folding.ts';

/** One cluster of the platform, or several that are evidently one; then `title` has all of their titles. */
export interface MergedCluster extends FailureCluster {
  titles: string[];
  /** How many it stands for; absent = 1. */
  merged?: number | undefined;
}

/** Between titles in one. */
export const TITLES_JOINED = ' / ';

/**
 * Clusters with one title, one description or the same two runs or more become one, which says in `merged` how many it
 * stands for; all are sorted by runs. One advice proves nothing: it may be written per evaluation, whatever the cause.
 */
export function mergedVendorClusters(clusters: readonly FailureCluster[]): MergedCluster[] {
  const groups: { keys: Set<string>; members: FailureCluster[] }[] = [];
  for (const cluster of clusters) {
    const keys = new Set(keysOf(cluster));
    const same = groups.filter((group) => [...keys].some((key) => group.keys.has(key)));
    const [first, ...others] = same;
    if (!first) {
      groups.push({ keys, members: [cluster] });
      continue;
    }
    for (const other of others) {
      for (const key of other.keys) first.keys.add(key);
      for (const member of other.members) first.members.push(member);
      groups.splice(groups.indexOf(other), 1);
    }
    for (const key of keys) first.keys.add(key);
    first.members.push(cluster);
  }
  return groups
    .flatMap(({ members }) => merged(members))
    .sort((a, b) => b.runs.length - a.runs.length || (a.id < b.id ? -1 : 1));
}

function keysOf({ title, description, runs }: FailureCluster): string[] {
  const words: [string, string | undefined][] = [
    ['title', title === 'Untitled' ? undefined : title],
    ['description', description],
  ];
  const keys = words.flatMap(([what, text = '']) => {
    const folded = fold(text);
    return folded === '' ? [] : [`${what} ${folded}`];
  });
  return runs.length > 1 ? [...keys, `runs ${[...new Set(runs)].sort().join(' ')}`] : keys;
}

function merged(members: readonly FailureCluster[]): MergedCluster[] {
  const [largest] = [...members].sort((a, b) => b.runs.length - a.runs.length);
  if (!largest) return [];
  const runs = [...new Set([largest, ...members].flatMap((one) => one.runs))];
  const titles = [...new Map([largest, ...members].map(({ title }) => [fold(title), title])).values()];
  return [
    {
      ...largest,
      title: titles.join(TITLES_JOINED),
      titles,
      description: largest.description ?? members.find(({ description }) => description !== undefined)?.description,
      advice: largest.advice ?? members.find(({ advice }) => advice !== undefined)?.advice,
      evaluations: [...new Set(members.flatMap(({ evaluations }) => evaluations))],
      runs,
      merged: members.length > 1 ? members.length : undefined,
    },
  ];
}
