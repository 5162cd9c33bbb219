/** The text of `get_session`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import { withAgentFile } from '../agent-file.ts';
import { clip } from '../clean.ts';
import type { GetSession } from '../tools/get-session.ts';
import { namedSession, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { countsLine, coverageLine, idleThresholds, percent, readAt, ruleOf, runLine, sessionLine } from './words.ts';

export function presentGetSession(data: GetSession): Rendering {
  const { session, sessions = [], coverage, evaluations, failed_runs, error_runs = [], flakiness } = data;
  const { excused_evaluations: excused = [], passed_runs_with_failures: excusedRuns = [] } = data;
  const { counts, ref } = session;
  const named = namedSession(ref);
  const way = `list_runs${ref === named ? ` session=${ref}` : ''}`;
  return {
    headline: sentences(
      coverageLine(coverage, 'every count and rate below'),
      `${ref === named ? `Session ${ref} is` : `${named}:`} ${session.status}${ref === named ? ':' : ','} ${countsLine(session, coverage)}.`,
      unscored(data),
      idleThresholds(data.idle_thresholds),
      passedWithFailures(data),
      counts.error + counts.inconclusive + counts.pending > 0
        ? 'Runs with error, inconclusive or pending are in no rate: they say nothing about the agent.'
        : '',
      omitted(data.omitted_evaluations, 'evaluation', 'detail=full'),
      omitted(data.omitted_sessions, 'session', 'get_session of fewer'),
      omitted(data.omitted_failed_runs, 'failed run', `${way} verdict=failed pages through all`),
      omitted(data.omitted_error_runs, 'broken run', `${way} verdict=error`),
      flakiness ? flakinessLine(flakiness) : '',
      data.all_coded ? 'All failures are coded.' : '',
      data.nothing_more ? 'detail=full has nothing to add here: the digest shows all of it.' : '',
      readAt(session.read_at),
    ),
    lines: [
      sessionLine(session, coverage),
      ...sessions.map((one) => `session ${sessionLine(one, coverage)}`),
      ...evaluations.map((tally) => `evaluation ${tallyLine(tally)}`),
      ...failed_runs.map((run) => `failed run ${runLine(run)}`),
      ...error_runs.map((run) => `broken run ${runLine(run)}`),
      ...excused.map(({ name, runs }) => `failed in ${plural(runs, 'run')} that passed: "${clip(name, 120)}"`),
      ...excusedRuns.map((run) => `passed run with failures ${runLine(run)}`),
      ...(flakiness?.tests ?? []).map((test) => `flaky ${flakyLine(test)}`),
    ],
    next: nextSteps(data),
  };
}

function unscored({ unscored_evaluations: count, not_understood: forms = [] }: GetSession): string {
  if (count === 0) return '';
  const unread = forms.reduce((sum, { evaluations }) => sum + evaluations, 0);
  const named = forms.map(({ form, evaluations }) => (forms.length > 1 ? `${form} (${evaluations})` : form)).join(', ');
  return `${plural(count, 'evaluation')} of these runs ${count === 1 ? 'has' : 'have'} no verdict (unscored)${named && `; ${unread} of them came in a form that is not understood: ${named}`}.`;
}

/** What is said where a rule lets runs pass although evaluations failed in them. */
function passedWithFailures({
  session,
  passed_with_failures: count,
  passed_runs_with_failures: shown = [],
}: GetSession) {
  if (count === 0) return '';
  const rest = count - shown.length;
  return [
    `${plural(count, 'run')} passed although some of ${count === 1 ? 'its' : 'their'} evaluations failed: ${ruleOf(shown)}.`,
    rest > 0
      ? `${rest} of them not shown: list_runs session=${session.ref} verdict=passed names what failed in each.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function omitted(count: number, word: string, way: string): string {
  return count > 0 ? `${plural(count, word)} not shown: ${way}.` : '';
}

type Flakiness = NonNullable<GetSession['flakiness']>;

function flakinessLine({ repeated_tests, flaky_tests, flake_rate, pass_k, omitted_tests }: Flakiness): string {
  const facts = [
    `${flaky_tests} of ${plural(repeated_tests, 'repeated test')} ${flaky_tests === 1 ? 'is' : 'are'} flaky`,
    flake_rate !== undefined && `two tries of one disagree in ${percent(flake_rate)}`,
    ...pass_k.map(({ k, rate, tests }) => `pass^${k} ${percent(rate)} over ${plural(tests, 'test')}`),
    omitted_tests > 0 && `${plural(omitted_tests, 'flaky test')} not shown`,
  ];
  return `${facts.filter(Boolean).join(', ')}.`;
}

function flakyLine({ test, name, variant, passed, failed, flake_rate }: Flakiness['tests'][number]): string {
  const facts = [test, name && `"${clip(name, 80)}"`, variant && `variant ${clip(variant, 60)}`];
  const rate = flake_rate === undefined ? '' : `, two tries disagree in ${percent(flake_rate)}`;
  return `${facts.filter(Boolean).join(' ')}: ${passed} passed, ${failed} failed${rate}`;
}

function tallyLine(tally: GetSession['evaluations'][number]): string {
  const counts = (['passed', 'failed', 'error', 'skipped', 'unscored', 'pending'] as const)
    .filter((word) => word === 'passed' || tally[word] > 0)
    .map((word) => `${tally[word]} ${word}`);
  const rate = tally.pass_rate === undefined ? '' : ` · ${percent(tally.pass_rate)} pass`;
  const mean = tally.mean_score === undefined ? '' : ` · mean score ${Math.round(tally.mean_score * 1000) / 1000}`;
  return `"${clip(tally.name, 120)}": ${counts.join(', ')}${rate}${mean}`;
}

function nextSteps({
  session: { ref, counts },
  failed_runs: [failed],
  all_coded,
  agent_file,
}: GetSession): string[] | undefined {
  if (counts.failed > 0)
    return stepsWith(
      ref,
      all_coded
        ? nextCall('get_failure_clusters', { session: ref }, 'shows their failure modes')
        : nextCall('list_failures', { session: ref }, 'to read why they failed'),
      failed && nextCall('get_run', { run: failed.ref }, withAgentFile('shows the turns around a failure', agent_file)),
    );
  if (counts.pending > 0) return stepsWith(ref, nextCall('wait_for_session', { session: ref }));
  if (counts.inconclusive > 0)
    return stepsWith(
      ref,
      nextCall('list_runs', { session: ref, verdict: 'inconclusive' }, 'shows the runs without a verdict'),
    );
  return undefined;
}
