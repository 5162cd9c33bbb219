/** What a start request comes to: which run test, which of its scenarios, and one run a row of each. */
import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import type { CallContext, StartPlan, StartRequest, StartStep } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { type Choice, candidates, pick } from '../shared/choose.ts';
import { isRefusal } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type Lookup, RUN_TEST } from './lookup.ts';
import { agentNameOf, isChat, type Member, membersOf } from './map-test.ts';
import { PLATFORM } from './settings.ts';
import { isId, type WireRunTest } from './wire.ts';

/** Future AGI has no options beyond the arguments that all platforms share. */
export const OPTIONS: Readonly<Record<string, string>> = {};

/** What of those this platform has, and what it means here. */
export const ARGUMENTS = {
  cases: 'Only these scenarios of the run test (ids or exact names); every row of a scenario is one run.',
  repeat: 'How many executions to start one after the other; each runs every chosen row once.',
} satisfies Record<string, string>;

/** Our own instructions in a step; the journal keeps them. */
const stepSchema = z.object({ run_test: z.string(), scenario_ids: z.array(z.string()).optional() });
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
  const holder = scenario === undefined ? (request.test.ids[0] ?? '') : (await holderOf(lookup, scenario, call)).id;
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
  const body: Step = { run_test: id, scenario_ids: all ? undefined : chosen.map(({ id }) => id) };
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
    notes: notesOn(runTest, chosen, countIsExact),
    meant: { test: { kind: 'suite', ids: [id] }, cases: body.scenario_ids, repeat },
  };
}

/** Throws `internal` for what `planStart` did not write. */
export function readStep(step: StartStep): Step {
  const parsed = stepSchema.safeParse(step.body);
  if (parsed.success && isId(parsed.data.run_test)) return parsed.data;
  throw new Problem('internal', 'A step of this start cannot be read.', { provider: PLATFORM.id, sent: 'no' });
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
async function holderOf(lookup: Lookup, scenario: string, call: CallContext): Promise<WireRunTest> {
  const { rows, coverage } = await lookup.runTests(call);
  const runTestsWithScenario = rows.filter((runTest) => membersOf(runTest).some(({ id }) => id === scenario));
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
