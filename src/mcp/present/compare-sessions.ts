/** The text of `compare_sessions`: what broke, what was mended, what that comes to, then what it was taken over. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import { clip } from '../clean.ts';
import type { CompareSessions } from '../tools/compare-sessions.ts';
import { modeLines, newModes, readingStep, readOf, relocatedTests, resolvedModes } from './comparison-modes.ts';
import { conclusionOf, fallsSentence, points, scope, worthRepeating } from './conclusion.ts';
import { namedSession, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, interval, percent, probability, readAt, sessionLine } from './words.ts';

const KINDS = ['broken', 'fixed', 'still_failing', 'flaky', 'new', 'gone'] as const;
type Kind = (typeof KINDS)[number];

/** Runs that the first line names. */
const NAMED = 3;

export function presentCompareSessions(data: CompareSessions): Rendering {
  const { before, after, coverage } = data;
  const unsettled = [before, after].filter((session) => session.counts.pending > 0).map(({ ref }) => ref);
  return {
    headline: sentences(
      coverageLine(coverage, 'the verdict and every number and list below'),
      data.matched === 0 && data.compared_before.judged > 0 && data.compared_after.judged > 0
        ? 'No run of one side has its test on the other: what differs may come of different tests.'
        : '',
      whatBroke(data),
      whatWasMended(data),
      relocatedTests(data.modes),
      fallsSentence(data),
      `Conclusion: ${conclusionOf(data)}`,
      scope(data),
      worthRepeating(data),
      readOf(data.modes),
      unjudged(data),
      compared(data),
      whatStayed(data),
      ...data.notes,
      unsettled.length > 0 ? `Not finished yet: ${unsettled.map(namedSession).join(', ')}.` : '',
      readAt(before.read_at, 'Before'),
      readAt(after.read_at, 'After'),
      notShown(data),
    ),
    lines: linesOf(data),
    next: [
      ...(data.broken[0]?.after ? [nextCall('get_run', { run: data.broken[0].after }, 'shows what broke')] : []),
      ...(data.next ?? []),
      ...(unsettled[0] ? stepsWith(unsettled[0], nextCall('wait_for_session', { session: unsettled[0] })) : []),
      ...readingStep(data),
      ...(after.counts.failed > 0 && data.modes.after.uncoded === 0
        ? stepsWith(after.ref, nextCall('get_failure_clusters', { session: after.ref }, 'for what is left'))
        : []),
    ],
  };
}

function linesOf(data: CompareSessions): string[] {
  const { before, after, coverage, evaluations } = data;
  const paired = data.method === 'paired';
  const modes = modeLines(data.modes);
  const changes = (kind: Kind) =>
    data[kind].map((entry) => `${kind === 'broken' ? 'BROKEN' : kind.replace('_', ' ')} ${changeLine(entry)}`);
  return [
    ...(data.regressed ?? []).map((fall) => `REGRESSED ${fallLine(fall)}`),
    ...(data.suspicions ?? []).map((fall) => `suspicion ${fallLine(fall)}`),
    ...changes('broken'),
    ...evaluations
      .filter(fell)
      .map((one) => `evaluation ${paired ? 'FELL' : 'lower, of runs not paired:'} ${evaluationChange(one)}`),
    ...modes.came,
    ...changes('fixed'),
    ...evaluations
      .filter(rose)
      .map((one) => `evaluation ${paired ? 'rose' : 'higher, of runs not paired:'} ${evaluationChange(one)}`),
    ...modes.went,
    ...(['still_failing', 'flaky', 'new', 'gone'] as const).flatMap(changes),
    ...modes.left,
    ...evaluations
      .filter(({ difference }) => difference === undefined)
      .map((one) => `evaluation on one side only ${evaluationChange(one)}`),
    `before ${sessionLine(before, coverage)}`,
    `after ${sessionLine(after, coverage)}`,
  ];
}

/** `3 calls broke (refs); 1 evaluation fell (100 % → 0 %); 1 new failure mode (M-1).` Of runs that are not paired none is said to be whole. */
function whatBroke(data: CompareSessions): string {
  const { broken, evaluations, counts, modes } = data;
  const refs = broken.slice(0, NAMED).flatMap(({ after }) => after ?? []);
  const named = refs.join(', ') + (counts.broken > refs.length ? ', …' : '');
  const parts = [
    counts.broken > 0 && `${calls(counts.broken, counts.broken_tests)} broke (${named})`,
    counts.evaluations_fell > 0 &&
      `${plural(counts.evaluations_fell, 'evaluation')} ${data.method === 'paired' ? 'fell' : 'lower, of runs not paired by test'}${furthest(evaluations.find(fell), counts.evaluations_fell)}`,
    newModes(modes),
  ].filter(Boolean);
  if (parts.length > 0) return `${parts.join('; ')}.`;
  if (data.method !== 'paired' || data.matched === data.not_comparable) return '';
  return data.coverage.complete && !data.open_runs ? 'Nothing broke.' : 'Of what was read nothing broke.';
}

function whatWasMended({ evaluations, counts, modes, method }: CompareSessions): string {
  const parts = [
    counts.fixed > 0 && `${calls(counts.fixed, counts.fixed_tests)} fixed`,
    counts.evaluations_rose > 0 &&
      `${plural(counts.evaluations_rose, 'evaluation')} ${method === 'paired' ? 'rose' : 'higher, of runs not paired by test'}${furthest(evaluations.find(rose), counts.evaluations_rose)}`,
    resolvedModes(modes),
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join('; ')}.` : '';
}

/** `12 calls of 3 tests`; the tests only where they were repeated. */
function calls(count: number, tests: number): string {
  return tests < count ? `${plural(count, 'call')} of ${plural(tests, 'test')}` : plural(count, 'call');
}

type Change = CompareSessions['evaluations'][number];

function fell({ difference = 0 }: Change): boolean {
  return difference < 0;
}

function rose({ difference = 0 }: Change): boolean {
  return difference > 0;
}

/** How far the one that moved furthest moved; `of`: how many moved that way. */
function furthest(one: Change | undefined, of: number): string {
  if (one?.before === undefined || one.after === undefined) return '';
  return ` (${of > 1 ? 'most: ' : ''}${percent(one.before)} → ${percent(one.after)})`;
}

function unjudged({ before, after }: CompareSessions): string {
  const [was, is] = [before, after].map(({ counts }) => counts.error + counts.inconclusive);
  if (was === 0 && is === 0) return '';
  return `Not judged, and in no rate: ${was} of ${plural(before.counts.runs, 'run')} before, ${is} of ${after.counts.runs} after (error or inconclusive).`;
}

/** What the verdict is taken over. The conclusion of a reading that is not complete may have said it. */
function compared(data: CompareSessions): string {
  const { coverage, verdict, matched, not_comparable, method, tests, tests_changed } = data;
  const { compared_before: before, compared_after: after } = data;
  const pairs =
    not_comparable > 0 ? `${matched - not_comparable} of ${plural(matched, 'pair')}` : plural(matched, 'pair');
  const changed = tests_changed === undefined ? '' : `, ${tests_changed} of which changed`;
  const over =
    method === 'paired'
      ? `${pairs}${tests > 0 ? `, of ${plural(tests, 'test')}${changed}` : ''}`
      : `${plural(tests, 'test')}, ${pairs} (not paired)`;
  if (coverage.complete) return `Passed before ${rate(before)}, after ${rate(after)}, over ${over}.`;
  if (verdict !== 'incomplete') return `Over ${over}.`;
  return `${before.passed} of ${before.judged} passed before, ${after.passed} of ${after.judged} after, over ${over}.`;
}

function rate({ passed, judged, rate: share, interval: range }: CompareSessions['compared_before']): string {
  if (share === undefined) return 'nothing judged';
  return `${passed} of ${judged} (${percent(share)}${range ? `, ${interval(range)}` : ''})`;
}

/** Counts of what neither broke nor was mended, without those that are 0. */
function whatStayed({ counts, still_passing, modes }: CompareSessions): string {
  const parts = [
    [counts.still_failing, 'still failing'],
    [still_passing, 'still passing'],
    [counts.flaky, 'flaky'],
    [counts.new, 'new'],
    [counts.gone, 'gone'],
    [modes.counts.persisting, `failure mode${modes.counts.persisting === 1 ? '' : 's'} persisting`],
    [modes.counts.unsettled, `failure mode${modes.counts.unsettled === 1 ? '' : 's'} unsettled`],
    [modes.counts.untested, `failure mode${modes.counts.untested === 1 ? '' : 's'} not wholly tested again`],
    [counts.evaluations_one_sided, `evaluation${counts.evaluations_one_sided === 1 ? '' : 's'} on one side only`],
    [counts.evaluations_unchanged, `evaluation${counts.evaluations_unchanged === 1 ? '' : 's'} unchanged`],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return said.length > 0 ? `${said.join(', ')}.` : '';
}

function notShown(data: CompareSessions): string {
  const { counts, modes, evaluations } = data;
  const short = (word: string, all: number, shown: number): string[] =>
    all > shown ? [`${all - shown} more ${word}`] : [];
  const left = [
    ...short('regressed', counts.regressed, data.regressed?.length ?? 0),
    ...short('suspicions', counts.suspicions, data.suspicions?.length ?? 0),
    ...KINDS.flatMap((kind) => short(kind.replace('_', ' '), counts[kind], pairsOf(data[kind]))),
    ...(['new', 'resolved', 'persisting', 'unsettled', 'untested'] as const).flatMap((kind) =>
      short(`modes ${kind}`, modes.counts[kind], modes[kind]?.length ?? 0),
    ),
    ...short('tests moved', modes.counts.relocated, modes.relocated.length),
    ...short(
      'evaluations',
      counts.evaluations_fell + counts.evaluations_rose + counts.evaluations_one_sided,
      evaluations.length,
    ),
  ];
  return left.length > 0 ? `Not shown: ${left.join(', ')}; detail=full shows more.` : '';
}

/** Pairs that entries stand for. */
function pairsOf(entries: CompareSessions[Kind]): number {
  return entries.reduce((sum, { times = 1 }) => sum + times, 0);
}

type Fall = NonNullable<CompareSessions['regressed']>[number];

function fallLine({ test, name, before, after, p_value, p_value_adjusted }: Fall): string {
  const facts = [
    name === undefined ? test : `"${name}"`,
    `passed ${before.passed} of ${before.judged} before, ${after.passed} of ${after.judged} after`,
    p_value !== undefined && probability('p', p_value),
    p_value_adjusted !== undefined && probability('adjusted', p_value_adjusted),
    name !== undefined && test,
  ];
  return facts.filter(Boolean).join(' · ');
}

function changeLine({
  test,
  name,
  times,
  before,
  after,
  failed_evaluations,
  flaky,
}: CompareSessions['broken'][number]): string {
  const runs = [before, after].filter(Boolean).join(' → ');
  const facts = [
    `${name === undefined ? test : `"${name}"`}${times === undefined ? '' : ` ×${times}`}`,
    failed_evaluations.join('; '),
    times !== undefined && runs !== '' ? `one of them ${runs}` : runs,
    name !== undefined && test,
    flaky && 'flaky',
  ];
  return facts.filter(Boolean).join(' · ');
}

function evaluationChange(one: Change): string {
  const side = (share: number | undefined, judged: number) =>
    share === undefined ? `– of ${judged}` : `${percent(share)} of ${judged}`;
  const facts = [
    `${side(one.before, one.judged_before)} → ${side(one.after, one.judged_after)}`,
    one.difference !== undefined && `${points(one.difference)} points`,
    one.p_value !== undefined && probability('p', one.p_value),
    one.p_value_adjusted !== undefined && probability('adjusted', one.p_value_adjusted),
  ];
  return `"${clip(one.name, 100)}": ${facts.filter(Boolean).join(', ')}`;
}
