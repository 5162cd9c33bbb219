/**
 * Finding scenarios: by the id the vendor gave, by its other id, or by name. Reading a single one is promised by the vendor's
 * texts but shown on no page, so a server without it is read through its list.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Choice } from '../shared/choose.ts';
import type { List } from '../shared/list.ts';
import { collect, walk } from '../shared/pages.ts';
import type { ListQuery, SimulatorClient } from './client.ts';
import { choose } from './directory.ts';
import { isRefusal } from './faults.ts';
import { BIGGEST_PAGE, createPieces, listOf } from './lists.ts';
import { scenarioName } from './map-test.ts';
import { PLATFORM } from './platform.ts';
import { idOf, isCalled, looksLikeId, type WireScenario } from './wire.ts';

const MOST_LISTED = 1000;
const KEPT = 5000;
/** From so many unknown names on, one list costs less. */
const WORTH_A_LIST = 3;
const UNNAMED: readonly string[] = ['not_found', 'ambiguous', 'invalid_input', 'forbidden'];
/** A name is a courtesy: these, too, spoil nothing that was asked for, but the next time may go better. */
const COURTESY: readonly string[] = ['unreadable', 'vendor_error', 'too_large'];
const CHOICE: Choice = { platform: PLATFORM, what: 'test', kind: 'case' };

type KeyedScenario = WireScenario & { key: string };

export interface Scenarios {
  /** The scenario with this id, reference or name. Throws `not_found` with candidates, `ambiguous` for a shared name. */
  find(id: string, signal: AbortSignal): Promise<KeyedScenario>;
  /** Its name, where it was seen before or can be read; undefined otherwise. */
  nameOf(id: string, signal: AbortSignal): Promise<string | undefined>;
  /** Learns the names of several scenarios from one list instead of asking for each. */
  prime(ids: readonly string[], signal: AbortSignal): Promise<void>;
  /** Keeps the names of scenarios that were read anyway. */
  remember(scenarios: readonly WireScenario[]): void;
  /** Those of the project, in an order or narrowed where the host takes that. */
  list(query: Pick<ListQuery, 'filter' | 'sort'>, signal: AbortSignal, size?: number): List<WireScenario>;
}

export function createScenarios(client: SimulatorClient): Scenarios {
  /** Undefined: looked for, and nothing is there. */
  const names = new Map<string, string | undefined>();
  /** Whether the host reads one scenario by itself, until it has shown that it does not. */
  let single = true;
  const inPieces = createPieces();

  const remember = (scenarios: readonly WireScenario[]) => {
    if (names.size > KEPT) names.clear();
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

  const list: Scenarios['list'] = (query, signal, size = BIGGEST_PAGE) =>
    inPieces(
      JSON.stringify(query),
      listOf({ what: 'tests', size, fetch: (page) => client.scenarios.list({ ...query, ...page }, signal) }),
    );

  async function all(signal: AbortSignal) {
    const read = await collect(walk(list({}, signal), { most: MOST_LISTED }));
    remember(read.rows);
    return read;
  }

  /** By one of its ids alone; without such a scenario, what there is instead. */
  async function called(id: string, signal: AbortSignal) {
    let refusal: Problem | undefined;
    if (single && looksLikeId(id)) {
      try {
        return { found: keyed(await client.scenarios.get(id, signal), id) };
      } catch (error) {
        if (!isRefusal(error) || !isProblem(error)) throw error;
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
    remember,
    list,
    async find(id, signal) {
      const { found, rows, coverage, refusal } = await called(id, signal);
      if (found) return found;
      const named = rows.flatMap((wire) => {
        const key = idOf(wire);
        return key === undefined ? [] : [{ id: key, name: scenarioName(wire), wire }];
      });
      try {
        const { wire } = choose(named, coverage, id, CHOICE);
        return keyed(wire, id);
      } catch (error) {
        if (!isProblem(error)) throw error;
        const { next = '' } = error.details;
        const where = 'list_tests shows the tests of the project; COGNIGY_PROJECT_ID decides which project that is.';
        const details = { ...refusal?.details, ...error.details, next: `${next} ${where}`.trim() };
        throw new Problem(error.kind, error.message, details);
      }
    },
    async nameOf(id, signal) {
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
    async prime(ids, signal) {
      const unknown = new Set(ids.filter((id) => !names.has(id)));
      if (unknown.size < WORTH_A_LIST) return;
      try {
        await all(signal);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
      for (const id of unknown) if (!names.has(id)) names.set(id, undefined);
    },
  };
}
