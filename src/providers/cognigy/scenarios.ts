/**
 * Finding scenarios: by the id the vendor gave, by its other id, or by name. Reading a single one is promised by the vendor's
 * texts but shown on no page, so a server without it is read through its list.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { SimulatorClient } from './client.ts';
import { isRefusal } from './faults.ts';
import { scenarioName } from './map-test.ts';
import { PROVIDER } from './name.ts';
import { closest, isCalled, looksLikeId } from './names.ts';
import { everyPage } from './paging.ts';
import { idOf, type WireScenario } from './wire.ts';

const MOST_LISTED = 1000;
const KEPT = 5000;
/** From so many unknown names on, one list costs less. */
const WORTH_A_LIST = 3;
const UNNAMED: readonly string[] = ['not_found', 'ambiguous', 'invalid_input', 'forbidden'];
/** A name is a courtesy: these, too, spoil nothing that was asked for, but the next time may go better. */
const COURTESY: readonly string[] = ['unreadable', 'vendor_error', 'too_large'];

export interface Scenarios {
  /** The scenario with this id, reference or name. Throws `not_found` with candidates, `ambiguous` for a shared name. */
  find(id: string, signal: AbortSignal): Promise<WireScenario & { key: string }>;
  /** Its name, where it was seen before or can be read; undefined otherwise. */
  nameOf(id: string, signal: AbortSignal): Promise<string | undefined>;
  /** Learns the names of several scenarios from one list instead of asking for each. */
  prime(ids: readonly string[], signal: AbortSignal): Promise<void>;
  /** Keeps the names of scenarios that were read anyway. */
  remember(scenarios: readonly WireScenario[]): void;
}

export function createScenarios(client: SimulatorClient): Scenarios {
  /** Undefined: looked for, and nothing is there. */
  const names = new Map<string, string | undefined>();
  /** Whether the host reads one scenario by itself, until it has shown that it does not. */
  let single = true;

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

  async function all(signal: AbortSignal): Promise<WireScenario[]> {
    const found: WireScenario[] = [];
    for await (const { items } of everyPage((page) => client.scenarios.list(page, signal), idOf)) {
      found.push(...items);
      if (found.length >= MOST_LISTED) break;
    }
    return found;
  }

  async function find(id: string, signal: AbortSignal) {
    let refusal: unknown;
    if (single && looksLikeId(id)) {
      try {
        return keyed(await client.scenarios.get(id, signal), id);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refusal = error;
      }
    }
    const known = await all(signal);
    remember(known);
    const called = known.find((wire) => isCalled(wire, id));
    if (called) {
      if (refusal !== undefined && idOf(called) === id) single = false;
      return keyed(called, id);
    }
    const wanted = id.trim().toLowerCase();
    const named = known.filter((wire) => scenarioName(wire)?.trim().toLowerCase() === wanted);
    const [only, ...others] = named;
    if (only && others.length === 0) return keyed(only, id);
    const refs = (wires: readonly WireScenario[]) =>
      wires.flatMap((wire) => {
        const key = idOf(wire);
        return key === undefined ? [] : [formatRef(PROVIDER, 'case', key)];
      });
    if (only) {
      throw new Problem('ambiguous', 'Several Cognigy scenarios have that name.', {
        provider: PROVIDER,
        candidates: refs(named),
        next: 'Pass the reference of the one you mean; list_tests shows them.',
        sent: 'no',
      });
    }
    const alike = looksLikeId(id)
      ? closest(
          id,
          known.flatMap((wire) => idOf(wire) ?? []),
        )
      : closest(
          id,
          known.flatMap((wire) => scenarioName(wire) ?? []),
        );
    throw new Problem('not_found', 'Cognigy knows no scenario with this id or name in the project.', {
      ...(isProblem(refusal) ? refusal.details : {}),
      provider: PROVIDER,
      candidates: alike.flatMap((text) =>
        refs(known.filter((wire) => isCalled(wire, text) || scenarioName(wire) === text)),
      ),
      next: 'list_tests shows the scenarios of the project; COGNIGY_PROJECT_ID decides which project that is.',
      sent: 'no',
    });
  }

  return {
    find,
    remember,
    async nameOf(id, signal) {
      if (names.has(id)) return names.get(id);
      try {
        return scenarioName(await find(id, signal));
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
        remember(await all(signal));
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
      for (const id of unknown) if (!names.has(id)) names.set(id, undefined);
    },
  };
}
