/**
 * The runs of an execution. Rows are ordered by their last update, so while calls are being scored rows move between
 * pages and one pass can repeat some and miss others; a page beyond the end is answered with 500.
 */
import type { Run } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, RunDepth, RunPage } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { fifthOf, type List, pageOf } from '../shared/list.ts';
import { each, walk } from '../shared/pages.ts';
import { PAGE_SIZE } from './api.ts';
import { createNaming } from './evaluation-names.ts';
import type { ExecutionPages } from './execution-pages.ts';
import { isPastSdkPages, unreadable } from './faults.ts';
import { type CallFacts, statusOf, toRun } from './map-run.ts';
import { isSettled } from './map-session.ts';
import { orderedRuns } from './run-order.ts';
import { type ReadRuns, readOneByOne } from './runs-one-by-one.ts';
import { countOf, heldAgainst } from './session-count.ts';
import { PLATFORM } from './settings.ts';
import { configNames } from './verdict.ts';
import type { WireCall, WireExecution, WireMetrics } from './wire.ts';

/** Up to this many calls are fetched as one single page, a consistent snapshot, when rows moved during a pass. */
const SNAPSHOT_LIMIT = 2_000;
const MAX_PASSES = 4;
/** Rows kept back until the end while they may come again in a newer state. */
const HELD_WHILE_MOVING = 20_000;
/** Runs handed on at a time. */
const CHUNK = 500;

/** An execution that is being read. */
export interface OpenExecution {
  id: string;
  state: WireExecution | WireMetrics;
  /** Pages of `PAGE_SIZE` calls that were asked for already, by number. */
  early: Map<number, Promise<WireExecution>>;
  /** The vendor's error, where it cannot compute any page. */
  failure?: unknown;
  /** Signal of the call that opened the execution. */
  signal: AbortSignal;
}

interface Reading {
  api: Api;
  pages: ExecutionPages;
  open: OpenExecution;
  now(): number;
}

/** Yields every run of an execution once, by scenario and then call id; the last page carries the coverage. */
export async function* readRuns(reading: Reading, depth: RunDepth, call: CallContext): AsyncGenerator<RunPage> {
  const { api, pages, open, now } = reading;
  const { id, state, failure } = open;
  const naming = createNaming(pages.shared.get(id));
  const facts: CallFacts = { session: id, depth, tests: new Map(), passed: new Map(), note: naming.note };
  const oneByOne = (cause: unknown) => {
    if (!isRefusal(cause, 500)) throw cause;
    const { expected } = countOf(state);
    return readOneByOne(api, { expected, cause }, { ...facts, settled: isSettled(state, now()) }, call);
  };
  const read = await (failure ? oneByOne(failure) : readPages(reading, facts, call).catch(oneByOne));
  const runs = read.runs.result();
  const shared = naming.tellApart(runs);
  if (shared.size > 0) pages.shared.set(id, shared);
  // What was handed out is kept no longer: whoever reads makes its own of it meanwhile.
  while (runs.length > 0) yield { runs: runs.splice(0, CHUNK) };
  yield { runs: [], coverage: read.coverage };
}

async function readPages({ pages, open, now }: Reading, facts: CallFacts, call: CallContext): Promise<ReadRuns> {
  const { id, state } = open;
  const runs = orderedRuns();
  const own = countOf(state);
  // While calls are being scored rows move, and none is asked for ahead.
  const steady = isTerminal(statusOf(state.status));
  let latest = state;
  const list = callsOf(pages, open, call, (execution) => {
    latest = execution;
  });
  const counted = 'call_results' in state && state.call_results?.total !== undefined;
  const rows = walk(list, {
    // Where pages state their own total, calls that only the execution counts would not appear in a further pass.
    expected: counted ? undefined : own.expected,
    ahead: steady ? 1 : undefined,
    held: steady ? undefined : HELD_WHILE_MOVING,
    passes: MAX_PASSES,
    snapshot: SNAPSHOT_LIMIT,
  });
  const coverage = await each(rows, (page) => {
    const all: CallFacts = {
      ...facts,
      names: 'eval_results' in latest ? configNames(latest.eval_results) : undefined,
      execution: statusOf(latest.status),
      settled: isSettled(latest, now()),
      // Counters that stay 0 although there are calls are the mark of a chat.
      chat: (latest.total_calls ?? 0) === 0,
      unasked: pages.unasked(id),
    };
    runs.add(page.map((row): [string, Run] => [row.call_execution_id, toRun(row, all)]));
  });
  return { runs, coverage: heldAgainst(coverage, own) };
}

/** The calls of an execution; `seen` hears of the execution that each page comes with. */
function callsOf(
  pages: ExecutionPages,
  { id, early, signal }: OpenExecution,
  call: CallContext,
  seen: (execution: WireExecution) => void,
): List<WireCall> {
  const askedEarly = async (page: number, size: number): Promise<WireExecution | undefined> => {
    const request = size === PAGE_SIZE ? early.get(page) : undefined;
    early.delete(page);
    try {
      return await request;
    } catch (error) {
      if (!signal.aborted || call.signal.aborted) throw error;
      // The call that asked early was cancelled; this call was not, and asks again.
      return undefined;
    }
  };
  return {
    platform: PLATFORM,
    what: 'runs',
    by: 'page',
    size: PAGE_SIZE,
    async fetch(place, arrived) {
      const [page, limit] = [pageOf(place), place.size];
      const execution = (await askedEarly(page, limit)) ?? (await pages.read(id, { page, limit }, call, arrived));
      seen(execution);
      if (!execution.call_results) throw unreadable('an execution without a list of its calls');
      return execution.call_results;
    },
    idOf: (row) => row.call_execution_id,
    stateOf,
    isPastEnd: isPastSdkPages,
    pastEndIsFault: true,
    smaller: fifthOf,
  };
}

/** The parts of a row that may change, its status and its evaluations, as a short digest, because it is kept of every row. */
function stateOf({ status = '', eval_outputs }: WireCall): string {
  let state = hashed(status, 0);
  for (const { output, value, status: word = '' } of eval_outputs.values()) {
    const result = output ?? value;
    state = hashed(typeof result === 'string' ? result : (JSON.stringify(result) ?? ''), hashed(word, state));
  }
  return String(state);
}

function hashed(text: string, from: number): number {
  let hash = from;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at) + 1) | 0;
  return hash;
}
