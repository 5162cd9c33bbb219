/** One scenario (the vendor's paths call it a simulation) as a test. */
import { formatRef } from '../../model/refs.ts';
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import { instant } from '../shared/scalars.ts';
import type { Flow } from './named.ts';
import { PLATFORM } from './settings.ts';
import { nameOf } from './verdict.ts';
import { idOf, type WireScenario } from './wire.ts';

export function scenarioName(wire: WireScenario): string | undefined {
  return wire.name ?? wire.simulationName;
}

/** The flow that a scenario names, by reference or id. */
export function flowOf(wire: WireScenario): string | undefined {
  return wire.flowReferenceId ?? wire.flowId;
}

/** Undefined for a scenario without an id. `flow`: the one that it names. */
export function toTestBrief(wire: WireScenario, flow?: Flow): TestBrief | undefined {
  const id = idOf(wire);
  if (id === undefined) return undefined;
  // Which of the two moves when a scenario is changed is documented nowhere: the later one.
  const changed = Math.max(instant(wire.lastChanged) ?? 0, instant(wire.updatedAt) ?? 0);
  return {
    ref: formatRef(PLATFORM.id, 'case', id),
    kind: 'case',
    name: scenarioName(wire) ?? id,
    provider: PLATFORM.id,
    agent: flow?.name,
    agent_ref: flow && formatRef(PLATFORM.id, 'agent', flow.reference),
    criteria: wire.successCriteria?.length,
    updated_at: changed > 0 ? new Date(changed).toISOString() : undefined,
  };
}

export function toTestDetail(
  wire: WireScenario,
  options: Readonly<Record<string, string>>,
  flow?: Flow,
): TestDetail | undefined {
  const brief = toTestBrief(wire, flow);
  if (!brief) return undefined;
  const persona = wire.persona ?? wire.personaDescription;
  const caller = [
    wire.personaName === undefined ? persona : [`${wire.personaName}.`, persona].filter(Boolean).join(' '),
    wire.mission === undefined ? undefined : `Mission: ${wire.mission}`,
    wire.maxTurns === undefined ? undefined : `Ends after ${wire.maxTurns} turns at the latest.`,
  ].filter(Boolean);
  return {
    ...brief,
    caller: caller.length > 0 ? caller.join('\n') : undefined,
    success_criteria: (wire.successCriteria ?? []).map((criterion, index) => {
      const name = nameOf(criterion, index);
      return criterion.text === undefined || criterion.text === name ? name : `${name}: ${criterion.text}`;
    }),
    // A run succeeds when all its criteria are met (INFERRED).
    success_rule: 'all',
    options: {
      agent: 'name or id of the flow under test (default: the flow of the scenario, else the only flow)',
      repeat: 'number of executions, all in one session',
      name: 'name of the session',
      ...Object.fromEntries(Object.entries(options).map(([key, meaning]) => [`provider_options.${key}`, meaning])),
    },
  };
}
