import { honest, type Lies } from '../lies.ts';

/**
 * What Synthflow's documentation leaves open or contradicts, each with the reading that is served by default. Tests turn
 * one at a time and show that the provider understands every reading. Changed in place.
 */
export interface SynthflowSwitches extends Lies, Record<string, unknown> {
  /** `uniform`: what the vendor might do one day: one envelope, one page shape, no extra nesting. */
  envelopes: 'documented' | 'uniform';
  /** `status` of the envelope: newer examples say "ok", older ones "success", prose elsewhere speaks of a number. */
  envelope_status: 'ok' | 'success' | 'number';
  /** The published example has nothing but `simulation_id`, the schema the whole simulation; `empty` has not even that. */
  start_reply: 'minimal' | 'full' | 'nested' | 'empty';
  /** A number in the example, a string in the specification; unit undocumented. */
  timestamps: 'seconds' | 'text' | 'milliseconds' | 'epoch' | 'dates' | 'absent';
  /** `aligned`: as many as there are criteria. */
  evaluations: 'aligned' | 'shorter' | 'longer' | 'none';
  /** Every field the specification calls nullable or optional. */
  optional_fields: 'present' | 'null' | 'absent';
  /** Does the analysis come with `completed`, after the engine's scoring time, or not at all? */
  analysis: 'lags' | 'at_once' | 'never';
  error_info: 'object' | 'text' | 'null';
  sender_types: 'agent_user' | 'bot_human' | 'assistant_persona' | 'unheard_of';
  /** Whether simulations are recorded is not documented. */
  recordings: 'none' | 'url' | 'nonsense';
  /** The run status as documented, or the same in other spellings. */
  status_words: 'documented' | 'underscore' | 'unheard_of';
  /** Counters that add up, or the ones of the published example, where everything is 1. */
  counters: 'consistent' | 'example';
  /** Shapes of an error body; `documented` is the detail object, and the validation list for 422. */
  errors:
    | 'documented'
    | 'detail_text'
    | 'validation'
    | 'message'
    | 'error_text'
    | 'gateway'
    | 'nested_objects'
    | 'plain_text'
    | 'empty';
  page_past_end: 'empty' | 400 | 404 | 422;
  /** A page size above `biggest_page`. */
  page_size_over: 422 | 400 | 'clamp';
  biggest_page: number;
  /** Undocumented; newest first by inference. */
  order: 'newest' | 'oldest' | 'shuffled';
  /** `null` where a list has no items. */
  empty_lists: 'array' | 'null';
  /** One item of every list is not what it should be. */
  malformed_item: boolean;
  empty_suite: 400 | 'starts';
  /** May a run be started into an existing session? */
  joining: 'joins' | 'refused' | 'ignored';
  /** A start on another agent than the case's. */
  other_agent: 'allowed' | 'refused';
  delete_reply: 204 | 200;
  /** What becomes of the cases of a deleted suite. */
  suite_deletion: 'keeps_cases' | 'detaches_cases' | 'deletes_cases';
  /** null in a PUT. */
  put_null: 'ignored' | 'clears';
  /** Embedded simulations of a listed session: all, or only those that match the date filter. */
  session_items: 'all' | 'matching';
  /** Does `GET /simulations` know the session filter? */
  session_filter: 'honoured' | 'ignored';
  generate: 'ndjson' | 'cut_off' | 'json_text' | 'with_noise';
  generated_cases: 'saved' | 'proposed';
  /** `wrong`: every key is refused, like one of another region. */
  region: 'right' | 'wrong';
  /** Where a PUT of an agent goes: the vendor's pages contradict each other (contract of agents, section 2). */
  agents_write_mode: 'draft' | 'live';
  /** Which of the two a GET shows. */
  agents_get_returns: 'draft' | 'live';
  /** The version that a simulation follows is not documented; the draft by inference (changelog 2026-09-23). */
  sim_version: 'draft' | 'live';
  /** `assistants` is a list in newer examples, an object in an older one. */
  agents_wrapper: 'array' | 'object';
  /** The answer to an unknown id of an agent is not documented; `empty`: 200 with no agent in it. */
  unknown_agent: 404 | 400 | 'empty';
  /** Lists and deeper objects of a PUT: in place of what was, or added to it? */
  put_arrays: 'replace' | 'merge';
  /** Characters of the longest prompt that is taken; 0 = any. The limit is not documented. */
  put_max_prompt: number;
  /** Does the list of agents know `search`? A third party's crosswalk names it, the specification does not. */
  search_param: 'on' | 'off';
  /** An enabled voicemail message needs the greeting mode `human`. */
  voicemail_rule: 'on' | 'off';
  /** Somebody else edits the prompt of an agent, once: after the client read it, or right before what it writes is taken. */
  agents_meddles: 'off' | 'after_read' | 'before_write';
  /** A member that a PUT of an agent takes with 200 and leaves as it is; empty = none. */
  agents_ignores: string;
  /** The sandbox's own protection: a session embeds no more than this, its counters tell the rest. */
  embed_at_most: number;
}

export function defaultSwitches(): SynthflowSwitches {
  return {
    ...honest(),
    envelopes: 'documented',
    envelope_status: 'ok',
    start_reply: 'minimal',
    timestamps: 'seconds',
    evaluations: 'aligned',
    optional_fields: 'present',
    analysis: 'lags',
    error_info: 'object',
    sender_types: 'agent_user',
    recordings: 'url',
    status_words: 'documented',
    counters: 'consistent',
    errors: 'documented',
    page_past_end: 'empty',
    page_size_over: 422,
    biggest_page: 100,
    order: 'newest',
    empty_lists: 'array',
    malformed_item: false,
    empty_suite: 400,
    joining: 'joins',
    other_agent: 'allowed',
    delete_reply: 204,
    suite_deletion: 'keeps_cases',
    put_null: 'ignored',
    session_items: 'all',
    session_filter: 'honoured',
    generate: 'ndjson',
    generated_cases: 'saved',
    region: 'right',
    agents_write_mode: 'draft',
    agents_get_returns: 'draft',
    sim_version: 'draft',
    agents_wrapper: 'array',
    unknown_agent: 404,
    put_arrays: 'replace',
    put_max_prompt: 0,
    search_param: 'off',
    voicemail_rule: 'on',
    agents_meddles: 'off',
    agents_ignores: '',
    embed_at_most: 500,
  };
}
