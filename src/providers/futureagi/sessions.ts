/** Executions as sessions: lists, the state of one, and one to be read. */
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, Provider } from '../provider.ts';
import { orUnknown, type UnknownId } from '../shared/choose.ts';
import { type CallReader, isServerError, PAGE_SIZE } from './calls.ts';
import { type FutureAgiClient, SDK_PAGES } from './client.ts';
import { mapEvaluations } from './evaluations.ts';
import { createListing } from './listing.ts';
import { checkId, type Lookup, remembered } from './lookup.ts';
import { countersOf, isSettled, mapExecution, mapExecutionMetrics, statusOf } from './map.ts';
import { PLATFORM } from './platform.ts';
import { type OpenCalls, readRuns } from './session-runs.ts';
import type { ExecutionDetail } from './wire.ts';

/** Pages asked for before the runs are, because whoever opens a session reads them: as many as are on their way at once. */
const EARLY_PAGES = 3;
/** Sessions looked through for one like an unknown id. */
const KNOWN_SESSIONS = 100;

/** How many pages of `limit` calls there are as far as pages tell; a first page that is shorter shows what the vendor keeps to. */
function lastPage({ call_results }: ExecutionDetail, limit: number): number {
  const { total, total_pages, rows = [] } = call_results ?? {};
  const size = rows.length > 0 && rows.length < limit && rows.length < (total ?? 0) ? rows.length : limit;
  const counted = total === undefined ? total_pages : Math.min(Math.ceil(total / size), total_pages ?? total);
  return Math.max(1, counted ?? 1);
}

export function createSessions(
  client: FutureAgiClient,
  calls: CallReader,
  lookup: Lookup,
  now: () => number,
): NonNullable<Provider['sessions']> {
  /** Executions that were completed and had every evaluation written when last looked at. */
  const scored = remembered<string>();
  const listing = createListing(client, lookup);

  /**
   * A chat execution says `completed` while its evaluations are still being written. The call updated least recently is
   * the last row, so that one tells; asked once per completed state, and no more once nothing is written any longer.
   */
  const stillScoring = async (
    detail: ExecutionDetail,
    limit: number,
    pageAt: (page: number) => Promise<ExecutionDetail>,
  ): Promise<boolean> => {
    if (statusOf(detail.status) !== 'completed' || isSettled(detail, now())) return false;
    const waiting = ({ call_results }: ExecutionDetail) =>
      (call_results?.rows ?? []).some((row) =>
        mapEvaluations(row?.eval_outputs ?? new Map()).some((evaluation) => evaluation.verdict === 'pending'),
      );
    // Evaluations added to an old execution come as placeholders, which makes their calls the last updated ones.
    if (waiting(detail)) return true;
    const state = `${detail.completed_at ?? ''} ${detail.call_results?.total ?? 0}`;
    if (scored.get(detail.execution_id) === state) return false;
    const page = lastPage(detail, limit);
    if (page > 1) {
      // Fewer calls than a moment ago make this page one beyond the end: that is no reason to fail.
      const last = await pageAt(page).catch((error: unknown) => {
        if (!SDK_PAGES.isPastEnd(error)) throw error;
        return undefined;
      });
      if (last && waiting(last)) return true;
    }
    scored.set(detail.execution_id, state);
    return false;
  };

  const unknown = (id: string, call: CallContext): UnknownId => ({
    platform: PLATFORM,
    what: 'test execution',
    kind: 'session',
    id,
    next: 'list_sessions lists the executions; those of another workspace are not visible.',
    async known() {
      const { items } = await lookup.runTests(call);
      const recent = await listing.merged(items, { limit: KNOWN_SESSIONS }, call);
      return recent.items.map(({ ref, name }) => ({ id: ref.slice(ref.lastIndexOf('/') + 1), name }));
    },
  });

  /** One evaluation whose statistics cannot be computed breaks `runs` for good; `metrics` does not compute any. */
  const fromMetrics = async (id: string, failure: unknown, call: CallContext) => {
    if (!isServerError(failure)) throw failure;
    const metrics = await client.executionMetrics(id, call.signal);
    return { state: metrics, session: mapExecutionMetrics(metrics, await lookup.belonging(id, call)) };
  };

  const stateOf = async (id: string, call: CallContext) => {
    const page = (number: number) => calls.execution(id, { page: number, limit: 1 }, call);
    try {
      const detail = await page(1);
      const [known, scoring] = await Promise.all([lookup.belonging(id, call), stillScoring(detail, 1, page)]);
      return mapExecution(detail, known, scoring);
    } catch (error) {
      return (await fromMetrics(id, error, call)).session;
    }
  };

  /** The session and what was read of its calls for that. */
  const opened = async (id: string, call: CallContext) => {
    const open: Omit<OpenCalls, 'state'> = { id, early: new Map(), signal: call.signal };
    const ask = (number: number) => {
      const before = open.early.get(number);
      if (before) return before;
      const page = calls.execution(id, { page: number, limit: PAGE_SIZE }, call);
      // Whoever takes it hears of the failure; when nobody does, it is not told.
      page.catch(() => open.early.delete(number));
      open.early.set(number, page);
      return page;
    };
    try {
      const detail = await ask(1);
      const tells = Promise.all([lookup.belonging(id, call), stillScoring(detail, PAGE_SIZE, ask)]);
      // Only now, for what tells is waited for; and only where calls keep their places.
      const full = detail.call_results?.rows.length === PAGE_SIZE && isTerminal(statusOf(detail.status));
      const ahead = full ? Math.min(lastPage(detail, PAGE_SIZE), 1 + EARLY_PAGES) : 1;
      for (let page = 2; page <= ahead; page += 1) ask(page);
      const [known, scoring] = await tells;
      return { open: { ...open, state: detail }, session: mapExecution(detail, known, scoring) };
    } catch (failure) {
      const { state, session } = await fromMetrics(id, failure, call);
      return { open: { ...open, state, failure }, session };
    }
  };

  return {
    list: listing.list,
    async get(ids, call) {
      const id = checkId(ids[0], 'test execution');
      return orUnknown(stateOf(id, call), unknown(id, call));
    },
    async open(ids, call) {
      const id = checkId(ids[0], 'test execution');
      const { open, session } = await orUnknown(opened(id, call), unknown(id, call));
      const { counters } = countersOf(open.state);
      return { session, counters, runs: (depth, reader) => readRuns(client, calls, open, depth, reader, now) };
    },
  };
}
