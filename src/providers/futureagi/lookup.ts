/**
 * Which run test is meant, and which one an execution belongs to. Names of run tests are not unique, and executions do
 * not name their run test, so what was seen once is remembered for the life of the provider (bounded).
 */
import type { Coverage } from '../../model/coverage.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { candidates, orUnknown, type UnknownId, unknownId } from '../shared/choose.ts';
import { isRefusal } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type Belonging, belongingOf } from './map-session.ts';
import { PLATFORM } from './settings.ts';
import { isId, isUuid, type WireRunTest, type WireScenario } from './wire.ts';

const REMEMBER = 5_000;
/** Run tests or scenarios read when all are looked through: three pages. */
const MOST = 300;
const PER_PAGE = 100;

/** Wording of the messages about run tests. */
export const RUN_TEST = { platform: PLATFORM, what: 'suite', kind: 'suite' } as const;

export interface Lookup {
  /** One run test, by id or name; `ambiguous` when several have that name, `not_found` with the closest ones. */
  runTest(idOrName: string, call: CallContext): Promise<WireRunTest>;
  /** Up to 300 run tests, of those that contain `search`, and what was found of how many there are. */
  runTests(call: CallContext, search?: string): Promise<{ rows: WireRunTest[]; coverage: Coverage }>;
  /** One scenario by id; `not_found` with the closest ones. */
  scenario(id: string, call: CallContext): Promise<WireScenario>;
  /** What an execution belongs to, as far as it can be told; never throws for an unknown run test. */
  belonging(execution: string, call: CallContext): Promise<Belonging | undefined>;
  /** The same from memory only, without a request. */
  recall(execution: string): Belonging | undefined;
  remember(execution: string, belonging: Belonging): void;
  /** Remembers what a start plans, for the executions that come of it. */
  rememberTest(runTest: WireRunTest): void;
  /** Remembers that an execution was started of a run test. */
  rememberStarted(execution: string, runTest: string): void;
}

export function createLookup(api: Api): Lookup {
  const executions = remembered<Belonging>();
  const tests = remembered<Belonging>(500);

  const runTests: Lookup['runTests'] = (call, search) =>
    collect(
      walk(api.list(ENDPOINTS.listRunTests, { query: { search }, signal: call.signal }, PER_PAGE), { most: MOST }),
    );
  const named = async (name: string, call: CallContext) =>
    (await runTests(call, name)).rows.filter((runTest) => runTest.name === name);

  const unknown = (id: string, call: CallContext): UnknownId => ({
    ...RUN_TEST,
    id,
    next: 'list_tests lists the run tests; those of another workspace are not visible.',
    known: async () => (await runTests(call)).rows,
  });

  const runTestId = async (idOrName: string, call: CallContext): Promise<string> => {
    if (isUuid(idOrName)) return idOrName.toLowerCase();
    const exact = await named(idOrName, call);
    if (exact.length > 1) {
      throw new Problem('ambiguous', `${exact.length} run tests have exactly that name.`, {
        provider: PLATFORM.id,
        next: 'Name the run test by its id. Future AGI merges the executions of run tests that share a name.',
        candidates: candidates(exact, idOrName, RUN_TEST),
      });
    }
    const id = exact[0]?.id ?? (isId(idOrName) ? idOrName : await idByName(api, idOrName, call));
    if (id) return id;
    throw await unknownId(unknown(idOrName, call));
  };

  return {
    runTests,
    async runTest(idOrName, call) {
      const id = await runTestId(idOrName, call);
      const request = { params: { id }, signal: call.signal };
      return orUnknown(api.one(ENDPOINTS.getRunTest, request), unknown(id, call));
    },
    scenario: (id, { signal }) =>
      orUnknown(api.one(ENDPOINTS.getScenario, { params: { id }, signal }), {
        platform: PLATFORM,
        what: 'case',
        kind: 'case',
        id,
        next: 'list_tests lists the scenarios; get_test on a suite names those of a run test.',
        known: async () =>
          (await collect(walk(api.list(ENDPOINTS.listScenarios, { signal }, PER_PAGE), { most: MOST }))).rows,
        isUnknown: (error) => isRefusal(error, 400, 404),
      }),
    async belonging(execution, call) {
      const remembered = executions.get(execution);
      if (remembered) return remembered;
      let belonging: Belonging = {};
      try {
        const query = { execution_id: execution, summary: 'false' };
        const { run_test_name: name } = await api.one(ENDPOINTS.getAnalytics, { query, signal: call.signal });
        if (name) {
          const [only, ...others] = (await named(name, call)).map(belongingOf);
          const shared = only?.agent_ref !== undefined && others.every(({ agent_ref }) => agent_ref === only.agent_ref);
          const { agent, agent_ref } = only ?? {};
          // Which of several run tests of one name it is of cannot be told, but all of them may test one agent.
          belonging = only && others.length === 0 ? only : shared ? { name, agent, agent_ref } : { name };
        }
      } catch (error) {
        // The name is a convenience: an execution whose statistics cannot be computed is still worth showing.
        if (!isProblem(error) || error.kind === 'cancelled') throw error;
        if (!isRefusal(error, 500)) return undefined;
      }
      executions.set(execution, belonging);
      return belonging;
    },
    recall: executions.get,
    remember: executions.set,
    rememberTest: (runTest) => tests.set(runTest.id, belongingOf(runTest)),
    rememberStarted: (execution, run_test) => executions.set(execution, tests.get(run_test) ?? { run_test }),
  };
}

/** Undefined when no run test has that name (the vendor answers 400). */
async function idByName(api: Api, name: string, { signal }: CallContext): Promise<string | undefined> {
  try {
    return (await api.one(ENDPOINTS.getRunTestByName, { params: { name }, signal })).run_test_id;
  } catch (error) {
    if (isRefusal(error, 400, 404)) return undefined;
    throw error;
  }
}

/** The id of something that is asked for by it. Throws `not_found` for what cannot be one, before anything is asked. */
export function checkId(id: string | undefined, what: string): string {
  if (id !== undefined && isId(id)) return id;
  throw new Problem('not_found', `That is not the id of a ${what}: Future AGI ids are UUIDs.`, {
    provider: PLATFORM.id,
    next: 'Use the reference that the list tools print; references of documentation examples are shortened.',
  });
}

/** A map that forgets its oldest entries. */
export function remembered<T>(limit = REMEMBER) {
  const entries = new Map<string, T>();
  return {
    get: (key: string) => entries.get(key),
    set(key: string, value: T) {
      entries.delete(key);
      entries.set(key, value);
      for (const oldest of entries.keys()) {
        if (entries.size <= limit) break;
        entries.delete(oldest);
      }
    },
  };
}
