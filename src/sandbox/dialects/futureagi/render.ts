/** Records in the vendor's shapes, as the switches want them. */
import { stableId } from '../../engine/ids.ts';
import { parentCounts } from '../lying-pages.ts';
import { nameIn, verdictIn } from '../lying-words.ts';
import { Refusal } from './errors.ts';
import type { Call, Config, EvalOutput, Execution, RunTest, Scenario } from './records.ts';
import type { Switches } from './switches.ts';

export const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const titleCase = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

/** A stored status as the SDK family prints it. */
export const sdkStatus = (status: string, switches: Switches) =>
  switches.status_case === 'upper' ? status.toUpperCase() : status;
/** The same in the list of executions. */
export const listStatus = (status: string, switches: Switches) =>
  switches.status_case === 'upper' ? status.toUpperCase() : titleCase(status);

function passFail(output: unknown, switches: Switches): unknown {
  if (output !== 'Passed' && output !== 'Failed') return output;
  if (switches.pass_fail === 'booleans') return output === 'Passed';
  return switches.pass_fail === 'lower' ? output.toLowerCase() : output;
}

/** A score in each form in which one may come. */
function scoreIn(form: Exclude<Switches['score_form'], 'none'>, passed: boolean): unknown {
  const percent = passed ? 90 : 30;
  const score = percent / 100;
  const forms = {
    fraction: score,
    percent: { score: `${percent}%` },
    hundred: percent,
    text: { score: String(score) },
    text_percent: `${percent}%`,
    out_of_ten: { score: `${percent / 10}/10` },
    list: [score],
    nested: { score: { value: score } },
  };
  return forms[form];
}

/** A stored evaluation as it is told: `index` counts those of the call. */
function told(entry: EvalOutput, index: number, switches: Switches): EvalOutput {
  if (switches.result_never_comes && index === 0) return { status: 'pending' };
  const { output, name } = entry;
  const named = typeof name === 'string' ? { name: nameIn(switches, name, index) } : {};
  if (output !== 'Passed' && output !== 'Failed') return { ...entry, ...named };
  const passed = output === 'Passed';
  if (switches.score_form !== 'none')
    return { ...entry, ...named, output: scoreIn(switches.score_form, passed), output_type: 'score' };
  return { ...entry, ...named, output: verdictIn(switches, passed, passFail(output, switches)) };
}

/** `eval_outputs` of the SDK family. `names` filters by stored name, whatever its case. */
export function evalOutputs(
  call: Call,
  configs: readonly Config[],
  switches: Switches,
  options: { names?: readonly string[] | undefined; reasons: boolean },
): Record<string, EvalOutput> {
  const wanted = options.names?.map((name) => name.toLowerCase());
  const shown: Record<string, EvalOutput> = {};
  let number = 0;
  for (const [id, stored] of Object.entries(call.evals)) {
    const entry = told(stored, number, switches);
    number += 1;
    const config = configs.find((one) => one.id === id);
    const name = switches.eval_names === 'template' && entry.name ? (config?.template.name ?? entry.name) : entry.name;
    if (wanted) {
      // The server lower-cases the stored name, and one that is null makes it fall over.
      if (name === null) throw new Refusal(500, 'Unable to fetch simulation runs.');
      if (name === undefined || !wanted.includes(name.toLowerCase())) continue;
    }
    const { reason, ...rest } = entry;
    shown[switches.eval_keys === 'docs' ? `eval-config-${number}` : id] = {
      ...rest,
      name,
      reason: options.reasons ? reason : undefined,
    };
  }
  return shown;
}

export function executionHead(execution: Execution, switches: Switches) {
  const counts = parentCounts(switches, {
    total: execution.total_calls,
    completed: execution.completed_calls,
    broken: execution.failed_calls,
  });
  return {
    execution_id: execution.id,
    status: sdkStatus(execution.status, switches),
    started_at: iso(execution.started_at),
    completed_at: iso(execution.completed_at),
    total_calls: counts.total,
    completed_calls: counts.completed,
    failed_calls: counts.broken,
  };
}

/** A call in a page of its execution; `names` filters its evaluations. */
export function callRow(execution: Execution, call: Call, switches: Switches, names?: readonly string[]) {
  const reasons = switches.reasons_in_lists;
  return {
    call_execution_id: call.id,
    scenario_id: call.scenario.id,
    scenario_name: call.scenario.name,
    status: sdkStatus(call.status, switches),
    duration_seconds: call.duration_seconds,
    eval_outputs: evalOutputs(call, execution.run_test.configs, switches, { names, reasons }),
  };
}

export function callDetail(execution: Execution, call: Call, switches: Switches, names?: readonly string[]) {
  return {
    call_execution_id: call.id,
    execution_id: execution.id,
    scenario_id: call.scenario.id,
    scenario_name: call.scenario.name,
    status: sdkStatus(call.status, switches),
    started_at: iso(call.started_at),
    completed_at: iso(call.completed_at),
    duration_seconds: call.duration_seconds,
    ended_reason: call.ended_reason,
    call_summary: call.call_summary,
    eval_outputs: evalOutputs(call, execution.run_test.configs, switches, { names, reasons: true }),
    latency: { avg_agent_latency_ms: call.latency_ms, response_time_ms: null },
    cost: {
      total_cost_cents: call.cost_cents,
      stt_cost_cents: call.cost_cents === null ? null : 0,
      llm_cost_cents: call.cost_cents === null ? null : 0,
      tts_cost_cents: call.cost_cents === null ? null : 0,
    },
  };
}

/** The app family's view of one evaluation: other field names, choices in a list, placeholders empty. */
function appEntry(entry: EvalOutput) {
  if (entry.status === 'pending') return {};
  const error = entry.error === 'error' || entry.status === 'error';
  const wrapped = entry.output_type === 'choices' && entry.output !== null && !Array.isArray(entry.output);
  return {
    value: wrapped ? [entry.output] : (entry.output ?? null),
    reason: entry.reason ?? '',
    type: entry.output_type ?? '',
    name: entry.name ?? '',
    error,
    status: entry.status ?? (error ? 'error' : 'completed'),
    skipped: entry.skipped === true || entry.status === 'skipped',
  };
}

/** A call in the app family; by itself it comes with `transcript` and its recordings. */
export function appCall(execution: Execution, call: Call, switches: Switches, transcript?: unknown) {
  const detail = transcript !== undefined;
  const live = new Map(execution.run_test.configs.map((config) => [config.id, config]));
  const entries = Object.entries(call.evals)
    .filter(([id]) => live.has(id))
    .map(([id, entry], index) => [id, told(entry, index, switches)] as const);
  return {
    id: call.id,
    test_execution_id: execution.id,
    status: call.status,
    timestamp: iso(call.updated_at),
    start_time: iso(call.started_at),
    duration: call.duration_seconds,
    duration_seconds: call.duration_seconds,
    scenario: call.scenario.name,
    scenario_id: call.scenario.id,
    scenario_columns: call.persona ? { persona: { value: call.persona } } : {},
    transcript: transcript ?? [],
    recordings: detail && call.recording ? { combined: call.recording, stereo: null, customer: null } : {},
    audio_url: null,
    eval_outputs: Object.fromEntries(entries.map(([id, entry]) => [id, appEntry(entry)])),
    eval_metrics: Object.fromEntries(
      entries.map(([id, entry]) => [
        id,
        entry.status === 'pending'
          ? {}
          : {
              id,
              ...appEntry(entry),
              visible: true,
              error_localizer: switches.localizes_errors || live.get(id)?.error_localizer === true,
            },
      ]),
    ),
    // A satisfaction figure of 1 to 10 here; other pages of the vendor print other scales.
    overall_score: call.status === 'completed' ? 7.5 : null,
    call_summary: call.call_summary,
    ended_reason: call.ended_reason,
    error_message: call.error_message ?? null,
    simulation_call_type: call.chat ? 'text' : 'voice',
    agent_definition_used_name: execution.run_test.prompt ? null : execution.run_test.agent.name,
    phone_number: call.chat ? null : '+15550100',
    rerun_snapshots: [],
    processing_skipped: false,
    processing_skip_reason: null,
  };
}

const configRow = (config: Config) => ({
  id: config.id,
  name: config.name,
  config: {},
  mapping: {},
  filters: [],
  error_localizer: config.error_localizer === true,
  model: 'stand-in',
  status: 'Completed',
  eval_group: null,
  template_id: config.template.id,
});

export function scenarioRow(scenario: Scenario) {
  return {
    id: scenario.id,
    name: scenario.name,
    description: scenario.prompt,
    source: scenario.prompt,
    scenario_type: 'dataset',
    status: scenario.status,
    agent_type: 'inbound',
    dataset_rows: scenario.rows,
    prompts: [{ role: 'system', content: scenario.prompt }],
    created_at: iso(1_767_225_600_000),
    updated_at: iso(1_767_225_600_000),
    deleted: false,
  };
}

/** Who is under test: an agent definition and its version, or a prompt and its. */
function underTest({ agent, prompt, version }: RunTest) {
  if (prompt) {
    return {
      agent_definition: null,
      agent_definition_detail: null,
      agent_version: null,
      source_type: 'prompt',
      prompt_template: prompt.template.id,
      prompt_template_detail: prompt.template,
      prompt_version: prompt.version.id,
      prompt_version_detail: { id: prompt.version.id, template_version: prompt.version.name },
    };
  }
  return {
    agent_definition: agent.id,
    agent_definition_detail: { id: agent.id, agent_name: agent.name, agent_type: agent.type, inbound: true },
    agent_version: {
      ...(version ?? { id: stableId(agent.id, 'v1'), name: 'v1' }),
      configuration_snapshot: { agent_type: agent.type },
    },
    source_type: 'agent_definition',
    prompt_template: null,
    prompt_template_detail: null,
    prompt_version: null,
    prompt_version_detail: null,
  };
}

export function runTestRow(runTest: RunTest, lastRun: number | null) {
  return {
    id: runTest.id,
    name: runTest.name,
    description: '',
    ...underTest(runTest),
    scenarios: runTest.scenarios.map((scenario) => scenario.id),
    scenarios_detail: runTest.scenarios.map(scenarioRow),
    dataset_row_ids: [],
    simulate_eval_configs: runTest.configs.map((config) => config.id),
    simulate_eval_configs_detail: runTest.configs.map(configRow),
    evals_detail: runTest.configs.map(configRow),
    enable_tool_evaluation: false,
    created_at: iso(runTest.created_at),
    updated_at: iso(runTest.created_at),
    last_run_at: iso(lastRun),
    deleted: false,
  };
}

export function executionListRow(execution: Execution, switches: Switches) {
  const { calls, run_test: runTest } = execution;
  const connected = calls.filter((call) => call.duration_seconds !== null).length;
  const chat = runTest.agent.type === 'text';
  const counted = Math.max(0, calls.length + switches.parent_more);
  return {
    id: execution.id,
    status: listStatus(execution.status, switches),
    scenarios: [...new Set(calls.map((call) => call.scenario.name))].join(', '),
    start_time: iso(execution.started_at),
    duration: execution.completed_at === null ? 0 : Math.round((execution.completed_at - execution.started_at) / 1000),
    error_reason: execution.status === 'failed' ? 'Every call failed.' : null,
    // Technical completion, not quality.
    success_rate: calls.length === 0 ? 0 : Math.round((connected / calls.length) * 10_000) / 100,
    avg_response_time: 0.8,
    calls: chat ? 0 : counted,
    calls_attempted: chat ? 0 : calls.filter((call) => call.started_at !== null).length,
    connected_calls: chat ? 0 : connected,
    agent_version: runTest.prompt ? null : (runTest.version?.name ?? 'v1'),
    agent_definition: runTest.prompt ? null : runTest.agent.name,
    calls_connected_percentage: 100,
    total_chats: chat ? counted : 0,
    agent_type: chat ? 'text' : 'voice',
    total_number_of_fagi_agent_turns: 0,
    source_type: runTest.prompt ? 'prompt' : 'agent_definition',
  };
}
