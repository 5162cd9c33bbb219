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

  /** Is the Prompt Workbench served? */
  workbench: 'on' | 'missing';
  /** Reading a template without versions makes an empty draft. */
  get_creates_draft: boolean;
  /** How creating a prompt simulation takes the version. */
  version_in_prompt_create: 'either' | 'uuid' | 'name';
  /** Views that are strict refuse fields that they do not know. */
  strict: boolean;
  /** Which version of an agent definition a run uses that pins none. */
  run_version: 'latest' | 'active';
  /** What becomes of the credentials where a new version of a definition is made without `api_key`. */
  version_without_key: 'drops' | 'keeps';
  /** Is the mask of a key, sent back with a new version, taken for the key? */
  masked_key: 'taken' | 'refused';
  /** How the key of a definition is shown. */
  key_mask: 'middle' | 'stars' | 'absent' | 'plain';
  /** Restoring a version copies it into the definition, and that is all, or activates it too. */
  restore: 'half' | 'whole';
  /** The description of a definition is what its agent follows. */
  external_prompt_effective: boolean;
  /** What the agents of definitions follow at their provider instead of their text; empty = that text. */
  provider_prompt: string;
  /** Somebody else edits an agent, once: after it was read next, or before it is written next. */
  agents_meddles: 'off' | 'after_read' | 'before_write';
  /** A member that writes of agents take with success and ignore: `messages`, `description`, `set_default`; empty = none. */
  agents_ignores: string;
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
    workbench: 'on',
    get_creates_draft: true,
    version_in_prompt_create: 'either',
    strict: true,
    run_version: 'latest',
    version_without_key: 'drops',
    masked_key: 'taken',
    key_mask: 'middle',
    restore: 'half',
    external_prompt_effective: false,
    provider_prompt: '',
    agents_meddles: 'off',
    agents_ignores: '',
  };
}
