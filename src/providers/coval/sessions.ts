/** Coval's runs as sessions: listing, one, and the question whether the metrics of a finished run are still pending. */
import { createHash } from 'node:crypto';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, OpenSession, Page, Provider, RunDepth, RunPage, SessionQuery } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, type Source, source } from '../shared/cursor-page.ts';
import { isRefusal } from '../shared/faults.ts';
import type { List } from '../shared/list.ts';
import { collect, firstPage, walk } from '../shared/pages.ts';
import { instant, isInWindow } from '../shared/scalars.ts';
import { ENDPOINTS } from './endpoints.ts';
import { allOf, checkedId, type FilterTerm, statusTerms, timeValue } from './filter.ts';
import type { Lookup } from './lookup.ts';
import { normalStatus, statusOf } from './map-run.ts';
import { endOf, isRecent, toSession } from './map-session.ts';
import { readResults, rowsOf } from './results.ts';
import { PLATFORM } from './settings.ts';
import { countersOf } from './simulations.ts';
import { latestOutputs } from './verdict.ts';
import type { WireRun } from './wire.ts';

/** Simulations of a run that are looked at for pending metrics. */
const PEEKS = 3;
const JUDGED = ['COMPLETED', 'SKIPPED', 'FAILED', 'CANCELLED'];

export interface SessionsDeps {
  /** Reads the runs of a session that was opened. */
  readRuns(run: WireRun, depth: RunDepth, call: CallContext): AsyncIterable<RunPage>;
  now(): number;
}

export function createSessions(
  api: Api,
  lookup: Lookup,
  { readRuns, now }: SessionsDeps,
): NonNullable<Provider['sessions']> {
  /**
   * Are metrics of this completed run pending? "All simulations finished" does not promise that they are judged. The
   * values tell at no cost when all are there; otherwise the finished simulations with the fewest values are looked at.
   */
  async function scoring(run: WireRun, signal: AbortSignal): Promise<boolean> {
    if (statusOf(run.status) !== 'completed' || !isRecent(now(), endOf(run))) return false;
    const results = readResults(run);
    const values = (id: string) => [...rowsOf(results, id).values()].filter((value) => value !== undefined).length;
    const isWhole = (id: string) => values(id) === results.metrics.size;
    if (results.by_simulation && run.results?.output_ids?.ids.every(isWhole)) return false;
    const filter = allOf(['run_id', '=', run.run_id], ['status', '=', 'COMPLETED']);
    const simulations = await firstPage(api.list(ENDPOINTS.listSimulations, { query: { filter }, signal }));
    const ids = simulations.map(({ simulation_id }) => simulation_id).sort((a, b) => values(a) - values(b));
    const outputsOf = (id: string) =>
      api.list(ENDPOINTS.listMetricOutputs, { params: { id }, query: { view: 'BASIC' }, signal });
    const looked = await Promise.all(ids.slice(0, PEEKS).map((id) => collect(walk(outputsOf(id), { ahead: 1 }))));
    return looked.some((outputs) =>
      latestOutputs(outputs.rows).some(({ status }) => !JUDGED.includes(normalStatus(status ?? 'COMPLETED'))),
    );
  }

  async function session(run: WireRun, signal: AbortSignal): Promise<Session> {
    const [agent, pending] = await Promise.all([lookup.agentName(run.agent_id, signal), scoring(run, signal)]);
    return toSession(run, { agent, scoring: pending });
  }

  async function terms(query: SessionQuery, signal: AbortSignal): Promise<FilterTerm[]> {
    const agent = query.agent === undefined ? undefined : await lookup.agentId(query.agent, signal);
    return [
      ['agent_id', '=', agent],
      ['create_time', '>=', timeValue(query.since)],
      ['create_time', '<=', timeValue(query.until)],
    ];
  }

  /** Newest first: what was shown on an earlier page moves down while runs are added. */
  async function listed(query: SessionQuery, signal: AbortSignal) {
    const suite = query.test ? checkedId(query.test.ids[0], 'suite') : undefined;
    const filter = allOf(...(await terms(query, signal)), ['test_set_id', '=', suite], ...statusTerms(query.status));
    const asked = { query: { filter, order_by: '-create_time' }, signal };
    const list = api.list(ENDPOINTS.listRuns, asked, query.limit);
    const accept = (run: WireRun) => (fits(run, query) ? run : undefined);
    return cursorPage(PLATFORM, [once({ list, idOf: ({ run_id }) => run_id, accept })], query);
  }

  /** Runs know their test set only; the simulations of a case lead to the runs that had it. */
  async function listedByCase(query: SessionQuery, ids: readonly string[], signal: AbortSignal) {
    const id = checkedId(ids.at(-1), 'case');
    const filter = allOf(['test_case_id', '=', id], ...(await terms(query, signal)));
    const list = api.list(ENDPOINTS.listSimulations, { query: { filter, order_by: '-create_time' }, signal });
    const { items, next, coverage } = await cursorPage(
      PLATFORM,
      [once({ list, idOf: ({ run_id }) => run_id, accept: ({ run_id }) => run_id })],
      query,
    );
    const runs = await Promise.all(
      items.map((id) => api.one(ENDPOINTS.getRun, { params: { id }, signal }).catch(ignoreMissing)),
    );
    const found = runs.flatMap((run) => (run && fits(run, query) ? [run] : []));
    // What the platform counts here are simulations.
    return { items: found, next, coverage: { ...coverage, expected: undefined, read: found.length } };
  }

  async function list(query: SessionQuery, { signal }: CallContext): Promise<Page<Session>> {
    const { items, ...page } =
      query.test?.kind === 'case' ? await listedByCase(query, query.test.ids, signal) : await listed(query, signal);
    const sessions = await Promise.all(items.map((run) => session(run, signal)));
    return { ...page, items: sessions.filter((one) => query.status === undefined || one.status === query.status) };
  }

  return {
    list,
    async get(ids, { signal }) {
      return session(await lookup.session(checkedId(ids[0], 'session'), signal), signal);
    },
    async open(ids, call): Promise<OpenSession> {
      const id = checkedId(ids[0], 'session');
      const run = await lookup.session(id, call.signal);
      /** What was read for the state is read from once. */
      let ready: WireRun | undefined = run;
      return {
        session: await session(run, call.signal),
        counters: countersOf(run),
        async *runs(depth, reader) {
          const of = ready ?? (await lookup.session(id, reader.signal));
          ready = undefined;
          yield* readRuns(of, depth, reader);
        },
      };
    },
  };
}

/** The same conditions once more on our side: what a filter means is documented in part only. */
function fits(run: WireRun, { status, since, until }: SessionQuery): boolean {
  const ours = statusOf(run.status);
  if (normalStatus(run.status) === 'DELETED') return false;
  if (status !== undefined && ours !== (status === 'scoring' ? 'completed' : status)) return false;
  return isInWindow(instant(run.create_time), instant(since), instant(until));
}

function ignoreMissing(error: unknown): undefined {
  if (isRefusal(error, 404)) return undefined;
  throw error;
}

/** Ids remembered at most; of a list that moves further between two pages, a row may be shown again. */
const MOST = 50;
const DIGITS = 6;

interface OnceOptions<W, T> {
  list: List<W>;
  /** What is shown once; rows without it are not shown. */
  idOf(row: W): string | undefined;
  accept(row: W): T | undefined;
}

/** A list to take from, in which nothing is shown twice. */
function once<W, T>({ list, idOf, accept }: OnceOptions<W, T>): Source<T> {
  return source<W, T>({
    list,
    accept(row, memo = '') {
      const id = idOf(row);
      return id === undefined || marksIn(memo).includes(markOf(id)) ? undefined : accept(row);
    },
    note: (row, memo = '') => [...marksIn(memo), markOf(idOf(row) ?? '')].slice(-MOST).join(''),
  });
}

/** A few characters that stand for an id: cursors are passed around as text. */
function markOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, DIGITS);
}

function marksIn(memo: string): string[] {
  return memo.match(/.{6}/g) ?? [];
}
