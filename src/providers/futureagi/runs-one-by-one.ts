/**
 * Peculiar to Future AGI: where no page of an execution can be computed, whatever evaluations are asked for, its
 * calls are listed by the app family and read one by one.
 */
import type { Coverage, Gap } from '../../model/coverage.ts';
import { Problem } from '../../model/problem.ts';
import type { Run } from '../../model/schemas.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { mapLimited } from '../shared/concurrency.ts';
import { isRefusal, isUnreadable } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type CallFacts, toRun } from './map-run.ts';
import { type OrderedRuns, orderedRuns } from './run-order.ts';
import { missingFrom } from './session-count.ts';
import { PLATFORM } from './settings.ts';

/** Most calls read one by one. */
const MOST = 300;
/** Calls read at the same time. */
const AT_ONCE = 5;

export interface ReadRuns {
  runs: OrderedRuns;
  coverage: Coverage;
}

/**
 * Reads the calls of an execution one by one. `expected`: number of calls that the execution counts; `cause`: why no page
 * can be read. A call that is unknown when it is asked for counts as missing. Throws `vendor_error` where there are too many, or none can be read.
 */
export async function readOneByOne(
  api: Api,
  { expected = 0, cause }: { expected?: number | undefined; cause: unknown },
  facts: CallFacts,
  { signal }: CallContext,
): Promise<ReadRuns> {
  const notComputable = () =>
    new Problem('vendor_error', `${PLATFORM.label} cannot compute the statistics of this execution.`, {
      provider: PLATFORM.id,
      next: 'Remove numeric or reason-only evaluations from the run test and run it again; single runs can still be read with get_run.',
      vendor: { status: 500 },
      cause,
    });
  const listed = api.list(ENDPOINTS.listCalls, { params: { id: facts.session }, signal }, 100);
  const bounded: typeof listed = {
    ...listed,
    async fetch(place) {
      const page = await listed.fetch(place);
      if ((page.total ?? 0) > MOST) throw notComputable();
      return page;
    },
  };
  const { rows, coverage } = await collect(walk(bounded, { most: MOST + 1 }));
  if (rows.length > MOST) throw notComputable();
  let [unknown, unreadableCalls] = [0, 0];
  const found = await mapLimited(rows, AT_ONCE, async ({ id }): Promise<[string, Run] | undefined> => {
    try {
      return [id, toRun(await api.one(ENDPOINTS.getCall, { query: { call_execution_id: id }, signal }), facts)];
    } catch (error) {
      if (isRefusal(error, 404)) unknown += 1;
      else if (isRefusal(error, 500) || isUnreadable(error)) unreadableCalls += 1;
      else throw error;
      return undefined;
    }
  });
  if (rows.length > 0 && unreadableCalls === rows.length) throw notComputable();
  const runs = orderedRuns();
  runs.add(found.filter((one) => one !== undefined));
  const unreadable = (coverage.unreadable ?? 0) + unreadableCalls;
  const most = Math.max(expected, coverage.expected ?? 0, runs.size + unknown + unreadable);
  const gaps: Gap[] = [...(coverage.gaps ?? [])];
  if (unreadableCalls > 0) {
    const note = `${unreadableCalls} of the runs could not be read.`;
    gaps.push({ kind: 'unreadable', count: unreadableCalls, note });
  }
  const read = { ...coverage, read: runs.size, unreadable, gaps };
  return { runs, coverage: missingFrom(read, most, most - runs.size - unreadable) };
}
