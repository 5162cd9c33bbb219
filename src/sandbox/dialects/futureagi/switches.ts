import { honest, type Lies } from '../lies.ts';

/** One switch for every point where the vendor's documentation and its server contradict each other, or are silent. */
export interface Switches extends Lies {
  /**
   * Form of the failure clusters: as the server stores them, as documented, or the odd form of the server's own test.
   */
  clusters: 'code' | 'docs' | 'summary';
  /** How a Pass/Fail result is written. */
  pass_fail: 'words' | 'booleans' | 'lower';
  /** Pass/Fail results as scores instead: 0.9 for one that passed and 0.3 for one that did not, in this form. */
  score_form: 'none' | 'fraction' | 'percent' | 'hundred' | 'text' | 'text_percent' | 'out_of_ten' | 'list' | 'nested';
  /** Whose name an evaluation and a cluster key carry. */
  eval_names: 'config' | 'template';
  eval_keys: 'uuid' | 'docs';
  reasons_in_lists: boolean;
  /** Statistics of evaluations; they fail where one of them is numeric or a reason only. */
  statistics: 'computed' | 'failing';
  /** Evaluations say that they localise errors. */
  localizes_errors: boolean;
  /** `total_pages` equals `count`, as in a documented example; pages past the real end still fail. */
  inflated_total_pages: boolean;
  execute_body: 'snake' | 'camel';
  execute_status: 'started' | 'PENDING';
  /** `code`: lower case in the SDK family, Title case in the list of executions. */
  status_case: 'code' | 'upper';
  errors: 'flat' | 'nested';
  unknown_execution: 500 | 404;
  page_beyond_end: 500 | 404;
  refuse_unknown_params: boolean;
  cancel_finished: 'flips' | 'refuses';
  /** After this many requests every further one is refused, `refusals` times. */
  rate_limit: { after: number; form: 'docs' | 'code' | 'helper'; retry_after: number; refusals: number } | undefined;
  /** That many reads of a page of calls are followed by an update of the oldest row, which moves to the top. */
  moving_rows: number;
  /** Reasons that a configuration needs before clusters are computed, and members that a cluster needs. */
  fma_minimum: number;
  /** How long (ms of the engine's clock) the calculation waits and then runs. */
  fma_pending_ms: number;
  fma_running_ms: number;
  /** Views of the app family that this deployment does not have, as path endings without the last slash. */
  missing_views: string[];
  /** Status of the next answers, each used once, e.g. `[502]` (as HTML). */
  faults: number[];
}

export function defaultSwitches(): Switches {
  return {
    ...honest(),
    clusters: 'code',
    pass_fail: 'words',
    score_form: 'none',
    eval_names: 'config',
    eval_keys: 'uuid',
    reasons_in_lists: true,
    statistics: 'computed',
    localizes_errors: false,
    inflated_total_pages: false,
    execute_body: 'snake',
    execute_status: 'started',
    status_case: 'code',
    errors: 'flat',
    unknown_execution: 500,
    page_beyond_end: 500,
    refuse_unknown_params: true,
    cancel_finished: 'flips',
    rate_limit: undefined,
    moving_rows: 0,
    fma_minimum: 5,
    fma_pending_ms: 1_000,
    fma_running_ms: 2_000,
    missing_views: [],
    faults: [],
  };
}
