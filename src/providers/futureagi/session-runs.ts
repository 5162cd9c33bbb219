/**
 * The runs of an execution. Rows are ordered by their last update, so while calls are being scored rows move between
 * pages and one pass can repeat some and miss others; a page beyond the end is answered with 500; and where no page can
 * be computed at all, the calls are read one by one.
 */
import { type Coverage, coverageOf, type Gap, withGaps } from '../../model/coverage.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { Run } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, RunDepth, RunPage } from '../provider.ts';
import { mapLimited } from '../shared/concurrency.ts';
import { type List, pageOf } from '../shared/list.ts';
import { collect, each, walk } from '../shared/pages.ts';
import { unreadable, vendorStatus } from './answers.ts';
import { type CallReader, isServerError, PAGE_SIZE } from './calls.ts';
import { type FutureAgiClient, SDK_PAGES } from './client.ts';
import { configNames } from './evaluations.ts';
import { type CallFacts, countersOf, isSettled, mapCall, statusOf } from './map.ts';
import { createNaming } from './naming.ts';
import { type OrderedRuns, orderedRuns } from './order.ts';
import { PLATFORM } from './platform.ts';
import type { CallRow, ExecutionDetail, ExecutionMetrics } from './wire.ts';

/** Up to this many calls are fetched as one single page, a consistent snapshot, when rows moved during a pass. */
const SNAPSHOT_LIMIT = 2_000;
const MAX_PASSES = 4;
/** Rows kept back until the end while they may come again in a newer state. */
const HELD_WHILE_MOVING = 20_000;
/** Calls read one by one at most, when the vendor cannot list them; and so many at once. */
const ONE_BY_ONE_LIMIT = 300;
const AT_ONCE = 5;
/** Runs handed on at a time. */
const CHUNK = 500;

/** An execution that is being read. */
export interface OpenCalls {
  id: string;
  state: ExecutionDetail | ExecutionMetrics;
  /** Pages of `PAGE_SIZE` calls that were asked for already, by number. */
  early: Map<number, Promise<ExecutionDetail>>;
  /** Why the vendor cannot compute any. */
  failure?: unknown;
  /** On whose behalf. */
  signal: AbortSignal;
}

/** What of a row may change, its status and what its evaluations say, in short: it is kept of every row. */
function stateOf({ status = '', eval_outputs }: CallRow): string {
  let state = 0;
  for (const { output, value, status: word = '' } of eval_outputs.values()) {
    const said = output ?? value;
    state = hashed(typeof said === 'string' ? said : (JSON.stringify(said) ?? ''), hashed(word, state));
  }
  return `${status}${state}`;
}

function hashed(text: string, from: number): number {
  let hash = from;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at) + 1) | 0;
  return hash;
}

function callList(calls: CallReader, open: OpenCalls, call: CallContext, seen: (page: ExecutionDetail) => void) {
  const { id, early, signal } = open;
  const asked = async (page: number, size: number): Promise<ExecutionDetail | undefined> => {
    const before = size === PAGE_SIZE ? early.get(page) : undefined;
    early.delete(page);
    try {
      return await before;
    } catch (error) {
      if (!signal.aborted || call.signal.aborted) throw error;
      // Whoever began to read has gone; others that joined have not.
      return undefined;
    }
  };
  const list: List<CallRow> = {
    platform: PLATFORM,
    what: 'runs',
    by: 'page',
    size: PAGE_SIZE,
    async fetch(place, arrived) {
      const [page, limit] = [pageOf(place), place.size];
      const detail = (await asked(page, limit)) ?? (await calls.execution(id, { page, limit }, call, arrived));
      seen(detail);
      if (!detail.call_results) throw unreadable('an execution without a list of its calls');
      return detail.call_results;
    },
    idOf: (row) => row.call_execution_id,
    stateOf,
    ...SDK_PAGES,
  };
  return list;
}

/** A reading held against what the execution itself counts of its calls. */
function heldAgainst(coverage: Coverage, { expected, exact = false }: ReturnType<typeof countersOf>): Coverage {
  const { read, unreadable: unusable = 0, gaps = [] } = coverage;
  const covered = read + unusable;
  if (expected === undefined) return coverage;
  if (expected > (coverage.expected ?? covered)) return missingFrom(coverage, expected, expected - covered, gaps);
  if (!exact || expected >= covered || gaps.some(({ kind }) => kind === 'surplus')) return coverage;
  const note = `The platform counts ${expected} runs, but its pages held ${covered}.`;
  return withGaps(coverage, [{ kind: 'surplus', count: covered - expected, note }]);
}

function missingFrom(coverage: Coverage, expected: number, missing: number, gaps: readonly Gap[]): Coverage {
  const were = missing === 1 ? 'was' : 'were';
  const note = `${missing} of the ${expected} runs that the platform counts ${were} on no page.`;
  const others = gaps.filter(({ kind }) => kind !== 'missing');
  const all: Gap[] = missing > 0 ? [{ kind: 'missing', count: missing, note }, ...others] : others;
  return coverageOf({ read: coverage.read, expected, unusable: coverage.unreadable, gaps: all });
}

/** Every run of an execution, once each, by scenario and then call id; the coverage in the end. */
export async function* readRuns(
  client: FutureAgiClient,
  calls: CallReader,
  open: OpenCalls,
  depth: RunDepth,
  call: CallContext,
  now: () => number,
): AsyncGenerator<RunPage> {
  const { id } = open;
  const naming = createNaming(calls.shared.get(id));
  const facts = { session: id, depth, tests: new Map<string, string>(), note: naming.note };
  const oneByOne = (cause: unknown) => {
    if (!isServerError(cause)) throw cause;
    return readOneByOne(client, open, call, { ...facts, settled: isSettled(open.state, now()) }, cause);
  };
  const read = await (open.failure ? oneByOne(open.failure) : readPages(calls, open, call, now, facts).catch(oneByOne));
  const runs = read.runs.result();
  const shared = naming.tellApart(runs);
  if (shared.size > 0) calls.shared.set(id, shared);
  for (let start = 0; start < runs.length; start += CHUNK) yield { runs: runs.slice(start, start + CHUNK) };
  yield { runs: [], coverage: read.coverage };
}

interface ReadCalls {
  runs: OrderedRuns;
  coverage: Coverage;
}

type SomeFacts = Pick<CallFacts, 'session' | 'depth' | 'tests' | 'note' | 'settled'>;

async function readPages(
  calls: CallReader,
  open: OpenCalls,
  call: CallContext,
  now: () => number,
  facts: SomeFacts,
): Promise<ReadCalls> {
  const { id, state } = open;
  const runs = orderedRuns();
  const own = countersOf(state);
  // While calls are being scored rows move, and none is asked for ahead.
  const steady = isTerminal(statusOf(state.status));
  let latest: ExecutionDetail | undefined;
  const list = callList(calls, open, call, (detail) => {
    latest = detail;
  });
  const counted = 'call_results' in state && state.call_results?.total !== undefined;
  const rows = walk(list, {
    // Where pages count themselves, reading them again shows no more of what only the execution counts.
    expected: counted ? undefined : own.expected,
    ahead: steady ? 1 : undefined,
    held: steady ? undefined : HELD_WHILE_MOVING,
    passes: MAX_PASSES,
    snapshot: SNAPSHOT_LIMIT,
  });
  const coverage = await each(rows, (page) => {
    const detail = latest ?? state;
    const all: CallFacts = {
      ...facts,
      names: 'eval_results' in detail ? configNames(detail.eval_results) : undefined,
      execution: statusOf(detail.status),
      settled: isSettled(detail, now()),
      // Counters that stay 0 although there are calls are the mark of a chat.
      chat: (detail.total_calls ?? 0) === 0,
      unasked: calls.unasked(id),
    };
    runs.add(page.map((row): [string, Run] => [row.call_execution_id, mapCall(row, all)]));
  });
  return { runs, coverage: heldAgainst(coverage, own) };
}

/** Ids from the app family, then each call by itself. One that is unknown when it is asked for is missing. */
async function readOneByOne(
  client: FutureAgiClient,
  { id, state }: OpenCalls,
  { signal }: CallContext,
  facts: SomeFacts,
  cause: unknown,
): Promise<ReadCalls> {
  const tooMany = () =>
    new Problem('vendor_error', `${PLATFORM.label} cannot compute the statistics of this execution.`, {
      provider: PLATFORM.id,
      next: 'Remove numeric or reason-only evaluations from the run test and run it again; single runs can still be read with get_run.',
      vendor: { status: 500 },
      cause,
    });
  const ids = client.callIds(id, 100, signal);
  const bounded: typeof ids = {
    ...ids,
    async fetch(place) {
      const page = await ids.fetch(place);
      if ((page.total ?? 0) > ONE_BY_ONE_LIMIT) throw tooMany();
      return page;
    },
  };
  const { rows, coverage } = await collect(walk(bounded, { most: ONE_BY_ONE_LIMIT + 1 }));
  if (rows.length > ONE_BY_ONE_LIMIT) throw tooMany();
  const runs = orderedRuns();
  let [gone, broken] = [0, 0];
  const found = await mapLimited(rows, AT_ONCE, async (row): Promise<[string, Run] | undefined> => {
    try {
      return [row.id, mapCall(await client.call(row.id, signal), facts)];
    } catch (error) {
      if (vendorStatus(error) === 404) gone += 1;
      else if (isProblem(error) && (error.kind === 'unreadable' || isServerError(error))) broken += 1;
      else throw error;
      return undefined;
    }
  });
  runs.add(found.filter((one) => one !== undefined));
  if (rows.length > 0 && broken === rows.length) throw tooMany();
  const { expected } = countersOf(state);
  const note = `${broken} of the runs could not be read.`;
  const gaps: Gap[] = [
    ...(coverage.gaps ?? []),
    ...(broken > 0 ? [{ kind: 'unreadable' as const, count: broken, note }] : []),
  ];
  const unusable = (coverage.unreadable ?? 0) + broken;
  const most = Math.max(expected ?? 0, coverage.expected ?? 0, runs.size + gone + unusable);
  return {
    runs,
    coverage: missingFrom(
      { ...coverage, read: runs.size, unreadable: unusable },
      most,
      most - runs.size - unusable,
      gaps,
    ),
  };
}
