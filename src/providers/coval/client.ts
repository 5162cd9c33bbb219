/** Coval's endpoints, one function each: sends, unwraps, reads leniently. No meaning is given to anything here. */
import type { VendorHttp } from '../../http/types.ts';
import type { Reader } from '../shared/fields.ts';
import { isRecord } from '../shared/fields.ts';
import { createFamilies } from './families.ts';
import { allOf } from './filter.ts';
import { everyPage, type ListQuery, PAGE_SIZE, readOne, readPage, sender, unreadable } from './paging.ts';
import {
  agentReader,
  audioReader,
  conditionReader,
  metricOutputReader,
  metricReader,
  mutationReader,
  personaReader,
  readItems,
  rerunReader,
  resimulateReader,
  runReader,
  runTemplateReader,
  scheduledRunReader,
  simulationReader,
  testCaseReader,
  testSetReader,
} from './wire.ts';

const SIMULATION_LIST = ['simulations', 'simulated_conversations', 'conversations'];
const SIMULATION_ONE = ['simulation', 'simulated_conversation', 'conversation'];

export type CovalClient = ReturnType<typeof createClient>;

export function createClient(http: VendorHttp, now: () => number) {
  const send = sender(http);
  const families = createFamilies(send, now);
  const query = (list: ListQuery) => ({ page_size: PAGE_SIZE, ...list });

  function one<T>(reader: Reader<T | undefined>, body: unknown, keys: readonly string[], what: string): T {
    const read = reader(readOne(body, keys));
    if (read === undefined) throw unreadable(what);
    return read;
  }

  /** A list that is plain `GET path` with its items under one key. */
  function lister<T>(path: string, key: string, reader: Reader<T | undefined>, params?: Record<string, string>) {
    async function raw(list: ListQuery, signal: AbortSignal) {
      const response = await send({ method: 'GET', path, query: query(list), ...(params ? { params } : {}) }, signal);
      return readPage(response.body, [key]);
    }
    return {
      /** One page. */
      async page(list: ListQuery, signal: AbortSignal): Promise<{ items: T[]; next?: string }> {
        const { items, next } = await raw(list, signal);
        return { items: readItems(reader, items), ...(next === undefined ? {} : { next }) };
      },
      /** Every page. */
      async *all(list: ListQuery, signal: AbortSignal): AsyncIterable<T[]> {
        for await (const items of everyPage((page_token) => raw({ ...list, page_token }, signal)))
          yield readItems(reader, items);
      },
    };
  }

  async function listSimulations(list: ListQuery, signal: AbortSignal) {
    const response = await families.request({ method: 'GET', suffix: '', query: query(list) }, signal);
    return readPage(response.body, SIMULATION_LIST);
  }

  return {
    /** The path family of simulations that answered last. */
    simulationFamily: families.current,

    runs: lister('/runs', 'runs', runReader),
    agents: lister('/agents', 'agents', agentReader),
    personas: lister('/personas', 'personas', personaReader),
    testSets: lister('/test-sets', 'test_sets', testSetReader),
    testCases: lister('/test-cases', 'test_cases', testCaseReader),
    metrics: lister('/metrics', 'metrics', metricReader),
    runTemplates: lister('/run-templates', 'run_templates', runTemplateReader),
    scheduledRuns: lister('/scheduled-runs', 'scheduled_runs', scheduledRunReader),
    mutations: (agent: string) => lister('/agents/{id}/mutations', 'mutations', mutationReader, { id: agent }),

    async run(id: string, signal: AbortSignal) {
      const { body } = await send({ method: 'GET', path: '/runs/{id}', params: { id } }, signal);
      return one(runReader, body, ['run'], 'run');
    },
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
    async runTags(signal: AbortSignal): Promise<string[]> {
      const { body } = await send({ method: 'GET', path: '/runs/tags' }, signal);
      return readPage(body, ['tags']).items.flatMap((item) =>
        isRecord(item) && typeof item.tag === 'string' ? [item.tag] : [],
      );
    },

    async simulations(list: ListQuery, signal: AbortSignal) {
      const { items, next } = await listSimulations(list, signal);
      return { items: readItems(simulationReader, items), next };
    },
    async *allSimulations(list: ListQuery, signal: AbortSignal) {
      const fetched = everyPage((page_token) => listSimulations({ ...list, page_token }, signal));
      for await (const items of fetched) yield readItems(simulationReader, items);
    },
    async simulation(id: string, signal: AbortSignal) {
      const { body } = await families.request({ method: 'GET', suffix: '/{id}', params: { id } }, signal);
      return one(simulationReader, body, SIMULATION_ONE, 'simulation');
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
    async metricOutputs(id: string, view: 'BASIC' | 'FULL', signal: AbortSignal) {
      const fetched = everyPage(async (page_token) => {
        const response = await families.request(
          { method: 'GET', suffix: '/{id}/metrics', params: { id }, query: query({ view, page_token }) },
          signal,
        );
        return readPage(response.body, ['metrics', 'metric_outputs']);
      });
      const outputs = [];
      for await (const items of fetched) outputs.push(...readItems(metricOutputReader, items));
      return outputs;
    },
    /** Every output of one metric (definition id) on one simulation, superseded ones included. */
    async outputsOfMetric(id: string, metric_id: string, signal: AbortSignal) {
      const response = await families.request(
        { method: 'GET', suffix: '/{id}/metrics/{metric_id}', params: { id, metric_id } },
        signal,
      );
      return readItems(metricOutputReader, readPage(response.body, ['metric_outputs', 'metrics']).items);
    },
    /** Metric outputs by their own ids, 1 to 100; unknown ones are silently missing. */
    async metricOutputsById(metric_output_ids: readonly string[], signal: AbortSignal) {
      const request = { method: 'POST', path: '/metrics/outputs:batchGet', body: { metric_output_ids } } as const;
      const { body } = await send({ ...request, intent: 'change' }, signal);
      return readItems(metricOutputReader, readPage(body, ['metric_outputs']).items);
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

    async agent(id: string, signal: AbortSignal) {
      const { body } = await send({ method: 'GET', path: '/agents/{id}', params: { id } }, signal);
      return one(agentReader, body, ['agent'], 'agent');
    },
    async testSet(id: string, signal: AbortSignal) {
      const { body } = await send({ method: 'GET', path: '/test-sets/{id}', params: { id } }, signal);
      return one(testSetReader, body, ['test_set'], 'test set');
    },
    /** Ids of the agents a test set is used with; `[]` also for an unknown test set. */
    async testSetAgents(id: string, signal: AbortSignal): Promise<string[]> {
      const { body } = await send({ method: 'GET', path: '/test-sets/{id}/agents', params: { id } }, signal);
      return readPage(body, ['agents', 'agent_ids']).items.flatMap((item) => {
        if (typeof item === 'string') return [item];
        const agent = isRecord(item) ? (item.id ?? item.agent_id) : undefined;
        return typeof agent === 'string' ? [agent] : [];
      });
    },
    async testCase(id: string, signal: AbortSignal) {
      const { body } = await send({ method: 'GET', path: '/test-cases/{id}', params: { id } }, signal);
      return one(testCaseReader, body, ['test_case'], 'test case');
    },
    casesOf: (test_set_id: string, signal: AbortSignal) =>
      lister('/test-cases', 'test_cases', testCaseReader).all(
        { filter: allOf([{ field: 'test_set_id', value: test_set_id }]) },
        signal,
      ),
    async metric(id: string, signal: AbortSignal) {
      const { body } = await send({ method: 'GET', path: '/metrics/{id}', params: { id } }, signal);
      return one(metricReader, body, ['metric'], 'metric');
    },
    /** The organisation's threshold of a metric; an empty resource when none is set. */
    async threshold(id: string, signal: AbortSignal) {
      const { body } = await send({ method: 'GET', path: '/metrics/{id}/threshold', params: { id } }, signal);
      return one(conditionReader, body, ['threshold', 'metric_threshold'], 'threshold');
    },
  };
}

/** A list read to its end. */
export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const items of pages) all.push(...items);
  return all;
}
