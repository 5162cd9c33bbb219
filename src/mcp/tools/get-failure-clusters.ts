import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { quotedText } from '../../model/quoted.ts';
import { countOrAbsent, refSchema } from '../../model/schemas.ts';
import { agentFileOf } from '../agent-file.ts';
import { budgetFor, fit } from '../budget.ts';
import { clip } from '../clean.ts';
import { fetchTranscripts, MOST_FETCHED, proof } from '../cluster-proofs.ts';
import { clusterReading } from '../cluster-reading.ts';
import { shownClusterSchema } from '../cluster-schema.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { countedModes, countsOfFailures, countsOfOtherRuns, failureCounts, otherRunCounts } from '../mode-counts.ts';
import { codedReading } from '../mode-reading.ts';
import { platformClusters } from '../platform-clusters.ts';
import { contains } from '../run-filter.ts';
import { type DataOf, defineTool } from '../tool.ts';
import {
  cursorArgument,
  detailArgument,
  limitArgument,
  openSession,
  sessionArgument,
  thresholdsArgument,
} from './shared.ts';

export const getFailureClusters = defineTool({
  name: 'get_failure_clusters',
  title: 'Get failure clusters',
  description:
    "Why the runs of a session failed: failure modes that somebody named, largest first, with fix, whose fault and the turns that prove them. The platform's own clusters (FMA) of what nobody read come next, then a first look at the rest by wording alone; broken runs apart.",
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    session: sessionArgument,
    evaluation: z.string().optional().describe('Failed evaluation (part of its name)'),
    detail: detailArgument,
    limit: limitArgument.describe('Default 8; 20 with detail=full'),
    cursor: cursorArgument,
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    session: refSchema,
    coverage: coverageSchema,
    read_at: z.string().optional(),
    clusters: z.array(shownClusterSchema),
    clusters_total: z.int(),
    ...failureCounts,
    ungrouped: countOrAbsent,
    failed: countOrAbsent,
    inconclusive_failures: countOrAbsent.describe('Inconclusive runs with a failure'),
    ...otherRunCounts,
    transcripts_unread: countOrAbsent,
    vendor_clusters: z.int().optional(),
    vendor_coded: countOrAbsent,
    vendor_status: quotedText.optional(),
    stale: z.boolean().optional(),
    vendor_problem: z.string().optional(),
    agent_file: z.string().optional(),
    from: z.int().optional(),
    next_cursor: z.string().optional(),
  }),
  async run(args, context) {
    const at = await openSession(args.session, context);
    const query = { ...args, session: at.ref };
    const { skip } = readCursor('get_failure_clusters', query, args.cursor);
    const full = args.detail === 'full';
    const reading = await codedReading(at, await clusterReading(at, context, args.thresholds), context);
    const { set, problem } = await platformClusters(at, context);
    const [{ failureClusters }, { evaluationsOf, shownOf, tellingOf }] = await Promise.all([
      import('../failure-clusters.ts'),
      import('../shown-clusters.ts'),
    ]);
    const { clusters, ungrouped, vendor_coded } = await failureClusters(reading, set?.clusters ?? [], context.atWork);
    const matching =
      args.evaluation === undefined
        ? clusters
        : clusters.filter((cluster) => evaluationsOf(cluster).some((name) => contains(name, args.evaluation)));
    const each = full ? 6 : 2;
    const chosen = matching
      .slice(skip, skip + (args.limit ?? (full ? 20 : 8)))
      .map((cluster) => ({ cluster, telling: tellingOf(cluster, each) }));
    // One of every cluster before a second of any; each is a request to the platform, so a digest shows the turn of one.
    const looked = full ? each : 1;
    const wanted = Array.from({ length: looked }, (_, nth) => chosen.flatMap(({ telling }) => telling[nth]?.run ?? []));
    const most = MOST_FETCHED[full ? 'full' : 'digest'];
    const { transcripts, unread } = await fetchTranscripts(wanted.flat(), most, at, context);
    const created = at.members.flatMap(({ session }) => session.created_at ?? []).sort();
    const items = await Promise.all(
      chosen.map(async ({ cluster, telling: failures }) => {
        const evidence = await Promise.all(failures.map((failure) => proof(failure, transcripts)));
        return shownOf(cluster, evidence, { reading, created, full });
      }),
    );
    const { kept } = fit(items, budgetFor(args.detail, at.ref, reading.coverage, reading.coverage.gaps));
    const end = skip + kept.length;
    return {
      session: at.ref,
      coverage: reading.coverage,
      read_at: at.read_at,
      agent_file: reading.table.total > 0 ? agentFileOf(at.members.map(({ provider }) => provider)) : undefined,
      from: skip > 0 ? skip + 1 : undefined,
      clusters: kept,
      clusters_total: matching.length,
      ungrouped,
      ...(await countsOfFailures(reading, await countedModes(reading))),
      failed: reading.session.counts.failed,
      inconclusive_failures: reading.table.runs.size - reading.session.counts.failed,
      ...countsOfOtherRuns(reading),
      transcripts_unread: unread,
      vendor_clusters: set?.clusters.length,
      vendor_coded,
      vendor_status: clip(set?.vendor_status, 60),
      stale: set?.stale || undefined,
      vendor_problem: reading.vendorProblem ?? problem,
      next_cursor: end < matching.length ? writeCursor('get_failure_clusters', query, { skip: end }) : undefined,
    };
  },
});

export type GetFailureClusters = DataOf<typeof getFailureClusters>;
