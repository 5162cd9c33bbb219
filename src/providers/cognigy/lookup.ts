/**
 * Names and ids found and remembered over calls: what the project holds by name, and scenarios by any of their ids or by
 * name. Reading a single scenario is promised by the vendor's texts but shown on no page, so a host without it is read
 * through its list.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Api } from '../shared/api.ts';
import type { Choice } from '../shared/choose.ts';
import { isRefusal } from '../shared/faults.ts';
import type { List } from '../shared/list.ts';
import { createMemo } from '../shared/memo.ts';
import { collect, walk } from '../shared/pages.ts';
import { PAGE_SIZE } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusedRequest } from './faults.ts';
import { scenarioName } from './map-test.ts';
import { choose, type Flow, type NamedList, type NamedObject, type NamedRow, readNamed, toNamed } from './named.ts';
import type { ProjectOf } from './project.ts';
import { createResumedLists } from './resumed-list.ts';
import { PLATFORM } from './settings.ts';
import { idOf, isCalled, looksLikeId, type WireScenario } from './wire.ts';

const KEPT_MS = 60_000;
const MOST_LISTED = 1000;
const MOST_NAMES = 5000;
/** From this many unknown names on, one list costs less than a request for each. */
const WORTH_A_LIST = 3;
const UNNAMED: readonly string[] = ['not_found', 'ambiguous', 'invalid_input', 'forbidden'];
/** A name is a courtesy: these, too, spoil nothing that was asked for, but the next time may go better. */
const COURTESY: readonly string[] = ['unreadable', 'vendor_error', 'too_large'];
const TEST: Choice = { platform: PLATFORM, what: 'case', kind: 'case' };

type KeyedScenario = WireScenario & { key: string };

export interface Lookup extends NamedLookup, TestLookup {
  /** Id of the project that requests name. */
  project: ProjectOf;
}

export function createLookup(api: Api, project: ProjectOf, now: () => number): Lookup {
  return { project, ...namedLookup(api, now), ...testLookup(api) };
}

interface NamedLookup {
  /** Everything of a kind in the project that the key may see, as the vendor lists it; kept for a minute. */
  named(row: NamedRow, signal: AbortSignal): Promise<NamedList>;
  /** The next reading of them asks the vendor: something was made or deleted, or was not among them. */
  forget(row: NamedRow): void;
  /** The flow with an id or reference, where the key may list flows; what it is called is the id otherwise. */
  flows(signal: AbortSignal): Promise<(id: string) => Flow>;
}

function namedLookup(api: Api, now: () => number): NamedLookup {
  const named = createMemo(
    async (row: NamedRow, signal) => {
      if (row !== ENDPOINTS.listModels) return readNamed(api, row, signal);
      // Field code narrows models to those that can converse; a server that knows no such use shows them all.
      try {
        const fitting = await readNamed(api, row, signal, { useCase: 'gptConversation' });
        if (fitting.items.length > 0) return fitting;
      } catch (error) {
        if (!isRefusal(error, 400)) throw error;
      }
      return readNamed(api, row, signal);
    },
    { ms: KEPT_MS, now },
  );

  return {
    named,
    forget: named.forget,
    async flows(signal) {
      let flows: NamedObject[] = [];
      try {
        flows = (await named(ENDPOINTS.listFlows, signal)).items.flatMap((wire) => toNamed(wire) ?? []);
      } catch (error) {
        // A name is optional: only an error after the caller's own cancellation is thrown.
        if (signal.aborted) throw error;
      }
      return (id) => flows.find((flow) => flow.id === id || flow.reference === id) ?? { name: id, reference: id };
    },
  };
}

interface TestLookup {
  /** The scenario with this id, reference or name. Throws `not_found` with candidates, `ambiguous` for a shared name. */
  test(id: string, signal: AbortSignal): Promise<KeyedScenario>;
  /** Its name, where it was seen before or can be read; undefined otherwise. */
  testName(id: string, signal: AbortSignal): Promise<string | undefined>;
  /** Learns the names of several scenarios from one list instead of asking for each. */
  learnTestNames(ids: readonly string[], signal: AbortSignal): Promise<void>;
  /** Keeps the names of scenarios that were read anyway. */
  rememberTests(scenarios: readonly WireScenario[]): void;
  /** Those of the project, in an order or narrowed where the host takes that. */
  tests(query: { filter?: string | undefined; sort?: string }, signal: AbortSignal, size?: number): List<WireScenario>;
}

function testLookup(api: Api): TestLookup {
  /** Names of scenarios; undefined = it was looked for and not found. */
  const names = new Map<string, string | undefined>();
  /** Whether the host reads one scenario by itself, until it has shown that it does not. */
  let single = true;
  const resumed = createResumedLists();

  const remember = (scenarios: readonly WireScenario[]) => {
    if (names.size > MOST_NAMES) names.clear();
    for (const wire of scenarios) {
      const name = scenarioName(wire);
      if (name === undefined) continue;
      for (const id of [wire.id, wire._id, wire.referenceId]) if (id !== undefined) names.set(id, name);
    }
  };
  const keyed = (wire: WireScenario, id: string) => {
    remember([wire]);
    return { ...wire, key: idOf(wire) ?? id };
  };

  const tests: TestLookup['tests'] = (query, signal, size = PAGE_SIZE) =>
    resumed(JSON.stringify(query), api.list(ENDPOINTS.listScenarios, { query, signal }, size));

  async function all(signal: AbortSignal) {
    const read = await collect(walk(tests({}, signal), { most: MOST_LISTED }));
    remember(read.rows);
    return read;
  }

  /** By one of its ids alone; without such a scenario, what there is instead. */
  async function called(id: string, signal: AbortSignal) {
    let refusal: Problem | undefined;
    if (single && looksLikeId(id)) {
      try {
        const params = { simulationReference: id };
        return { found: keyed(await api.one(ENDPOINTS.getScenario, { params, signal }), id) };
      } catch (error) {
        if (!isRefusedRequest(error)) throw error;
        refusal = error;
      }
    }
    const { rows, coverage } = await all(signal);
    const wire = rows.find((one) => isCalled(one, id));
    if (!wire) return { rows, coverage, refusal };
    if (refusal !== undefined && idOf(wire) === id) single = false;
    return { found: keyed(wire, id) };
  }

  return {
    tests,
    rememberTests: remember,
    async test(id, signal) {
      const { found, rows, coverage, refusal } = await called(id, signal);
      if (found) return found;
      const named = rows.flatMap((wire) => {
        const key = idOf(wire);
        return key === undefined ? [] : [{ id: key, name: scenarioName(wire), wire }];
      });
      try {
        const { wire } = choose(named, coverage, id, TEST);
        return keyed(wire, id);
      } catch (error) {
        if (!isProblem(error)) throw error;
        const { next = '' } = error.details;
        const where = 'list_tests shows the tests of the project; COGNIGY_PROJECT_ID decides which project that is.';
        const details = { ...refusal?.details, ...error.details, next: `${next} ${where}`.trim() };
        throw new Problem(error.kind, error.message, details);
      }
    },
    async testName(id, signal) {
      if (names.has(id)) return names.get(id);
      try {
        const { found } = await called(id, signal);
        if (!found) names.set(id, undefined);
        return found && scenarioName(found);
      } catch (error) {
        // A deleted scenario leaves its batches behind; they are read without its name.
        if (isProblem(error) && UNNAMED.includes(error.kind)) names.set(id, undefined);
        else if (!isProblem(error) || !COURTESY.includes(error.kind)) throw error;
        return undefined;
      }
    },
    async learnTestNames(ids, signal) {
      const unknown = new Set(ids.filter((id) => !names.has(id)));
      if (unknown.size < WORTH_A_LIST) return;
      try {
        await all(signal);
      } catch (error) {
        if (!isRefusedRequest(error)) throw error;
      }
      for (const id of unknown) if (!names.has(id)) names.set(id, undefined);
    },
  };
}
