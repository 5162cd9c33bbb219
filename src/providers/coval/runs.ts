/** Simulations of a run as runs of a session. */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Run, Turn } from '../../model/schemas.ts';
import type { HandOver } from '../hand-over.ts';
import type { CallContext, Provider, RunDepth } from '../provider.ts';
import type { CovalClient } from './client.ts';
import { allOf, checkedId } from './filter.ts';
import { caseName, toRun } from './map.ts';
import type { MetricBook } from './metrics.ts';
import { createReading } from './reading.ts';
import { readResults } from './results.ts';
import { normalStatus, statusOf } from './status.ts';
import { readTranscript, spokenSeconds } from './transcript.ts';
import type { WireRun, WireSimulation } from './wire.ts';

/** Test cases read for their names; a larger test set leaves the names of the rest out. */
const MAX_LABEL_PAGES = 20;
/** Named outputs that the list did not show, asked for one by one. */
const MAX_STRAYS = 100;

export interface RunsDeps {
  client: CovalClient;
  /** Runs as they were read for their state. */
  read: HandOver<WireRun>;
  metrics(signal: AbortSignal): Promise<MetricBook>;
}

export function createRuns({ client, read, metrics }: RunsDeps): NonNullable<Provider['runs']> {
  /**
   * Every simulation of the run once, oldest first, so that simulations which appear meanwhile come at the end. Rows of
   * one moment may change places between offset pages: whatever `output_ids` names and no page showed is asked for.
   */
  async function* simulations(run: WireRun, signal: AbortSignal): AsyncIterable<WireSimulation[]> {
    const seen = new Set<string>();
    const filter = allOf([{ field: 'run_id', value: run.run_id }]);
    for await (const page of client.allSimulations({ filter, order_by: 'create_time' }, signal)) {
      if (page.some((simulation) => simulation.run_id !== undefined && simulation.run_id !== run.run_id)) {
        throw new Problem(
          'unreadable',
          'Coval answered with simulations of another run, so this one cannot be counted.',
          {
            provider: 'coval',
            next: 'Try again; if it stays, the filter by run is broken on the side of Coval.',
          },
        );
      }
      const fresh = page.filter(({ simulation_id }) => {
        const first = !seen.has(simulation_id);
        seen.add(simulation_id);
        return first;
      });
      // Deleted simulations are hidden by the list; where one shows up all the same, it is no result any more.
      yield fresh.filter((simulation) => normalStatus(simulation.status) !== 'DELETED');
    }
    const missed = (run.results?.output_ids ?? []).filter((id) => !seen.has(id)).slice(0, MAX_STRAYS);
    const found = await Promise.all(missed.map((id) => orUndefined(client.simulation(id, signal))));
    const strays = found.filter((simulation) => simulation?.run_id === run.run_id).flatMap((one) => one ?? []);
    if (strays.length > 0) yield strays;
  }

  /** Names of test cases, by set; a key without the scope for them, or a deleted set, only costs the names. */
  function createLabels(run: WireRun, signal: AbortSignal) {
    const sets = new Map<string, Promise<Map<string, string>>>();
    async function load(test_set_id: string): Promise<Map<string, string>> {
      const names = new Map<string, string>();
      let pages = 0;
      try {
        for await (const page of client.casesOf(checkedId(test_set_id, 'test set'), signal)) {
          for (const testCase of page) names.set(testCase.id, caseName(testCase));
          if (++pages === MAX_LABEL_PAGES) break;
        }
      } catch (error) {
        if (!isProblem(error) || ![400, 403, 404].includes(error.details.vendor?.status ?? 0)) throw error;
      }
      return names;
    }
    return async (simulation: WireSimulation): Promise<string | undefined> => {
      const set = simulation.test_set_id ?? run.test_set_id;
      if (set === undefined || simulation.test_case_id === undefined) return undefined;
      const names = sets.get(set) ?? load(set);
      sets.set(set, names);
      return (await names).get(simulation.test_case_id);
    };
  }

  return {
    async *pages(session: readonly string[], depth: RunDepth, { signal }: CallContext): AsyncIterable<Run[]> {
      const id = checkedId(session[0], 'run');
      const run = read.take(id) ?? (await client.run(id, signal));
      const book = await metrics(signal);
      const labelOf = createLabels(run, signal);
      const reading = createReading({ client, book, results: readResults(run), depth, signal });
      // Coval numbers no iterations: they are counted in order of creation, per test case and variant.
      const iterations = new Map<string, number>();
      for await (const page of simulations(run, signal)) {
        const [evaluations, labels] = await Promise.all([reading.evaluations(page), Promise.all(page.map(labelOf))]);
        yield page.map((simulation, index) => {
          const testCase = simulation.test_case_id;
          const key = `${testCase} ${simulation.mutation_id ?? ''}`;
          const iteration = testCase === undefined ? undefined : (iterations.get(key) ?? 0);
          if (iteration !== undefined) iterations.set(key, iteration + 1);
          return toRun(simulation, {
            run_id: run.run_id,
            evaluations: evaluations[index] ?? [],
            iteration,
            label: labels[index],
          });
        });
      }
    },

    async get(ids, { signal }) {
      const id = checkedId(ids[0], 'simulation');
      const simulation = await client.simulation(id, signal);
      const [evaluations, label] = await Promise.all([
        evaluationsOf(simulation, signal),
        simulation.test_case_id ? orUndefined(client.testCase(simulation.test_case_id, signal)) : undefined,
      ]);
      const transcript = readTranscript(simulation.transcript);
      const duration = spokenSeconds(simulation.transcript);
      return {
        ...toRun(simulation, {
          // Every known answer names its run; should one not, the simulation stands for itself.
          run_id: simulation.run_id ?? id,
          evaluations,
          ...(label ? { label: caseName(label) } : {}),
        }),
        ...(duration === undefined ? {} : { duration_seconds: duration }),
        ...(transcript.length > 0 ? { transcript, turns: transcript.length } : {}),
      };
    },

    async transcript(ids, { signal }): Promise<{ turns: Turn[] }> {
      const simulation = await client.simulation(checkedId(ids[0], 'simulation'), signal);
      return { turns: readTranscript(simulation.transcript) };
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
        if (!isProblem(error) || error.details.vendor?.status !== 404) throw error;
        throw new Problem('not_found', 'Coval has no recording of this run, or does not know the run.', {
          ...error.details,
          next: 'Chat simulations and runs that broke have no audio; read the transcript instead.',
        });
      }
    },
  };

  /** BASIC first; FULL where a composite metric failed and its breakdown says why. */
  async function evaluationsOf(simulation: WireSimulation, signal: AbortSignal) {
    if (statusOf(simulation.status) !== 'completed') return [];
    const book = await metrics(signal);
    const results = { by_simulation: false, metrics: new Map(), rows: new Map(), output_ids: undefined };
    const reading = createReading({ client, book, results, depth: 'reasons', signal });
    const [evaluations] = await reading.evaluations([simulation]);
    return evaluations ?? [];
  }
}

function mimeType(url: string): string | undefined {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  if (/\.wav$/i.test(path)) return 'audio/wav';
  return /\.mp3$/i.test(path) ? 'audio/mpeg' : undefined;
}

/** What could not be found or seen is absent; every other trouble is one. */
async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isProblem(error) && [400, 403, 404].includes(error.details.vendor?.status ?? 0)) return undefined;
    throw error;
  }
}
