/**
 * The vendor's lists, as they are walked. Nothing documents the order, the biggest page or what lies past the end: a
 * refused size falls back to the vendor's default, a heavy page to a fifth, and a refusal past the first page is the end.
 */
import { fifthOf, type List, type Place, pageOf, type RawPage } from '../shared/list.ts';
import { collect, walk } from '../shared/pages.ts';
import type { SynthflowClient } from './client.ts';
import { isRefusal, type PageQuery } from './endpoints/answers.ts';
import type { SessionListQuery } from './endpoints/simulations.ts';
import { PLATFORM } from './platform.ts';
import type { WireAgent, WireCase, WireSession, WireSuite } from './wire.ts';

/** Biggest page (documented for suites and sessions, INFERRED for the rest) and the vendor's default, taken everywhere. */
export const BIGGEST_PAGE = 100;
const DEFAULT_PAGE = 10;

const COMMON = {
  platform: PLATFORM,
  isPastEnd: isRefusal,
  smaller(error: unknown, place: Place): number | undefined {
    const refused = place.offset === 0 && place.size > DEFAULT_PAGE && isRefusal(error);
    return refused ? DEFAULT_PAGE : fifthOf(error, place);
  },
};

export interface Paged<T> extends Pick<List<T>, 'what' | 'idOf' | 'stateOf' | 'keeps'> {
  /** Rows wanted; pages are no bigger. Default: all there are. */
  wanted?: number;
  fetch(page: PageQuery, arrived?: () => void): Promise<RawPage<T>>;
}

/** A list by `page_number` and `page_size`. */
export function paged<T>({ wanted = BIGGEST_PAGE, fetch, ...list }: Paged<T>): List<T> {
  return {
    ...COMMON,
    ...list,
    by: 'page',
    size: Math.max(1, Math.min(wanted, BIGGEST_PAGE)),
    fetch: (place, arrived) => fetch({ page_number: pageOf(place), page_size: place.size }, arrived),
  };
}

export function agentsList(client: SynthflowClient, signal: AbortSignal): List<WireAgent> {
  return {
    ...COMMON,
    what: 'agents',
    by: 'skip',
    size: BIGGEST_PAGE,
    fetch: ({ offset, size }) => client.assistants({ limit: size, offset }, signal),
    idOf: (agent) => agent.id,
  };
}

/** What narrows a list of definitions down, and how many are wanted. */
interface Narrowed {
  search?: string;
  suite_id?: string;
  wanted?: number;
}

export function suitesList(
  client: SynthflowClient,
  signal: AbortSignal,
  { search, wanted }: Narrowed = {},
): List<WireSuite> {
  return paged({
    what: 'suites',
    wanted,
    fetch: (page) => client.suites.list({ ...page, search }, signal),
    idOf: (suite) => suite.id,
  });
}

export function casesList(
  client: SynthflowClient,
  signal: AbortSignal,
  { search, suite_id, wanted }: Narrowed = {},
): List<WireCase> {
  return paged({
    what: 'cases',
    wanted,
    fetch: (page) => client.cases.list({ ...page, search, suite_id }, signal),
    idOf: (one) => one.simulation_case_id,
  });
}

export function sessionsList(
  client: SynthflowClient,
  signal: AbortSignal,
  filters: Omit<SessionListQuery, keyof PageQuery>,
  wanted?: number,
): List<WireSession> {
  return paged({
    what: 'sessions',
    wanted,
    fetch: (page) => client.simulations.listSessions({ ...page, ...filters }, signal),
    idOf: (session) => session.simulation_session_id,
  });
}

/** The first page of a list, for who only needs some of it. */
export async function someOf<T>(list: List<T>): Promise<T[]> {
  return (await collect(walk(list, { most: list.size, passes: 1 }))).rows;
}
