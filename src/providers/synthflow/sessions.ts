/** Reading sessions. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, Provider, SessionQuery } from '../provider.ts';
import { resolveAgent } from './agents.ts';
import type { Catalogue } from './catalogue.ts';
import type { SynthflowClient } from './client.ts';
import { explainUnknown } from './known.ts';
import { defined, PROVIDER } from './map-run.ts';
import { toSession } from './map-session.ts';
import { firstPlace, gather, readPlace, writePlace } from './paging.ts';
import { BIG_SESSION, countedSession, sizeOf } from './session-count.ts';
import type { WireSession } from './wire.ts';

const MOST_REMEMBERED = 1000;
/** Suites looked up for one list (two requests each, once in a while); sessions beyond them stay without a name. */
const MOST_LOOK_UPS = 6;

export function sessionOperations(
  client: SynthflowClient,
  catalogue: Catalogue,
  now: () => number,
): NonNullable<Provider['sessions']> {
  /** Simulations in a session as last seen: polling asks a small one itself and only counts a big one. */
  const sizes = new Map<string, number>();

  return {
    async list(query, { signal }) {
      const agent = query.agent === undefined ? undefined : await resolveAgent(client, query.agent, signal);
      const belongs = await testFilter(query, catalogue, signal);
      const place = query.cursor === undefined ? firstPlace(query.limit) : readPlace(query.cursor);
      if (!place) {
        throw new Problem('invalid_input', 'That cursor belongs to another list.', {
          provider: PROVIDER,
          next: 'Repeat the call without a cursor.',
        });
      }
      const filters = { target_agent_id: agent, start_date: query.since, end_date: query.until };
      const got = await gather(
        (page) => client.simulations.listSessions({ ...page, ...filters }, signal),
        place,
        query.limit,
        (wire) => {
          if (!belongs(wire)) return undefined;
          const session = toSession(wire, { now: now() }, catalogue.remembered);
          if (session && wire.simulation_session_id) remember(sizes, wire.simulation_session_id, session.counts.runs);
          if (!session || (query.status !== undefined && session.status !== query.status)) return undefined;
          return { session, caseIds: caseIdsOf(wire) };
        },
      );
      const items: Session[] = [];
      let lookUps = 0;
      for (const { session, caseIds } of got.items) {
        const nameless = session.test === undefined && caseIds.length > 1;
        const known = nameless ? catalogue.remembered(caseIds) : undefined;
        if (nameless && !known) lookUps += 1;
        const origin = nameless && lookUps <= MOST_LOOK_UPS ? await catalogue.find(caseIds, signal) : known;
        items.push(origin ? { ...session, ...defined('name', origin.name), test: origin.ref } : session);
      }
      // The vendor's order is undocumented; within one page at least the newest stands first.
      items.sort((one, other) => (other.created_at ?? '').localeCompare(one.created_at ?? ''));
      const filtered = query.test !== undefined || query.status !== undefined;
      return {
        items,
        ...(got.next ? { next: writePlace(got.next) } : {}),
        ...(got.total !== undefined && !filtered ? { total: got.total } : {}),
      };
    },

    async get(ids, call) {
      const [id = ''] = ids;
      const known = sizes.get(id) ?? (await sizeOf(client, id, call.signal));
      if (known !== undefined) remember(sizes, id, known);
      if (known !== undefined && known > BIG_SESSION) return countedSession(client, catalogue, id, call);
      let wire: WireSession;
      try {
        wire = await client.simulations.getSession(id, call.signal);
      } catch (error) {
        if (isProblem(error) && error.kind === 'too_large') return countedSession(client, catalogue, id, call);
        return explainUnknown(error, 'session', id, () => recentSessions(client, id, call));
      }
      const caseIds = caseIdsOf(wire);
      const origin = caseIds.length > 1 ? await catalogue.find(caseIds, call.signal) : undefined;
      const session = toSession(wire, { now: now(), session: id }, () => origin);
      if (!session) throw new Problem('unreadable', 'Synthflow answered without a session.', { provider: PROVIDER });
      remember(sizes, id, session.counts.runs);
      return session;
    },
  };
}

function caseIdsOf(wire: WireSession): string[] {
  return [...new Set((wire.simulations ?? []).flatMap((one) => one.simulation_case_id ?? []))];
}

function remember(sizes: Map<string, number>, id: string, size: number): void {
  if (sizes.size >= MOST_REMEMBERED) sizes.clear();
  sizes.set(id, size);
}

/** Does a session belong to the test asked for? A run tells its case; which cases a suite holds is looked up once. */
async function testFilter(
  query: SessionQuery,
  catalogue: Catalogue,
  signal: AbortSignal,
): Promise<(session: WireSession) => boolean> {
  const [id = ''] = query.test?.ids ?? [];
  if (!query.test) return () => true;
  let cases: ReadonlySet<string | undefined> = new Set([id]);
  if (query.test.kind === 'suite') {
    try {
      cases = new Set((await catalogue.suite(id, signal)).cases.map((one) => one.simulation_case_id));
    } catch (error) {
      return explainUnknown(error, 'suite', id, async () => []);
    }
  }
  return (session) =>
    (session.simulations ?? []).some((run) => run.simulation_case_id && cases.has(run.simulation_case_id));
}

/** Ids of recent sessions; throws `wrong_kind` when the id turns out to be one of a run. */
async function recentSessions(client: SynthflowClient, id: string, { signal }: CallContext): Promise<string[]> {
  const { items } = await client.simulations.list({ page_number: 1, page_size: 50 }, signal);
  const run = items.find((one) => one.simulation_id === id);
  if (run) {
    throw new Problem('wrong_kind', 'That is the id of a run, not of a session.', {
      provider: PROVIDER,
      next: 'Read it with get_run; its session is named there.',
      ...(run.simulation_session_id ? { candidates: [formatRef(PROVIDER, 'session', run.simulation_session_id)] } : {}),
    });
  }
  return [...new Set(items.flatMap((one) => one.simulation_session_id ?? []))];
}
