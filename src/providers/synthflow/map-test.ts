/** Simulation cases and suites as test definitions. */
import { formatRef } from '../../model/refs.ts';
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import { iso } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';
import type { WireCase, WireSuite } from './wire.ts';

/** The default of the vendor where a suite is executed without `max_turns`, and the range it takes (reference page). */
export const MAX_TURNS = { min: 10, max: 50, default: 20 } as const;

const CASE_OPTIONS = {
  agent: 'agent to test (id or name); default the agent of the case',
  variables: 'custom variables of the conversation',
  repeat: 'how often to run it; repetitions share one session',
};

const SUITE_OPTIONS = {
  max_turns: `longest conversation, ${MAX_TURNS.min} to ${MAX_TURNS.max} turns, default ${MAX_TURNS.default}; not together with variables or a selection of cases`,
  cases: 'only these cases; each is then started by itself, in one session',
  variables: 'custom variables; each case is then started by itself, in one session',
  repeat: 'how often to run it; each execution of a whole suite is a session of its own',
};

/** Undefined for an item without an id. */
export function toCaseBrief(wire: WireCase): TestBrief | undefined {
  const id = wire.simulation_case_id;
  if (!id) return undefined;
  return {
    ref: formatRef(PLATFORM.id, 'case', id),
    kind: 'case',
    name: wire.name ?? id,
    provider: PLATFORM.id,
    agent: wire.base_agent?.name ?? wire.base_agent?.id,
    agent_ref: agentRef(wire.base_agent?.id),
    suite: wire.suite_id ? formatRef(PLATFORM.id, 'suite', wire.suite_id) : undefined,
    criteria: wire.success_criteria?.length,
    updated_at: iso(wire.updated_at ?? wire.created_at),
  };
}

function agentRef(id: string | undefined): string | undefined {
  return id ? formatRef(PLATFORM.id, 'agent', id) : undefined;
}

/** Undefined for an item without an id. */
export function toSuiteBrief(wire: WireSuite): TestBrief | undefined {
  const id = wire.id;
  if (!id) return undefined;
  return {
    ref: formatRef(PLATFORM.id, 'suite', id),
    kind: 'suite',
    name: wire.name ?? id,
    provider: PLATFORM.id,
    agent: wire.agent?.name ?? wire.model_id ?? wire.agent?.id,
    agent_ref: agentRef(wire.model_id ?? wire.agent?.id),
    cases: (wire.cases ?? wire.case_summaries)?.length,
    updated_at: iso(wire.updated_at ?? wire.created_at),
  };
}

export function toCaseDetail(wire: WireCase): TestDetail | undefined {
  const brief = toCaseBrief(wire);
  if (!brief) return undefined;
  const rule = wire.call_success_type?.toLowerCase();
  return {
    ...brief,
    caller: wire.prompt,
    success_criteria: wire.success_criteria,
    success_rule: rule === 'all' || rule === 'any' ? rule : undefined,
    options: CASE_OPTIONS,
  };
}

/** `cases` are the members; `lost` is how many more there are that could not be read. */
export function toSuiteDetail(
  wire: WireSuite,
  cases: readonly (WireCase | undefined)[],
  lost = 0,
): TestDetail | undefined {
  const brief = toSuiteBrief(wire);
  if (!brief) return undefined;
  const members = cases.flatMap((member) => {
    const id = member?.simulation_case_id;
    return id ? [{ ref: formatRef(PLATFORM.id, 'case', id), name: member.name ?? id }] : [];
  });
  const all = cases.length + lost;
  return {
    ...brief,
    cases: all,
    members,
    members_omitted: all > members.length ? all - members.length : undefined,
    language: wire.language,
    options: SUITE_OPTIONS,
  };
}
