/** Reading sessions. */
import { isProblem } from '../../model/problem.ts';
import type { Session } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, Provider, SessionQuery } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { unreadableAnswer } from '../shared/faults.ts';
import { instant, isInWindow } from '../shared/scalars.ts';
import { PAGE_SIZE } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { caseIdsOf, counterGaps, embeddedIn, toSession, totalOf } from './map-session.ts';
import { BIG_SESSION, type CountedSession, countedSession, type SizedSession, sizeOf } from './session-count.ts';
import { readRuns } from './session-runs.ts';
import { PLATFORM } from './settings.ts';
import type { WireSession } from './wire.ts';

const MOST_REMEMBERED = 1000;
/** Suites looked up for one list (two requests each, once in a while); sessions beyond them stay without a name. */
const MOST_LOOK_UPS = 6;

/** A session as it was read: fetched with what it embeds, or counted. */
type ReadSession = { session: Session; wire: WireSession } | (CountedSession & { wire?: undefined });
type Page = SizedSession['page'];

export function createSessions(api: Api, lookup: Lookup, now: () => number): NonNullable<Provider['sessions']> {
  /** Simulations in a session as last seen: polling asks a small one itself and only counts a big one. */
  const sizes = new Map<string, number>();

  /** `page` = rows to ask for where the size is not known yet: one, or as many as a reading of the runs begins with. */
  const read = async (id: string, page: number, call: CallContext): Promise<ReadSession & { page?: Page }> => {
    const remembered = sizes.get(id);
    const sized = remembered === undefined ? await sizeOf(api, id, page, call) : { size: remembered };
    const { size: known } = sized;
    if (known !== undefined) remember(sizes, id, known);
    return { ...(await state(id, known, call)), page: sized.page };
  };

  const state = async (id: string, known: number | undefined, call: CallContext): Promise<ReadSession> => {
    const counted = () => countedSession(api, lookup, id, known, call);
    if (known !== undefined && known > BIG_SESSION) return counted();
    let wire: WireSession;
    try {
      const asked = api.one(ENDPOINTS.getSession, { params: { simulation_session_id: id }, signal: call.signal });
      wire = await lookup.orUnknown(asked, 'session', id, call);
    } catch (error) {
      if (isProblem(error) && error.kind === 'too_large') return counted();
      throw error;
    }
    // It says nothing of its runs, and the list has some.
    if (known !== undefined && known > 0 && totalOf(wire) === undefined && wire.simulations === undefined)
      return counted();
    const caseIds = caseIdsOf(wire);
    const origin = caseIds.length > 1 ? await lookup.suiteOf(caseIds, call) : undefined;
    const session = toSession(wire, { now: now(), session: id }, () => origin);
    if (!session) throw unreadableAnswer(PLATFORM, 'without a session', {});
    remember(sizes, id, session.counts.runs);
    return { session, wire };
  };

  return {
    async list(query, call) {
      const agent = query.agent === undefined ? undefined : await lookup.agentId(query.agent, call);
      const belongs = await testFilter(query, lookup, call);
      let hasSessionWithoutCases = false;
      const filters = { target_agent_id: agent, start_date: query.since, end_date: query.until };
      const listed = source({
        key: 'sessions',
        list: api.list(ENDPOINTS.listSessions, { query: filters, signal: call.signal }, query.limit),
        accept(wire) {
          // A list by test leaves out sessions that do not tell their cases: a note says so.
          if (query.test && caseIdsOf(wire).length === 0) hasSessionWithoutCases = true;
          if (!belongs(wire) || !isWithin(wire, query)) return undefined;
          const session = toSession(wire, { now: now() }, lookup.rememberedSuite);
          if (session && wire.simulation_session_id) remember(sizes, wire.simulation_session_id, session.counts.runs);
          if (!session || (query.status !== undefined && session.status !== query.status)) return undefined;
          return { session, caseIds: caseIdsOf(wire) };
        },
      });
      const taken = await cursorPage(PLATFORM, [listed], query);
      const items: Session[] = [];
      let lookUps = 0;
      for (const { session, caseIds } of taken.items) {
        const nameless = session.test === undefined && caseIds.length > 1;
        const known = nameless ? lookup.rememberedSuite(caseIds) : undefined;
        if (nameless && !known) lookUps += 1;
        const origin = nameless && lookUps <= MOST_LOOK_UPS ? await lookup.suiteOf(caseIds, call) : known;
        items.push(origin ? { ...session, name: origin.name ?? session.name, test: origin.ref } : session);
      }
      // The vendor's order is undocumented; within one page at least the newest stands first.
      items.sort((one, other) => (other.created_at ?? '').localeCompare(one.created_at ?? ''));
      const filtered = query.test !== undefined || query.status !== undefined;
      const notes = hasSessionWithoutCases ? [NO_CASES] : undefined;
      return { ...taken, items, total: filtered ? undefined : taken.total, notes };
    },

    async get([id = ''], call) {
      return (await read(id, 1, call)).session;
    },

    async open([id = ''], call) {
      const known = await read(id, PAGE_SIZE, call);
      const { session, wire } = known;
      let { page } = known;
      const ended = isTerminal(session.status);
      const of = {
        id,
        embedded: embeddedIn(wire ?? {}),
        total: wire ? totalOf(wire) : known.total,
        ended,
        first() {
          const ready = page;
          page = undefined;
          return ready;
        },
      };
      const broken = wire ? wire.failed_simulations : known.broken;
      return {
        session,
        counters: ended ? { broken } : undefined,
        gaps: ended && wire ? counterGaps(wire) : undefined,
        runs: (depth, call) => readRuns(api, of, { depth, now: now() }, call),
      };
    },
  };
}

const NO_CASES = 'Some sessions do not tell which cases they ran; they are left out of a list by test.';

function remember(sizes: Map<string, number>, id: string, size: number): void {
  if (sizes.size >= MOST_REMEMBERED) sizes.clear();
  sizes.set(id, size);
}

/**
 * Was one of its runs created in the time asked for? The platform filters by that itself; a list that did not is told by
 * sessions whose runs are all known and all at another time.
 */
function isWithin(wire: WireSession, { since, until }: SessionQuery): boolean {
  if (since === undefined && until === undefined) return true;
  const runs = [...embeddedIn(wire).values()];
  const moments = runs.flatMap(({ created_at }) => instant(created_at) ?? []);
  if (moments.length === 0 || moments.length < (totalOf(wire) ?? 0)) return true;
  return moments.some((at) => isInWindow(at, instant(since), instant(until)));
}

/** Does a session belong to the test asked for? A run tells its case; which cases a suite holds is looked up once. */
async function testFilter(
  { test }: SessionQuery,
  lookup: Lookup,
  call: CallContext,
): Promise<(session: WireSession) => boolean> {
  const [id = ''] = test?.ids ?? [];
  if (!test) return () => true;
  const suite = test.kind === 'suite' ? await lookup.orUnknown(lookup.suite(id, call), 'suite', id) : undefined;
  const cases = new Set(suite ? suite.cases.map((one) => one?.simulation_case_id) : [id]);
  return (session) => caseIdsOf(session).some((one) => cases.has(one));
}
