/** Ids and names found in Coval's lists, and remembered over calls; what is unknown offers the closest. */
import { parseRef, type RefKind } from '../../model/refs.ts';
import type { Api } from '../shared/api.ts';
import { type Named, orUnknown } from '../shared/choose.ts';
import { isRefusal, isUnreadable } from '../shared/faults.ts';
import { markOfCopy } from '../shared/marked-name.ts';
import { collect, firstPage, walk } from '../shared/pages.ts';
import { type Choices, choicesIn, choose } from './choices.ts';
import { ENDPOINTS } from './endpoints.ts';
import { unreadable } from './faults.ts';
import { caseName, suiteName } from './map-test.ts';
import { PLATFORM } from './settings.ts';
import {
  agentRecordReader,
  unwrap,
  type WireAgent,
  type WireRun,
  type WireTestCase,
  type WireTestSet,
} from './wire.ts';

/** Agent names stay known for this long. */
const NAME_MS = 5 * 60_000;
const AGENT = { what: 'agent', kind: 'agent' } as const;

/** An id as the caller wrote it, or the last one of a reference. */
export const bareId = (text: string) => parseRef(text)?.ids.at(-1) ?? text;

export type Lookup = ReturnType<typeof createLookup>;

export function createLookup(api: Api, now: () => number) {
  const agentNames = new Map<string, { at: number; name: Promise<string | undefined> }>();
  const agents = (signal: AbortSignal) =>
    choicesIn(api.list(ENDPOINTS.listAgents, { signal }), (agent) => ({ ...agent, name: agent.display_name }));

  /** Ids of the agents that a test set names as its own; none where it does not tell. */
  async function agentsOf(test_set: string, signal: AbortSignal): Promise<string[]> {
    try {
      return (await collect(walk(api.list(ENDPOINTS.listTestSetAgents, { params: { id: test_set }, signal })))).rows;
    } catch (error) {
      if (isUnreadable(error) || isRefusal(error, 200, 400, 403, 404, 405, 410, 500, 501, 503)) return [];
      throw error;
    }
  }

  return {
    agentsOf,

    /** The agent's name; undefined where the key may not see it. */
    agentName(id: string | undefined, signal: AbortSignal): Promise<string | undefined> {
      if (id === undefined) return Promise.resolve(undefined);
      const remembered = agentNames.get(id);
      if (remembered && now() - remembered.at < NAME_MS) return remembered.name;
      const name = api.one(ENDPOINTS.getAgent, { params: { id }, signal }).then(
        (agent) => agent.display_name,
        (error: unknown) => {
          agentNames.delete(id);
          if (isRefusal(error)) return undefined;
          throw error;
        },
      );
      agentNames.set(id, { at: now(), name });
      return name;
    },

    /** An agent's id from its id, reference or name. What looks like an id is taken as it is: the agent may be retired. */
    async agentId(text: string, signal: AbortSignal): Promise<string> {
      const wanted = bareId(text);
      return /^[A-Za-z0-9]{22}$/.test(wanted) ? wanted : choose(await agents(signal), wanted, AGENT).id;
    },

    /**
     * The wanted agent; where none is named, the only one of the test set, else the only one of the organisation. Copies
     * that we made are meant by their ids or names alone.
     */
    async agent(wanted: string | undefined, test_set: string, signal: AbortSignal): Promise<WireAgent & Named> {
      const all = await agents(signal);
      const originals = withoutCopies(all.items);
      if (wanted !== undefined) return chosen(all, originals, bareId(wanted));
      const own = ownAgents(originals, test_set, await agentsOf(test_set, signal));
      return choose({ ...all, items: own.length > 0 ? own : originals }, undefined, AGENT);
    },

    /** All that Coval answers of one agent. Throws `not_found` with the closest ones. */
    agentRecord(id: string, signal: AbortSignal): Promise<Record<string, unknown>> {
      const asked = api.body(ENDPOINTS.getAgentToChange, { params: { id }, signal }).then((body) => {
        const record = agentRecordReader(unwrap(body, ENDPOINTS.getAgentToChange.unwrap));
        if (record?.id !== id) throw unreadable(ENDPOINTS.getAgentToChange.what);
        return record;
      });
      return known(asked, 'agent', id, async () => {
        const some = await firstPage(api.list(ENDPOINTS.listAgents, { signal }));
        return some.map((agent) => ({ id: agent.id, name: agent.display_name }));
      });
    },

    /** Whether an agent is deleted: Coval does not know its id, or lists all agents without it. */
    async isGone(id: string, signal: AbortSignal): Promise<boolean> {
      try {
        await api.body(ENDPOINTS.getAgent, { params: { id }, signal });
      } catch (error) {
        if (isRefusal(error, 404, 410)) return true;
        throw error;
      }
      const { items, all } = await agents(signal);
      return all && !items.some((agent) => agent.id === id);
    },

    async persona(wanted: string | undefined, signal: AbortSignal): Promise<Named> {
      const list = api.list(ENDPOINTS.listPersonas, { signal });
      const personas = await choicesIn(list, ({ id, name }) => ({ id, name }));
      return choose(personas, wanted && bareId(wanted), { what: 'persona' });
    },

    /** The wanted metrics, each once. */
    async metrics(wanted: readonly string[], signal: AbortSignal): Promise<Named[]> {
      if (wanted.length === 0) return [];
      const list = api.list(ENDPOINTS.listMetrics, { query: { include_builtin: true }, signal });
      const metrics = await choicesIn(list, ({ id, metric_name }) => ({ id, name: metric_name }));
      return [...new Set(wanted.map((text) => choose(metrics, text, { what: 'metric', pass: 'metrics' })))];
    },

    /** Variants of an agent, each once. */
    async mutations(wanted: readonly string[], agent: string, signal: AbortSignal): Promise<Named[]> {
      if (wanted.length === 0) return [];
      const list = api.list(ENDPOINTS.listMutations, { params: { id: agent }, signal });
      const mutations = await choicesIn(list, ({ id, display_name }) => ({ id, name: display_name }));
      const choice = { what: 'mutation', pass: 'provider_options.mutation_ids' };
      return [...new Set(wanted.map((text) => choose(mutations, text, choice)))];
    },

    /** A run by its id. Throws `not_found` with the closest of the newest. */
    session(id: string, signal: AbortSignal): Promise<WireRun> {
      return known(api.one(ENDPOINTS.getRun, { params: { id }, signal }), 'session', id, async () => {
        const runs = await firstPage(api.list(ENDPOINTS.listRuns, { query: { order_by: '-create_time' }, signal }));
        return runs.map(({ run_id, display_name }) => ({ id: run_id, name: display_name }));
      });
    },

    /** A test set by its id. Throws `not_found` with the closest ones. */
    suite(id: string, signal: AbortSignal): Promise<WireTestSet> {
      return known(api.one(ENDPOINTS.getTestSet, { params: { id }, signal }), 'suite', id, async () => {
        const testSets = await firstPage(api.list(ENDPOINTS.listTestSets, { signal }));
        return testSets.map((one) => ({ id: one.id, name: suiteName(one) }));
      });
    },

    /** A test case by its id. Throws `not_found` with the closest ones. */
    testCase(id: string, signal: AbortSignal): Promise<WireTestCase> {
      return known(api.one(ENDPOINTS.getTestCase, { params: { id }, signal }), 'case', id, async () => {
        const cases = await firstPage(api.list(ENDPOINTS.listTestCases, { signal }));
        return cases.map((one) => ({ id: one.id, name: caseName(one) }));
      });
    },
  };
}

/** Without the copies that we made of agents to try changes on. */
export function withoutCopies<T extends Pick<WireAgent, 'display_name'>>(agents: readonly T[]): T[] {
  return agents.filter(({ display_name }) => markOfCopy(display_name) === undefined);
}

/** The agent of this id or name. A part of a name means an original: its copies have the same part in theirs. */
function chosen(all: Choices<WireAgent & Named>, originals: (WireAgent & Named)[], wanted: string): WireAgent & Named {
  const named = all.items.find((agent) => agent.id === wanted || agent.name === wanted);
  return named ?? choose({ ...all, items: originals }, wanted, AGENT);
}

/** The agents of a test set: `named` by it, or naming it themselves. */
export function ownAgents<T extends WireAgent>(agents: readonly T[], test_set: string, named: readonly string[]): T[] {
  return agents.filter(({ id, test_set_ids = [] }) => named.includes(id) || test_set_ids.includes(test_set));
}

/** What a reader calls the things of a kind. */
const WORDS: Partial<Record<RefKind, string>> = { session: 'run', agent: 'agent' };

function known<T>(asked: Promise<T>, kind: RefKind, id: string, there: () => Promise<Named[]>): Promise<T> {
  return orUnknown(asked, {
    platform: PLATFORM,
    what: kind,
    kind,
    id,
    known: there,
    next: `Check the id: it may belong to another workspace, or the ${WORDS[kind] ?? 'test'} was deleted.`,
  });
}
