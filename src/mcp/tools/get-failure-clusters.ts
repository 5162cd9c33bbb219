import * as z from 'zod/v4';
import type { failureWindow } from '../../analysis/evidence.ts';
import type { Evidence, FailureCluster } from '../../model/clusters.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { parseRef } from '../../model/refs.ts';
import { refSchema } from '../../model/schemas.ts';
import { mapLimited } from '../../providers/shared/concurrency.ts';
import type { Opened } from '../../reading/reading.ts';
import { clustersOf } from '../cluster-reading.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { budgetFor, fit } from '../present/budget.ts';
import { clip } from '../present/clean.ts';
import { coverageLine, percent, plural } from '../present/words.ts';
import { defineTool, type ToolContext } from '../tool.ts';
import {
  cursorArgument,
  detailArgument,
  limitArgument,
  openSession,
  readAt,
  readTurns,
  sessionArgument,
  thresholdsArgument,
} from './shared.ts';

/** Transcripts that one answer may fetch to show the turns that prove a cluster. */
const MOST_TRANSCRIPTS = 16;

/** States that may stand in our own words; a form for words would let a sentence of the vendor's through. */
const ANALYSIS_STATES = new Map([
  ['pending', 'pending'],
  ['running', 'running'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['not_computed', 'not computed'],
]);

export const getFailureClusters = defineTool({
  name: 'get_failure_clusters',
  title: 'Get failure clusters',
  description:
    "Why the runs of a session failed: failures grouped by cause, largest first, each with runs, evaluations, a typical reason and the turns that prove it. The platform's own clusters (FMA) come first; the rest is computed. Broken runs are grouped apart.",
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted:
    'clusters[].id, title, description, advice, typical_reason, evaluations, evidence[].evaluation, evidence[].reason, evidence[].text, vendor_status',
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
        id: z.string(),
        title: z.string(),
        source: z.enum(['vendor', 'computed']),
        kind: z.enum(['failure', 'execution']),
        description: z.string().optional(),
        advice: z.string().optional(),
        typical_reason: z.string().optional(),
        evaluations: z.array(z.string()),
        runs_total: z.int(),
        share: z.number().optional(),
        confidence: z.enum(['high', 'medium', 'low']).optional(),
        runs: z.array(refSchema),
        evidence: z.array(
          z.object({
            run: refSchema,
            evaluation: z.string().optional(),
            reason: z.string().optional(),
            turn: z.int().optional(),
            text: z.string().optional(),
          }),
        ),
      }),
    ),
    clusters_total: z.int(),
    unclustered: z.int(),
    inconclusive: z.int().optional().describe('Runs without a verdict, in no cluster'),
    vendor_status: z.string().optional(),
    stale: z.boolean().optional(),
    method: z.string().optional(),
    next_cursor: z.string().optional(),
  }),
  async run(args, context) {
    const { skip } = readCursor('get_failure_clusters', args, args.cursor);
    const at = await openSession(args.session, context);
    const full = args.detail === 'full';
    const { set, failed, broken, inconclusive, coverage, vendorProblem } = await clustersOf(
      at,
      context,
      args.thresholds,
    );
    const wanted = args.evaluation?.trim().toLowerCase();
    const matching = set.clusters.filter(
      (cluster) => wanted === undefined || cluster.evaluations.some((name) => name.toLowerCase().includes(wanted)),
    );
    const chosen = matching.slice(skip, skip + (args.limit ?? (full ? 20 : 8)));
    const { failureWindow: locate } = await import('../../analysis/evidence.ts');
    const transcripts = await turnsFor(chosen, at, context, full ? 3 : 2);
    const shown = fit(
      chosen.map((cluster) => present(cluster, { transcripts, locate }, full)),
      budgetFor(args.detail, coverage, coverage.gaps, set.method, set.method),
    ).kept;
    const end = skip + shown.length;
    const next = end < matching.length ? writeCursor('get_failure_clusters', args, { skip: end }) : undefined;
    return {
      data: {
        session: at.ref,
        coverage,
        read_at: at.read_at,
        clusters: shown,
        clusters_total: matching.length,
        unclustered: set.unclustered,
        inconclusive: inconclusive || undefined,
        vendor_status: set.vendor_status,
        stale: set.stale || undefined,
        method: set.method,
        next_cursor: next,
      },
      headline: [
        coverageLine(coverage, 'the failed runs, the clusters and their shares'),
        `${plural(failed, 'failed run')} of ${at.ref} in ${plural(matching.length, 'cluster')}${skip > 0 ? `, from ${skip + 1}` : ''}${broken > 0 ? `; ${broken} more broke technically, grouped apart` : ''}.`,
        inconclusive > 0
          ? `${plural(inconclusive, 'run')} ${inconclusive === 1 ? 'is' : 'are'} inconclusive and in no cluster: whether ${inconclusive === 1 ? 'it' : 'they'} failed is not known; get_session says what has no verdict.`
          : '',
        at.session.counts.pending > 0
          ? `${plural(at.session.counts.pending, 'run')} still pending: clusters may change.`
          : '',
        set.unclustered > 0 ? `${plural(set.unclustered, 'failed run')} in no cluster.` : '',
        set.vendor_status === undefined
          ? ''
          : `The platform's own analysis: ${ANALYSIS_STATES.get(set.vendor_status) ?? 'in an unknown state'}${set.stale ? ' (its clusters describe an earlier state)' : ''}.`,
        vendorProblem ?? '',
        set.method ?? '',
        readAt(at),
        next ? `${plural(matching.length - end, 'more cluster')}: cursor ${next}.` : '',
      ]
        .filter(Boolean)
        .join('\n'),
      lines: shown.flatMap((cluster, index) => [
        `${skip + index + 1}. ${cluster.title} · ${plural(cluster.runs_total, 'run')}${cluster.share === undefined ? '' : ` (${percent(cluster.share)})`} · ${cluster.source}${cluster.kind === 'execution' ? ', technical' : ''}${cluster.confidence ? `, ${cluster.confidence} confidence` : ''} · id ${cluster.id}`,
        ...(cluster.description ? [`   what: ${cluster.description}`] : []),
        ...(cluster.advice ? [`   advice of the platform: ${cluster.advice}`] : []),
        ...(cluster.evaluations.length > 0 ? [`   evaluations: ${cluster.evaluations.join('; ')}`] : []),
        ...(cluster.typical_reason ? [`   typical: ${cluster.typical_reason}`] : []),
        ...cluster.evidence.map(
          (one) =>
            `   evidence ${one.run}${one.turn === undefined ? '' : ` [${one.turn}]`}${one.text ? ` "${one.text}"` : ''}${one.reason ? ` — ${one.reason}` : ''}`,
        ),
        `   runs: ${cluster.runs.join(' ')}${cluster.runs.length < cluster.runs_total ? ` (+${cluster.runs_total - cluster.runs.length}: detail=full)` : ''}`,
      ]),
      next: shown[0]?.runs[0]
        ? [
            `get_run run=${shown[0].runs[0]} to check the largest cluster against the turns`,
            'change the agent for one cause, start the same test again, then compare_sessions',
          ]
        : undefined,
    };
  },
});

type Turns = ReadonlyMap<string, Awaited<ReturnType<typeof readTurns>>['turns']>;

/** What the turn that proves a failure is looked up with. */
interface Proofs {
  transcripts: Turns;
  locate: typeof failureWindow;
}

/** Transcripts of the first evidence runs that do not carry their turn yet; a run that cannot be read is passed over. */
async function turnsFor(
  clusters: readonly FailureCluster[],
  at: Opened,
  context: ToolContext,
  perCluster: number,
): Promise<Turns> {
  const wanted = clusters.flatMap((cluster) =>
    cluster.evidence.filter((one) => one.text === undefined && one.reason !== undefined).slice(0, perCluster),
  );
  const refs = [...new Set(wanted.map((one) => one.run))].slice(0, MOST_TRANSCRIPTS);
  const found = await mapLimited(refs, 6, async (ref) => {
    try {
      const read = () => readTurns(at.provider, parseRef(ref)?.ids ?? [], undefined, context);
      const { turns } = await at.computed(`turns ${ref}`, read);
      return [ref, turns] as const;
    } catch {
      return undefined;
    }
  });
  return new Map(found.filter((entry) => entry !== undefined));
}

function present(cluster: FailureCluster, turns: Proofs, full: boolean) {
  const typical = cluster.typical_reason === undefined ? undefined : clip(cluster.typical_reason, full ? 800 : 300);
  // The typical reason is one of these: said once.
  const evidence = cluster.evidence
    .slice(0, full ? 6 : 2)
    .map((one) => proven(one, turns, full))
    .map((one) => (one.reason === typical ? { ...one, reason: undefined } : one));
  return {
    id: cluster.id,
    title: clip(cluster.title, 140),
    source: cluster.source,
    kind: cluster.kind,
    description: cluster.description === undefined ? undefined : clip(cluster.description, full ? 1_500 : 400),
    advice: cluster.advice === undefined ? undefined : clip(cluster.advice, full ? 1_500 : 400),
    typical_reason: typical,
    evaluations: cluster.evaluations.slice(0, full ? 20 : 5).map((name) => clip(name, 120)),
    runs_total: cluster.runs.length,
    share: cluster.share,
    confidence: cluster.confidence,
    runs: cluster.runs.slice(0, full ? 200 : 4),
    evidence,
  };
}

function proven(one: Evidence, { transcripts, locate }: Proofs, full: boolean): Evidence {
  const length = full ? 500 : 240;
  const reason = one.reason === undefined ? undefined : clip(one.reason, length);
  if (one.text !== undefined) return { ...one, reason, text: clip(one.text, length) };
  const turns = transcripts.get(one.run);
  if (!turns || turns.length === 0) return { ...one, reason };
  const { centre } = locate(turns, { name: one.evaluation ?? '', verdict: 'failed', reason: one.reason }, 3);
  const turn = one.turn ?? centre;
  const text = turns.find((candidate) => candidate.index === turn)?.text;
  return { ...one, reason, turn, text: text === undefined ? undefined : clip(text, length) };
}
