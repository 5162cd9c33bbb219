/** Executions as sessions: lists, the state of one, and one to be read. */
import type { Session } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { orUnknown, type UnknownId } from '../shared/choose.ts';
import { isRefusal } from '../shared/faults.ts';
import { PAGE_SIZE } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { ExecutionPages } from './execution-pages.ts';
import { isPastSdkPages } from './faults.ts';
import { checkId, type Lookup, remembered } from './lookup.ts';
import { statusOf } from './map-run.ts';
import { isSettled, toSession, toSessionOfMetrics } from './map-session.ts';
import { countOf } from './session-count.ts';
import { listSessions, mergedSessions } from './session-list.ts';
import { type OpenExecution, readRuns } from './session-runs.ts';
import { PLATFORM } from './settings.ts';
import { toEvaluations } from './verdict.ts';
import type { WireExecution } from './wire.ts';

/**
 * Pages asked for before the runs are, because whoever opens a session reads them: as many as are on their way at
 * once.
 */
const EARLY_PAGES = 3;
/** Sessions listed to offer candidates for an unknown id. */
const KNOWN_SESSIONS = 100;

export function createSessions(
  api: Api,
  pages: ExecutionPages,
  lookup: Lookup,
  now: () => number,
): NonNullable<Provider['sessions']> {
  const stillScoring = scoringWatch(now);

  const unknown = (id: string, call: CallContext): UnknownId => ({
    platform: PLATFORM,
    what: 'session',
    kind: 'session',
    id,
    next: 'list_sessions lists the executions; those of another workspace are not visible.',
    async known() {
      const { rows } = await lookup.runTests(call);
      const recent = await mergedSessions({ api, lookup }, rows, { limit: KNOWN_SESSIONS }, call);
      return recent.items.map(({ ref, name }) => ({ id: ref.slice(ref.lastIndexOf('/') + 1), name }));
    },
  });

  /** One evaluation whose statistics cannot be computed breaks `runs` for good; `metrics` does not compute any. */
  const fromMetrics = async (id: string, failure: unknown, call: CallContext) => {
    if (!isRefusal(failure, 500)) throw failure;
    const state = await api.one(ENDPOINTS.getMetrics, { query: { execution_id: id }, signal: call.signal });
    return { state, session: toSessionOfMetrics(state, await lookup.belonging(id, call)) };
  };

  const stateOf = async (id: string, call: CallContext): Promise<Session> => {
    const page = (number: number) => pages.read(id, { page: number, limit: 1 }, call);
    try {
      const execution = await page(1);
      const [known, scoring] = await Promise.all([lookup.belonging(id, call), stillScoring(execution, 1, page)]);
      return toSession(execution, known, scoring);
    } catch (error) {
      return (await fromMetrics(id, error, call)).session;
    }
  };

  /** Opens an execution: its session, and the pages of calls that were asked for on the way. */
  const opened = async (id: string, call: CallContext): Promise<{ open: OpenExecution; session: Session }> => {
    const early: OpenExecution['early'] = new Map();
    const open = { id, early, signal: call.signal };
    const ask = (number: number) => {
      const earlier = early.get(number);
      if (earlier) return earlier;
      const page = pages.read(id, { page: number, limit: PAGE_SIZE }, call);
      // The failure is thrown to the reader that takes the page; without one it is ignored.
      page.catch(() => early.delete(number));
      early.set(number, page);
      return page;
    };
    try {
      const execution = await ask(1);
      const details = Promise.all([lookup.belonging(id, call), stillScoring(execution, PAGE_SIZE, ask)]);
      // Further pages are asked for after the requests above, and only where calls no longer move between pages.
      const full = execution.call_results?.rows.length === PAGE_SIZE && isTerminal(statusOf(execution.status));
      const ahead = full ? Math.min(lastPage(execution, PAGE_SIZE), 1 + EARLY_PAGES) : 1;
      for (let page = 2; page <= ahead; page += 1) ask(page);
      const [known, scoring] = await details;
      return { open: { ...open, state: execution }, session: toSession(execution, known, scoring) };
    } catch (failure) {
      const { state, session } = await fromMetrics(id, failure, call);
      return { open: { ...open, state, failure }, session };
    }
  };

  return {
    list: (query, call) => listSessions({ api, lookup }, query, call),
    async get(ids, call) {
      const id = checkId(ids[0], 'session');
      return orUnknown(stateOf(id, call), unknown(id, call));
    },
    async open(ids, call) {
      const id = checkId(ids[0], 'session');
      const { open, session } = await orUnknown(opened(id, call), unknown(id, call));
      const { counters } = countOf(open.state);
      return { session, counters, runs: (depth, reader) => readRuns({ api, pages, open, now }, depth, reader) };
    },
  };
}

/**
 * Tells whether evaluations are still being written: a chat execution says `completed` meanwhile. The call updated
 * least recently is the last row, so that one tells; asked once per completed state, and no more once nothing is
 * written any longer.
 */
function scoringWatch(now: () => number) {
  /** Executions that were completed and had every evaluation written when last looked at. */
  const scored = remembered<string>();
  return async (
    execution: WireExecution,
    limit: number,
    pageAt: (page: number) => Promise<WireExecution>,
  ): Promise<boolean> => {
    if (statusOf(execution.status) !== 'completed' || isSettled(execution, now())) return false;
    // Evaluations added to an old execution come as placeholders, which makes their calls the last updated ones.
    if (isWaiting(execution)) return true;
    const state = `${execution.completed_at ?? ''} ${execution.call_results?.total ?? 0}`;
    if (scored.get(execution.execution_id) === state) return false;
    const page = lastPage(execution, limit);
    if (page > 1) {
      // Fewer calls than a moment ago make this page one beyond the end: that is no reason to fail.
      const last = await pageAt(page).catch((error: unknown) => {
        if (!isPastSdkPages(error)) throw error;
        return undefined;
      });
      if (last && isWaiting(last)) return true;
    }
    scored.set(execution.execution_id, state);
    return false;
  };
}

function isWaiting({ call_results }: WireExecution): boolean {
  return (call_results?.rows ?? []).some(
    (row) => row && toEvaluations(row.eval_outputs, { depth: 'verdicts' }).some(({ verdict }) => verdict === 'pending'),
  );
}

/**
 * How many pages of `limit` calls there are as far as pages tell; a first page that is shorter shows what the vendor
 * keeps to.
 */
function lastPage({ call_results }: WireExecution, limit: number): number {
  const { total, total_pages, rows = [] } = call_results ?? {};
  const size = rows.length > 0 && rows.length < limit && rows.length < (total ?? 0) ? rows.length : limit;
  const counted = total === undefined ? total_pages : Math.min(Math.ceil(total / size), total_pages ?? total);
  return Math.max(1, counted ?? 1);
}
