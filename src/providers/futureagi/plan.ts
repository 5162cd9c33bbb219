/** What a start request comes to: which run test, which of its scenarios, and one run a row of each. */
import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import type { CallContext, StartPlan, StartRequest, StartStep } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { type Choice, candidates, pick } from '../shared/choose.ts';
import { isRefusal } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { promptIdsIn } from './agent-ref.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type Lookup, RUN_TEST } from './lookup.ts';
import { agentNameOf, isChat, isOfPrompt, type Member, membersOf, pinnedVersionOf, templateOf } from './map-test.ts';
import { agentOf, checkEvaluations, type OtherVersion, simulationsLike, versionAskedFor } from './prompt-simulation.ts';
import { PLATFORM } from './settings.ts';
import { isId, type WireRunTest } from './wire.ts';

/** Future AGI has no options beyond the arguments that all platforms share. */
export const OPTIONS: Readonly<Record<string, string>> = {};

/** What of those this platform has, and what it means here. */
export const ARGUMENTS = {
  cases: 'Only these scenarios of the run test (ids or exact names); every row of a scenario is one run.',
  repeat: 'How many executions to start one after the other; each runs every chosen row once.',
  agent:
    'Which version of the prompt runs: prompt~<template id>~v4, or without a version the default one; left out: the version that the run test is pinned to.',
} satisfies Record<string, string>;

/** Our own instructions in a step; the journal keeps them. */
const stepSchema = z.object({
  run_test: z.string(),
  scenario_ids: z.array(z.string()).optional(),
  /** Another version of the prompt than the one that the run test is pinned to. */
  other: z.object({ template: z.string(), version: z.string(), version_id: z.string().optional() }).optional(),
});
type Step = z.infer<typeof stepSchema>;

/** Wording of the messages about scenarios. */
const SCENARIO: Choice = { platform: PLATFORM, what: 'case', kind: 'case', pass: 'cases', whole: true };

/**
 * One step a repetition. Throws for a chat, which is played by the caller's own code, and for what holds nothing to
 * run.
 */
export async function planStart(
  api: Api,
  lookup: Lookup,
  request: StartRequest,
  call: CallContext,
): Promise<StartPlan> {
  const scenario = request.test.kind === 'case' ? (request.test.ids.at(-1) ?? '') : undefined;
  const holder =
    scenario === undefined ? (request.test.ids[0] ?? '') : (await holderOf(lookup, scenario, request.agent, call)).id;
  const runTest = await lookup.runTest(holder, call);
  if (isChat(runTest)) {
    throw new Problem('unsupported', 'This run test simulates a chat, which cannot be started from here.', {
      provider: PLATFORM.id,
      next: 'In a chat simulation your own code plays the agent, message by message: run it with the Future AGI SDK (the run test page offers a ready script), then read the results here.',
    });
  }
  const { members, whole } = await countedMembers(api, runTest, call);
  if (members.length === 0) {
    throw new Problem('invalid_input', 'This run test has no scenarios, so there is nothing to run.', {
      provider: PLATFORM.id,
      next: 'Add a scenario to it in Future AGI first.',
    });
  }
  const cases = scenario === undefined ? (request.cases ?? []) : [scenario];
  const chosen = cases.length > 0 ? choose(members, [...new Set(cases)]) : members;
  const all = cases.length === 0 || chosen.length === members.length;
  const countIsExact = (whole || !all) && chosen.every((member) => member.rows !== undefined);
  const rows = chosen.reduce((sum, member) => sum + (member.rows ?? 1), 0);
  const picked = runTest.dataset_row_ids.length;
  const runs = picked > 0 ? Math.min(rows, picked) : rows;
  // As the platform writes its id, where that is one.
  const id = isId(runTest.id) ? runTest.id : holder;
  const other = await versionAskedFor(api, runTest, request.agent, call);
  const body: Step = { run_test: id, scenario_ids: all ? undefined : chosen.map(({ id }) => id), other };
  const repeat = Math.max(1, request.repeat);
  const name = runTest.name ?? runTest.id;
  lookup.rememberTest(runTest);
  return {
    runs: countIsExact ? runs * repeat : undefined,
    steps: Array.from({ length: repeat }, (_, index) => ({
      label: repeat === 1 ? `run test "${name}"` : `run test "${name}", repetition ${index + 1} of ${repeat}`,
      runs,
      body,
    })),
    test_name: name,
    agent: agentNameOf(runTest),
    notes: [...(await versionNotes(api, runTest, other, call)), ...notesOn(runTest, chosen, countIsExact)],
    meant: {
      test: { kind: 'suite', ids: [id] },
      cases: body.scenario_ids,
      repeat,
      agent: other && agentOf(other),
    },
  };
}

/** Throws `internal` for what `planStart` did not write. */
export function readStep(step: StartStep): Step {
  const parsed = stepSchema.safeParse(step.body);
  if (parsed.success && isId(parsed.data.run_test)) return parsed.data;
  throw new Problem('internal', 'A step of this start cannot be read.', { provider: PLATFORM.id, sent: 'no' });
}

/** Which version of a prompt runs, and whether a simulation is made for it. */
async function versionNotes(
  api: Api,
  runTest: WireRunTest,
  other: OtherVersion | undefined,
  call: CallContext,
): Promise<string[]> {
  if (!other) {
    const { name } = isOfPrompt(runTest) ? pinnedVersionOf(runTest) : {};
    return name === undefined
      ? []
      : [`Version ${name} of the prompt runs, which the run test is pinned to; \`agent\` names another.`];
  }
  const { version } = other;
  const [present] = await simulationsLike(api, runTest, other, call);
  if (present) return [`Version ${version} of the prompt runs, in the prompt simulation that there is for it.`];
  checkEvaluations(runTest);
  return [
    `Version ${version} of the prompt runs: a prompt simulation with the same scenarios and evaluations is made for it, and stays. The run test keeps its version.`,
  ];
}

function notesOn(runTest: WireRunTest, chosen: readonly Member[], countIsExact: boolean): string[] {
  const notes = ['Every scenario row becomes one call, which Future AGI bills to the organisation.'];
  if (!countIsExact)
    notes.push('Future AGI does not say how many rows the scenarios have, so the number of runs is a lower bound.');
  if (runTest.dataset_row_ids.length > 0) notes.push('The run test is limited to selected rows of its scenarios.');
  const open = chosen.filter(({ status }) => status && status.toLowerCase() !== 'completed').length;
  if (open > 0)
    notes.push(`${open} of the scenarios may still be generating; Future AGI refuses to start until they are done.`);
  if (runTest.simulate_eval_configs_detail.length === 0 && runTest.evals_detail.length === 0)
    notes.push('The run test has no evaluations, so its runs will have no verdict.');
  return notes;
}

/** Scenarios with their row counts, from their list and from the run test itself; `whole` = these are all of them. */
async function countedMembers(api: Api, runTest: WireRunTest, { signal }: CallContext) {
  const own = membersOf(runTest);
  const list = api.list(ENDPOINTS.listRunTestScenarios, { params: { id: runTest.id }, signal }, 200);
  const listed = await collect(walk(list)).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    return undefined;
  });
  const { rows, coverage } = listed ?? { rows: [], coverage: { complete: own.length > 0, missing: undefined } };
  const counted = new Map(rows.map((row) => [row.id, row]));
  const ownIds = new Set(own.map(({ id }) => id));
  const members: Member[] = [...own, ...rows.filter(({ id }) => !ownIds.has(id)).map(({ id, name }) => ({ id, name }))];
  return {
    // A list without paging repeats its rows, which is no contradiction to the run test's own record.
    whole: coverage.complete || (own.length > 0 && coverage.missing === undefined),
    members: members.map((member) => ({
      ...member,
      name: member.name ?? counted.get(member.id)?.name,
      rows: counted.get(member.id)?.row_count ?? member.rows,
    })),
  };
}

/** The one run test that holds a scenario. Throws `not_found` or `ambiguous`. */
async function holderOf(
  lookup: Lookup,
  scenario: string,
  agent: string | undefined,
  call: CallContext,
): Promise<WireRunTest> {
  const { rows, coverage } = await lookup.runTests(call);
  const prompt = agent === undefined ? undefined : promptIdsIn(agent);
  const runTestsWithScenario = rows
    .filter((runTest) => prompt === undefined || (isOfPrompt(runTest) && templateOf(runTest) === prompt.template))
    .filter((runTest) => membersOf(runTest).some(({ id }) => id === scenario));
  const [only, ...others] = runTestsWithScenario;
  if (!only) {
    const all = coverage.complete ? 'No run test' : `None of the ${rows.length} run tests that were looked at`;
    const message = `${all} holds this scenario, and Future AGI only runs scenarios inside one.`;
    throw new Problem('not_found', message, {
      provider: PLATFORM.id,
      next: 'list_tests lists the run tests; get_test names the scenarios of one: start that one, with `cases`.',
    });
  }
  if (others.length > 0) {
    throw new Problem('ambiguous', `${runTestsWithScenario.length} run tests hold this scenario.`, {
      provider: PLATFORM.id,
      next: 'Start one of them as the test and name the scenario in `cases`.',
      candidates: candidates(runTestsWithScenario, '', RUN_TEST),
    });
  }
  return only;
}

/** The members that `cases` names, by id or name, each once. Throws `not_found` or `ambiguous` with those there are. */
function choose(members: readonly Member[], cases: readonly string[]): Member[] {
  return [...new Set(cases.map((wanted) => pick(members, wanted, SCENARIO)))];
}
