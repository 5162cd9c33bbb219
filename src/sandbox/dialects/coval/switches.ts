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
};

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
  };
}
