/** Failure clusters as answers show them. */
import { createHash } from 'node:crypto';
import { type Breakage, breakageTitle } from '../analysis/clusters/execution.ts';
import { quotedTitle } from '../analysis/clusters/wording-groups.ts';
import { type Failure, shortHash } from '../modes/failures.ts';
import { clip } from './clean.ts';
import { type Evidence, reasonOf, telling } from './cluster-proofs.ts';
import type { ClusterReading } from './cluster-reading.ts';
import type { ShownCluster } from './cluster-schema.ts';
import type { Cluster } from './failure-clusters.ts';
import type { CodedReading } from './mode-reading.ts';

/** The evaluations that failed (or broke) in a cluster; those of the platform's own as it names them. */
export function evaluationsOf(cluster: Cluster): string[] {
  if (cluster.source === 'platform') return distinct(cluster.breakages.flatMap(({ evaluation }) => evaluation ?? []));
  const named = cluster.source === 'vendor' ? cluster.own.evaluations : [];
  return distinct([...named, ...cluster.failures.map(({ group }) => group.evaluation)]).filter((name) => name !== '');
}

/** The failures that show what a cluster is about. */
export function tellingOf(cluster: Cluster, most: number): Failure[] {
  return cluster.source === 'platform' ? [] : telling(cluster.failures, most);
}

interface Shown {
  reading: ClusterReading & CodedReading;
  /** When the sessions were made, sorted. */
  created: readonly string[];
  full: boolean;
}

/** `evidence`: of the failures of `tellingOf`. */
export function shownOf(cluster: Cluster, evidence: readonly Evidence[], shown: Shown): ShownCluster {
  const { reading, full } = shown;
  const runs = runsOf(cluster);
  const evaluations = evaluationsOf(cluster);
  return {
    ...wordsOf(cluster, shown),
    evaluations: evaluations.slice(0, full ? 20 : 5).map((name) => clip(name, 120)),
    runs_total: runs.length,
    runs: runs.slice(0, full ? 200 : 4),
    cases: cluster.source === 'platform' ? undefined : casesOf(runs, reading, full ? 20 : 4),
    evidence: [...evidence, ...broken(cluster, full ? 6 : 2)].map((one) => ({
      ...one,
      evaluation: evaluations.length > 1 ? clip(one.evaluation, 120) : undefined,
      reason: clip(one.reason, full ? 500 : 240),
      text: clip(one.text, full ? 500 : 240),
    })),
  };
}

function wordsOf(cluster: Cluster, { reading, created, full }: Shown) {
  const { coverage, table, session } = reading;
  const shareOf = (few: number, all: number) => (coverage.complete && all > 0 ? few / all : undefined);
  const long = full ? 1_500 : 400;
  switch (cluster.source) {
    case 'mode': {
      const {
        id,
        title,
        definition,
        source,
        fix_kind,
        fix,
        status,
        failures,
        coded_by,
        share,
        share_interval,
        first_seen,
      } = cluster.mode;
      return {
        id,
        title,
        source: cluster.source,
        kind: 'failure' as const,
        new: isBetween(first_seen, created) || undefined,
        status: status === 'active' ? undefined : status,
        definition,
        fault: source,
        fix_kind,
        fix,
        failures,
        coded_by,
        share,
        share_interval,
      };
    }
    case 'vendor': {
      const { id, title, description, advice, merged } = cluster.own;
      return {
        id,
        title: clip(title, 140),
        source: cluster.source,
        kind: 'failure' as const,
        description: clip(description, long),
        advice: clip(advice, long),
        failures: cluster.failures.length,
        merged,
        share: shareOf(cluster.failures.length, table.total),
      };
    }
    case 'wording': {
      const reasons = telling(cluster.failures, 20).flatMap((failure) => reasonOf(failure) ?? []);
      return {
        id: idOf(
          'W',
          cluster.failures.map(({ run, nth, group }) => `${run}\n${group.evaluation}\n${nth}`),
        ),
        title: reasons.length > 0 ? quotedTitle(reasons) : NO_REASON,
        source: cluster.source,
        kind: 'failure' as const,
        failures: cluster.failures.length,
        share: shareOf(cluster.failures.length, table.total),
      };
    }
    case 'platform':
      return {
        id: idOf(
          'T',
          cluster.breakages.map(({ run, evaluation }) => `${run}\n${evaluation ?? ''}`),
        ),
        title: clip(breakageTitle(cluster.breakages), 140),
        source: cluster.source,
        kind: 'execution' as const,
        share: shareOf(runsOf(cluster).length, session.counts.error),
      };
  }
}

/** Stands for the title of failures of which the judge said nothing. */
export const NO_REASON = '(no reason given)';

function runsOf(cluster: Cluster): string[] {
  if (cluster.source === 'vendor') return [...cluster.own.runs];
  return distinct((cluster.source === 'platform' ? cluster.breakages : cluster.failures).map(({ run }) => run));
}

function broken(cluster: Cluster, most: number): Evidence[] {
  const breakages: readonly Breakage[] = cluster.source === 'platform' ? cluster.breakages : [];
  return breakages
    .slice(0, most)
    .map(({ run, evaluation, message }) => ({ run, evaluation, reason: message === '' ? undefined : message }));
}

/** The same members give the same id, in whatever order they come. */
function idOf(letter: string, members: readonly string[]): string {
  const hash = createHash('sha256');
  for (const member of [...members].sort()) hash.update(`${member}\n\n`);
  return `${letter}-${shortHash(hash.digest('hex'), 8)}`;
}

function isBetween(time: string | undefined, sorted: readonly string[]): boolean {
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (time === undefined || first === undefined || last === undefined) return false;
  return Date.parse(time) >= Date.parse(first) && Date.parse(time) <= Date.parse(last);
}

/** The cases that these runs played, most runs first; undefined where none has a name. */
function casesOf(runs: readonly string[], { table }: ClusterReading, most: number) {
  const counts = new Map<string, number>();
  for (const ref of runs) {
    const name = table.runs.get(ref)?.name;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  return [...counts]
    .map(([name, count]) => ({ name: clip(name, 80), runs: count }))
    .sort((a, b) => b.runs - a.runs)
    .slice(0, most);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
