/** Coval's endpoints, one function each: sends, unwraps, reads leniently. No meaning is given to anything here. */
import type { VendorHttp } from '../../http/types.ts';
import { isFault } from '../shared/error-body.ts';
import { isRecord, type Reader, record } from '../shared/fields.ts';
import type { List } from '../shared/list.ts';
import { text } from '../shared/scalars.ts';
import { type Listed, PAGE_SIZE, readOne, readPage, sender, unreadable } from './answers.ts';
import { createFamilies } from './families.ts';
import { allOf } from './filter.ts';
import { PLATFORM } from './platform.ts';
import {
  agentReader,
  audioReader,
  metricOutputReader,
  metricReader,
  mutationReader,
  personaReader,
  rerunReader,
  resimulateReader,
  runReader,
  runTemplateReader,
  scheduledRunReader,
  simulationReader,
  testCaseReader,
  testSetReader,
  type WireMetricOutput,
  type WireRun,
  type WireSimulation,
  type WireTestCase,
} from './wire.ts';

const SIMULATION_ONE = ['simulation', 'simulated_conversation', 'conversation'];
const SIMULATIONS: Listed<WireSimulation> = {
  what: 'runs',
  keys: ['simulations', 'simulated_conversations', 'conversations'],
  reader: simulationReader,
};

/** What of a list is wanted; where it is read, the walk says. */
export interface ListQuery {
  filter?: string | undefined;
  order_by?: string;
  view?: 'FULL' | 'BASIC';
  include_builtin?: boolean;
}

type Asked = Omit<Parameters<ReturnType<typeof sender>>[0], 'method'>;

/** A tag, or the id of an agent: bare or in an object. */
const namedOrBare =
  (...keys: string[]): Reader<string | undefined> =>
  (value) =>
    isRecord(value) ? keys.map((key) => text(value[key])).find((one) => one !== undefined) : text(value);

export type CovalClient = ReturnType<typeof createClient>;

export function createClient(http: VendorHttp, now: () => number) {
  const send = sender(http);
  const families = createFamilies(send, now);

  function one<T>(reader: Reader<T | undefined>, body: unknown, keys: readonly string[], what: string): T {
    const read = reader(readOne(body, keys));
    if (read === undefined) throw unreadable(what);
    return read;
  }

  /** A list that goes by tokens. `ask` sends one request with this query. */
  function listed<T>(
    listing: Listed<T> & Pick<List<T>, 'idOf' | 'stateOf'>,
    ask: (query: Asked['query']) => Promise<{ body: unknown }>,
    query: ListQuery,
    size: number = PAGE_SIZE,
  ): List<T> {
    const { what, idOf, stateOf } = listing;
    return {
      platform: PLATFORM,
      what,
      by: 'token',
      size,
      idOf,
      ...(stateOf ? { stateOf } : {}),
      async fetch({ size: page_size, token: page_token }) {
        const { body } = await ask({ page_size, ...query, page_token });
        return readPage(body, listing, page_token !== undefined);
      },
    };
  }

  /** One that is plain `GET path`, of things with an `id`. */
  function lister<T extends { id: string }>(path: string, key: string, what: string, reader: Reader<T | undefined>) {
    const listing = { what, keys: [key], reader, idOf: ({ id }: T) => id };
    return (query: ListQuery, signal: AbortSignal, size?: number): List<T> =>
      listed(listing, (asked) => send({ method: 'GET', path, query: asked }, signal), query, size);
  }

  /** One that comes whole in one answer. */
  function whole(listing: Listed<string>, asked: Asked, signal: AbortSignal): List<string> {
    return {
      platform: PLATFORM,
      what: listing.what,
      by: 'single',
      size: PAGE_SIZE,
      idOf: (id) => id,
      fetch: async () => readPage((await send({ ...asked, method: 'GET' }, signal)).body, listing),
    };
  }

  async function get<T>(
    reader: Reader<T | undefined>,
    asked: Asked,
    key: string,
    what: string,
    signal: AbortSignal,
  ): Promise<T> {
    return one(reader, (await send({ ...asked, method: 'GET' }, signal)).body, [key], what);
  }

  const testCases = lister('/test-cases', 'test_cases', 'cases', testCaseReader);
  const outputsIn = (body: unknown, keys: readonly string[]): WireMetricOutput[] =>
    readPage(body, { what: 'metric outputs', keys, reader: metricOutputReader }).rows.filter(
      (row) => row !== undefined,
    );

  return {
    /** The path family of simulations that answered last. */
    simulationFamily: families.current,

    runs: (query: ListQuery, signal: AbortSignal, size?: number): List<WireRun> =>
      listed(
        { what: 'sessions', keys: ['runs'], reader: runReader, idOf: ({ run_id }: WireRun) => run_id },
        (asked) => send({ method: 'GET', path: '/runs', query: asked }, signal),
        query,
        size,
      ),
    agents: lister('/agents', 'agents', 'agents', agentReader),
    personas: lister('/personas', 'personas', 'personas', personaReader),
    testSets: lister('/test-sets', 'test_sets', 'suites', testSetReader),
    testCases,
    metrics: lister('/metrics', 'metrics', 'metrics', metricReader),
    runTemplates: lister('/run-templates', 'run_templates', 'run templates', runTemplateReader),
    scheduledRuns: lister('/scheduled-runs', 'scheduled_runs', 'scheduled runs', scheduledRunReader),
    mutations: (agent: string, signal: AbortSignal) =>
      listed(
        { what: 'mutations', keys: ['mutations'], reader: mutationReader, idOf: ({ id }) => id },
        (query) => send({ method: 'GET', path: '/agents/{id}/mutations', params: { id: agent }, query }, signal),
        {},
      ),

    run: (id: string, signal: AbortSignal) =>
      get(runReader, { path: '/runs/{id}', params: { id } }, 'run', 'run', signal),
    /** POST /runs. There is no idempotency: sent once, whatever happens. Answers 200, not 201. */
    async launch(body: unknown, signal: AbortSignal) {
      const response = await send({ method: 'POST', path: '/runs', body, intent: 'start' }, signal);
      return one(runReader, response.body, ['run'], 'new run');
    },
    /** Cancels an active run and **deletes a finished one**: look at its status first. */
    async deleteRun(id: string, signal: AbortSignal) {
      await send({ method: 'DELETE', path: '/runs/{id}', params: { id }, intent: 'change' }, signal);
    },
    /** Replaces all tags of a run; an empty list clears them. */
    async setRunTags(id: string, tags: readonly string[], signal: AbortSignal) {
      const response = await send(
        { method: 'PATCH', path: '/runs/{id}', params: { id }, body: { tags }, intent: 'change' },
        signal,
      );
      return one(runReader, response.body, ['run'], 'run');
    },
    runTags: (signal: AbortSignal) =>
      whole({ what: 'tags', keys: ['tags'], reader: namedOrBare('tag') }, { path: '/runs/tags' }, signal),

    simulations: (query: ListQuery, signal: AbortSignal, size?: number): List<WireSimulation> =>
      listed(
        { ...SIMULATIONS, idOf: ({ simulation_id }: WireSimulation) => simulation_id, stateOf: stateOfSimulation },
        (asked) => families.request({ method: 'GET', suffix: '', query: asked }, signal),
        query,
        size,
      ),
    async simulation(id: string, signal: AbortSignal) {
      const { body } = await families.request({ method: 'GET', suffix: '/{id}', params: { id } }, signal);
      const simulation = one(simulationReader, body, SIMULATION_ONE, 'simulation');
      // An error beside it: what is not there was lost, and is no transcript in any form.
      const lost = simulation.transcript === undefined && readOne(body, SIMULATION_ONE) !== body && isFault(body);
      return lost ? { ...simulation, transcript: false } : simulation;
    },
    /** Cancels an active simulation and deletes a finished one. */
    async deleteSimulation(id: string, signal: AbortSignal) {
      await families.request({ method: 'DELETE', suffix: '/{id}', params: { id }, intent: 'change' }, signal);
    },
    async setSimulationNotes(id: string, notes: string | null, signal: AbortSignal) {
      const { body } = await families.request(
        { method: 'PATCH', suffix: '/{id}', params: { id }, body: { notes }, intent: 'change' },
        signal,
      );
      return one(simulationReader, body, SIMULATION_ONE, 'simulation');
    },
    /** All metric outputs of a simulation. `BASIC` leaves out the long `result`, the rest is the same. */
    metricOutputs: (id: string, view: 'BASIC' | 'FULL', signal: AbortSignal): List<WireMetricOutput> =>
      listed(
        {
          what: 'metric outputs',
          keys: ['metrics', 'metric_outputs'],
          reader: metricOutputReader,
          idOf: ({ metric_output_id, metric_id }: WireMetricOutput) => metric_output_id ?? `of ${metric_id}`,
        },
        (query) => families.request({ method: 'GET', suffix: '/{id}/metrics', params: { id }, query }, signal),
        { view },
      ),
    /** Every output of one metric (definition id) on one simulation, superseded ones included. */
    async outputsOfMetric(id: string, metric_id: string, signal: AbortSignal) {
      const response = await families.request(
        { method: 'GET', suffix: '/{id}/metrics/{metric_id}', params: { id, metric_id } },
        signal,
      );
      return outputsIn(response.body, ['metric_outputs', 'metrics']);
    },
    /** Metric outputs by their own ids, 1 to 100; unknown ones are silently missing. */
    async metricOutputsById(metric_output_ids: readonly string[], signal: AbortSignal) {
      const request = { method: 'POST', path: '/metrics/outputs:batchGet', body: { metric_output_ids } } as const;
      const { body } = await send({ ...request, intent: 'change' }, signal);
      return outputsIn(body, ['metric_outputs']);
    },
    /** Presigned address (a secret while it lives, 3600 s); 404 when there is no audio. */
    async audio(id: string, signal: AbortSignal) {
      const { body } = await families.request({ method: 'GET', suffix: '/{id}/audio', params: { id } }, signal);
      return one(audioReader, body, ['audio'], 'recording');
    },
    /** Runs one simulation again under the same id, overwriting its result. 412 while it is active. Costs money. */
    async resimulate(id: string, signal: AbortSignal) {
      const { body } = await families.request(
        { method: 'POST', suffix: '/{id}/resimulate', params: { id }, body: {}, intent: 'start' },
        signal,
      );
      return one(resimulateReader, body, [], 'answer');
    },
    /** Judges finished simulations again: 1–100 × 1–500 ids, product ≤ 500. 202 = all queued, 207 = some not. */
    async rerunMetrics(simulation_ids: readonly string[], metric_ids: readonly string[], signal: AbortSignal) {
      const { body } = await families.request(
        { method: 'POST', suffix: ':rerunMetrics', body: { simulation_ids, metric_ids }, intent: 'start' },
        signal,
      );
      return one(rerunReader, body, [], 'answer');
    },

    agent: (id: string, signal: AbortSignal) =>
      get(agentReader, { path: '/agents/{id}', params: { id } }, 'agent', 'agent', signal),
    testSet: (id: string, signal: AbortSignal) =>
      get(testSetReader, { path: '/test-sets/{id}', params: { id } }, 'test_set', 'test set', signal),
    /** Ids of the agents a test set is used with; none also for an unknown test set. */
    testSetAgents: (id: string, signal: AbortSignal) =>
      whole(
        { what: 'agents', keys: ['agents', 'agent_ids'], reader: namedOrBare('id', 'agent_id') },
        { path: '/test-sets/{id}/agents', params: { id } },
        signal,
      ),
    testCase: (id: string, signal: AbortSignal) =>
      get(testCaseReader, { path: '/test-cases/{id}', params: { id } }, 'test_case', 'test case', signal),
    casesOf: (test_set_id: string, signal: AbortSignal): List<WireTestCase> =>
      testCases({ filter: allOf([{ field: 'test_set_id', value: test_set_id }]) }, signal),
    metric: (id: string, signal: AbortSignal) =>
      get(metricReader, { path: '/metrics/{id}', params: { id } }, 'metric', 'metric', signal),
    /** The organisation's threshold of a metric, in whatever form it comes; an empty resource when none is set. */
    async threshold(id: string, signal: AbortSignal): Promise<unknown> {
      const { body } = await send({ method: 'GET', path: '/metrics/{id}/threshold', params: { id } }, signal);
      const answer = record(body);
      return answer?.threshold ?? answer?.metric_threshold ?? body;
    },
  };
}

/** What of a simulation may change while it is listed, as far as a verdict depends on it. */
function stateOfSimulation({ status, error_message, test_case_id, mutation_id }: WireSimulation): string {
  return [status, error_message, test_case_id, mutation_id].join('\n');
}
