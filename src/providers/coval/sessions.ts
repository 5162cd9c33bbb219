/** Coval runs as sessions: listing, one, and the question whether the metrics of a finished run are still pending. */
import { isProblem } from '../../model/problem.ts';
import { formatRef, parseRef } from '../../model/refs.ts';
import type { Session } from '../../model/schemas.ts';
import type { HandOver } from '../hand-over.ts';
import type { CallContext, Page, Provider, SessionQuery } from '../provider.ts';
import { type CovalClient, collect } from './client.ts';
import { type Cursor, readCursor, walk } from './cursor.ts';
import { allOf, checkedId, type FilterTerm, timeValue } from './filter.ts';
import { isoTime, PROVIDER_ID, toSession } from './map.ts';
import { pick, withCandidates } from './names.ts';
import { readResults } from './results.ts';
import { normalStatus, statusOf, statusTerms } from './status.ts';
import { latestOutputs } from './verdict.ts';
import type { WireRun } from './wire.ts';

/** A run that completed longer ago is not asked any more whether its metrics are pending: they would hang for ever. */
const SCORING_MS = 15 * 60_000;
const PEEKS = 3;
/** Runs remembered in a cursor so that a list by test case shows each once. */
const MAX_SHOWN = 50;
/** Agent names stay known for this long. */
const NAME_MS = 5 * 60_000;

export interface SessionsDeps {
  client: CovalClient;
  /** Runs as they were read, for whoever reads their simulations next. */
  read: HandOver<WireRun>;
  now(): number;
}

export function createSessions({ client, read, now }: SessionsDeps): NonNullable<Provider['sessions']> {
  const agentNames = new Map<string, { at: number; name: Promise<string | undefined> }>();

  /** The agent's name; its id serves where the key may not see it. */
  function agentName(id: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (id === undefined) return Promise.resolve(undefined);
    const before = agentNames.get(id);
    if (before && now() - before.at < NAME_MS) return before.name;
    const name = client.agent(id, signal).then(
      (agent) => agent.display_name,
      (error: unknown) => {
        agentNames.delete(id);
        if (isProblem(error) && error.details.vendor?.status !== undefined) return undefined;
        throw error;
      },
    );
    agentNames.set(id, { at: now(), name });
    return name;
  }

  /**
   * Are metrics of this completed run pending? "All simulations finished" does not promise that they are judged. The
   * values tell at no cost when all are there; otherwise the finished simulations with the fewest values are looked at.
   */
  async function scoring(run: WireRun, signal: AbortSignal): Promise<boolean> {
    if (statusOf(run.status) !== 'completed') return false;
    const ended = Date.parse(isoTime(run.update_time ?? run.create_time) ?? '');
    if (Number.isNaN(ended) || now() - ended > SCORING_MS) return false;
    const { by_simulation, metrics, rows, output_ids } = readResults(run);
    const values = (id: string) => [...(rows.get(id)?.values() ?? [])].filter((value) => value !== null).length;
    if (by_simulation && output_ids?.every((id) => values(id) === metrics.size)) return false;
    const filter = allOf([
      { field: 'run_id', value: run.run_id },
      { field: 'status', value: 'COMPLETED' },
    ]);
    const { items } = await client.simulations({ filter }, signal);
    const ids = items.map((simulation) => simulation.simulation_id).sort((a, b) => values(a) - values(b));
    const looked = await Promise.all(ids.slice(0, PEEKS).map((id) => client.metricOutputs(id, 'BASIC', signal)));
    return looked.some((outputs) =>
      latestOutputs(outputs).some(
        ({ status }) => !['COMPLETED', 'SKIPPED', 'FAILED', 'CANCELLED'].includes(normalStatus(status ?? 'COMPLETED')),
      ),
    );
  }

  async function session(run: WireRun, signal: AbortSignal): Promise<Session> {
    const [agent, pending] = await Promise.all([agentName(run.agent_id, signal), scoring(run, signal)]);
    return toSession(run, { scoring: pending, ...(agent === undefined ? {} : { agent }) });
  }

  async function terms(query: SessionQuery, signal: AbortSignal): Promise<(FilterTerm | undefined)[]> {
    const agent = query.agent === undefined ? undefined : await agentId(client, query.agent, signal);
    return [
      agent === undefined ? undefined : { field: 'agent_id', value: agent },
      query.since === undefined ? undefined : { field: 'create_time', operator: '>=', value: timeValue(query.since) },
      query.until === undefined ? undefined : { field: 'create_time', operator: '<=', value: timeValue(query.until) },
    ];
  }

  async function list(query: SessionQuery, { signal }: CallContext): Promise<Page<Session>> {
    if (query.test?.kind === 'case') return listByCase(query, query.test.ids, signal);
    const suite = query.test ? checkedId(query.test.ids[0], 'test set') : undefined;
    const filter = allOf([
      ...(await terms(query, signal)),
      suite === undefined ? undefined : { field: 'test_set_id', value: suite },
      ...(query.status === undefined ? [] : statusTerms(query.status)),
    ]);
    const start = readCursor(query.cursor, query.limit);
    const { items, next } = await walk<WireRun>(start, {
      sources: [
        (page_token, page_size) =>
          client.runs.page({ filter, page_size, page_token, order_by: '-create_time' }, signal),
      ],
      keep: (run) => !movedDown(run, start) && fits(run, query),
      note: (run, cursor) => {
        cursor.last = { id: run.run_id, ...(run.create_time ? { time: run.create_time } : {}) };
      },
      limit: query.limit,
    });
    const sessions = await Promise.all(items.map((run) => session(run, signal)));
    return {
      items: sessions.filter((one) => query.status === undefined || one.status === query.status),
      ...(next === undefined ? {} : { next }),
    };
  }

  /** Runs know their test set only; the simulations of a case lead to the runs that had it. */
  async function listByCase(query: SessionQuery, ids: readonly string[], signal: AbortSignal): Promise<Page<Session>> {
    const filter = allOf([
      { field: 'test_case_id', value: checkedId(ids.at(-1), 'test case') },
      ...(await terms(query, signal)),
    ]);
    const runs: string[] = [];
    const shown = (id: string | undefined, cursor: Cursor) => id === undefined || (cursor.shown ?? []).includes(id);
    const { next } = await walk(readCursor(query.cursor, 100), {
      sources: [
        (page_token, page_size) =>
          client.simulations({ filter, page_size, page_token, order_by: '-create_time' }, signal),
      ],
      keep: (simulation, cursor) => !shown(simulation.run_id, cursor),
      note: ({ run_id = '' }, cursor) => {
        runs.push(run_id);
        cursor.shown = [...(cursor.shown ?? []), run_id].slice(-MAX_SHOWN);
      },
      limit: query.limit,
    });
    const found = await Promise.all(runs.map((id) => client.run(id, signal).catch(ignoreMissing)));
    const sessions = await Promise.all(found.flatMap((run) => (run && fits(run, query) ? [session(run, signal)] : [])));
    return {
      items: sessions.filter((one) => query.status === undefined || one.status === query.status),
      ...(next === undefined ? {} : { next }),
    };
  }

  return {
    list,
    async get(ids, { signal }) {
      const id = checkedId(ids[0], 'run');
      const run = await withCandidates(client.run(id, signal), id, 'run', async () => {
        const { items } = await client.runs.page({ order_by: '-create_time' }, signal);
        return items.map((one) => ({
          id: formatRef(PROVIDER_ID, 'session', one.run_id),
          name: one.display_name ?? '',
        }));
      });
      const found = await session(run, signal);
      read.put(id, run);
      return found;
    },
  };
}

/** Offset pages shift while runs are added: what is newer than the last row shown was on an earlier page. */
function movedDown(run: WireRun, { last }: Cursor): boolean {
  if (!last) return false;
  if (run.run_id === last.id) return true;
  return last.time !== undefined && Date.parse(run.create_time ?? '') > Date.parse(last.time);
}

/** The same conditions once more on our side: what a filter means is documented in part only. */
function fits(run: WireRun, { status, since, until }: SessionQuery): boolean {
  const ours = statusOf(run.status);
  if (normalStatus(run.status) === 'DELETED') return false;
  if (status !== undefined && ours !== (status === 'scoring' ? 'completed' : status)) return false;
  const created = Date.parse(isoTime(run.create_time) ?? '');
  return !(created < Date.parse(since ?? '') || created > Date.parse(until ?? ''));
}

function ignoreMissing(error: unknown): undefined {
  if (isProblem(error) && error.details.vendor?.status === 404) return undefined;
  throw error;
}

/** An agent's id from its id, reference or name. What looks like an id is taken as it is: the agent may be retired. */
async function agentId(client: CovalClient, text: string, signal: AbortSignal): Promise<string> {
  const wanted = parseRef(text)?.ids[0] ?? text;
  if (/^[A-Za-z0-9]{22}$/.test(wanted)) return wanted;
  const agents = await collect(client.agents.all({}, signal));
  const named = agents.map(({ id, display_name }) => ({ id, name: display_name ?? id }));
  return pick(named, wanted, 'agent').id;
}
