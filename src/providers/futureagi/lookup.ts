/**
 * Which run test is meant, and which one an execution belongs to. Names of run tests are not unique, and executions do
 * not name their run test, so what was seen once is remembered for the life of the provider (bounded).
 */
import type { Coverage } from '../../model/coverage.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import { candidates, orUnknown, type UnknownId, unknownId } from '../shared/choose.ts';
import { collect, walk } from '../shared/pages.ts';
import { vendorStatus } from './answers.ts';
import type { FutureAgiClient } from './client.ts';
import type { Belonging } from './map.ts';
import { PLATFORM } from './platform.ts';
import type { RunTest } from './wire-app.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const REMEMBER = 5_000;
/** Run tests read when all are looked through: three pages. */
const MOST_RUN_TESTS = 300;
const LIST_LIMIT = 100;

/** Documented ids are UUIDs; a deployment that lists numbers is asked for them. */
export const isId = (text: string) => UUID.test(text) || /^\d{1,19}$/.test(text);

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
    has: (key: string) => entries.has(key),
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

export function agentNameOf(runTest: RunTest): string | undefined {
  return (
    runTest.agent_definition_detail?.agent_name?.trim() ||
    runTest.agent_version?.configuration_snapshot?.agent_name?.trim() ||
    runTest.prompt_template_detail?.name?.trim() ||
    undefined
  );
}

/** Chat run tests are played by the caller's own code; runs of a prompt are played by the platform. */
export function isChat(runTest: RunTest): boolean {
  if (runTest.source_type?.toLowerCase() === 'prompt') return false;
  const type =
    runTest.agent_definition_detail?.agent_type ?? runTest.agent_version?.configuration_snapshot?.agent_type ?? '';
  return ['text', 'chat'].includes(type.toLowerCase());
}

export function belongingOf(runTest: RunTest): Belonging {
  const agent = agentNameOf(runTest);
  return { run_test: runTest.id, ...(runTest.name ? { name: runTest.name } : {}), ...(agent ? { agent } : {}) };
}

/** How run tests are spoken of. */
const RUN_TEST = { platform: PLATFORM, what: 'run test', kind: 'suite' } as const;

export interface Lookup {
  /** One run test, by id or name; `ambiguous` when several have that name, `not_found` with the closest ones. */
  runTest(idOrName: string, call: CallContext): Promise<RunTest>;
  /** Up to 300 run tests, and what was found of how many there are. */
  runTests(call: CallContext): Promise<{ items: RunTest[]; coverage: Coverage }>;
  /** What an execution belongs to, as far as it can be told; never throws for an unknown run test. */
  belonging(execution: string, call: CallContext): Promise<Belonging | undefined>;
  remember(execution: string, belonging: Belonging): void;
  /** The same without asking anyone. */
  recall(execution: string): Belonging | undefined;
  /** Remembers a run test that is about to be started. */
  rememberTest(runTest: RunTest): void;
  recallTest(id: string): Belonging | undefined;
}

export function createLookup(client: FutureAgiClient): Lookup {
  const executions = remembered<Belonging>();
  const tests = remembered<Belonging>(500);

  const found = async (search: string | undefined, { signal }: CallContext) => {
    const list = client.runTests({ search }, LIST_LIMIT, signal);
    const { rows: items, coverage } = await collect(walk(list, { most: MOST_RUN_TESTS }));
    return { items, coverage };
  };
  const named = async (name: string, call: CallContext): Promise<RunTest[]> =>
    (await found(name, call)).items.filter((runTest) => runTest.name === name);

  const unknown = (id: string, call: CallContext): UnknownId => ({
    ...RUN_TEST,
    id,
    next: 'list_tests lists the run tests; those of another workspace are not visible.',
    known: async () => (await found(undefined, call)).items,
  });

  const runTestId = async (idOrName: string, call: CallContext): Promise<string> => {
    if (UUID.test(idOrName)) return idOrName.toLowerCase();
    const exact = await named(idOrName, call);
    if (exact.length > 1) {
      throw new Problem('ambiguous', `${exact.length} run tests have exactly that name.`, {
        provider: PLATFORM.id,
        next: 'Name the run test by its id. Future AGI merges the executions of run tests that share a name.',
        candidates: candidates(exact, idOrName, RUN_TEST),
      });
    }
    const number = isId(idOrName) ? idOrName : undefined;
    const id = exact[0]?.id ?? number ?? (await client.runTestIdByName(idOrName, call.signal));
    if (id) return id;
    throw await unknownId(unknown(idOrName, call));
  };

  return {
    runTests: (call) => found(undefined, call),
    async runTest(idOrName, call) {
      const id = await runTestId(idOrName, call);
      return orUnknown(client.runTest(id, call.signal), unknown(id, call));
    },
    async belonging(execution, call) {
      const known = executions.get(execution);
      if (known) return known;
      let belonging: Belonging = {};
      try {
        const name = await client.runTestNameOf(execution, call.signal);
        if (name) {
          const [only, ...others] = await named(name, call);
          belonging = only && others.length === 0 ? belongingOf(only) : { name };
        }
      } catch (error) {
        // The name is a convenience: an execution whose statistics cannot be computed is still worth showing.
        if (!isProblem(error) || error.kind === 'cancelled') throw error;
        if (vendorStatus(error) !== 500) return undefined;
      }
      executions.set(execution, belonging);
      return belonging;
    },
    remember: (execution, belonging) => executions.set(execution, belonging),
    recall: (execution) => executions.get(execution),
    rememberTest: (runTest) => tests.set(runTest.id, belongingOf(runTest)),
    recallTest: (id) => tests.get(id),
  };
}

/** Scenarios of a run test as its own record tells them. */
export function scenariosOf(runTest: RunTest): { id: string; name?: string; rows?: number; status?: string }[] {
  const detailed = runTest.scenarios_detail.flatMap((one) =>
    one.id ? [{ id: one.id, name: one.name, rows: one.dataset_rows, status: one.status }] : [],
  );
  if (detailed.length === 0) return runTest.scenarios.map((id) => ({ id }));
  // Those that it names and tells nothing of are its own, too.
  const told = new Set(detailed.map(({ id }) => id));
  return [...detailed, ...runTest.scenarios.filter((id) => isId(id) && !told.has(id)).map((id) => ({ id }))];
}
