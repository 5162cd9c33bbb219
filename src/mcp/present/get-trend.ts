/** The text of `get_trend`: what came back, is new and is gone, then a line a session and a line a mode. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import { parseRef } from '../../model/refs.ts';
import type { GetTrend } from '../tools/get-trend.ts';
import { modeLine, withoutMode } from './modes.ts';
import { type Rendering, sentences } from './rendering.ts';
import { countsLine, coverageLine } from './words.ts';

export function presentGetTrend(data: GetTrend): Rendering {
  const { points, coverage, running, older, sessions_omitted: omitted, notes = [] } = data;
  const last = points.at(-1);
  return {
    headline: sentences(
      coverageLine(
        coverage,
        'which sessions are shown, the numbers of those that it names, and what is absent in them',
      ),
      points.length === 0 ? `No finished session ${subjectOf(data)} was found.` : windowSentence(data),
      agentTestsSentence(data),
      last ? `The last: ${countsLine(last, { complete: last.incomplete !== true, read: 0 })}.` : '',
      changesSentence(data),
      unreadSentence(data),
      testsSentence(data),
      leftOutSentence(data),
      data.order_unknown
        ? 'Not each tells a time of its own: their order is not known, and nothing is called new, gone or back.'
        : '',
      running ? `${plural(running, 'session')} still going on ${running === 1 ? 'is' : 'are'} left out.` : '',
      omitted > 0
        ? `${omitted} older ${omitted === 1 ? 'session is' : 'sessions are'} left out: a trend reads so many runs at most, and shows what an answer has room for.`
        : '',
      older ? 'There may be older sessions.' : '',
      ...notes,
      notShown(data),
      data.modes.length > 0
        ? 'Behind each mode, session by session, runs with it / judged runs: ? = not known, – = its tests were not judged there.'
        : '',
    ),
    lines: [
      ...(data.agent_name === undefined ? [] : [`agent "${data.agent_name}"`]),
      ...points.map(pointLine),
      ...data.modes.map((mode) => courseLine(mode)),
    ],
    next: nextSteps(data),
  };
}

/** What the sessions are of: `of synthflow/agent/1`, `with runs of synthflow/case/2`; a name stands in the fence only. */
function subjectOf({ of }: GetTrend): string {
  if (of === undefined) return 'of the agent of that name';
  return parseRef(of)?.kind === 'case' ? `with runs of case ${of}` : `of ${of}`;
}

function agentTestsSentence({ agent_tests: tests }: GetTrend): string {
  if (!tests) return '';
  const { found } = tests;
  return `${plural(found, 'test')} among those looked at ${found === 1 ? 'names' : 'name'} it as ${found === 1 ? 'its' : 'their'} agent: the trend of each can be asked for, whose sessions may have run on another.`;
}

function windowSentence(data: GetTrend): string {
  const { points, order_unknown } = data;
  const [first, last] = [points[0]?.at, points.at(-1)?.at];
  const time =
    first === undefined || last === undefined ? '' : first === last ? ` at ${first}` : ` from ${first} to ${last}`;
  const course = points.length < 2 ? ' One session has no course: it takes two.' : '';
  return `${plural(points.length, 'session')} ${subjectOf(data)}${time}${order_unknown ? '' : ', oldest first'}.${course}`;
}

function changesSentence(data: GetTrend): string {
  const { points, came_back, new_modes, gone_modes, counts, modes } = data;
  if (points.length < 2) return '';
  const named = (ids: readonly string[], all: number) =>
    `${ids.join(', ')}${all > ids.length ? ` and ${all - ids.length} more` : ''}`;
  const back = came_back.map(
    ({ id, gone_in, back_in }) => `${id} (absent in ${gone_in.join(', ')}, again in ${back_in})`,
  );
  if (data.order_unknown) return '';
  const parts = [
    counts.came_back > 0 && `Came back: ${named(back, counts.came_back)}.`,
    counts.new > 0 && `New in the last: ${named(new_modes, counts.new)}.`,
    counts.gone > 0 && `Gone in the last: ${named(gone_modes, counts.gone)}.`,
  ].filter(Boolean);
  if (parts.length > 0) return parts.join(' ');
  return modes.length > 0 ? 'No failure mode is known to be new, gone or back.' : '';
}

function unreadSentence({ points, sessions_uncoded: unread }: GetTrend): string {
  if (!unread) return '';
  const where = unread === points.length ? (unread === 1 ? 'In it' : 'In each of them') : `In ${unread} of them`;
  return `${where} there are failures that nobody has read: what is not seen there may be among them.`;
}

function testsSentence({ points, same_tests: same }: GetTrend): string {
  if (points.length < 2) return '';
  if (same === undefined)
    return 'Whether they ran the same tests is not known: pass rates may be over different tests.';
  return same
    ? 'Each ran the same tests.'
    : 'They did not run the same tests: pass rates over different tests do not compare.';
}

/** Sessions may have run other tests beside the one that is asked for. */
function leftOutSentence({ points }: GetTrend): string {
  const sum = (kind: 'other_runs' | 'untold_runs') => points.reduce((all, point) => all + point[kind], 0);
  const parts = [
    sum('other_runs') > 0 && 'Some of them ran other tests, too: runs of those are in no number here.',
    sum('untold_runs') > 0 && 'Runs that do not tell their test are in no number here, and may be of it.',
  ];
  return parts.filter(Boolean).join(' ');
}

function notShown({ counts, modes }: GetTrend): string {
  const left = counts.modes - modes.length;
  return left > 0
    ? `${left} of ${plural(counts.modes, 'mode')} not shown: fewer sessions (limit) leave room for them.`
    : '';
}

type Point = GetTrend['points'][number];

function pointLine(point: Point): string {
  const { session, at, status, tests, failures, modes, latency, cost = [] } = point;
  const rest = withoutMode(point);
  const facts = [
    at,
    session,
    status,
    countsLine(point, { complete: point.incomplete !== true, read: 0 }),
    point.incomplete && 'incomplete',
    tests !== undefined && plural(tests, 'test'),
    point.other_runs > 0 && `${plural(point.other_runs, 'run')} of other tests left out`,
    point.untold_runs > 0 && `${plural(point.untold_runs, 'run')} without a test left out`,
    `${plural(failures, 'failure')}${rest === '' ? '' : ` (${rest})`}`,
    modes.map(({ id, runs }) => `${id} in ${plural(runs, 'run')}`).join(', '),
    latency && `latency ${Number(latency.seconds.toFixed(2))} s (mean of ${ofRuns(latency.runs, point)})`,
    ...cost.map(({ amount, unit, runs }) => `cost of ${ofRuns(runs, point)}: ${amount} ${unit}`),
  ];
  return facts.filter(Boolean).join(' · ');
}

/** `5 of 200 runs`: what only some of them tell is not taken for the whole. */
function ofRuns(told: number, { counts }: Point): string {
  return told === counts.runs ? `all ${plural(told, 'run')}` : `${told} of ${plural(counts.runs, 'run')}`;
}

function courseLine(mode: GetTrend['modes'][number]): string {
  const { course, definition, first_seen: first, last_seen: last } = mode;
  const seen =
    first === undefined || last === undefined ? '' : ` · seen ${first === last ? first : `${first} to ${last}`}`;
  return `${modeLine(mode)} · ${definition}${seen} · by session: ${course}`;
}

function nextSteps({ of, points, comparable, agent_tests: tests }: GetTrend): string[] {
  const last = points.at(-1);
  const unread = points.findLast(({ uncoded }) => uncoded > 0);
  const [one, other] = points.slice(-2);
  const lastTwo = comparable?.before === one?.session && comparable?.after === other?.session;
  if (!last) {
    const provider = of?.split('/')[0];
    const ofAgent = of === undefined || parseRef(of)?.kind === 'agent';
    const named = (tests?.shown ?? []).map((test) => nextCall('get_trend', { test }, 'is of a test that names it'));
    const found =
      ofAgent && !tests ? [nextCall('list_tests', { provider }, 'shows tests, whose trend can be asked for')] : [];
    return [...named, ...found, nextCall('list_sessions', { provider }, 'shows what ran there')];
  }
  return [
    ...(unread ? [nextCall('list_failures', { session: unread.session }, 'shows what nobody has read')] : []),
    ...(comparable
      ? [nextCall('compare_sessions', comparable, `compares the last two${lastTwo ? '' : ' that share tests'}`)]
      : []),
    nextCall('get_session', { session: last.session }, 'shows runs of the last'),
  ];
}
