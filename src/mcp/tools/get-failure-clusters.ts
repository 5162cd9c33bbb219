import * as z from 'zod/v4';
import type { failureWindow } from '../../analysis/evidence.ts';
import type { Evidence, FailureCluster } from '../../model/clusters.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { quotedText } from '../../model/quoted.ts';
import { parseRef } from '../../model/refs.ts';
import { countOrAbsent, refSchema } from '../../model/schemas.ts';
import { mapLimited } from '../../providers/shared/concurrency.ts';
import { providerOf } from '../../reading/pool.ts';
import type { Opened } from '../../reading/reading.ts';
import { agentFileOf } from '../agent-file.ts';
import { budgetFor, fit } from '../budget.ts';
import { clip } from '../clean.ts';
import { clustersOf } from '../cluster-reading.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import {
  cursorArgument,
  detailArgument,
  limitArgument,
  openSession,
  readTurns,
  sessionArgument,
  thresholdsArgument,
} from './shared.ts';

/** Transcripts that one answer may fetch to show the turns that prove a cluster. */
const MOST_TRANSCRIPTS = 16;

export const getFailureClusters = defineTool({
  name: 'get_failure_clusters',
  title: 'Get failure clusters',
  description:
    "Why the runs of a session failed: failures grouped by cause, largest first, each with runs, evaluations, a typical reason and the turns that prove it. The platform's own clusters (FMA) come first; the rest is computed. Broken runs are grouped apart.",
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
    clusters: z.array(
      z.object({
        id: quotedText,
        title: quotedText,
        source: z.enum(['vendor', 'computed']),
        kind: z.enum(['failure', 'execution']),
        description: quotedText.optional(),
        advice: quotedText.optional(),
        typical_reason: quotedText.optional(),
        evaluations: z.array(quotedText),
        runs_total: z.int(),
        merged: z.int().optional(),
        share: z.number().optional(),
        confidence: z.enum(['high', 'medium', 'low']).optional(),
        runs: z.array(refSchema),
        cases: z.array(z.object({ name: quotedText, runs: z.int() })).optional(),
        evidence: z.array(
          z.object({
            run: refSchema,
            evaluation: quotedText.optional(),
            reason: quotedText.optional(),
            turn: z.int().optional(),
            text: quotedText.optional(),
          }),
        ),
      }),
    ),
    clusters_total: z.int(),
    failed: countOrAbsent,
    broken: countOrAbsent,
    inconclusive: countOrAbsent,
    pending: countOrAbsent,
    unclustered: countOrAbsent,
    transcripts_unread: countOrAbsent,
    passed_with_failures: countOrAbsent,
    vendor_clusters: z.int().optional(),
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
    const { set, names, failed, broken, inconclusive, passed_with_failures, coverage, vendorProblem } =
      await clustersOf(at, context, args.thresholds);
    const wanted = args.evaluation?.trim().toLowerCase();
    const matching = set.clusters.filter(
      (cluster) => wanted === undefined || cluster.evaluations.some((name) => name.toLowerCase().includes(wanted)),
    );
    const chosen = matching.slice(skip, skip + (args.limit ?? (full ? 20 : 8)));
    const { failureWindow: locate } = await import('../../analysis/evidence.ts');
    const { transcripts, unread } = await turnsFor(chosen, at, context, full ? 3 : 2);
    const { kept } = fit(
      chosen.map((cluster) => shownOf(cluster, { transcripts, locate, names }, full)),
      budgetFor(args.detail, at.ref, coverage, coverage.gaps),
    );
    const end = skip + kept.length;
    return {
      session: at.ref,
      coverage,
      read_at: at.read_at,
      agent_file: failed > 0 ? agentFileOf(at.members.map(({ provider }) => provider)) : undefined,
      from: skip > 0 ? skip + 1 : undefined,
      clusters: kept,
      clusters_total: matching.length,
      failed,
      broken,
      inconclusive,
      pending: at.session.counts.pending,
      unclustered: set.unclustered,
      transcripts_unread: unread,
      passed_with_failures,
      vendor_clusters: set.vendor_clusters,
      vendor_status: clip(set.vendor_status, 60),
      stale: set.stale || undefined,
      vendor_problem: vendorProblem,
      next_cursor: end < matching.length ? writeCursor('get_failure_clusters', query, { skip: end }) : undefined,
    };
  },
});

export type GetFailureClusters = DataOf<typeof getFailureClusters>;

type Turns = ReadonlyMap<string, Awaited<ReturnType<typeof readTurns>>['turns']>;

/** What the turn that proves a failure is looked up with. */
interface Proofs {
  transcripts: Turns;
  locate: typeof failureWindow;
  /** Names of the cases, by ref of the run. */
  names: ReadonlyMap<string, string>;
}

/** Transcripts of the first evidence runs that do not carry their turn yet, and how many of them could not be read. */
async function turnsFor(
  clusters: readonly FailureCluster[],
  at: Opened,
  context: ToolContext,
  perCluster: number,
): Promise<{ transcripts: Turns; unread: number }> {
  const wanted = clusters.flatMap((cluster) =>
    cluster.evidence.filter((one) => one.text === undefined && one.reason !== undefined).slice(0, perCluster),
  );
  const refs = [...new Set(wanted.map((one) => one.run))].slice(0, MOST_TRANSCRIPTS);
  const found = await mapLimited(refs, 6, async (ref) => {
    try {
      const read = () => readTurns(providerOf(at, ref), parseRef(ref)?.ids ?? [], undefined, context);
      const { turns } = await at.computed(`turns ${ref}`, read);
      return [ref, turns] as const;
    } catch {
      return undefined;
    }
  });
  const transcripts = new Map(found.filter((entry) => entry !== undefined));
  return { transcripts, unread: refs.length - transcripts.size };
}

/** A cluster as answers show it. */
function shownOf(cluster: FailureCluster, proofs: Proofs, full: boolean) {
  const typical = clip(cluster.typical_reason, full ? 800 : 300);
  // The typical reason is one of these, and where only one evaluation failed it is that: each is said once.
  const evidence = cluster.evidence
    .slice(0, full ? 6 : 2)
    .map((one) => proven(one, proofs, full))
    .map((one) => ({
      ...one,
      evaluation: cluster.evaluations.length > 1 ? clip(one.evaluation, 120) : undefined,
      reason: one.reason === typical ? undefined : one.reason,
    }));
  return {
    id: cluster.id,
    title: clip(cluster.title, 140),
    source: cluster.source,
    kind: cluster.kind,
    description: clip(cluster.description, full ? 1_500 : 400),
    advice: clip(cluster.advice, full ? 1_500 : 400),
    typical_reason: typical,
    evaluations: cluster.evaluations.slice(0, full ? 20 : 5).map((name) => clip(name, 120)),
    runs_total: cluster.runs.length,
    merged: cluster.merged,
    share: cluster.share,
    confidence: cluster.confidence,
    runs: cluster.runs.slice(0, full ? 200 : 4),
    cases: casesOf(cluster, proofs.names, full ? 20 : 4),
    evidence,
  };
}

/** The cases that the runs of a cluster played, most runs first; undefined where none has a name. */
function casesOf({ runs }: FailureCluster, names: Proofs['names'], most: number) {
  const counts = new Map<string, number>();
  for (const ref of runs) {
    const name = names.get(ref);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  return [...counts]
    .map(([name, count]) => ({ name: clip(name, 80), runs: count }))
    .sort((a, b) => b.runs - a.runs)
    .slice(0, most);
}

function proven(one: Evidence, { transcripts, locate }: Proofs, full: boolean): Evidence {
  const length = full ? 500 : 240;
  const reason = clip(one.reason, length);
  if (one.text !== undefined) return { ...one, reason, text: clip(one.text, length) };
  const turns = transcripts.get(one.run);
  if (!turns || turns.length === 0) return { ...one, reason };
  const { centre } = locate(turns, { name: one.evaluation ?? '', verdict: 'failed', reason: one.reason }, 3);
  const turn = one.turn ?? centre;
  const text = turns.find((candidate) => candidate.index === turn)?.text;
  return { ...one, reason, turn, text: clip(text, length) };
}
