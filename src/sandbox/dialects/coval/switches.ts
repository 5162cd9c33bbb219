import { honest, type Lies } from '../lies.ts';

/** One switch for every point where Coval's sources contradict each other or say nothing. The first value is the default. */
export type CovalSwitches = Lies & {
  /** Which path family of simulations is served, and how the other one is refused (`403` = the firewall's way). */
  families: 'both' | 'legacy' | 'canonical';
  missing_family: 404 | 403;
  /** Answer to a missing key: the gateway's `{message}`, or the documented envelope. */
  errors: 'gateway' | 'envelope' | 'string' | 'text' | 'empty';
  /** Permissions of the key; empty = all. */
  scopes: string[];
  /** Are unquoted filter values refused (as observed) or taken (as documented)? */
  filter_values: 'live' | 'docs';
  /** How the last page says that it is the last; `mixed` = each list in its documented way. */
  last_token: 'mixed' | 'absent' | 'null' | 'empty';
  /** Hands out the same token for ever. */
  repeat_token: boolean;
  /** Puts items that are no objects, or have no id, into every list. */
  malformed_items: boolean;
  /** `values` = by metric id with every simulation's value; `aggregates` = by name with mean, min and max; `none` = null. */
  results: 'values' | 'aggregates' | 'none';
  /** How a metric without a value shows in `values`: a row with null, or no row. */
  valueless_rows: 'null' | 'absent';
  transcripts: 'offsets' | 'raw' | 'json' | 'tool_calls';
  binary: 'words' | 'numbers';
  /** Does a run complete when its simulations have ended, or when they are judged as well? */
  run_completes: 'after_metrics' | 'after_simulations';
  /** Status of a run of which every simulation broke. */
  all_broken: 'COMPLETED' | 'FAILED';
  status_spelling: 'spaces' | 'underscores';
  progress_counts: 'simulations' | 'cases';
  /** Outputs that were judged again, by ids, and when (ms of the engine's clock). */
  judged_again: { simulation: string; metric: string; at: number }[];
  /** Are superseded metric outputs listed beside the current one? */
  superseded: 'hidden' | 'listed';
  /** Result of the BASIC view and status reasons exist in newer versions only. */
  metric_outputs: 'new' | 'old';
  expectations: 'behaviors' | 'output_str';
  /** Precision of create_time. */
  times: 'seconds' | 'milliseconds';
  /** Is a deleted thing still answered when asked for by id? */
  deleted: 'gone' | 'shown';
  /** The next launches crash before the first simulation. */
  setup_crash: boolean;
  /** Metrics (by name) that have no value in every n-th simulation, and the status they have instead. */
  unmeasured: { metric: string; status: 'SKIPPED' | 'FAILED' | 'CANCELLED' | 'COMPLETED'; every: number }[];
  /** Breakdown of the composite metric: as judged, or undecided throughout (value 0.0). */
  composite: 'judged' | 'unknown';
  /**
   * Conditions of criteria: documented; a number as text over a value that is one; an unknown
   * operator; another member; none, because the organisation's thresholds say what a value must be. */
  conditions: 'documented' | 'text_number' | 'unknown_operator' | 'other_member' | 'in_thresholds';
  /** Sweep values of every test set; how Coval writes them, and how they multiply, is documented nowhere. */
  sweep: unknown;
  /** Thresholds may be read with the key, or not. */
  thresholds: 'served' | 'forbidden';
  /** Types of agents whose prompt is what a run follows; runs on others follow the real agent. */
  prompt_effective: string[];
  /** Are versions of agents served, or is there no such path? */
  versions: 'on' | 'off';
  /** Going back to the version that is current: refused, or one more version. */
  revert_current: 400 | 200;
  /** Does the metadata of a write replace what is there, or is it merged into it? */
  metadata_patch: 'replace' | 'merge';
  /** What overrides of a mutation may name: members of the parent's metadata, or of the parent as well. */
  mutation_keys: 'metadata' | 'any';
  /** Does a copy keep the metrics and test sets of its origin: as it is asked for, always, never? */
  duplicate_associations: 'asked' | 'always' | 'never';
  /** Credentials in metadata: answered as they are, or as masks. */
  agent_secrets: 'shown' | 'masked';
  /** Somebody else edits an agent, once: after a client read it, right before a write of it is taken, or before it is copied. */
  agents_meddles: 'off' | 'after_read' | 'before_write' | 'before_copy';
  /** Member of an agent that a write takes with 200 and does not change; empty = none. */
  agents_ignores: string;
};

/** Types of agents that Coval is inferred to run itself. */
const REALTIME_TYPES = ['OPENAI', 'GEMINI', 'GROK'].map((name) => `MODEL_TYPE_${name}_REALTIME`);

export function defaultSwitches(): CovalSwitches {
  return {
    ...honest(),
    families: 'both',
    missing_family: 404,
    errors: 'gateway',
    scopes: [],
    filter_values: 'live',
    last_token: 'mixed',
    repeat_token: false,
    malformed_items: false,
    results: 'values',
    valueless_rows: 'null',
    transcripts: 'offsets',
    binary: 'words',
    run_completes: 'after_metrics',
    all_broken: 'COMPLETED',
    status_spelling: 'spaces',
    progress_counts: 'simulations',
    judged_again: [],
    superseded: 'hidden',
    metric_outputs: 'new',
    expectations: 'behaviors',
    times: 'seconds',
    deleted: 'gone',
    setup_crash: false,
    unmeasured: [],
    composite: 'judged',
    conditions: 'documented',
    sweep: {},
    thresholds: 'served',
    prompt_effective: [...REALTIME_TYPES],
    versions: 'on',
    revert_current: 400,
    metadata_patch: 'replace',
    mutation_keys: 'metadata',
    duplicate_associations: 'asked',
    agent_secrets: 'shown',
    agents_meddles: 'off',
    agents_ignores: '',
  };
}
