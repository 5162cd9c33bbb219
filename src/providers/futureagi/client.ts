/**
 * The operations of Future AGI that this provider uses, one function each; lists as `List`s. Only documented parameters
 * are sent and every path ends in a slash. GETs that start a calculation on the vendor's side (eval-explanation-summary,
 * optimiser-analysis, branch-analysis) are deliberately absent.
 */
import type { VendorHttp, VendorRequest } from '../../http/types.ts';
import { isRecord, type ObjectReader, type Reader } from '../shared/fields.ts';
import { fifthOf, type List, pageOf } from '../shared/list.ts';
import { parse, parsePage, saysFault, unreadable, unwrap, vendorStatus } from './answers.ts';
import { PLATFORM } from './platform.ts';
import {
  analyticsReader,
  callDetailReader,
  type ExecutionDetail,
  type ExecutionRow,
  executionDetailReader,
  executionMetricsReader,
  executionRowReader,
} from './wire.ts';
import {
  callExecutionReader,
  callIdReader,
  executeReader,
  executionListRowReader,
  type LocalizerTask,
  localizerTaskReader,
  namedRunTestReader,
  runTestReader,
  runTestStatusReader,
  scenarioReader,
  scenarioRowReader,
  transcriptsReader,
} from './wire-app.ts';

interface ExecutionQuery {
  page: number;
  limit: number;
  summary?: boolean;
  evalNames?: readonly string[] | undefined;
}
interface Searched {
  search?: string | undefined;
}

export type FutureAgiClient = ReturnType<typeof createFutureAgiClient>;

const SDK = '/sdk/api/v1/simulation';
const APP = '/simulate';

/** Behind the last page the SDK family answers 500, which is also how it fails; some deployments answer 404. */
export const SDK_PAGES = {
  isPastEnd: (error: unknown) => [404, 500].includes(vendorStatus(error) ?? 0),
  pastEndIsFault: true,
  smaller: fifthOf,
};

/** Asks for one page, or whatever else is at a path. */
type Get = (
  path: string,
  signal: AbortSignal,
  more?: Pick<VendorRequest, 'params' | 'query' | 'retry_500' | 'arrived'>,
) => Promise<unknown>;

interface Listed<T> {
  /** Rows in the plural, in our words. */
  what: string;
  path: string;
  params?: Record<string, string>;
  query?: VendorRequest['query'];
  item: Reader<T | undefined>;
  /** Its page says in what state the thing is whose list it is. */
  hasState?: boolean;
}

/** One thing by itself, which has an id. */
function itself<T extends { id: string }>(reader: ObjectReader<T>, body: unknown, what: string): T {
  const read = parse(reader, body, what);
  if (read.id === '') throw unreadable(what);
  return read;
}

/** Calls that came although the answer says that it is an error. */
function besideFault(body: unknown): ExecutionDetail | undefined {
  const content = unwrap(body);
  if (!saysFault(body, content, true)) return undefined;
  const detail = executionDetailReader(content);
  const rows = detail?.call_results?.rows ?? [];
  if (!detail || !rows.some((row) => row !== undefined)) return undefined;
  return { ...detail, call_results: { ...detail.call_results, rows, failed: true } };
}

function listsOf(get: Get) {
  return <T extends { id: string }>(
    { what, path, params, query, item, hasState = false }: Listed<T>,
    size: number,
    signal: AbortSignal,
  ): List<T> => ({
    platform: PLATFORM,
    what,
    by: 'page',
    size,
    async fetch(place) {
      const page = pageOf(place);
      const body = await get(path, signal, { params, query: { ...query, page, limit: place.size } });
      return parsePage(item, body, `a list of ${what}`, { first: page === 1, hasState });
    },
    idOf: ({ id }) => id,
    isPastEnd: (error) => vendorStatus(error) === 404,
    smaller: fifthOf,
  });
}

export function createFutureAgiClient(http: VendorHttp) {
  const get: Get = async (path, signal, more = {}) =>
    (await http.request({ method: 'GET', path, signal, intent: 'safe', ...more })).body;
  return { ...sdkFamily(get), ...appFamily(get), ...changes(http) };
}

function sdkFamily(get: Get) {
  return {
    /** Execution mode: status, statistics and one page of calls; with `summary` also the failure clusters. */
    async execution(
      id: string,
      { page: number, limit, summary, evalNames }: ExecutionQuery,
      signal: AbortSignal,
      arrived?: () => void,
    ): Promise<ExecutionDetail> {
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
      return (summary ? undefined : besideFault(body)) ?? parse(executionDetailReader, body, 'an execution');
    },
    /** Name mode: merges the executions of every run test of exactly that name. */
    executionsByName(name: string, size: number, signal: AbortSignal): List<ExecutionRow> {
      return {
        platform: PLATFORM,
        what: 'sessions',
        by: 'page',
        size,
        async fetch(place) {
          const page = pageOf(place);
          const query = { run_test_name: name, page, limit: place.size };
          const body = await get(`${SDK}/runs/`, signal, { query });
          return parsePage(executionRowReader, body, 'a list of sessions', { first: page === 1 });
        },
        idOf: (row) => row.execution_id,
        ...SDK_PAGES,
      };
    },
    /** Call mode: never computes statistics, so it answers where execution mode cannot. */
    async call(id: string, signal: AbortSignal) {
      const body = await get(`${SDK}/runs/`, signal, { query: { call_execution_id: id }, retry_500: true });
      return parse(callDetailReader, body, 'a call');
    },
    async executionMetrics(id: string, signal: AbortSignal) {
      const body = await get(`${SDK}/metrics/`, signal, { query: { execution_id: id }, retry_500: true });
      return parse(executionMetricsReader, body, 'metrics of an execution');
    },
    /** The only place where the SDK family tells which run test an execution belongs to. */
    async runTestNameOf(execution: string, signal: AbortSignal) {
      // No paging parameters here: analytics refuses them as unknown fields.
      const body = await get(`${SDK}/analytics/`, signal, { query: { execution_id: execution, summary: 'false' } });
      return parse(analyticsReader, body, 'analytics of an execution').run_test_name;
    },
  };
}

function appFamily(get: Get) {
  const list = listsOf(get);
  return {
    runTests({ search }: Searched, size: number, signal: AbortSignal) {
      const query = { search: search || undefined };
      return list({ what: 'run tests', path: `${APP}/run-tests/`, query, item: runTestReader }, size, signal);
    },
    async runTest(id: string, signal: AbortSignal) {
      return itself(runTestReader, await get(`${APP}/run-tests/{id}/`, signal, { params: { id } }), 'a run test');
    },
    /** Undefined when no run test has that name (the vendor answers 400). */
    async runTestIdByName(name: string, signal: AbortSignal) {
      try {
        const body = await get(`${APP}/run-tests/get-id-by-name/{name}/`, signal, { params: { name } });
        return parse(namedRunTestReader, body, 'a run test').run_test_id;
      } catch (error) {
        const status = vendorStatus(error);
        if (status === 400 || status === 404) return undefined;
        throw error;
      }
    },
    runTestScenarios(id: string, size: number, signal: AbortSignal) {
      const path = `${APP}/run-tests/{id}/scenarios/`;
      return list({ what: 'scenarios', path, params: { id }, item: scenarioRowReader }, size, signal);
    },
    /** Newest first. `status` is the vendor's stored lower-case word. */
    executions(runTest: string, { status }: { status?: string | undefined }, size: number, signal: AbortSignal) {
      const path = `${APP}/run-tests/{id}/executions/`;
      const asked = { path, params: { id: runTest }, query: { status } };
      return list({ what: 'sessions', ...asked, item: executionListRowReader }, size, signal);
    },
    /** Latest execution only; undefined when there is none. */
    async latestExecution(runTest: string, signal: AbortSignal) {
      const body = await get(`${APP}/run-tests/{id}/status/`, signal, { params: { id: runTest } });
      // Where there is none, that is an error with 200.
      const latest = runTestStatusReader(unwrap(body));
      return latest?.execution_id ? { id: latest.execution_id, started_at: latest.start_time } : undefined;
    },
    scenarios({ search }: Searched, size: number, signal: AbortSignal) {
      const query = { search: search || undefined };
      return list({ what: 'scenarios', path: `${APP}/scenarios/`, query, item: scenarioReader }, size, signal);
    },
    async scenario(id: string, signal: AbortSignal) {
      return itself(scenarioReader, await get(`${APP}/scenarios/{id}/`, signal, { params: { id } }), 'a scenario');
    },
    /** The calls of an execution, by id, through the app family; a page may be shorter than asked for. */
    callIds(execution: string, size: number, signal: AbortSignal) {
      const path = `${APP}/test-executions/{id}/`;
      const asked = { path, params: { id: execution }, hasState: true };
      return list({ what: 'runs', ...asked, item: callIdReader }, size, signal);
    },
    /** Transcript (voice and chat), recordings and error localisation of one call. */
    async callExecution(id: string, signal: AbortSignal) {
      const body = await get(`${APP}/call-executions/{id}/`, signal, { params: { id } });
      return parse(callExecutionReader, body, 'a call');
    },
    /** Voice transcript only: empty for a chat. */
    async transcripts(call: string, signal: AbortSignal) {
      const body = await get(`${APP}/call-executions/{id}/transcripts/`, signal, { params: { id: call } });
      return parse(transcriptsReader, body, 'a transcript');
    },
    localizerTasks(call: string, signal: AbortSignal): List<LocalizerTask> {
      return {
        platform: PLATFORM,
        what: 'error localizer tasks',
        by: 'single',
        size: 1,
        async fetch() {
          const body = await get(`${APP}/call-executions/{id}/error-localizer-tasks/`, signal, {
            params: { id: call },
          });
          const content = unwrap(body);
          const { error_localizer_tasks: results, total_tasks: count } = isRecord(content) ? content : {};
          return parsePage(localizerTaskReader, { results, count }, 'error localizer tasks', { first: true });
        },
        idOf: ({ task_id, eval_config_id }) => task_id || eval_config_id,
      };
    },
  };
}

function changes(http: VendorHttp) {
  return {
    /** Starts an execution and tells its id, if the answer does. Costs money; never repeated. */
    async execute(runTest: string, body: unknown, signal: AbortSignal) {
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
    /** Flips even a finished execution: look at its status first. */
    async cancel(execution: string, signal: AbortSignal) {
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
