/** One simulation as a run: its evaluations, its turns, its recording. */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Turn } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { orUnknown } from '../shared/choose.ts';
import { isRefusal } from '../shared/faults.ts';
import { instant } from '../shared/scalars.ts';
import { ENDPOINTS } from './endpoints.ts';
import { orUndefined, unreadable } from './faults.ts';
import { checkedId } from './filter.ts';
import { createJudge } from './judge.ts';
import { statusOf, toRun } from './map-run.ts';
import { endOf, isRecent } from './map-session.ts';
import { caseName } from './map-test.ts';
import type { ReadMetrics } from './metric-book.ts';
import { NO_RESULTS } from './results.ts';
import { PLATFORM } from './settings.ts';
import { spokenSeconds, toTurns } from './transcript.ts';
import { madeAt } from './verdict.ts';
import type { WireMetricOutput, WireRun, WireSimulation } from './wire.ts';

export function createRuns(api: Api, metrics: ReadMetrics, now: () => number): NonNullable<Provider['runs']> {
  const runOf = (id: string, signal: AbortSignal) => orUndefined(api.one(ENDPOINTS.getRun, { params: { id }, signal }));

  const known = (id: string, signal: AbortSignal) =>
    orUnknown(api.one(ENDPOINTS.getSimulation, { params: { id }, signal }), {
      platform: PLATFORM,
      what: 'run',
      kind: 'run',
      id,
      // Runs are listed by session, and nothing says of which this one would be.
      known: async () => [],
      next: 'list_runs shows the runs of a session; the id of a session is no run id.',
    });

  /** BASIC first; FULL where a composite metric failed and its breakdown says why. */
  async function evaluationsOf(simulation: WireSimulation, signal: AbortSignal) {
    if (statusOf(simulation.status) !== 'completed') return [];
    const book = await metrics(signal);
    const { run_id, create_time } = simulation;
    let asked: Promise<WireRun | undefined> | undefined;
    const givenUp = async (output: WireMetricOutput) => {
      asked ??= run_id === undefined ? Promise.resolve(undefined) : runOf(run_id, signal);
      const run = await asked;
      if (run && !isTerminal(statusOf(run.status))) return false;
      return !isRecent(now(), run ? endOf(run) : instant(create_time), madeAt(output));
    };
    const judge = createJudge({ api, book, results: NO_RESULTS, depth: 'reasons', givenUp, signal });
    const [judged] = await judge.judge([simulation]);
    return judged ? judge.whole(judged, true) : [];
  }

  /** Is it still under way in a run that ended long ago? */
  async function isLeftOver({ run_id, status }: WireSimulation, signal: AbortSignal): Promise<boolean> {
    if (run_id === undefined || isTerminal(statusOf(status))) return false;
    const run = await runOf(run_id, signal);
    return run !== undefined && isTerminal(statusOf(run.status)) && !isRecent(now(), endOf(run));
  }

  async function labelOf({ test_case_id: id }: WireSimulation, signal: AbortSignal): Promise<string | undefined> {
    if (id === undefined) return undefined;
    const testCase = await orUndefined(api.one(ENDPOINTS.getTestCase, { params: { id }, signal }));
    return testCase && caseName(testCase);
  }

  return {
    async get(ids, { signal }) {
      const id = checkedId(ids[0], 'run');
      const simulation = await known(id, signal);
      const [evaluations, settled, label] = await Promise.all([
        evaluationsOf(simulation, signal),
        isLeftOver(simulation, signal),
        labelOf(simulation, signal),
      ]);
      const transcript = turnsIn(simulation);
      return {
        // Every known answer names its run; should one not, the simulation stands for itself.
        ...toRun(simulation, { run_id: simulation.run_id ?? id, evaluations, settled, label }),
        duration_seconds: spokenSeconds(simulation.transcript),
        transcript: transcript.length > 0 ? transcript : undefined,
        turns: transcript.length || undefined,
      };
    },

    async transcript(ids, { signal }) {
      const { status, transcript } = await known(checkedId(ids[0], 'run'), signal);
      // One that completed has one, be it empty; one that broke may have none.
      const absent = transcript === undefined || transcript === null || transcript === '';
      if (absent && statusOf(status) === 'completed') throw unreadable('the transcript');
      return { turns: toTurns(transcript) };
    },

    async recording(ids, { signal }) {
      const params = { id: checkedId(ids[0], 'run') };
      try {
        const { audio_url: url, url_expires_in_seconds } = await api.one(ENDPOINTS.getAudio, { params, signal });
        return { url, mime_type: mimeType(url), expires_in_seconds: url_expires_in_seconds };
      } catch (error) {
        if (!isRefusal(error, 404)) throw error;
        throw new Problem('not_found', 'Coval has no recording of this run, or does not know the run.', {
          ...error.details,
          next: 'Chat simulations and runs that broke have no audio; read the transcript instead.',
        });
      }
    },
  };
}

/** The turns beside a run's verdict: one that cannot be read is told by whoever asks for the transcript. */
function turnsIn({ transcript }: WireSimulation): Turn[] {
  try {
    return toTurns(transcript);
  } catch (error) {
    if (isProblem(error)) return [];
    throw error;
  }
}

function mimeType(url: string): string | undefined {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  if (/\.wav$/i.test(path)) return 'audio/wav';
  return /\.mp3$/i.test(path) ? 'audio/mpeg' : undefined;
}
