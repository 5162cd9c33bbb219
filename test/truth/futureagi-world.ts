/**
 * A well-formed Future AGI in a few words: one run test, one execution of it and its calls, served as the vendor serves
 * them (SDK pages of any size that answer 500 behind the last one, app pages of ten that answer 404 there). A case
 * overrides one thing.
 */
import type { Asked, Reply } from './stand-in.ts';

export type Fields = Record<string, unknown>;

let worlds = 0;
const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');

/** A UUID of one world; the letter tells what it names: a run test, a scenario, a call, an evaluation, an execution. */
export function uuid(kind: 'a' | 'b' | 'c' | 'd' | 'e', world: number, index = 0): string {
  return `${kind}${hex(world, 7)}-0000-4000-8000-${hex(index, 12)}`;
}

/** A number that no other world of this file has. */
export const nextWorld = () => ++worlds;

/** `eval_outputs` of whole entries, each under an id of its own. */
export function entries(...all: Fields[]): Fields {
  return Object.fromEntries(all.map((one, index) => [uuid('d', 0, index + 1), one]));
}

/** `eval_outputs` of Pass/Fail evaluations: name → output. */
export function evals(outputs: Fields): Fields {
  return entries(
    ...Object.entries(outputs).map(([name, output]) => ({
      name,
      output,
      output_type: 'Pass/Fail',
      reason: `Said of ${name}.`,
    })),
  );
}

export interface FutureAgiFacts {
  /** How many calls, and what differs from a call that passed. */
  calls: number;
  call?: (index: number) => Fields;
  /** Calls that failed their one evaluation. */
  fails?: (index: number) => boolean;
  /** Members of the execution in place of the usual ones. */
  execution?: Fields;
  /** Largest page of the SDK family, whatever is asked for. */
  clamp?: number;
  /** The page of calls as it is sent. */
  page?: (usual: Fields & { results: Fields[] }, asked: Asked) => Fields;
  /** Members of the app family's view of a call. */
  detail?: (index: number) => Fields;
  /** Answers in place of the usual one; undefined = the usual one. */
  instead?: (asked: Asked) => Reply;
}

export interface FutureAgi {
  world: number;
  /** References. */
  session: string;
  suite: string;
  run(index: number): string;
  reply(asked: Asked): Reply;
}

const SDK = '/sdk/api/v1/simulation';
const started = '2026-01-19T07:42:26.006Z';
const ended = '2026-01-19T08:15:00.000Z';

export const serverError: Reply = {
  status: 500,
  body: { status: false, type: 'server_error', code: 'server_error', message: 'Unable to fetch simulation runs.' },
};
export const notFound: Reply = {
  status: 404,
  body: { status: false, type: 'not_found', code: 'not_found', message: 'Not found.' },
};
export const enveloped = (result: unknown): Reply => ({ body: { status: true, result } });

/** One page of an app list, with only those of its usual members that are named. */
export function appPage(asked: Asked, rows: unknown[], members: string[], size = 10): Reply {
  const page = Number(asked.query.get('page') ?? 1);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  if (page > pages) return notFound;
  const link = (to: number) => `https://platform.example${asked.path}?page=${to}`;
  const whole: Fields = {
    count: rows.length,
    next: page < pages ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
    total_pages: pages,
    current_page: page,
  };
  const results = rows.slice((page - 1) * size, page * size);
  return { body: { ...Object.fromEntries(members.map((name) => [name, whole[name]])), results } };
}

const EVERYTHING = ['count', 'next', 'previous', 'total_pages', 'current_page'];

/** A run test as the app family shows it. */
export function runTest(world: number, index = 0, more: Fields = {}): Fields {
  return {
    id: uuid('a', world, index),
    name: `Checkout ${world}.${index}`,
    description: '',
    agent_definition_detail: { id: uuid('a', world, 999), agent_name: 'Ada', agent_type: 'voice', inbound: true },
    source_type: 'agent_definition',
    scenarios: [],
    scenarios_detail: [],
    simulate_eval_configs_detail: [],
    evals_detail: [],
    dataset_row_ids: [],
    created_at: started,
    updated_at: started,
    last_run_at: ended,
    ...more,
  };
}

/** An execution in the list of a run test. */
export function listedExecution(world: number, index: number, more: Fields = {}): Fields {
  return {
    id: uuid('e', world, index),
    status: 'Completed',
    scenarios: 'Billing',
    start_time: new Date(Date.parse(started) - index * 60_000).toISOString(),
    duration: 60,
    calls: 3,
    calls_attempted: 3,
    connected_calls: 3,
    total_chats: 0,
    agent_definition: 'Ada',
    agent_type: 'voice',
    ...more,
  };
}

export function futureAgi(facts: FutureAgiFacts): FutureAgi {
  const world = nextWorld();
  const calls = Array.from({ length: facts.calls }, (_, index): Fields & { call_execution_id: unknown } => ({
    call_execution_id: uuid('c', world, index),
    scenario_id: uuid('b', world, index),
    scenario_name: `Scenario ${index}`,
    status: 'completed',
    duration_seconds: 60,
    eval_outputs: evals({ politeness: facts.fails?.(index) ? 'Failed' : 'Passed' }),
    ...facts.call?.(index),
  }));
  const head: Fields = {
    execution_id: uuid('e', world),
    status: 'completed',
    started_at: started,
    completed_at: ended,
    total_calls: facts.calls,
    completed_calls: facts.calls,
    failed_calls: 0,
    eval_results: [],
    ...facts.execution,
  };

  function runs(asked: Asked): Reply {
    const call = asked.query.get('call_execution_id');
    if (call !== null) {
      const found = calls.find((_, index) => uuid('c', world, index) === call);
      if (!found) return undefined;
      const times = { started_at: started, completed_at: ended, ended_reason: 'customer-ended-call' };
      return enveloped({ execution_id: head.execution_id, ...times, ...found, call_execution_id: call });
    }
    if (asked.query.get('execution_id') !== uuid('e', world)) return undefined;
    const size = Math.min(Number(asked.query.get('limit') ?? 10), facts.clamp ?? Number.POSITIVE_INFINITY);
    const page = Number(asked.query.get('page') ?? 1);
    const total_pages = Math.max(1, Math.ceil(calls.length / size));
    if (page > total_pages) return serverError;
    const results = calls.slice((page - 1) * size, page * size);
    const usual = { total_pages, current_page: page, count: calls.length, results };
    return enveloped({ ...head, call_results: facts.page?.(usual, asked) ?? usual });
  }

  function detail(id: string, rest: string): Reply {
    const index = calls.findIndex((_, at) => uuid('c', world, at) === id);
    if (index < 0) return undefined;
    if (rest === 'transcripts/') {
      return { body: { call_execution_id: id, status: 'completed', transcripts: [], total_transcripts: 0 } };
    }
    if (rest === 'error-localizer-tasks/') return { body: { error_localizer_tasks: [], total_tasks: 0 } };
    const transcript = [
      { role: 'user', messages: ['Hello there.'], content: [{ role: 'user', content: 'Hello there.' }] },
      { role: 'assistant', messages: ['Good day.'], content: [{ role: 'assistant', content: 'Good day.' }] },
    ];
    const usual = { id, test_execution_id: head.execution_id, status: 'completed', transcript, recordings: {} };
    return { body: { ...usual, eval_metrics: {}, simulation_call_type: 'text', ...facts.detail?.(index) } };
  }

  function usual(asked: Asked): Reply {
    const { path, query } = asked;
    const execution = uuid('e', world);
    if (path === `${SDK}/runs/`) return runs(asked);
    if (path === `${SDK}/metrics/` && query.get('execution_id') === execution) {
      return enveloped({ ...head, metrics: { calls: { total: head.total_calls, failed: 0, pending: 0 } } });
    }
    if (path === `${SDK}/analytics/` && query.get('execution_id') === execution) {
      return enveloped({ execution_id: execution, run_test_name: `Checkout ${world}.0`, status: 'completed' });
    }
    if (path === '/simulate/run-tests/') return appPage(asked, [runTest(world)], EVERYTHING, 100);
    if (path === `/simulate/run-tests/${uuid('a', world)}/`) return { body: runTest(world) };
    if (path === '/simulate/scenarios/') return appPage(asked, [], EVERYTHING, 100);
    if (path === `/simulate/test-executions/${execution}/`) {
      const rows = calls.map(({ call_execution_id, ...row }) => ({ ...row, id: call_execution_id }));
      return appPage(asked, rows, EVERYTHING);
    }
    const one = /^\/simulate\/call-executions\/([^/]+)\/(.*)$/.exec(path);
    return one ? detail(one[1] ?? '', one[2] ?? '') : undefined;
  }

  return {
    world,
    session: `futureagi/session/${uuid('e', world)}`,
    suite: `futureagi/suite/${uuid('a', world)}`,
    run: (index) => `futureagi/run/${uuid('c', world, index)}`,
    reply: (asked) => facts.instead?.(asked) ?? usual(asked),
  };
}

/** A platform that holds several worlds. */
export const both =
  (...all: FutureAgi[]) =>
  (asked: Asked): Reply => {
    for (const one of all) {
      const reply = one.reply(asked);
      if (reply !== undefined) return reply;
    }
    return undefined;
  };
