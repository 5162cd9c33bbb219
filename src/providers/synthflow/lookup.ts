/**
 * Ids and names found and remembered over calls: agents by their names, suites with their cases, the suite that a session
 * executed. An id that the vendor does not know is answered with the closest known ones.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { type Choice, type Named, orUnknown, pick, type UnknownId, unknownId } from '../shared/choose.ts';
import { collect, firstPage, walk } from '../shared/pages.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusedRequest } from './faults.ts';
import type { SessionOrigin } from './map-session.ts';
import { PLATFORM } from './settings.ts';
import type { WireCase, WireSuite } from './wire.ts';

/** Agents looked through for a name. */
const MOST_AGENTS = 500;
const AGENT: Choice = { platform: PLATFORM, what: 'agent', kind: 'agent' };
/** How long a suite is remembered, so that polling a session does not look it up again. */
const KEEP_MS = 5 * 60_000;
/** Suites, and cases without a suite, remembered at once. */
const MOST_KEPT = 500;

type Kind = 'agent' | 'suite' | 'case' | 'session' | 'run';

export interface SuiteCases {
  suite: WireSuite;
  /** The cases of the suite; undefined = a case that cannot be read. */
  cases: readonly (WireCase | undefined)[];
  /** Number of further cases that no page showed or that could not be read; NaN where it is unknown. */
  lost: number;
}

export interface Lookup {
  /**
   * The id of an agent given by id or name; the vendor's filters and starts take ids only. A text of unknown form that is
   * no name is taken for an id, because nothing documents the forms. Throws `ambiguous` when several agents share the name.
   */
  agentId(given: string, call: CallContext): Promise<string>;
  /** A suite with all its cases. */
  suite(id: string, call: CallContext): Promise<SuiteCases>;
  /** The suite that holds all these cases, from memory only. */
  rememberedSuite(caseIds: readonly string[]): SessionOrigin | undefined;
  /**
   * The same, asking the vendor where memory has no answer: a run names its case, a case its suite, and a session
   * neither. A failed look-up is no answer, not an error.
   */
  suiteOf(caseIds: readonly string[], call: CallContext): Promise<SessionOrigin | undefined>;
  /**
   * The vendor's refusal of an id (404, and 400 or 422 for an id of the wrong form) becomes `not_found` with candidates;
   * without `call` there are none. Throws `wrong_kind` when a session's id turns out to be one of a run, or the reverse.
   */
  orUnknown<T>(asked: Promise<T>, kind: Kind, id: string, call?: CallContext): Promise<T>;
  /** The problem of an id that the vendor turned out not to know. */
  unknown(kind: Kind, id: string, call: CallContext): Promise<Problem>;
}

interface Kept {
  name?: string | undefined;
  cases: ReadonlySet<string>;
  at: number;
}

export function createLookup(api: Api, now: () => number): Lookup {
  const suites = new Map<string, Kept>();
  /** Cases whose suite could not be found, with the time of the look-up: it is not repeated at every poll. */
  const casesWithoutSuite = new Map<string, number>();

  const rememberedSuite: Lookup['rememberedSuite'] = (caseIds) => {
    if (caseIds.length === 0) return undefined;
    for (const [id, kept] of suites) {
      if (now() - kept.at <= KEEP_MS && caseIds.every((caseId) => kept.cases.has(caseId))) {
        return { ref: formatRef(PLATFORM.id, 'suite', id), name: kept.name };
      }
    }
    return undefined;
  };

  const suite: Lookup['suite'] = async (id, { signal }) => {
    const found = await api.one(ENDPOINTS.getSuite, { params: { suite_id: id }, signal });
    const { cases, lost } = found.cases ? { cases: found.cases, lost: 0 } : await casesOf(api, id, signal);
    suites.delete(id);
    suites.set(id, {
      name: found.name,
      cases: new Set(cases.flatMap((one) => one?.simulation_case_id ?? [])),
      at: now(),
    });
    for (const oldest of suites.keys()) {
      if (suites.size <= MOST_KEPT) break;
      suites.delete(oldest);
    }
    return { suite: found, cases, lost };
  };

  return {
    agentId: (given, call) => agentId(api, given, call),
    suite,
    rememberedSuite,
    async suiteOf(caseIds, call) {
      const remembered = rememberedSuite(caseIds);
      const [first] = caseIds;
      if (
        remembered ||
        first === undefined ||
        now() - (casesWithoutSuite.get(first) ?? Number.NEGATIVE_INFINITY) <= KEEP_MS
      )
        return remembered;
      try {
        const params = { simulation_case_id: first };
        const { suite_id } = await api.one(ENDPOINTS.getCase, { params, signal: call.signal });
        if (suite_id) await suite(suite_id, call);
      } catch (error) {
        if (isProblem(error) && error.kind === 'cancelled') throw error;
      }
      const found = rememberedSuite(caseIds);
      if (!found) {
        if (casesWithoutSuite.size >= MOST_KEPT) casesWithoutSuite.clear();
        casesWithoutSuite.set(first, now());
      }
      return found;
    },
    orUnknown: (asked, kind, id, call) => orUnknown(asked, unknownOf(api, kind, id, call)),
    unknown: (kind, id, call) => unknownId(unknownOf(api, kind, id, call)),
  };
}

function unknownOf(api: Api, kind: Kind, id: string, call: CallContext | undefined): UnknownId {
  return {
    platform: PLATFORM,
    what: kind,
    kind,
    id,
    known: async () => (call ? KNOWN[kind](api, id, call) : []),
    next: NEXT[kind],
    isUnknown: isRefusedRequest,
  };
}

/** All cases of a suite, for answers that do not embed them. A list that ignores the filter shows those of others, too. */
async function casesOf(api: Api, suite_id: string, signal: AbortSignal): Promise<Pick<SuiteCases, 'cases' | 'lost'>> {
  const { rows, coverage } = await collect(walk(api.list(ENDPOINTS.listCases, { query: { suite_id }, signal })));
  const lost = (coverage.missing ?? 0) + (coverage.unreadable ?? 0);
  return {
    cases: rows.filter((one) => (one.suite_id ?? suite_id) === suite_id),
    lost: coverage.complete || lost > 0 ? lost : Number.NaN,
  };
}

async function agentId(api: Api, given: string, { signal }: CallContext): Promise<string> {
  const wanted = given.trim();
  if (looksLikeAgentId(wanted)) return wanted;
  const list = api.list(ENDPOINTS.listAgents, { signal });
  const { rows, coverage } = await collect(walk(list, { most: MOST_AGENTS, passes: 1 }));
  const agents = rows.flatMap(({ id, name }) => (id ? [{ id, name }] : []));
  try {
    return pick(agents, wanted, AGENT).id;
  } catch (error) {
    if (!isProblem(error) || error.kind !== 'not_found') throw error;
    if (!/\s/.test(wanted)) return wanted;
    if (coverage.complete) throw error;
    throw new Problem('not_found', 'Synthflow shows no agent of that name, but not all its agents could be read.', {
      ...error.details,
    });
  }
}

/** Both forms in use: a uuid, and the vendor's own example `1726005822670-239735712159542050`. */
function looksLikeAgentId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) || /^\d{6,}-\d{6,}$/.test(text);
}

const NEXT: Readonly<Record<Kind, string>> = {
  agent: 'list_agents shows the agents of this workspace.',
  suite: 'list_tests with kind=suite shows the suites of this workspace.',
  case: 'list_tests with kind=case shows the cases of this workspace.',
  session: 'list_sessions shows the sessions of this workspace; the id of a run is no session id.',
  run: 'list_runs shows the runs of a session; the id of a session is no run id.',
};

/** Lists candidates for an unknown id: the first page of suites, of cases, or of all runs. */
const KNOWN: Readonly<Record<Kind, (api: Api, id: string, call: CallContext) => Promise<Named[]>>> = {
  async agent(api, _, { signal }) {
    const rows = await firstPage(api.list(ENDPOINTS.listAgents, { signal }));
    return rows.flatMap(({ id, name }) => (id ? [{ id, name }] : []));
  },

  async suite(api, _, { signal }) {
    const rows = await firstPage(api.list(ENDPOINTS.listSuites, { signal }));
    return rows.flatMap(({ id, name }) => (id ? [{ id, name }] : []));
  },

  async case(api, _, { signal }) {
    const rows = await firstPage(api.list(ENDPOINTS.listCases, { signal }));
    return rows.flatMap(({ simulation_case_id: id, name }) => (id ? [{ id, name }] : []));
  },

  async session(api, id, { signal }) {
    const rows = await firstPage(api.list(ENDPOINTS.listSimulations, { signal }));
    const run = rows.find((one) => one.simulation_id === id);
    if (run) {
      const session = run.simulation_session_id;
      throw new Problem('wrong_kind', 'That is the id of a run, not of a session.', {
        provider: PLATFORM.id,
        next: 'Read it with get_run; its session is named there.',
        candidates: session ? [formatRef(PLATFORM.id, 'session', session)] : undefined,
      });
    }
    return [...new Set(rows.flatMap((one) => one.simulation_session_id ?? []))].map((one) => ({ id: one }));
  },

  async run(api, id, { signal }) {
    const rows = await firstPage(api.list(ENDPOINTS.listSimulations, { signal }));
    if (rows.some((one) => one.simulation_session_id === id)) {
      throw new Problem('wrong_kind', 'That is the id of a session, not of a run.', {
        provider: PLATFORM.id,
        next: 'list_runs shows the runs of a session.',
        candidates: [formatRef(PLATFORM.id, 'session', id)],
      });
    }
    return rows.flatMap((one) => (one.simulation_id ? [{ id: one.simulation_id }] : []));
  },
};
