/**
 * Peculiar to Future AGI: a run test of a prompt is pinned to one version. To run another, a prompt simulation with the same
 * scenarios and evaluations is taken that is pinned to it, or made; the run test itself stays as it is for everybody else.
 */
import { Problem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import { beforeSending } from '../shared/agent-write.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { idsOfPrompt, promptIdsIn } from './agent-ref.ts';
import { ENDPOINTS } from './endpoints.ts';
import { agentNameOf, isOfPrompt, membersOf, pinnedVersionOf, templateOf } from './map-test.ts';
import { readVersions, versionMeant } from './prompt-versions.ts';
import { PLATFORM } from './settings.ts';
import type { WireRunTest } from './wire.ts';

/** Longest name of a run test (vendor's open server, 2026-08). */
const LONGEST_NAME = 255;

/** A version that is to be run in place of the one that the run test is pinned to. */
export interface OtherVersion {
  template: string;
  /** Its name: `v4`. */
  version: string;
  version_id?: string | undefined;
}

/**
 * The version that `agent` asks for; undefined where it is what the run test runs anyway. Throws `invalid_input` for another
 * agent than its own, `not_found` for a version that there is not.
 */
export async function versionAskedFor(
  api: Api,
  runTest: WireRunTest,
  agent: string | undefined,
  call: CallContext,
): Promise<OtherVersion | undefined> {
  const asked = agent?.trim();
  if (asked === undefined || asked === '') return undefined;
  const isName = asked.toLowerCase() === agentNameOf(runTest)?.toLowerCase();
  if (!isOfPrompt(runTest)) {
    const own = runTest.agent_definition_detail?.id ?? runTest.agent_definition;
    if (isName || asked.toLowerCase() === own?.toLowerCase()) return undefined;
    throw otherAgent('A run test of an agent definition runs that agent and no other.');
  }
  const template = templateOf(runTest);
  const prompt = promptIdsIn(asked);
  if (template === undefined || (!isName && prompt?.template.toLowerCase() !== template.toLowerCase()))
    throw otherAgent('A run test of a prompt runs versions of that prompt and no other agent.');
  const ids = { template, version: prompt?.version };
  const meant = versionMeant(await readVersions(api, template, call), ids);
  const pinned = pinnedVersionOf(runTest);
  if (pinned.id === undefined ? pinned.name === meant.template_version : pinned.id === meant.id) return undefined;
  return { template, version: meant.template_version, version_id: meant.id || undefined };
}

function otherAgent(message: string): Problem {
  return new Problem('invalid_input', message, {
    provider: PLATFORM.id,
    next: 'Leave `agent` out, or pass a version of the prompt of this run test; get_test shows its agent.',
    sent: 'no',
  });
}

/** As `agent` of a start: the same version is the same start. */
export function agentOf({ template, version }: OtherVersion): string {
  return idsOfPrompt({ template, version }).join('~');
}

/** Simulations of this version with the scenarios, rows and evaluations of the run test; always in the same order. */
export async function simulationsLike(
  api: Api,
  runTest: WireRunTest,
  { template, version, version_id }: OtherVersion,
  { signal }: CallContext,
): Promise<WireRunTest[]> {
  const asked = { params: { id: template }, query: { version_id }, signal };
  const { rows } = await collect(walk(api.list(ENDPOINTS.listPromptSimulations, asked)));
  return rows
    .filter((one) => {
      const pinned = pinnedVersionOf(one);
      return pinned.id !== undefined && version_id !== undefined ? pinned.id === version_id : pinned.name === version;
    })
    .filter((one) => contentOf(one) === contentOf(runTest))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What two run tests that are comparable share. */
function contentOf(runTest: WireRunTest): string {
  const names = evaluationsOf(runTest).map(({ name }) => name ?? '');
  const rows = runTest.dataset_row_ids.map((id) => JSON.stringify(id));
  return JSON.stringify([
    membersOf(runTest)
      .map(({ id }) => id)
      .sort(),
    names.sort(),
    rows.sort(),
  ]);
}

function evaluationsOf({ simulate_eval_configs_detail: configs, evals_detail }: WireRunTest) {
  return configs.length > 0 ? configs : evals_detail;
}

/** Throws `unsupported` where the evaluations cannot be taken over: runs without them have no verdict. */
export function checkEvaluations(runTest: WireRunTest): void {
  if (evaluationsOf(runTest).every(({ template_id }) => template_id !== undefined)) return;
  throw new Problem(
    'unsupported',
    'The evaluations of this run test are not told so that a simulation of another version could have them.',
    {
      provider: PLATFORM.id,
      next: 'Make a simulation of that version in Future AGI, with the same scenarios and evaluations, and start that.',
      sent: 'no',
    },
  );
}

/** The simulation that runs a version: one that is there, else one that is made. Whatever it throws, nothing was started. */
export async function simulationOf(
  api: Api,
  run_test: string,
  other: OtherVersion,
  call: CallContext,
): Promise<WireRunTest> {
  const runTest = await beforeSending(
    api.one(ENDPOINTS.getRunTestToCopy, { params: { id: run_test }, signal: call.signal }),
  );
  const [present] = await beforeSending(simulationsLike(api, runTest, other, call));
  return present ?? (await beforeSending(madeSimulation(api, runTest, other, call)));
}

async function madeSimulation(
  api: Api,
  runTest: WireRunTest,
  other: OtherVersion,
  call: CallContext,
): Promise<WireRunTest> {
  const create = (prompt_version_id: string) =>
    api.one(ENDPOINTS.createPromptSimulation, {
      params: { id: other.template },
      body: { ...simulationBody(runTest, other), prompt_version_id },
      signal: call.signal,
    });
  try {
    // By its id, or by its name (contract); which of them a deployment takes, its refusal tells.
    return await create(other.version_id ?? other.version).catch((error: unknown) => {
      if (!isRefusal(error, 400) || other.version_id === undefined) throw error;
      return create(other.version);
    });
  } catch (error) {
    if (isRefusal(error, 400, 401, 402, 403, 404, 409, 429)) throw error;
    // Its answer was lost: it is looked for, and not made again.
    const [made] = await simulationsLike(api, runTest, other, call);
    if (made) return made;
    throw error;
  }
}

function simulationBody(runTest: WireRunTest, { version }: OtherVersion) {
  const tail = ` – ${version}`;
  const rows = runTest.dataset_row_ids;
  return {
    name: `${(runTest.name ?? 'Prompt simulation').slice(0, LONGEST_NAME - tail.length)}${tail}`,
    scenario_ids: membersOf(runTest).map(({ id }) => id),
    dataset_row_ids: rows.length > 0 ? rows : undefined,
    evaluations_config: evaluationsOf(runTest),
    enable_tool_evaluation: runTest.enable_tool_evaluation,
  };
}
