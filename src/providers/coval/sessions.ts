/** Coval runs as sessions: listing, one, and the question whether the metrics of a finished run are still pending. */
import { isProblem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, OpenSession, Page, Provider, RunDepth, RunPage, SessionQuery } from '../provider.ts';
import { orUnknown } from '../shared/choose.ts';
import { cursorPage } from '../shared/cursor-page.ts';
import { collect, walk } from '../shared/pages.ts';
import { instant } from '../shared/scalars.ts';
import { firstPage, hasStatus } from './answers.ts';
import { choicesIn, choose } from './choices.ts';
import type { CovalClient } from './client.ts';
import { allOf, checkedId, type FilterTerm, timeValue } from './filter.ts';
import { toSession } from './map.ts';
import { PLATFORM } from './platform.ts';
import { readResults } from './results.ts';
import { once } from './shown.ts';
import { countersOf } from './simulations.ts';
import { endOf, isRecent, normalStatus, statusOf, statusTerms } from './status.ts';
import { latestOutputs } from './verdict.ts';
import type { WireRun } from './wire.ts';

const PEEKS = 3;
/** Agent names stay known for this long. */
const NAME_MS = 5 * 60_000;
const JUDGED = ['COMPLETED', 'SKIPPED', 'FAILED', 'CANCELLED'];

export interface SessionsDeps {
  client: CovalClient;
  /** Reads the runs of a session that was opened. */
  read(run: WireRun, depth: RunDepth, call: CallContext): AsyncIterable<RunPage>;
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
    if (statusOf(run.status) !== 'completed' || !isRecent(now(), endOf(run))) return false;
    const { by_simulation, metrics, rows } = readResults(run);
    const values = (id: string) => [...(rows.get(id)?.values() ?? [])].filter((value) => value !== undefined).length;
    if (by_simulation && run.results?.output_ids?.ids.every((id) => values(id) === metrics.size)) return false;
    const filter = allOf([
      { field: 'run_id', value: run.run_id },
      { field: 'status', value: 'COMPLETED' },
    ]);
    const items = await firstPage(client.simulations({ filter }, signal));
    const ids = items.map((simulation) => simulation.simulation_id).sort((a, b) => values(a) - values(b));
    const looked = await Promise.all(
      ids.slice(0, PEEKS).map((id) => collect(walk(client.metricOutputs(id, 'BASIC', signal), { ahead: 1 }))),
    );
    return looked.some((outputs) =>
      latestOutputs(outputs.rows).some(({ status }) => !JUDGED.includes(normalStatus(status ?? 'COMPLETED'))),
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

  /** Newest first: what was shown on an earlier page moves down while runs are added. */
  async function listed(query: SessionQuery, signal: AbortSignal) {
    const suite = query.test ? checkedId(query.test.ids[0], 'test set') : undefined;
    const filter = allOf([
      ...(await terms(query, signal)),
      suite === undefined ? undefined : { field: 'test_set_id', value: suite },
      ...(query.status === undefined ? [] : statusTerms(query.status)),
    ]);
    const size = Math.min(100, Math.max(1, query.limit));
    const list = client.runs({ filter, order_by: '-create_time' }, signal, size);
    const accept = (run: WireRun) => (fits(run, query) ? run : undefined);
    return cursorPage(PLATFORM, [once({ list, idOf: ({ run_id }) => run_id, accept })], query);
  }

  /** Runs know their test set only; the simulations of a case lead to the runs that had it. */
  async function listedByCase(query: SessionQuery, ids: readonly string[], signal: AbortSignal) {
    const filter = allOf([
      { field: 'test_case_id', value: checkedId(ids.at(-1), 'test case') },
      ...(await terms(query, signal)),
    ]);
    const list = client.simulations({ filter, order_by: '-create_time' }, signal);
    const { items, next, coverage } = await cursorPage(
      PLATFORM,
      [once({ list, idOf: ({ run_id }) => run_id, accept: ({ run_id }) => run_id })],
      query,
    );
    const runs = await Promise.all(items.map((id) => client.run(id, signal).catch(ignoreMissing)));
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

  function known(id: string, signal: AbortSignal): Promise<WireRun> {
    return orUnknown(client.run(id, signal), {
      platform: PLATFORM,
      what: 'session',
      kind: 'session',
      id,
      known: async () => {
        const runs = await firstPage(client.runs({ order_by: '-create_time' }, signal));
        return runs.map(({ run_id, display_name }) => ({ id: run_id, name: display_name }));
      },
      next: 'Check the id: it may belong to another workspace, or the run was deleted.',
    });
  }

  return {
    list,
    async get(ids, { signal }) {
      return session(await known(checkedId(ids[0], 'run'), signal), signal);
    },
    async open(ids, call): Promise<OpenSession> {
      const id = checkedId(ids[0], 'run');
      const run = await known(id, call.signal);
      /** What was read for the state is read from once. */
      let ready: WireRun | undefined = run;
      return {
        session: await session(run, call.signal),
        counters: countersOf(run),
        async *runs(depth, reader) {
          const of = ready ?? (await known(id, reader.signal));
          ready = undefined;
          yield* read(of, depth, reader);
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
  const [created, from, to] = [run.create_time, since, until].map(instant);
  if (created === undefined) return true;
  return !((from !== undefined && created < from) || (to !== undefined && created > to));
}

function ignoreMissing(error: unknown): undefined {
  if (hasStatus(error, 404)) return undefined;
  throw error;
}

/** An agent's id from its id, reference or name. What looks like an id is taken as it is: the agent may be retired. */
async function agentId(client: CovalClient, text: string, signal: AbortSignal): Promise<string> {
  const wanted = parseRef(text)?.ids[0] ?? text;
  if (/^[A-Za-z0-9]{22}$/.test(wanted)) return wanted;
  const agents = await choicesIn(client.agents({}, signal), ({ id, display_name }) => ({ id, name: display_name }));
  return choose(agents, wanted, { what: 'agent', kind: 'agent' }).id;
}
