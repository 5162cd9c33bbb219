/** Run tests as suites, scenarios as cases. */
import { formatRef, isUsableId } from '../../model/refs.ts';
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import { iso } from '../shared/scalars.ts';
import { isVersionName, refOfPrompt } from './agent-ref.ts';
import { PLATFORM } from './settings.ts';
import { isId, isUuid, type WireRunTest, type WireScenario } from './wire.ts';

/** A scenario as a run test tells of it. */
export interface Member {
  id: string;
  name?: string | undefined;
  /** Rows of its data set: one run each. */
  rows?: number | undefined;
  status?: string | undefined;
}

export function toSuiteBrief(runTest: WireRunTest): TestBrief {
  return {
    ref: formatRef(PLATFORM.id, 'suite', runTest.id),
    kind: 'suite',
    name: runTest.name ?? runTest.id,
    provider: PLATFORM.id,
    agent: agentNameOf(runTest),
    agent_ref: agentRefOf(runTest),
    cases: membersOf(runTest).length || undefined,
    updated_at: iso(runTest.updated_at),
  };
}

export function toCaseBrief(scenario: WireScenario): TestBrief {
  return {
    ref: formatRef(PLATFORM.id, 'case', scenario.id),
    kind: 'case',
    name: scenario.name ?? scenario.id,
    provider: PLATFORM.id,
    updated_at: iso(scenario.updated_at),
  };
}

export function toSuiteDetail(runTest: WireRunTest): TestDetail {
  const members = membersOf(runTest);
  const { simulate_eval_configs_detail: configs, evals_detail } = runTest;
  const criteria = (configs.length > 0 ? configs : evals_detail).flatMap(({ name }) => name ?? []);
  return {
    ...toSuiteBrief(runTest),
    cases: members.length,
    success_criteria: criteria.length > 0 ? criteria : undefined,
    success_rule: criteria.length > 0 ? 'all' : undefined,
    members: members.map(({ id, name }) => ({ ref: formatRef(PLATFORM.id, 'case', id), name: name ?? id })),
  };
}

export function toCaseDetail(scenario: WireScenario): TestDetail {
  const prompts = scenario.prompts.flatMap(({ content }) => content?.trim() || []);
  return {
    ...toCaseBrief(scenario),
    caller: prompts.join('\n') || scenario.description || scenario.source,
  };
}

export function agentNameOf(runTest: WireRunTest): string | undefined {
  return (
    runTest.agent_definition_detail?.agent_name?.trim() ||
    runTest.agent_version?.configuration_snapshot?.agent_name?.trim() ||
    runTest.prompt_template_detail?.name?.trim() ||
    undefined
  );
}

/**
 * The agent of a run test: its agent definition, else the prompt that plays it, whichever version (contract: run test,
 * `agent_definition(_detail)`, `prompt_template(_detail)`). One that is told by name alone goes by that.
 */
export function agentRefOf(runTest: WireRunTest): string | undefined {
  const definition = isOfPrompt(runTest) ? undefined : definitionOf(runTest);
  const template = templateOf(runTest);
  if (definition === undefined && template !== undefined && isUsableId(template)) return refOfPrompt({ template });
  const known = definition ?? agentNameOf(runTest);
  return known !== undefined && isUsableId(known) ? formatRef(PLATFORM.id, 'agent', known) : undefined;
}

const definitionOf = ({ agent_definition_detail, agent_definition }: WireRunTest) =>
  agent_definition_detail?.id ?? agent_definition;

export const templateOf = ({ prompt_template_detail, prompt_template }: WireRunTest) =>
  prompt_template_detail?.id ?? prompt_template;

/** The version of its prompt that a run test is pinned to, by id and by name as far as it tells them (contract: `prompt_version(_detail)`). */
export function pinnedVersionOf({ prompt_version: pinned, prompt_version_detail: detail }: WireRunTest) {
  const words = [detail?.template_version, detail?.version, detail?.name, pinned];
  return {
    id: detail?.id ?? (pinned !== undefined && isUuid(pinned) ? pinned : undefined),
    name: words.find((word) => word !== undefined && isVersionName(word)),
  };
}

/** Whether a version of a prompt plays the agent. */
export function isOfPrompt(runTest: WireRunTest): boolean {
  return runTest.source_type?.toLowerCase() === 'prompt';
}

/** Chat run tests are played by the caller's own code; runs of a prompt are played by the platform. */
export function isChat(runTest: WireRunTest): boolean {
  if (isOfPrompt(runTest)) return false;
  const type =
    runTest.agent_definition_detail?.agent_type ?? runTest.agent_version?.configuration_snapshot?.agent_type ?? '';
  return ['text', 'chat'].includes(type.toLowerCase());
}

/** Scenarios of a run test as its own record tells them. */
export function membersOf({ scenarios, scenarios_detail }: WireRunTest): Member[] {
  const detailed = scenarios_detail.flatMap(({ id, name, dataset_rows: rows, status }) =>
    id ? [{ id, name, rows, status }] : [],
  );
  if (detailed.length === 0) return scenarios.map((id) => ({ id }));
  // Scenarios that the run test names without details belong to it too.
  const detailedIds = new Set(detailed.map(({ id }) => id));
  return [...detailed, ...scenarios.filter((id) => isId(id) && !detailedIds.has(id)).map((id) => ({ id }))];
}
