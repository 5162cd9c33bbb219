/** Simulations of a run as runs of a session. */
import type { Coverage } from '../../model/coverage.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { Run } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, Provider, RunDepth, RunPage } from '../provider.ts';
import { each, walk } from '../shared/pages.ts';
import { instant } from '../shared/scalars.ts';
import { hasStatus, orUndefined, unreadable } from './answers.ts';
import type { CovalClient } from './client.ts';
import { checkedId } from './filter.ts';
import { caseName, toRun } from './map.ts';
import type { MetricBook } from './metrics.ts';
import { createReading, type Judged } from './reading.ts';
import { NO_RESULTS, readResults } from './results.ts';
import { simulationsOf } from './simulations.ts';
import { endOf, isRecent, statusOf } from './status.ts';
import { readTranscript, spokenSeconds } from './transcript.ts';
import { madeAt } from './verdict.ts';
import type { WireMetricOutput, WireRun, WireSimulation } from './wire.ts';

/** Test cases read for their names; a larger test set leaves the names of the rest out. */
const MAX_LABELS = 2000;
/** Runs handed on at once, where they were held back. */
const AT_A_TIME = 100;

export interface RunsDeps {
  client: CovalClient;
  metrics(signal: AbortSignal): Promise<MetricBook>;
  now(): number;
}

/** A simulation in its place. */
interface Placed {
  simulation: WireSimulation;
  iteration: number | undefined;
  label: string | undefined;
}

/**
 * Reads the runs of a session. What one simulation lacks is known by the others of its kind, and those may be on any page:
 * from the first one on that the answer for all does not judge, runs are held back until the list is read.
 */
export function createRunReader({ client, metrics, now }: RunsDeps) {
  return async function* read(run: WireRun, depth: RunDepth, { signal }: CallContext): AsyncGenerator<RunPage> {
    const book = await metrics(signal);
    const results = readResults(run);
    const ended = isTerminal(statusOf(run.status));
    const givenUp = (output: WireMetricOutput) => ended && !isRecent(now(), endOf(run), madeAt(output));
    const settled = ended && !isRecent(now(), endOf(run));
    const reading = createReading({ client, book, results, depth, givenUp, signal });
    const place = createPlaces(client, run, signal);
    const mapped = ({ iteration, label }: Placed, { simulation }: Judged, evaluations: Run['evaluations']) =>
      toRun(simulation, {
        run_id: run.run_id,
        evaluations,
        iteration,
        settled: settled && statusOf(simulation.status) !== 'completed',
        ...(label === undefined ? {} : { label }),
      });
    const runsOf = async (placed: readonly Placed[], judged: readonly Judged[]): Promise<Run[]> => {
      const runs: Run[] = [];
      for (const [index, one] of judged.entries()) {
        const at = placed[index];
        if (at) runs.push(mapped(at, one, await reading.whole(one, ended)));
      }
      return runs;
    };
    const judge = (placed: readonly Placed[]) => reading.judge(placed.map(({ simulation }) => simulation));
    const isOpen = ({ simulation: { simulation_id, status } }: Placed) =>
      statusOf(status) === 'completed' && (results.rows.get(simulation_id)?.size ?? 0) < results.metrics.size;

    const held: Placed[] = [];
    /** Of those held back, where only their own outputs say what they have. */
    const judged: Judged[] = [];
    const steps = simulationsOf(client, run, results.rows.keys(), signal);
    let step = await steps.next();
    while (!step.done) {
      reading.learn(step.value);
      const placed = await place(step.value);
      if (results.by_simulation ? held.length > 0 || placed.some(isOpen) : ended) {
        held.push(...placed);
        if (!results.by_simulation) judged.push(...(await judge(placed)));
        yield { runs: [], held: held.length };
      } else yield { runs: await runsOf(placed, await judge(placed)) };
      step = await steps.next();
    }
    const coverage: Coverage = step.value;
    while (held.length > 0) {
      const placed = held.splice(0, AT_A_TIME);
      const runs = await runsOf(placed, results.by_simulation ? await judge(placed) : judged.splice(0, AT_A_TIME));
      yield { runs, held: held.length };
    }
    yield { runs: [], coverage };
  };
}

/** Puts simulations in their places: what their test case is called, and which repetition of it they are. */
function createPlaces(client: CovalClient, run: WireRun, signal: AbortSignal) {
  const sets = new Map<string, Promise<Map<string, string>>>();
  // Coval numbers no iterations: they are counted in order of creation, per test case and variant.
  const iterations = new Map<string, number>();

  /** Names of test cases, by set; a key without the scope for them, or a deleted set, only costs the names. */
  async function load(test_set_id: string): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    const cases = walk(client.casesOf(checkedId(test_set_id, 'test set'), signal), {
      ahead: 1,
      most: MAX_LABELS,
      passes: 1,
    });
    await orUndefined(
      each(cases, (rows) => {
        for (const testCase of rows) names.set(testCase.id, caseName(testCase));
      }),
    );
    return names;
  }
  async function labelOf({ test_set_id = run.test_set_id, test_case_id }: WireSimulation): Promise<string | undefined> {
    if (test_set_id === undefined || test_case_id === undefined) return undefined;
    const names = sets.get(test_set_id) ?? load(test_set_id);
    sets.set(test_set_id, names);
    return (await names).get(test_case_id);
  }
  function iterationOf({ test_case_id, mutation_id = '' }: WireSimulation): number | undefined {
    if (test_case_id === undefined) return undefined;
    const kind = `${test_case_id} ${mutation_id}`;
    const iteration = iterations.get(kind) ?? 0;
    iterations.set(kind, iteration + 1);
    return iteration;
  }

  return (simulations: readonly WireSimulation[]): Promise<Placed[]> =>
    Promise.all(
      simulations.map(async (simulation) => {
        const iteration = iterationOf(simulation);
        return { simulation, iteration, label: await labelOf(simulation) };
      }),
    );
}

export function createRuns({ client, metrics, now }: RunsDeps): NonNullable<Provider['runs']> {
  /** BASIC first; FULL where a composite metric failed and its breakdown says why. */
  async function evaluationsOf(simulation: WireSimulation, signal: AbortSignal) {
    if (statusOf(simulation.status) !== 'completed') return [];
    const book = await metrics(signal);
    const { run_id, create_time } = simulation;
    let asked: Promise<WireRun | undefined> | undefined;
    const givenUp = async (output: WireMetricOutput) => {
      asked ??= run_id === undefined ? Promise.resolve(undefined) : orUndefined(client.run(run_id, signal));
      const run = await asked;
      if (run && !isTerminal(statusOf(run.status))) return false;
      return !isRecent(now(), run ? endOf(run) : instant(create_time), madeAt(output));
    };
    const reading = createReading({ client, book, results: NO_RESULTS, depth: 'reasons', givenUp, signal });
    const [judged] = await reading.judge([simulation]);
    return judged ? reading.whole(judged, true) : [];
  }

  /** Is it still under way in a run that ended long ago? */
  async function isLeftOver({ run_id, status }: WireSimulation, signal: AbortSignal): Promise<boolean> {
    if (run_id === undefined || isTerminal(statusOf(status))) return false;
    const run = await orUndefined(client.run(run_id, signal));
    return run !== undefined && isTerminal(statusOf(run.status)) && !isRecent(now(), endOf(run));
  }

  return {
    async get(ids, { signal }) {
      const id = checkedId(ids[0], 'simulation');
      const simulation = await client.simulation(id, signal);
      const [evaluations, settled, label] = await Promise.all([
        evaluationsOf(simulation, signal),
        isLeftOver(simulation, signal),
        simulation.test_case_id ? orUndefined(client.testCase(simulation.test_case_id, signal)) : undefined,
      ]);
      const transcript = turnsIn(simulation);
      const duration = spokenSeconds(simulation.transcript);
      return {
        ...toRun(simulation, {
          // Every known answer names its run; should one not, the simulation stands for itself.
          run_id: simulation.run_id ?? id,
          evaluations,
          settled,
          ...(label ? { label: caseName(label) } : {}),
        }),
        ...(duration === undefined ? {} : { duration_seconds: duration }),
        ...(transcript.length > 0 ? { transcript, turns: transcript.length } : {}),
      };
    },

    async transcript(ids, { signal }) {
      const { status, transcript } = await client.simulation(checkedId(ids[0], 'simulation'), signal);
      // One that completed has one, be it empty; one that broke may have none.
      const absent = transcript === undefined || transcript === null || transcript === '';
      if (absent && statusOf(status) === 'completed') throw unreadable('transcript');
      return { turns: readTranscript(transcript) };
    },

    async recording(ids, { signal }) {
      const id = checkedId(ids[0], 'simulation');
      try {
        const { audio_url, url_expires_in_seconds } = await client.audio(id, signal);
        const mime_type = mimeType(audio_url);
        return {
          url: audio_url,
          ...(mime_type ? { mime_type } : {}),
          ...(url_expires_in_seconds === undefined ? {} : { expires_in_seconds: url_expires_in_seconds }),
        };
      } catch (error) {
        if (!isProblem(error) || !hasStatus(error, 404)) throw error;
        throw new Problem('not_found', 'Coval has no recording of this run, or does not know the run.', {
          ...error.details,
          next: 'Chat simulations and runs that broke have no audio; read the transcript instead.',
        });
      }
    },
  };
}

/** The turns beside a run's verdict: one that cannot be read is told by whoever asks for the transcript. */
function turnsIn({ transcript }: WireSimulation) {
  try {
    return readTranscript(transcript);
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
