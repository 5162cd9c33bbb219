/** Executions as sessions: lists, and one by id. */
import { Problem } from '../../model/problem.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, Page, Provider } from '../provider.ts';
import { type CallPages, type CallReader, isSteady, lastPage, PAGE_SIZE } from './calls.ts';
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
   * the last row, so that one tells; asked once per completed state. `detail` is the first of the pages.
   */
  const stillScoring = async (detail: ExecutionDetail, pages: CallPages): Promise<boolean> => {
    if (detail.status?.toLowerCase() !== 'completed') return false;
    const waiting = (read: ExecutionDetail) =>
      (read.call_results?.results ?? []).some((row) =>
        mapEvaluations(row.eval_outputs).some((evaluation) => evaluation.verdict === 'pending'),
      );
    // Evaluations added to an old execution come as placeholders, which makes their calls the last updated ones.
    if (waiting(detail)) return true;
    const state = `${detail.completed_at ?? ''} ${detail.call_results?.count ?? 0}`;
    if (settled.get(detail.execution_id) === state) return false;
    const page = lastPage(detail, pages.limit);
    if (page > 1) {
      // Fewer calls than a moment ago make this page one beyond the end: that is no reason to fail.
      const last = await pages.peek(page).catch((error: unknown) => {
        if (vendorStatus(error) !== 500) throw error;
        return undefined;
      });
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
        const pages = calls.pages(id, call.runs_next ? PAGE_SIZE : 1, call);
        const detail = await pages.peek(1);
        const tells = Promise.all([lookup.belonging(id, call), stillScoring(detail, pages)]);
        // Only now, for what tells is waited for.
        if (call.runs_next && isSteady(detail)) pages.peek(1, lastPage(detail, PAGE_SIZE));
        const [known, scoring] = await tells;
        if (call.runs_next) calls.handOver(id, pages);
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
