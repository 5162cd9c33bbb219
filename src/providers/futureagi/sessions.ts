/** Executions as sessions: lists, and one by id. */
import { Problem } from '../../model/problem.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, Page, Provider } from '../provider.ts';
import { type CallReader, PAGE_SIZE } from './calls.ts';
import { type FutureAgiClient, vendorStatus } from './client.ts';
import { mapEvaluations } from './evaluations.ts';
import { createListing } from './listing.ts';
import { isUuid, type Lookup, notAnId, remembered } from './lookup.ts';
import { mapExecution, mapExecutionMetrics, PROVIDER } from './map.ts';
import type { ExecutionDetail } from './wire.ts';

export function createSessions(
  client: FutureAgiClient,
  calls: CallReader,
  lookup: Lookup,
): NonNullable<Provider['sessions']> {
  /** Executions that were completed and had every evaluation written when last looked at. */
  const settled = remembered<string>();
  const listing = createListing(client, lookup);

  /**
   * A chat execution says `completed` while its evaluations are still being written. The call updated least recently is
   * the last row, so that one tells; asked once per completed state. `pages` holds the first page of `limit` calls and
   * gets the last one, if that is read.
   */
  const stillScoring = async (
    detail: ExecutionDetail,
    pages: Map<number, ExecutionDetail>,
    limit: number,
    call: CallContext,
  ): Promise<boolean> => {
    const waiting = (read: ExecutionDetail) =>
      (read.call_results?.results ?? []).some((row) =>
        mapEvaluations(row.eval_outputs).some((evaluation) => evaluation.verdict === 'pending'),
      );
    // Evaluations added to an old execution come as placeholders, which makes their calls the last updated ones.
    if (waiting(detail)) return true;
    const count = detail.call_results?.count ?? 0;
    const state = `${detail.completed_at ?? ''} ${count}`;
    if (settled.get(detail.execution_id) === state) return false;
    const page = Math.min(detail.call_results?.total_pages ?? 1, Math.ceil(count / limit));
    if (page > 1) {
      // Fewer calls than a moment ago make this page one beyond the end: that is no reason to fail.
      const last = await calls.execution(detail.execution_id, { page, limit }, call).catch((error: unknown) => {
        if (vendorStatus(error) !== 500) throw error;
        return undefined;
      });
      if (last) pages.set(page, last);
      if (last && waiting(last)) return true;
    }
    settled.set(detail.execution_id, state);
    return false;
  };

  const unknownSession = async (cause: unknown, call: CallContext): Promise<Problem> => {
    const recent = await lookup
      .runTests(call)
      .then(({ items }) => listing.merged(items, { limit: 5 }, call))
      .catch((): Page<Session> => ({ items: [] }));
    return new Problem('not_found', 'Future AGI knows no test execution with that id.', {
      provider: PROVIDER,
      next: 'list_sessions lists the executions; those of another workspace are not visible.',
      candidates: recent.items.map((session) => session.ref),
      cause,
    });
  };

  return {
    list: listing.list,
    async get(ids, call) {
      const [id = ''] = ids;
      if (!isUuid(id)) throw notAnId('test execution');
      try {
        const limit = call.runs_next ? PAGE_SIZE : 1;
        const detail = await calls.execution(id, { page: 1, limit }, call);
        const pages = new Map([[1, detail]]);
        const [known, scoring] = await Promise.all([
          lookup.belonging(id, call),
          detail.status?.toLowerCase() === 'completed' ? stillScoring(detail, pages, limit, call) : false,
        ]);
        if (limit === PAGE_SIZE) calls.handOver(id, pages);
        return mapExecution(detail, known, scoring);
      } catch (error) {
        if (vendorStatus(error) === 404) throw await unknownSession(error, call);
        if (vendorStatus(error) !== 500) throw error;
        // One evaluation whose statistics cannot be computed breaks `runs` for good; `metrics` does not compute any.
        return mapExecutionMetrics(await client.executionMetrics(id, call.signal), await lookup.belonging(id, call));
      }
    },
  };
}
