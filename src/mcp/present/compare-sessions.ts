/** The text of `compare_sessions`. */
import { nextCall } from '../../model/next-call.ts';
import { clip } from '../clean.ts';
import type { CompareSessions } from '../tools/compare-sessions.ts';
import { conclusionOf, points } from './conclusion.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, interval, percent, plural, readAt, sessionLine } from './words.ts';

const KINDS = ['broken', 'fixed', 'still_failing', 'flaky', 'new', 'gone'] as const;
type Kind = (typeof KINDS)[number];

export function presentCompareSessions(data: CompareSessions): Rendering {
  const { before, after, coverage, counts, clusters } = data;
  const unsettled = [before, after].filter((session) => session.counts.pending > 0).map(({ ref }) => ref);
  return {
    headline: sentences(
      coverageLine(coverage, 'the verdict and every number and list below'),
      `Conclusion: ${conclusionOf(data)}`,
      unjudged(data),
      compared(data),
      `${counts.fixed} fixed, ${counts.broken} broken, ${counts.still_failing} still failing, ${data.still_passing} still passing, ${counts.flaky} flaky, ${counts.new} new, ${counts.gone} gone.`,
      clusterCounts(clusters.counts),
      ...data.notes,
      unsettled.length > 0 ? `Not finished yet: ${unsettled.join(', ')}.` : '',
      readAt(before.read_at, 'Before'),
      readAt(after.read_at, 'After'),
      notShown(data),
    ),
    lines: [
      `before ${sessionLine(before, coverage)}`,
      `after ${sessionLine(after, coverage)}`,
      ...KINDS.flatMap((kind) => data[kind].map((entry) => `${nameOf(kind)} ${changeLine(entry)}`)),
      ...clusters.resolved.map((one) => `cluster resolved: ${clusterLine(one)} before`),
      ...(clusters.untested ?? []).map((one) => `cluster not tested again: ${clusterLine(one)} before`),
      ...clusters.new.map((one) => `cluster NEW: ${clusterLine(one)}`),
      ...clusters.persisting.map((one) => `cluster persisting: ${clusterLine(one)}`),
      ...data.evaluations.map((one) => `evaluation ${evaluationChange(one)}`),
    ],
    next: [
      ...(data.broken[0]?.after ? [nextCall('get_run', { run: data.broken[0].after }, 'shows what broke')] : []),
      ...(unsettled[0] ? [nextCall('wait_for_session', { session: unsettled[0] })] : []),
      ...(counts.still_failing > 0
        ? [nextCall('get_failure_clusters', { session: after.ref }, 'for what is left')]
        : []),
    ],
  };
}

function unjudged({ before, after }: CompareSessions): string {
  const [was, is] = [before, after].map(({ counts }) => counts.error + counts.inconclusive);
  if (was === 0 && is === 0) return '';
  return `Not judged, and in no rate: ${was} of ${plural(before.counts.runs, 'run')} before, ${is} of ${after.counts.runs} after (error or inconclusive).`;
}

/** What the verdict is taken over. The conclusion of a reading that is not complete may have said it. */
function compared({ coverage, verdict, matched, not_comparable, method, ...data }: CompareSessions): string {
  const { compared_before: before, compared_after: after } = data;
  const over = `${plural(matched - not_comparable, 'pair')}${not_comparable > 0 ? ` of ${matched}` : ''}${method === 'paired' ? '' : ' (not paired)'}`;
  if (coverage.complete) return `Passed before ${rate(before)}, after ${rate(after)}, over ${over}.`;
  if (verdict !== 'incomplete') return `Over ${over}.`;
  return `${before.passed} of ${before.judged} passed before, ${after.passed} of ${after.judged} after, over ${over}.`;
}

function rate({ passed, judged, rate: share, interval: range }: CompareSessions['compared_before']): string {
  if (share === undefined) return 'nothing judged';
  return `${passed} of ${judged} (${percent(share)}${range ? `, ${interval(range)}` : ''})`;
}

function clusterCounts(counts: CompareSessions['clusters']['counts']): string {
  const untested = counts.untested > 0 ? `, ${counts.untested} not tested again` : '';
  return `Failure clusters: ${counts.resolved} resolved, ${counts.new} new, ${counts.persisting} persisting${untested}.`;
}

function notShown(data: CompareSessions): string {
  const left = KINDS.filter((kind) => data.counts[kind] > data[kind].length).map(
    (kind) => `${data.counts[kind] - data[kind].length} more ${kind.replace('_', ' ')}`,
  );
  return left.length > 0 ? `Not shown: ${left.join(', ')}; detail=full shows more.` : '';
}

function nameOf(kind: Kind): string {
  return kind === 'broken' ? 'BROKEN' : kind.replace('_', ' ');
}

function changeLine({
  test,
  name,
  before,
  after,
  failed_evaluations,
  flaky,
}: CompareSessions['broken'][number]): string {
  const facts = [
    name === undefined ? test : `"${name}"`,
    failed_evaluations.join('; '),
    [before, after].filter(Boolean).join(' → '),
    name !== undefined && test,
    flaky && 'flaky',
  ];
  return facts.filter(Boolean).join(' · ');
}

function clusterLine({ title, runs, id }: CompareSessions['clusters']['new'][number]): string {
  return `${title} · id ${id} · ${plural(runs, 'run')}`;
}

function evaluationChange(one: CompareSessions['evaluations'][number]): string {
  const side = (share: number | undefined, judged: number) =>
    share === undefined ? '–' : `${percent(share)} of ${judged}`;
  const facts = [
    `${side(one.before, one.judged_before)} → ${side(one.after, one.judged_after)}`,
    one.difference !== undefined && `${points(one.difference)} points`,
    one.p_value !== undefined && `p ${short(one.p_value)}`,
    one.p_value_adjusted !== undefined && `adjusted ${short(one.p_value_adjusted)}`,
  ];
  return `"${clip(one.name, 100)}": ${facts.filter(Boolean).join(', ')}`;
}

function short(p: number): string {
  return p < 0.001 ? '<0.001' : String(Math.round(p * 1000) / 1000);
}
