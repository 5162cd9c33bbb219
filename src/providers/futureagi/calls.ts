/**
 * Reading the calls of an execution. Rows are ordered by their last update, so while calls are being scored rows move
 * between pages and one pass can repeat some and miss others; a page beyond the end is answered with 500; and one
 * numeric or reason-only evaluation makes the statistics of the whole execution, and with them every page, a 500.
 */
import { Problem } from '../../model/problem.ts';
import type { Run } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import { type PagesAhead, pagesAhead } from '../shared/prefetch.ts';
import { handOver } from '../hand-over.ts';
import type { CallContext, RunDepth } from '../provider.ts';
import { type FutureAgiClient, vendorStatus } from './client.ts';
import { configNames } from './evaluations.ts';
import { remembered } from './lookup.ts';
import { mapCall, PROVIDER, statusOf } from './map.ts';
import { orderedRuns } from './order.ts';
import type { CallRow, ExecutionDetail } from './wire.ts';

/**
 * Calls a page. There is no maximum, and the vendor computes the statistics of the whole execution for every page, so
 * fewer, larger pages are less work for both sides, and of the 100 requests a minute that a plan allows more are left:
 * 500 calls with five reasons each are about 2.5 MB.
 */
export const PAGE_SIZE = 500;
/** Up to this many calls are fetched as one single page, a consistent snapshot, when rows moved during a pass. */
const SNAPSHOT_LIMIT = 2_000;
const MAX_PASSES = 4;
/** Calls read one by one at most, when the vendor cannot list them. */
const ONE_BY_ONE_LIMIT = 300;
/** Output types whose statistics the vendor can compute. */
const COMPUTABLE = new Set(['pass/fail', 'score', 'choices']);

/** Pages of `limit` calls of one execution, asked for on behalf of one call. */
export interface CallPages extends PagesAhead<ExecutionDetail> {
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface CallReader {
  /** One page of an execution, avoiding evaluations that the vendor cannot compute. */
  execution(
    id: string,
    query: { page: number; limit: number; summary?: boolean },
    call: CallContext,
    arrived?: () => void,
  ): Promise<ExecutionDetail>;
  pages(id: string, limit: number, call: CallContext): CallPages;
  /** Pages under way that `runs` goes on with if it is called at once. */
  handOver(id: string, pages: CallPages): void;
  /** Every run of an execution, once each, by scenario and then call id. */
  runs(session: string, depth: RunDepth, call: CallContext): Promise<Run[]>;
  /** Names of the evaluation configurations of an execution, by id. */
  names(session: string, call: CallContext): Promise<ReadonlyMap<string, string>>;
}

/** How many pages of `limit` calls there are: never beyond total_pages, and no further than the calls said to exist. */
export function lastPage({ call_results }: ExecutionDetail, limit: number, count = call_results?.count ?? 0): number {
  return Math.min(call_results?.total_pages ?? Number.POSITIVE_INFINITY, Math.max(1, Math.ceil(count / limit)));
}

/** Whether its calls keep their places: while they are still being scored rows move, and none is asked for ahead. */
export function isSteady({ status }: ExecutionDetail): boolean {
  return isTerminal(statusOf(status));
}

const isServerError = (error: unknown) => vendorStatus(error) === 500;

export function createCallReader(client: FutureAgiClient): CallReader {
  const filters = remembered<readonly string[]>(500);
  const configs = remembered<ReadonlyMap<string, string>>(500);
  const justRead = handOver<CallPages>();

  /** Names of evaluations that the vendor can compute, seen in the first calls; `[]` when that cannot be told. */
  const computable = async (id: string, call: CallContext): Promise<readonly string[]> => {
    const first = await client.callIds(id, { page: 1, limit: 3 }, call.signal);
    const names = new Map<string, boolean>();
    for (const { id: callId } of first.results.slice(0, 3)) {
      const detail = await client.call(callId, call.signal);
      for (const entry of detail.eval_outputs.values()) {
        // A comma separates names, so a name that holds one cannot be asked for.
        if (!entry.name || entry.name.includes(',') || !entry.output_type) continue;
        names.set(entry.name, COMPUTABLE.has(entry.output_type.toLowerCase()));
      }
    }
    return [...names].filter(([, fine]) => fine).map(([name]) => name);
  };

  const execution: CallReader['execution'] = async (id, query, call, arrived) => {
    const known = filters.get(id);
    try {
      const detail = await client.execution(id, { ...query, evalNames: known }, call.signal, arrived);
      configs.set(id, configNames(detail.eval_results));
      return detail;
    } catch (error) {
      if (!isServerError(error) || known !== undefined || query.page > 1) throw error;
      // When not even the calls can be listed, the first refusal is the one to report.
      const names = await computable(id, call).catch((): readonly string[] => []);
      if (names.length === 0) throw error;
      const detail = await client.execution(id, { ...query, evalNames: names }, call.signal);
      filters.set(id, names);
      return detail;
    }
  };

  const pages: CallReader['pages'] = (id, limit, call) => ({
    ...pagesAhead((page, arrived) => execution(id, { page, limit }, call, arrived)),
    limit,
    signal: call.signal,
  });

  /** Reads pages until every call was seen, or nothing more can be learnt from another pass. */
  const collect = async (
    session: string,
    call: CallContext,
    add: (rows: CallRow[], detail: ExecutionDetail) => number,
  ) => {
    let from = justRead.take(session) ?? pages(session, PAGE_SIZE, call);
    let count = 0;
    let seen = 0;
    let broken: unknown;
    const take = (page: number, last?: number) =>
      from.take(page, last).catch((error: unknown) => {
        if (!from.signal.aborted || call.signal.aborted) throw error;
        // Whoever began to read has gone; others that joined have not.
        from = pages(session, from.limit, call);
        return from.take(page, last);
      });
    for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
      broken = undefined;
      const first = await take(1);
      if (!first.call_results && (first.total_calls ?? 0) > 0)
        throw incomplete('Future AGI counts calls in this execution, but its answer holds none of them.');
      const rows = first.call_results?.results ?? [];
      seen = add(rows, first);
      count = first.call_results?.count ?? seen;
      const last = lastPage(first, from.limit, count);
      const steady = isSteady(first);
      for (let page = 2; page <= last && seen < count; page += 1) {
        const answer = await take(page, steady ? last : page).catch((error: unknown) => {
          // The execution may have shrunk meanwhile, which makes this page one beyond the end.
          if (!isServerError(error)) throw error;
          broken = error;
          return undefined;
        });
        if (!answer) break;
        seen = add(answer.call_results?.results ?? [], answer);
        count = answer.call_results?.count ?? count;
      }
      if (seen >= count) return;
      from = pages(session, count <= SNAPSHOT_LIMIT ? count + 50 : PAGE_SIZE, call);
    }
    if (broken) throw broken;
    // Some are lost while rows move; more than a tenth is not that, and a rate over the rest would pass for one over all.
    if (seen < count * 0.9)
      throw incomplete(`Future AGI counts ${count} calls, but its pages held only ${seen} of them.`);
  };

  const oneByOne = async (session: string, call: CallContext, cause: unknown): Promise<CallRow[]> => {
    const ids = new Set<string>();
    for (let page = 1; ; page += 1) {
      const found = await client.callIds(session, { page, limit: 100 }, call.signal);
      for (const { id } of found.results) ids.add(id);
      const total = found.count ?? ids.size;
      if (total > ONE_BY_ONE_LIMIT) {
        throw new Problem('vendor_error', 'Future AGI cannot compute the statistics of this execution.', {
          provider: PROVIDER,
          next: 'Remove numeric or reason-only evaluations from the run test and run it again; single runs can still be read with get_run.',
          vendor: { status: 500 },
          cause,
        });
      }
      if (found.results.length === 0 || ids.size >= total || page >= (found.total_pages ?? page)) break;
    }
    const rows: CallRow[] = [];
    for (const id of ids) {
      try {
        rows.push(await client.call(id, call.signal));
      } catch (error) {
        if (vendorStatus(error) !== 404) throw error;
      }
    }
    return rows;
  };

  return {
    execution,
    pages,
    handOver: justRead.put,
    async names(session, call) {
      const known = configs.get(session);
      if (known) return known;
      const detail = await execution(session, { page: 1, limit: 1 }, call);
      return configNames(detail.eval_results);
    },
    async runs(session, depth, call) {
      const runs = orderedRuns();
      const tests = new Map<string, string>();
      try {
        await collect(session, call, (rows, detail) => {
          const facts = {
            session,
            depth,
            tests,
            names: configNames(detail.eval_results),
            execution: statusOf(detail.status),
            // Counters that stay 0 although there are calls are the mark of a chat.
            chat: (detail.total_calls ?? 0) === 0 && rows.length > 0,
          };
          runs.add(rows.map((row) => [row.call_execution_id, mapCall(row, facts)]));
          return runs.size;
        });
      } catch (error) {
        if (!isServerError(error)) throw error;
        const rows = await oneByOne(session, call, error);
        runs.add(rows.map((row) => [row.call_execution_id, mapCall(row, { session, depth, names: new Map() })]));
      }
      return runs.result();
    },
  };
}

function incomplete(what: string): Problem {
  return new Problem('unreadable', what, {
    provider: PROVIDER,
    next: 'Try again; if it stays, this deployment does not page as documented. Single runs can be read with get_run.',
  });
}
