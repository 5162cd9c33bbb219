/**
 * The Simulator API (`/testing` below the API host): scenarios, run now, batches, runs, schedulers, authoring. The paths call a scenario
 * a simulation and a batch a simulation run batch; `schedule` runs now, `schedules` stores a schedule.
 */
import type { VendorHttp, VendorRequest } from '../../http/types.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { RawPage } from '../shared/list.ts';
import { readList, readObject } from './answers.ts';
import { authoringEndpoints, type ScenarioBody } from './authoring.ts';
import type { PageQuery } from './lists.ts';
import { PLATFORM } from './platform.ts';
import {
  batchReader,
  runReader,
  scenarioReader,
  schedulerReader,
  type WireBatch,
  type WireRun,
  type WireScenario,
  type WireScheduler,
} from './wire.ts';

const ALL = '/testing/simulations';
const ONE = `${ALL}/{simulationReference}`;
const BATCHES = `${ONE}/batches`;
const BATCH = `${BATCHES}/{simulationRunBatchReference}`;
const RUNS = `${BATCH}/runs`;
const SCHEDULES = `${ONE}/schedules`;
const SCHEDULE = `${SCHEDULES}/{schedulerReference}`;

/** The run configuration that batches and schedulers take. */
export interface RunConfig {
  flowReferenceId: string;
  /** A project (its present state) or a snapshot (a pinned state). */
  entrypoint: string;
  /** Plays the caller and, by inference, judges. */
  largeLanguageModelReferenceId: string;
  localeReferenceId?: string;
  userId?: string;
  data?: Record<string, unknown>;
  enableMocking?: boolean;
}

export interface RunNowBody {
  name: string;
  runConfig: RunConfig;
  numberOfExecutions: number;
}

export interface SchedulerBody {
  runConfig?: RunConfig;
  /** ISO 8601; the vendor looks for due ones every few minutes. */
  time?: string;
  runName?: string;
  enableSchedule?: boolean;
  numberOfRuns?: number;
  emailNotifications?: string[];
  scenarioName?: string;
  endDate?: string;
}

export type ListQuery = PageQuery & { filter?: string; sort?: string };
export type BatchQuery = ListQuery & {
  status?: 'STOPPED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  timespan?: string;
  timezone?: string;
  endPointType?: string;
};

export type SimulatorClient = ReturnType<typeof createSimulatorClient>;

/** `project` resolves to the project that every request names. */
export function createSimulatorClient(http: VendorHttp, project: (signal: AbortSignal) => Promise<string>) {
  let sorts = true;

  async function send(request: Omit<VendorRequest, 'signal'>, signal: AbortSignal): Promise<unknown> {
    const projectId = await project(signal);
    const answer = await http.request({ ...request, query: { projectId, ...request.query }, signal });
    return answer.body;
  }

  /** Orders are documented by example only: one that is refused is not asked for again. */
  async function sorted<T>(query: ListQuery, list: (query: ListQuery) => Promise<T>): Promise<T> {
    const { sort, ...rest } = query;
    if (sort === undefined || !sorts) return list(rest);
    try {
      return await list(query);
    } catch (error) {
      const status = isProblem(error) ? error.details.vendor?.status : undefined;
      if (status !== 400 && status !== 422) throw error;
      const plain = await list(rest);
      sorts = false;
      return plain;
    }
  }

  const scenarioIn = (body: unknown) => readObject(body, scenarioReader, ['simulation', 'scenario'], 'the scenario');
  const schedulerIn = (body: unknown) => readObject(body, schedulerReader, ['scheduler'], 'the scheduler');
  const at = (scenario: string) => ({ simulationReference: scenario });
  const batchAt = (scenario: string, batch: string) => ({ ...at(scenario), simulationRunBatchReference: batch });

  return {
    ...authoringEndpoints(http, project),

    scenarios: {
      list: (
        query: ListQuery & { includeUpcomingSchedule?: true },
        signal: AbortSignal,
      ): Promise<RawPage<WireScenario>> =>
        sorted(query, async (asked) => {
          const body = await send({ method: 'GET', path: ALL, query: { ...asked } }, signal).catch(noSimulator);
          return readList(body, scenarioReader, 'tests');
        }),
      async get(scenario: string, signal: AbortSignal): Promise<WireScenario> {
        return scenarioIn(await send({ method: 'GET', path: ONE, params: at(scenario) }, signal));
      },
      async create(body: ScenarioBody, signal: AbortSignal): Promise<WireScenario> {
        const projectReference = await project(signal);
        const request = { method: 'POST' as const, path: ALL, body: { ...body, projectReference } };
        return scenarioIn(await send({ ...request, intent: 'change' }, signal));
      },
      /** The vendor answers with the scenario or with nothing. */
      async update(scenario: string, body: ScenarioBody, signal: AbortSignal): Promise<WireScenario | undefined> {
        const request = { method: 'PATCH' as const, path: ONE, params: at(scenario), body };
        const answer = await send({ ...request, intent: 'change' }, signal);
        return answer === undefined ? undefined : scenarioIn(answer);
      },
      async clone(scenario: string, body: { name?: string }, signal: AbortSignal): Promise<WireScenario> {
        const request = { method: 'POST' as const, path: `${ONE}/clone`, params: at(scenario), body };
        return scenarioIn(await send({ ...request, intent: 'change' }, signal));
      },
      async remove(scenario: string, signal: AbortSignal): Promise<void> {
        await send({ method: 'DELETE', path: ONE, params: at(scenario), intent: 'change' }, signal);
      },
    },

    /** Starts a batch; what the vendor answers is undocumented and returned as it is. */
    async runNow(scenario: string, body: RunNowBody, signal: AbortSignal): Promise<unknown> {
      const projectReference = await project(signal);
      return send(
        {
          method: 'POST',
          path: `${ONE}/schedule`,
          params: at(scenario),
          body: { ...body, projectReference },
          intent: 'start',
        },
        signal,
      );
    },

    batches: {
      list: (scenario: string, query: BatchQuery, signal: AbortSignal): Promise<RawPage<WireBatch>> =>
        sorted(query, async (asked) =>
          readList(
            await send({ method: 'GET', path: BATCHES, params: at(scenario), query: { ...asked } }, signal),
            batchReader,
            'sessions',
          ),
        ),
      /** Batches of the whole project: seen in field code only, documented nowhere. */
      ofProject: (query: BatchQuery, signal: AbortSignal): Promise<RawPage<WireBatch>> =>
        sorted(query, async (asked) =>
          readList(
            await send({ method: 'GET', path: `${ALL}/batches`, query: { ...asked } }, signal),
            batchReader,
            'sessions',
          ),
        ),
      async get(scenario: string, batch: string, signal: AbortSignal): Promise<WireBatch> {
        const body = await send({ method: 'GET', path: BATCH, params: batchAt(scenario, batch) }, signal);
        return readObject(body, batchReader, ['batch', 'simulationRunBatch'], 'the batch');
      },
      /** Sends the stop signal; the batch stops later. */
      async stop(scenario: string, batch: string, signal: AbortSignal): Promise<void> {
        await send({ method: 'POST', path: BATCH, params: batchAt(scenario, batch), intent: 'change' }, signal);
      },
    },

    runs: {
      list: (
        scenario: string,
        batch: string,
        query: ListQuery,
        signal: AbortSignal,
        arrived?: () => void,
      ): Promise<RawPage<WireRun>> =>
        sorted(query, async (asked) =>
          readList(
            await send(
              { method: 'GET', path: RUNS, params: batchAt(scenario, batch), query: { ...asked }, arrived },
              signal,
            ),
            runReader,
            'runs',
          ),
        ),
      async get(scenario: string, batch: string, run: string, signal: AbortSignal): Promise<WireRun> {
        const params = { ...batchAt(scenario, batch), simulationRunReference: run };
        const body = await send({ method: 'GET', path: `${RUNS}/{simulationRunReference}`, params }, signal);
        return readObject(body, runReader, ['run', 'simulationRun'], 'the run');
      },
    },

    schedulers: {
      async create(
        scenario: string,
        body: SchedulerBody & Required<Pick<SchedulerBody, 'runConfig' | 'time' | 'runName'>>,
        signal: AbortSignal,
      ): Promise<WireScheduler> {
        const request = { method: 'POST' as const, path: SCHEDULES, params: at(scenario) };
        const projectReference = await project(signal);
        return schedulerIn(await send({ ...request, body: { ...body, projectReference }, intent: 'start' }, signal));
      },
      async update(scenario: string, id: string, body: SchedulerBody, signal: AbortSignal): Promise<WireScheduler> {
        const params = { ...at(scenario), schedulerReference: id };
        return schedulerIn(await send({ method: 'PATCH', path: SCHEDULE, params, body, intent: 'change' }, signal));
      },
      /** Listing, reading and deleting schedulers is INFERRED; no page of the vendor shows it. */
      async list(scenario: string, query: ListQuery, signal: AbortSignal): Promise<RawPage<WireScheduler>> {
        const body = await send({ method: 'GET', path: SCHEDULES, params: at(scenario), query: { ...query } }, signal);
        return readList(body, schedulerReader, 'schedulers');
      },
      async get(scenario: string, id: string, signal: AbortSignal): Promise<WireScheduler> {
        const params = { ...at(scenario), schedulerReference: id };
        return schedulerIn(await send({ method: 'GET', path: SCHEDULE, params }, signal));
      },
      async remove(scenario: string, id: string, signal: AbortSignal): Promise<void> {
        const params = { ...at(scenario), schedulerReference: id };
        await send({ method: 'DELETE', path: SCHEDULE, params, intent: 'change' }, signal);
      },
    },
  };
}

/** The list of scenarios is always there, so a 404 speaks of the project or of the whole service. */
function noSimulator(error: unknown): never {
  if (!isProblem(error) || error.details.vendor?.status !== 404) throw error;
  throw new Problem('not_found', 'This Cognigy host answers, but knows no Simulator for the project.', {
    ...error.details,
    provider: PLATFORM.id,
    next: 'Check COGNIGY_PROJECT_ID, and that COGNIGY_BASE_URL is the API host. Installations before 2026 have the Simulator switched off by default.',
  });
}
