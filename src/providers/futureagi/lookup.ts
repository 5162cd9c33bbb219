/**
 * Which run test is meant, and which one an execution belongs to. Names of run tests are not unique, and executions do
 * not name their run test, so what was seen once is remembered for the life of the provider (bounded).
 */
import { Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { CallContext } from '../provider.ts';
import { type FutureAgiClient, vendorStatus } from './client.ts';
import { type Belonging, PROVIDER } from './map.ts';
import type { RunTest } from './wire-app.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const REMEMBER = 5_000;
/** Run tests read when all are looked through: three pages. */
const LIST_PAGES = 3;
const LIST_LIMIT = 100;

export const isUuid = (text: string) => UUID.test(text);

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

export interface Lookup {
  /** Id of a run test given by id or by name; `ambiguous` when several have that name. */
  runTestId(idOrName: string, call: CallContext): Promise<string>;
  /** One run test, by id or name; `not_found` with the closest names. */
  runTest(idOrName: string, call: CallContext): Promise<RunTest>;
  /** Up to 300 run tests, and how many there are. */
  runTests(call: CallContext): Promise<{ items: RunTest[]; total: number }>;
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

  const named = async (name: string, call: CallContext) => {
    const found = await client.runTests({ search: name, page: 1, limit: LIST_LIMIT }, call.signal);
    return { exact: found.results.filter((runTest) => runTest.name === name), similar: found.results };
  };

  const runTestId: Lookup['runTestId'] = async (idOrName, call) => {
    if (isUuid(idOrName)) return idOrName.toLowerCase();
    const { exact, similar } = await named(idOrName, call);
    if (exact.length > 1) {
      throw new Problem('ambiguous', `${exact.length} run tests have exactly that name.`, {
        provider: PROVIDER,
        next: 'Name the run test by its id. Future AGI merges the executions of run tests that share a name.',
        candidates: exact.map((runTest) => formatRef(PROVIDER, 'suite', runTest.id)),
      });
    }
    const id = exact[0]?.id ?? (await client.runTestIdByName(idOrName, call.signal));
    if (id) return id;
    throw new Problem('not_found', 'Future AGI knows no run test of that name.', {
      provider: PROVIDER,
      next: 'list_tests lists the run tests.',
      candidates: similar.slice(0, 5).map((runTest) => formatRef(PROVIDER, 'suite', runTest.id)),
    });
  };

  const runTests: Lookup['runTests'] = async (call) => {
    const items = new Map<string, RunTest>();
    let total = 0;
    for (let page = 1; page <= LIST_PAGES; page += 1) {
      const found = await client.runTests({ page, limit: LIST_LIMIT }, call.signal);
      for (const runTest of found.results) items.set(runTest.id, runTest);
      total = found.count ?? items.size;
      const pages = found.total_pages ?? Math.ceil(total / LIST_LIMIT);
      if (page >= pages || items.size >= total) break;
    }
    return { items: [...items.values()], total };
  };

  return {
    runTestId,
    runTests,
    async runTest(idOrName, call) {
      const id = await runTestId(idOrName, call);
      try {
        return await client.runTest(id, call.signal);
      } catch (error) {
        if (vendorStatus(error) !== 404) throw error;
        const known = await client.runTests({ page: 1, limit: 5 }, call.signal).catch(() => ({ results: [] }));
        throw new Problem('not_found', 'Future AGI knows no run test with that id.', {
          provider: PROVIDER,
          next: 'list_tests lists the run tests; those of another workspace are not visible.',
          candidates: known.results.map((runTest) => formatRef(PROVIDER, 'suite', runTest.id)),
          cause: error,
        });
      }
    },
    async belonging(execution, call) {
      const known = executions.get(execution);
      if (known) return known;
      let found: Belonging = {};
      try {
        const name = await client.runTestNameOf(execution, call.signal);
        if (name) {
          const { exact } = await named(name, call);
          const [only, ...others] = exact;
          found = only && others.length === 0 ? belongingOf(only) : { name };
        }
      } catch (error) {
        if (vendorStatus(error) === undefined) throw error;
        // The name is a convenience: an execution whose statistics cannot be computed is still worth showing.
        if (vendorStatus(error) !== 500) return undefined;
      }
      executions.set(execution, found);
      return found;
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
  return detailed.length > 0 ? detailed : runTest.scenarios.map((id) => ({ id }));
}

/** What is thrown for an id that cannot be one, before anything is asked. */
export function notAnId(what: string): Problem {
  return new Problem('not_found', `That is not the id of a ${what}: Future AGI ids are UUIDs.`, {
    provider: PROVIDER,
    next: 'Use the reference that the list tools print; references of documentation examples are shortened.',
  });
}
