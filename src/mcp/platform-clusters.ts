/** The platform's own failure clusters of one or several sessions. */
import { type ClusterSet, SETTLED } from '../model/clusters.ts';
import { isProblem } from '../model/problem.ts';
import { mapLimited } from '../providers/shared/concurrency.ts';
import type { Opened } from '../reading/reading.ts';

export interface PlatformClusters {
  /** As the platform has them; undefined where it has no clusters of its own. */
  set: ClusterSet | undefined;
  /** Why some are missing, where reading them failed (trusted words). */
  problem?: string | undefined;
}

/** Sessions whose clusters are read at the same time. */
const READ_AT_ONCE = 4;

/** Read once for a finished session whose clusters are made. Throws only when the call is cancelled. */
export function platformClusters(opened: Opened, call: { signal: AbortSignal }): Promise<PlatformClusters> {
  return opened.computed(
    'clusters of the platform',
    () => read(opened, call),
    ({ set, problem }) => problem === undefined && SETTLED.has(set?.vendor_status),
  );
}

async function read({ members }: Opened, { signal }: { signal: AbortSignal }): Promise<PlatformClusters> {
  const having = members.filter(({ provider }) => provider.clusters !== undefined);
  if (having.length === 0) return { set: undefined };
  const each = await mapLimited(having, READ_AT_ONCE, async ({ provider, ids, ref }) => {
    try {
      return { session: ref, set: await provider.clusters?.get(ids, { signal }) };
    } catch (error) {
      if (!isProblem(error) || error.kind === 'cancelled') throw error;
      return { session: ref, problem: error.message };
    }
  });
  const [first, ...others] = each.filter(({ problem }) => problem !== undefined);
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const of = members.length > 1 && first ? ` of ${first.session}${more}` : '';
  const { joinVendorSets } = await import('../analysis/clusters/vendor-sets.ts');
  return {
    set: joinVendorSets(each.flatMap(({ session, set }) => (set ? [{ session, set }] : []))),
    problem: first && `The platform's own clusters${of} could not be read: ${first.problem}`,
  };
}
