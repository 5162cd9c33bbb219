/**
 * Why runs of a session failed: failed evaluations grouped by what their reasons say, technical errors apart. A vendor's
 * own clusters come first; what they do not cover is computed here, without any network.
 */
import type { ClusterSet, Evidence, FailureCluster } from '../../model/clusters.ts';
import type { Run, Turn } from '../../model/schemas.ts';
import { evidenceFinder } from '../evidence.ts';
import { clusterSteps, type ReasonGroup } from './assign.ts';
import { type Breakage, breakagesOf, groupBreakages } from './execution.ts';
import type { ReasonItem } from './nodes.ts';
import { signsOf, toolSigns } from './signs.ts';
import { commonness, titleOf } from './title.ts';
import { mergedVendorClusters } from './vendor.ts';

const MAX_EVIDENCE = 5;
/** Longest stretch of work before others on this thread get their turn, in milliseconds. */
const SLICE_MS = 12;

interface Failure extends ReasonItem {
  run: string;
  evaluation: string;
}

/** Characters of transcripts held for evidence: enough for the clusters of a session, and no more to hold. */
const HELD_CHARACTERS = 8_000_000;

/** Clusters as a fold over the runs of a session: of each run only what it failed by is kept. */
export interface ClusterFold {
  add(run: Run): void;
  /** `rested` is called after each stretch of computing. */
  result(vendor?: ClusterSet, rested?: () => void): Promise<ClusterSet>;
}

export function clusterFold(): ClusterFold {
  const failedRuns = new Set<string>();
  const failures: Failure[] = [];
  const breakages: Breakage[] = [];
  const transcripts = new Map<string, readonly Turn[]>();
  let held = 0;
  return {
    add(run) {
      breakages.push(...breakagesOf([run]));
      if (!isFailed(run)) return;
      failedRuns.add(run.ref);
      failures.push(...failuresOf(run));
      if (!run.transcript || held > HELD_CHARACTERS) return;
      for (const { text } of run.transcript) held += text.length;
      transcripts.set(run.ref, run.transcript);
    },
    result: (vendor, rested = () => undefined) =>
      clustersOf({ failedRuns, failures, breakages, transcripts }, vendor, rested),
  };
}

interface Facts {
  failedRuns: ReadonlySet<string>;
  failures: readonly Failure[];
  breakages: readonly Breakage[];
  transcripts: ReadonlyMap<string, readonly Turn[]>;
}

async function clustersOf(facts: Facts, vendor: ClusterSet | undefined, rested: () => void): Promise<ClusterSet> {
  const { failedRuns, breakages, transcripts } = facts;
  const pace = pacer(rested);
  const kept = (vendor?.clusters ?? []).map((cluster): FailureCluster => ({ ...cluster, source: 'vendor' }));
  const covered = coverage(kept);
  const failures = facts.failures.filter((failure) => !covered.failure(failure));
  const steps = clusterSteps(failures);
  let step = steps.next();
  while (!step.done) {
    if (pace.due()) await pace.rest();
    step = steps.next();
  }
  const common = commonness(sample(failures.map(({ reason }) => reason)));
  const computed: FailureCluster[] = [];
  for (const group of step.value.groups) {
    computed.push(failureCluster(group, failures, transcripts, common, failedRuns.size));
    if (pace.due()) await pace.rest();
  }
  const broken = new Set(breakages.map(({ run }) => run)).size;
  const execution = groupBreakages(breakages.filter(({ run }) => !covered.execution.has(run))).map((group) =>
    executionCluster(group, broken),
  );
  const clusters = [...mergedVendorClusters(kept, failedRuns), ...bySize(computed), ...bySize(execution)];
  const explained = new Set(clusters.flatMap((cluster) => (cluster.kind === 'failure' ? cluster.runs : [])));
  return {
    ...vendor,
    vendor_clusters: vendor && kept.length,
    clusters,
    unclustered: [...failedRuns].filter((ref) => !explained.has(ref)).length,
  };
}

/** An evaluation that failed in a run which passed all the same (success rule `any`) is no failure to explain. */
function isFailed({ verdict, evaluations }: Run): boolean {
  return verdict === 'failed' || (verdict === 'inconclusive' && evaluations.some((one) => one.verdict === 'failed'));
}

/** The failed evaluations of a run as items to group. */
export function failuresOf(run: Run): Failure[] {
  const signs = signsOf(run);
  return run.evaluations
    .filter(({ verdict }) => verdict === 'failed')
    .map(({ name, reason = '' }) => ({
      run: run.ref,
      evaluation: name,
      reason,
      criterion: name,
      case: run.name ?? run.test,
      signs: { ...signs, ...toolSigns(reason, run) },
    }));
}

/** A vendor's cluster that names evaluations covers those of its runs; one that names none covers its runs wholly. */
function coverage(clusters: readonly FailureCluster[]) {
  const members = clusters
    .filter(({ kind }) => kind === 'failure')
    .map(({ runs, evaluations }) => ({ runs: new Set(runs), evaluations: new Set(evaluations) }));
  return {
    failure: ({ run, evaluation }: Failure) =>
      members.some(({ runs, evaluations }) => runs.has(run) && (evaluations.size === 0 || evaluations.has(evaluation))),
    execution: new Set(clusters.flatMap(({ kind, runs }) => (kind === 'execution' ? runs : []))),
  };
}

/** Gives others on this thread their turn: the work is done in slices of a few milliseconds. */
function pacer(rested: () => void) {
  let since = performance.now();
  return {
    due: () => performance.now() - since > SLICE_MS,
    rest: async () => {
      await new Promise<void>((resume) => setImmediate(resume));
      rested();
      since = performance.now();
    },
  };
}

/** Enough reasons to know which words are common. */
function sample(reasons: readonly string[]): string[] {
  const step = Math.max(1, Math.floor(reasons.length / 2000));
  return reasons.filter((_, index) => index % step === 0);
}

const unique = (values: readonly string[]) => [...new Set(values)];
const bySize = (clusters: readonly FailureCluster[]) =>
  [...clusters].sort((a, b) => b.runs.length - a.runs.length || (a.id < b.id ? -1 : 1));
const shareOf = (few: number, all: number) => (all === 0 ? undefined : few / all);

function failureCluster(
  group: ReasonGroup,
  failures: readonly Failure[],
  transcripts: ReadonlyMap<string, readonly Turn[]>,
  common: (stem: string) => number,
  failedRuns: number,
): FailureCluster {
  const at = (indexes: readonly number[]) => indexes.flatMap((index) => failures[index] ?? []);
  const members = at(group.members);
  const distinct = at(group.distinct);
  const runs = unique(members.map(({ run }) => run));
  const evaluations = unique(members.map(({ evaluation }) => evaluation));
  const reasons = distinct.map(({ reason }) => reason);
  const typical = reasons.find((reason) => reason.trim() !== '');
  return {
    id: idOf(
      group.concept ?? 'words',
      members.map(({ run, evaluation }) => `${run}\n${evaluation}`),
    ),
    title: titleOf(group.concept, reasons, evaluations, common),
    source: 'computed',
    kind: 'failure',
    evaluations,
    runs,
    evidence: evidenceOf(distinct, transcripts),
    share: shareOf(runs.length, failedRuns),
    confidence: confidenceOf(group, members.length, typical !== undefined),
    typical_reason: typical,
  };
}

function confidenceOf(group: ReasonGroup, members: number, spoken: boolean): 'high' | 'medium' | 'low' {
  if (!spoken || members < 2) return 'low';
  return group.sureness >= 0.85 ? 'high' : group.sureness >= 0.5 ? 'medium' : 'low';
}

/** Up to five members with different reasons, each of another run, with the turn that its reason speaks of. */
function evidenceOf(distinct: readonly Failure[], transcripts: ReadonlyMap<string, readonly Turn[]>): Evidence[] {
  const chosen: Failure[] = [];
  const seen = new Set<string>();
  for (const failure of distinct) {
    if (chosen.length < MAX_EVIDENCE && !seen.has(failure.run)) chosen.push(failure);
    seen.add(failure.run);
  }
  return chosen.map((failure) => {
    const turns = transcripts.get(failure.run) ?? [];
    const [found] = evidenceFinder(turns)({
      name: failure.evaluation,
      verdict: 'failed',
      reason: failure.reason,
    }).turns;
    const turn = found === undefined ? undefined : turns[found.position];
    return {
      run: failure.run,
      evaluation: failure.evaluation,
      reason: failure.reason.trim() === '' ? undefined : failure.reason,
      turn: turn?.index,
      text: turn?.text,
    };
  });
}

function executionCluster(group: readonly Breakage[], broken: number): FailureCluster {
  const [first] = group;
  const runs = unique(group.map(({ run }) => run));
  const evaluations = unique(group.flatMap(({ evaluation }) => evaluation ?? []));
  const message = (first?.message ?? '').replace(/\s+/g, ' ').trim();
  const what = [first?.type, first?.code].filter((word) => word !== undefined && word !== '').join(' ');
  const whose = evaluations.length > 0 ? 'Evaluator error' : 'Run broke';
  const said = message === '' ? 'no message given' : message.length > 90 ? `${message.slice(0, 89)}…` : message;
  return {
    id: idOf(
      evaluations.length > 0 ? 'evaluator' : 'execution',
      group.map(({ run, evaluation }) => `${run}\n${evaluation ?? ''}`),
    ),
    title: `${whose}${what === '' ? '' : ` (${what})`}: ${said}`,
    source: 'computed',
    kind: 'execution',
    evaluations,
    runs,
    evidence: group.slice(0, MAX_EVIDENCE).map(({ run, evaluation, message: reason }) => ({
      run,
      evaluation,
      reason: reason === '' ? undefined : reason,
    })),
    share: shareOf(runs.length, broken),
    confidence: message === '' ? 'low' : 'high',
    typical_reason: message === '' ? undefined : message,
  };
}

/** The same members give the same id, in whatever order they come (FNV-1a over 64 bits, in two halves). */
function idOf(kind: string, members: readonly string[]): string {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (const member of [...members].sort()) {
    for (let at = 0; at < member.length; at += 1) {
      const code = member.charCodeAt(at);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ (code + at), 0x5bd1e995);
    }
    high = Math.imul(high ^ 10, 0x01000193);
  }
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  return `${kind.replaceAll('_', '-')}-${hex(high)}${hex(low).slice(0, 4)}`;
}
