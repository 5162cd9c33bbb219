/** Reads all runs of one session, page by page. */
import type { Coverage } from '../../model/coverage.ts';
import type { Run } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, RunDepth, RunPage } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { each, walk } from '../shared/pages.ts';
import { ENDPOINTS } from './endpoints.ts';
import { orUndefined } from './faults.ts';
import { checkedId, inTestSet } from './filter.ts';
import { createJudge, type Judged } from './judge.ts';
import { statusOf, toRun } from './map-run.ts';
import { endOf, isRecent } from './map-session.ts';
import { caseName } from './map-test.ts';
import type { ReadMetrics } from './metric-book.ts';
import { readResults, rowsOf } from './results.ts';
import { simulationsOf } from './simulations.ts';
import { madeAt } from './verdict.ts';
import type { WireMetricOutput, WireRun, WireSimulation } from './wire.ts';

/** Test cases read for their names; a larger test set leaves the names of the rest out. */
const MAX_LABELS = 2000;
/** Runs handed on at once, where they were held back. */
const AT_A_TIME = 100;

/** A simulation with its repetition and the name of its test case. */
interface Placed {
  simulation: WireSimulation;
  iteration: number | undefined;
  label: string | undefined;
}

/**
 * Reads the runs of a session. Which metrics a simulation lacks shows in others of its kind, which may be on any page: from
 * the first simulation on that the results of the run do not judge, runs are held back until the whole list is read.
 */
export function createRunReader(api: Api, metrics: ReadMetrics, now: () => number) {
  return async function* read(run: WireRun, depth: RunDepth, { signal }: CallContext): AsyncGenerator<RunPage> {
    const book = await metrics(signal);
    const results = readResults(run);
    const ended = isTerminal(statusOf(run.status));
    const givenUp = (output: WireMetricOutput) => ended && !isRecent(now(), endOf(run), madeAt(output));
    const settled = ended && !isRecent(now(), endOf(run));
    const judge = createJudge({ api, book, results, depth, givenUp, signal });
    const place = createPlaces(api, run, signal);
    const mapped = ({ iteration, label }: Placed, { simulation }: Judged, evaluations: Run['evaluations']) =>
      toRun(simulation, {
        run_id: run.run_id,
        evaluations,
        iteration,
        settled: settled && statusOf(simulation.status) !== 'completed',
        label,
      });
    const runsOf = async (placed: readonly Placed[], judged: readonly Judged[]): Promise<Run[]> => {
      const runs: Run[] = [];
      for (const [index, one] of judged.entries()) {
        const at = placed[index];
        if (at) runs.push(mapped(at, one, await judge.whole(one, ended)));
      }
      return runs;
    };
    const judgedOf = (placed: readonly Placed[]) => judge.judge(placed.map(({ simulation }) => simulation));
    const isOpen = ({ simulation: { simulation_id, status } }: Placed) =>
      statusOf(status) === 'completed' && rowsOf(results, simulation_id).size < results.metrics.size;

    const held: Placed[] = [];
    /** Judgements of the held simulations, where the results have no values by simulation. */
    const judged: Judged[] = [];
    const steps = simulationsOf(api, run, results.values.keys(), signal);
    let step = await steps.next();
    while (!step.done) {
      judge.learn(step.value);
      const placed = await place(step.value);
      if (results.by_simulation ? held.length > 0 || placed.some(isOpen) : ended) {
        held.push(...placed);
        if (!results.by_simulation) judged.push(...(await judgedOf(placed)));
        yield { runs: [], held: held.length };
      } else yield { runs: await runsOf(placed, await judgedOf(placed)) };
      step = await steps.next();
    }
    const coverage: Coverage = step.value;
    while (held.length > 0) {
      const placed = held.splice(0, AT_A_TIME);
      const runs = await runsOf(placed, results.by_simulation ? await judgedOf(placed) : judged.splice(0, AT_A_TIME));
      yield { runs, held: held.length };
    }
    yield { runs: [], coverage };
  };
}

/** Finds the name of each simulation's test case, and which repetition of it the simulation is. */
function createPlaces(api: Api, run: WireRun, signal: AbortSignal) {
  const sets = new Map<string, Promise<Map<string, string>>>();
  // Coval does not number repetitions: they are counted in order of creation, per test case and variant.
  const iterations = new Map<string, number>();

  /** Names of test cases, by set; a key without the scope for them, or a deleted set, only costs the names. */
  async function load(test_set_id: string): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    const filter = inTestSet(checkedId(test_set_id, 'suite'));
    const list = api.list(ENDPOINTS.listTestCases, { query: { filter }, signal });
    const cases = walk(list, { ahead: 1, most: MAX_LABELS, passes: 1 });
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
