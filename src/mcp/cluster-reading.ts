/** The failure clusters of a session: its failed and broken runs, the platform's own clusters, and the analysis on top. */
import { type ClusterSet, SETTLED } from '../model/clusters.ts';
import type { Coverage } from '../model/coverage.ts';
import { isProblem } from '../model/problem.ts';
import type { Run } from '../model/schemas.ts';
import { mapLimited } from '../providers/shared/concurrency.ts';
import type { Opened, OpenedSession, ReadingCall } from '../reading/reading.ts';
import { eachRun, type ReadingContext, type Thresholds } from './session-counts.ts';
import type { ToolContext } from './tool.ts';

export interface ClusterReading {
  set: ClusterSet;
  /** Names of the cases of these runs, by ref of the run. */
  names: ReadonlyMap<string, string>;
  /** Failed, and technically broken, runs that the clusters are made of. */
  failed: number;
  broken: number;
  /** Runs without a verdict: whether they failed is not known. */
  inconclusive: number;
  /** Runs that passed although evaluations of theirs failed: in no cluster. */
  passed_with_failures: number;
  coverage: Coverage;
  /** Why the platform's own clusters are missing, when reading them failed (trusted words). */
  vendorProblem?: string;
}

type ClusterContext = ReadingContext & Pick<ToolContext, 'atWork'>;

/** Sessions whose clusters are read at the same time. */
const READ_AT_ONCE = 4;

/** The clusters; of a finished session they are computed once. */
export function clustersOf(opened: Opened, context: ClusterContext, thresholds?: Thresholds): Promise<ClusterReading> {
  const name = `clusters ${JSON.stringify(Object.entries(thresholds ?? {}).sort())}`;
  return opened.computed(name, () => readClusters(opened, context, thresholds), isSettled);
}

/**
 * The clusters read anew, with every run shown to `onRun` on the way, so that one pass serves several sums; `runs` are
 * those the clusters are made of, without their transcripts.
 */
export async function readClusters(
  opened: Opened,
  context: ClusterContext,
  thresholds?: Thresholds,
  onRun: (run: Run, of: OpenedSession) => void = () => {},
  runs?: Run[],
  onCovered?: ReadingCall['onCovered'],
): Promise<ClusterReading> {
  const { clusterFold } = await import('../analysis/clusters/clusters.ts');
  const fold = clusterFold();
  const names = new Map<string, string>();
  let failed = 0;
  let broken = 0;
  let inconclusive = 0;
  let passed_with_failures = 0;
  const seen = (run: Run, of: OpenedSession) => {
    onRun(run, of);
    if (run.verdict === 'failed') failed += 1;
    if (run.verdict === 'error') broken += 1;
    if (run.verdict === 'inconclusive') inconclusive += 1;
    if (run.verdict === 'passed' && run.failed_evaluations.length > 0) passed_with_failures += 1;
    if (run.verdict !== 'failed' && run.verdict !== 'error' && run.failed_evaluations.length === 0) return;
    fold.add(run);
    if (run.name !== undefined) names.set(run.ref, run.name);
    runs?.push({ ...run, transcript: undefined });
  };
  const coverage = await eachRun(opened, 'evidence', context, thresholds, seen, onCovered);
  const { sets, vendorProblem } = await readVendorSets(opened, context);
  const { joinVendorSets } = await import('../analysis/clusters/vendor-sets.ts');
  const set = await fold.result(joinVendorSets(sets), context.atWork);
  return { set, names, failed, broken, inconclusive, passed_with_failures, coverage, vendorProblem };
}

/** The platform's own clusters of each session that has some, and why those of others could not be read. */
async function readVendorSets({ members }: Opened, { signal }: ClusterContext) {
  const read = await mapLimited(members, READ_AT_ONCE, async ({ provider, ids, ref }) => {
    try {
      return { session: ref, set: await provider.clusters?.get(ids, { signal }) };
    } catch (error) {
      if (!isProblem(error) || error.kind === 'cancelled') throw error;
      return { session: ref, problem: error.message };
    }
  });
  const [first, ...others] = read.filter(({ problem }) => problem !== undefined);
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const of = members.length > 1 && first ? ` of ${first.session}${more}` : '';
  return {
    sets: read.flatMap(({ session, set }) => (set ? [{ session, set }] : [])),
    vendorProblem: first && `The platform's own clusters${of} could not be read: ${first.problem}`,
  };
}

function isSettled({ set, vendorProblem, coverage }: ClusterReading): boolean {
  return coverage.complete && vendorProblem === undefined && SETTLED.has(set.vendor_status);
}
