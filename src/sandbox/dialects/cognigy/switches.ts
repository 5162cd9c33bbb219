import { honest, type Lies } from '../lies.ts';

/**
 * What Cognigy's documentation leaves open or contradicts, each with the reading that is served by default. Tests turn one
 * at a time and show that the provider understands every reading. Changed in place.
 */
export interface CognigySwitches extends Lies {
  /** Documentation says `id`, field code reads `_id`. */
  ids: 'id' | '_id' | 'both';
  /** Which credentials pass; the pages print Bearer, the spec allows both, field code uses the key. */
  auth: 'both' | 'key' | 'bearer';
  /** Members of a batch: the documented counters, those seen in field code, or all of them. */
  batch: 'documented' | 'observed' | 'both';
  /** Does a batch tell its run configuration, as the vendor's schedulers do? No source shows it. */
  batch_run_config: 'absent' | 'present';
  /** Does the frozen scenario of a batch tell its flow? Field code types some of its members only. */
  frozen_flow: 'absent' | 'reference' | 'id';
  /** There is a filter for it, but no documented member. */
  batch_status: 'present' | 'absent';
  /** Documented words of the filter, or those of field code. */
  status_words: 'documented' | 'observed' | 'unheard_of';
  /** Does `failedRuns` count what broke or what missed its criteria? */
  failed_runs: 'broken' | 'criteria';
  /** Does `completedRuns` hold the failed ones too? */
  completed_runs: 'all' | 'without_failed';
  /** `successRate` of a batch: a bare number in field code, an object on a run. */
  batch_success_rate: 'number' | 'object';
  /** What running a scenario answers. `scenario`: the scenario itself, whose id is not the batch's. */
  run_now: 'batch' | 'batch_id' | 'reference' | 'nested' | 'reference_id' | 'runs' | 'scenario' | 'empty';
  /** Integer times. */
  timestamps: 'ms' | 's';
  duration: 'ms' | 's' | 'absent';
  /** `next` and `previous` where there is nothing. */
  page_ends: 'null' | 'absent' | 'empty';
  /** What a page says of what follows; `contradictory`: `hasNext` is always false. */
  pagination: 'full' | 'without_total' | 'without_has_next' | 'contradictory' | 'none';
  /** Is `skip` honoured, or only the cursor? */
  skip: 'honoured' | 'ignored';
  sort: 'honoured' | 'ignored' | 'refused';
  /** Order where none is asked for (or it is ignored). */
  order: 'newest' | 'oldest';
  filter: 'honoured' | 'ignored' | 'refused';
  /** Items of `metrics.results`. */
  results:
    | 'success_reasoning'
    | 'passed_params'
    | 'nested'
    | 'words'
    | 'positional'
    | 'reversed'
    | 'fewer'
    | 'unreadable'
    | 'absent';
  /** Members of `metrics`; `results_only` has no `success` of its own. */
  metrics: 'full' | 'results_only';
  /** Stored form, or those of the authoring endpoints. */
  criteria: 'params' | 'name_text' | 'name_description';
  /** Base of a run's `sequence`. */
  sequence_base: 0 | 1;
  /** Are unfinished runs listed? */
  run_list: 'all' | 'finished';
  /** Runs of a batch that never happen although it ends (queued messages expire). */
  lost_runs: number;
  /** Batches failed before the first of their runs: they count what was asked for, and list nothing. */
  never_ran: boolean;
  /** Do lost runs stay in the list, without a result? */
  lost_listed: boolean;
  /** Runs become readable so many milliseconds after they ended. */
  run_lag_ms: number;
  /** Documented turns name no speaker. */
  speaker: 'none' | 'role' | 'source' | 'data_source';
  /** Who opens, and whether both alternate. */
  opening: 'caller' | 'agent' | 'agent_twice';
  /** Order of turns in the list; `sequence` always tells. */
  turn_order: 'in_order' | 'reversed';
  /** `code` of an error. */
  code: 'string' | 'number';
  /** Body of an error: the vendor's, or what a proxy in front of it says. */
  errors: 'problem' | 'html' | 'empty';
  /** The list of all batches of a project, seen in field code only; `unpaged` sends everything at once. */
  project_batches: 'served' | 'missing' | 'unpaged';
  /** Reading one scenario, promised by texts only. */
  get_scenario: 'served' | 'missing';
  /** Reading one batch. */
  get_batch: 'served' | 'missing';
  /** What a stop answers when the batch has ended. */
  stop_finished: 200 | 400 | 409;
  /** The stop is a signal: the batch is stopped so much later. */
  stop_lag_ms: number;
  /** What becomes of runs that a stop cut off. */
  stopped_runs: 'flagged' | 'missing';
  /** Which ids the `…ReferenceId` members take. */
  reference_ids: 'both' | 'reference' | 'object';
  /** Which of the two moves when a scenario changes. */
  changed: 'lastChanged' | 'updatedAt' | 'both';
  /** What becomes of the batches of a deleted scenario. */
  deletion: 'keeps_batches' | 'deletes_batches';
  /** Answer to an update. */
  update_reply: 'scenario' | 'nothing';
  /** Projects the key sees. */
  projects: 0 | 1 | 2;
  /** A key may use the Simulator without being allowed to list on the main API. */
  main_api: 'served' | 'forbidden';
  /** Models, of which none, one or all are the default. */
  default_model: 'one' | 'none';
  /** Is the Simulator switched on? */
  simulator: 'on' | 'off';
  /** Locales of the project; the first is the primary one. */
  locales: 1 | 2;
  /** A write of a node's `config` replaces it whole, or is merged into it. */
  node_patch: 'replace' | 'merge';
  /** What a write to a node, an AI agent, a flow or an endpoint answers; a clone too. */
  patch_answer: 'empty' | 'object';
  /** The jobs of an AI agent: in an envelope, as a bare array, or not served. */
  jobs_shape: 'items' | 'array' | 'missing';
  /** Where a job names its flow. */
  jobs_flow_key: 'flowId' | 'flow' | 'parentId' | 'absent';
  /** May the nodes of a flow be listed? */
  nodes_list: 'served' | 'missing';
  nodes_list_has_config: 'off' | 'on';
  /** 1,000 characters of an AI agent's description and instructions, 60 kB of a body. */
  limits: 'checked' | 'unchecked';
  /** Are there Agents V2? */
  agents_v2: 'off' | 'on';
  /** Active endpoints: some on the project and some on a snapshot, all on snapshots, none; or not for this key to list. */
  endpoints: 'mixed' | 'on_snapshots' | 'inactive' | 'forbidden';
  /** Which of its two ids names the flow of an endpoint. */
  endpoint_flow: 'id' | 'reference';
  /** Snapshots that a project may have. */
  snapshot_limit: number;
  /** A restored project has other ids than before. */
  restore_ids: 'new' | 'same';
  /** Steps of half a second until a task is done. */
  task_steps: number;
  /** What tasks fail with; empty: they do not. */
  task_error: string;
  /** A clone is answered with the flow (see `patch_answer`), or with a task; or it is not served. */
  flow_clone: 'on' | 'as_task' | 'off';
  /** No body of a clone is documented: a name in it is ignored, taken, or refused. */
  flow_clone_name: 'ignored' | 'taken' | 'refused';
  /** May a flow be given another name? */
  flow_rename: 'served' | 'missing';
  /** Does a cloned node keep its reference? */
  clone_references: 'new' | 'kept';
  /** Somebody else edits a job node or an AI agent, once: after it was read, or right before a write to it is applied. */
  agents_meddles: 'off' | 'after_read' | 'before_write';
  /** Member of a configuration or an AI agent that a write takes with a 2xx and ignores; empty: none. */
  agents_ignores: string;
  /** What the role of the key allows on the main API. */
  role: 'write' | 'read';
}

export function defaultSwitches(): CognigySwitches {
  return {
    ...honest(),
    ids: 'id',
    auth: 'both',
    batch: 'both',
    batch_run_config: 'absent',
    frozen_flow: 'absent',
    batch_status: 'present',
    status_words: 'documented',
    failed_runs: 'broken',
    completed_runs: 'all',
    batch_success_rate: 'number',
    run_now: 'batch',
    timestamps: 'ms',
    duration: 'ms',
    page_ends: 'null',
    pagination: 'full',
    skip: 'honoured',
    sort: 'honoured',
    order: 'newest',
    filter: 'honoured',
    results: 'success_reasoning',
    metrics: 'full',
    criteria: 'params',
    sequence_base: 1,
    run_list: 'all',
    lost_runs: 0,
    never_ran: false,
    lost_listed: false,
    run_lag_ms: 0,
    speaker: 'none',
    opening: 'caller',
    turn_order: 'in_order',
    code: 'string',
    errors: 'problem',
    project_batches: 'served',
    get_scenario: 'served',
    get_batch: 'served',
    stop_finished: 200,
    stop_lag_ms: 1500,
    stopped_runs: 'flagged',
    reference_ids: 'both',
    changed: 'both',
    deletion: 'keeps_batches',
    update_reply: 'scenario',
    projects: 1,
    main_api: 'served',
    default_model: 'one',
    simulator: 'on',
    locales: 2,
    node_patch: 'replace',
    patch_answer: 'empty',
    jobs_shape: 'items',
    jobs_flow_key: 'flowId',
    nodes_list: 'served',
    nodes_list_has_config: 'off',
    limits: 'checked',
    agents_v2: 'off',
    endpoints: 'mixed',
    endpoint_flow: 'id',
    snapshot_limit: 10,
    restore_ids: 'new',
    task_steps: 2,
    task_error: '',
    flow_clone: 'on',
    flow_clone_name: 'ignored',
    flow_rename: 'served',
    clone_references: 'new',
    agents_meddles: 'off',
    agents_ignores: '',
    role: 'write',
  };
}
