/**
 * The operations of Future AGI that this provider uses, one function each. Only documented parameters are sent and every
 * path ends in a slash. GETs that start a calculation on the vendor's side (eval-explanation-summary, optimiser-analysis,
 * branch-analysis) are deliberately absent.
 */
import type { VendorHttp, VendorRequest } from '../../http/types.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import { isRecord, type ObjectReader, type Reader } from '../shared/fields.ts';
import {
  analyticsReader,
  type CallDetail,
  callDetailReader,
  type ExecutionDetail,
  type ExecutionMetrics,
  type ExecutionRow,
  executionDetailReader,
  executionMetricsReader,
  executionRowReader,
  pageOf,
  type WirePage,
} from './wire.ts';
import {
  type CallExecution,
  callExecutionReader,
  type ExecutionListRow,
  executeReader,
  executionCallsReader,
  executionListRowReader,
  type LocalizerTask,
  localizerTasksReader,
  namedRunTestReader,
  type RunTest,
  runTestReader,
  runTestStatusReader,
  type Scenario,
  type ScenarioRow,
  scenarioReader,
  scenarioRowReader,
  type TranscriptRow,
  transcriptsReader,
} from './wire-app.ts';

export interface PageQuery {
  page: number;
  limit: number;
}

export interface FutureAgiClient {
  /** Execution mode: status, statistics and one page of calls; with `summary` also the failure clusters. */
  execution(
    id: string,
    query: PageQuery & { summary?: boolean; evalNames?: readonly string[] },
    signal: AbortSignal,
    arrived?: () => void,
  ): Promise<ExecutionDetail>;
  /** Name mode: merges the executions of every run test of exactly that name. */
  executionsByName(name: string, query: PageQuery, signal: AbortSignal): Promise<WirePage<ExecutionRow>>;
  /** Call mode: never computes statistics, so it answers where execution mode cannot. */
  call(id: string, signal: AbortSignal): Promise<CallDetail>;
  executionMetrics(id: string, signal: AbortSignal): Promise<ExecutionMetrics>;
  /** The only place where the SDK family tells which run test an execution belongs to. */
  runTestNameOf(execution: string, signal: AbortSignal): Promise<string | undefined>;
  runTests(query: PageQuery & { search?: string }, signal: AbortSignal): Promise<WirePage<RunTest>>;
  runTest(id: string, signal: AbortSignal): Promise<RunTest>;
  /** Undefined when no run test has that name (the vendor answers 400). */
  runTestIdByName(name: string, signal: AbortSignal): Promise<string | undefined>;
  runTestScenarios(id: string, signal: AbortSignal): Promise<ScenarioRow[]>;
  /** `status` is the vendor's stored lower-case word. */
  executions(
    runTest: string,
    query: PageQuery & { status?: string },
    signal: AbortSignal,
  ): Promise<WirePage<ExecutionListRow>>;
  /** Latest execution only; undefined when there is none. */
  latestExecution(runTest: string, signal: AbortSignal): Promise<{ id: string; started_at?: string } | undefined>;
  scenarios(query: PageQuery & { search?: string }, signal: AbortSignal): Promise<WirePage<Scenario>>;
  scenario(id: string, signal: AbortSignal): Promise<Scenario>;
  /** Ids of the calls of an execution, through the app family; a page may be shorter than asked for. */
  callIds(execution: string, query: PageQuery, signal: AbortSignal): Promise<WirePage<{ id: string }>>;
  /** Transcript (voice and chat), recordings and error localisation of one call. */
  callExecution(id: string, signal: AbortSignal): Promise<CallExecution>;
  /** Voice transcript only: empty for a chat. */
  transcripts(call: string, signal: AbortSignal): Promise<TranscriptRow[]>;
  localizerTasks(call: string, signal: AbortSignal): Promise<LocalizerTask[]>;
  /** Starts an execution and tells its id, if the answer does. Costs money; never repeated. */
  execute(runTest: string, body: unknown, signal: AbortSignal): Promise<string | undefined>;
  /** Flips even a finished execution: look at its status first. */
  cancel(execution: string, signal: AbortSignal): Promise<void>;
}

const SDK = '/sdk/api/v1/simulation';
const APP = '/simulate';

/** HTTP status of a vendor's refusal, when that is what was thrown. */
export function vendorStatus(error: unknown): number | undefined {
  return isProblem(error) ? error.details.vendor?.status : undefined;
}

function parse<T>(reader: ObjectReader<T>, body: unknown, what: string): T {
  const read = reader(body);
  // To a lenient reader, an error that came with 200 is an object that says nothing.
  if (read !== undefined && isRecord(body) && reader.keys.some((key) => key in body)) return read;
  throw unreadable(what);
}

function unreadable(what: string, cause?: unknown): Problem {
  return new Problem('unreadable', `Future AGI answered with ${what} that cannot be read.`, {
    provider: 'futureagi',
    next: 'Try again; if it stays, this deployment answers in a form this server does not know.',
    cause,
  });
}

/** The content of `{status, result}`; a body without that envelope is the content itself. */
function unwrap(body: unknown): unknown {
  return isRecord(body) && body.result !== undefined ? body.result : body;
}

export function createFutureAgiClient(http: VendorHttp): FutureAgiClient {
  const get = async (
    path: string,
    signal: AbortSignal,
    more: Pick<VendorRequest, 'params' | 'query' | 'retry_500' | 'arrived'> = {},
  ): Promise<unknown> => (await http.request({ method: 'GET', path, signal, intent: 'safe', ...more })).body;
  /** A list that is bare, paged or enveloped. */
  const page = <T>(item: Reader<T | undefined>, body: unknown, what: string): WirePage<T> => {
    const inner = unwrap(body);
    const whole = Array.isArray(inner) ? { results: inner, count: inner.length } : inner;
    const read = parse(pageOf(item), whole, what);
    const rows = isRecord(whole) ? whole.results : undefined;
    // A list may be missing where nothing is counted; rows of which none can be read are no empty list.
    const missing = Array.isArray(rows) ? rows.length > 0 && read.results.length === 0 : read.count !== 0;
    if (missing) throw unreadable(what);
    return read;
  };

  return {
    async execution(id, { page: number, limit, summary, evalNames }, signal, arrived) {
      const body = await get(`${SDK}/runs/`, signal, {
        query: {
          execution_id: id,
          page: number,
          limit,
          summary: summary ? 'true' : undefined,
          eval_name: evalNames && evalNames.length > 0 ? evalNames.join(',') : undefined,
        },
        retry_500: number === 1,
        arrived,
      });
      return parse(executionDetailReader, unwrap(body), 'an execution');
    },
    async executionsByName(name, { page: number, limit }, signal) {
      const body = await get(`${SDK}/runs/`, signal, { query: { run_test_name: name, page: number, limit } });
      return page(executionRowReader, body, 'a list of executions');
    },
    async call(id, signal) {
      const body = await get(`${SDK}/runs/`, signal, { query: { call_execution_id: id }, retry_500: true });
      return parse(callDetailReader, unwrap(body), 'a call');
    },
    async executionMetrics(id, signal) {
      const body = await get(`${SDK}/metrics/`, signal, { query: { execution_id: id }, retry_500: true });
      return parse(executionMetricsReader, unwrap(body), 'metrics of an execution');
    },
    async runTestNameOf(execution, signal) {
      // No paging parameters here: analytics refuses them as unknown fields.
      const body = await get(`${SDK}/analytics/`, signal, { query: { execution_id: execution, summary: 'false' } });
      return parse(analyticsReader, unwrap(body), 'analytics of an execution').run_test_name;
    },
    async runTests({ search, page: number, limit }, signal) {
      const body = await get(`${APP}/run-tests/`, signal, {
        query: { search: search || undefined, page: number, limit },
      });
      return page(runTestReader, body, 'a list of run tests');
    },
    async runTest(id, signal) {
      return parse(
        runTestReader,
        unwrap(await get(`${APP}/run-tests/{id}/`, signal, { params: { id } })),
        'a run test',
      );
    },
    async runTestIdByName(name, signal) {
      try {
        const body = await get(`${APP}/run-tests/get-id-by-name/{name}/`, signal, { params: { name } });
        return parse(namedRunTestReader, unwrap(body), 'a run test').run_test_id;
      } catch (error) {
        const status = vendorStatus(error);
        if (status === 400 || status === 404) return undefined;
        throw error;
      }
    },
    async runTestScenarios(id, signal) {
      const body = await get(`${APP}/run-tests/{id}/scenarios/`, signal, {
        params: { id },
        query: { page: 1, limit: 200 },
      });
      return page(scenarioRowReader, body, 'a list of scenarios').results;
    },
    async executions(runTest, { status, page: number, limit }, signal) {
      const body = await get(`${APP}/run-tests/{id}/executions/`, signal, {
        params: { id: runTest },
        query: { status, page: number, limit },
      });
      return page(executionListRowReader, body, 'a list of executions');
    },
    async latestExecution(runTest, signal) {
      const body = await get(`${APP}/run-tests/{id}/status/`, signal, { params: { id: runTest } });
      const latest = parse(runTestStatusReader, unwrap(body), 'the status of a run test');
      return latest.execution_id ? { id: latest.execution_id, started_at: latest.start_time } : undefined;
    },
    async scenarios({ search, page: number, limit }, signal) {
      const body = await get(`${APP}/scenarios/`, signal, {
        query: { search: search || undefined, page: number, limit },
      });
      return page(scenarioReader, body, 'a list of scenarios');
    },
    async scenario(id, signal) {
      return parse(
        scenarioReader,
        unwrap(await get(`${APP}/scenarios/{id}/`, signal, { params: { id } })),
        'a scenario',
      );
    },
    async callIds(execution, { page: number, limit }, signal) {
      const body = await get(`${APP}/test-executions/{id}/`, signal, {
        params: { id: execution },
        query: { page: number, limit },
      });
      return parse(executionCallsReader, unwrap(body), 'a list of calls');
    },
    async callExecution(id, signal) {
      const body = await get(`${APP}/call-executions/{id}/`, signal, { params: { id } });
      return parse(callExecutionReader, unwrap(body), 'a call');
    },
    async transcripts(call, signal) {
      const body = await get(`${APP}/call-executions/{id}/transcripts/`, signal, { params: { id: call } });
      return parse(transcriptsReader, unwrap(body), 'a transcript').transcripts;
    },
    async localizerTasks(call, signal) {
      const body = await get(`${APP}/call-executions/{id}/error-localizer-tasks/`, signal, { params: { id: call } });
      return parse(localizerTasksReader, unwrap(body), 'error localizer tasks').error_localizer_tasks;
    },
    async execute(runTest, body, signal) {
      const answer = await http.request({
        method: 'POST',
        path: `${APP}/run-tests/{id}/execute/`,
        params: { id: runTest },
        body,
        signal,
        intent: 'start',
      });
      return executeReader(unwrap(answer.body))?.execution_id;
    },
    async cancel(execution, signal) {
      await http.request({
        method: 'POST',
        path: `${APP}/test-executions/{id}/cancel/`,
        params: { id: execution },
        body: {},
        signal,
        intent: 'change',
      });
    },
  };
}
