/**
 * A well-formed Coval in a few words: one run and its simulations, judged by metrics with a condition, served as the
 * vendor serves them (pages of a hundred with tokens, values in the results of the run, outputs by simulation). A case
 * overrides one thing. Metric definitions are the same for all cases of a file: a server may keep them for a while.
 */
import type { Asked, Reply } from './stand-in.ts';

export type Fields = Record<string, unknown>;

let worlds = 0;
const LETTERS = { run: 'R', simulation: 'S', case: 'C', metric: 'M', agent: 'A', persona: 'P' };

/** An id of one world: 22 letters and digits, 8 for a test set. */
export function idOf(kind: keyof typeof LETTERS | 'set', world: number, index = 0): string {
  const [place, number] = [String(world).padStart(4, '0'), String(index)];
  if (kind === 'set') return `T${place}${number.padStart(3, '0')}`;
  return `${LETTERS[kind]}xxxxxxxx${place}${number.padStart(9, '0')}`;
}
export const nextWorld = () => ++worlds;

/** A metric that passes on YES. */
export const politeness: Fields = {
  id: idOf('metric', 0, 1),
  metric_name: 'Politeness',
  metric_type: 'METRIC_LLM_BINARY',
  target_condition: { comparison_operator: 'in', target_values: ['YES'] },
};

export interface CovalFacts {
  /** How many simulations, and what differs from one that completed. */
  simulations: number;
  simulation?: (index: number) => Fields;
  fails?: (index: number) => boolean;
  /** Members of the run in place of the usual ones. */
  run?: Fields;
  /** Definitions; default: politeness alone. */
  metrics?: Fields[];
  /** Metric id → value of a simulation, in the results of the run; a metric that is missing has none. */
  values?: (index: number) => Record<string, unknown>;
  /** Metric outputs of a simulation where they say more than the values. */
  outputs?: (index: number) => Fields[];
  transcript?: (index: number) => unknown;
  /** Largest page, whatever is asked for. */
  clamp?: number;
  /** Simulations that the list does not show. */
  hidden?: (index: number) => boolean;
  /** The page of simulations as it is sent. */
  page?: (usual: Fields & { simulations: Fields[] }, asked: Asked) => Fields;
  /** Answers in place of the usual one; undefined = the usual one. */
  instead?: (asked: Asked) => Reply;
}

export interface Coval {
  world: number;
  session: string;
  suite: string;
  run(index: number): string;
  reply(asked: Asked): Reply;
}

const created = '2026-01-14T12:00:00Z';
const fault = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message, details: [] } },
});
export const notFound = fault(404, 'NOT_FOUND', 'Not found');
export const internal = fault(500, 'INTERNAL', 'Internal error');
export const forbidden = fault(403, 'PERMISSION_DENIED', 'Insufficient permissions');

/** One page of a list under its key; `token` writes where it goes on (an offset), and any text with digits is read back. */
export function covalPage(
  asked: Asked,
  key: string,
  rows: unknown[],
  token: (next: number) => unknown = (next) => `offset-${next}`,
  clamp = 100,
): Fields {
  const size = Math.min(Number(asked.query.get('page_size') ?? 50), clamp);
  const from = Number(/\d+/.exec(asked.query.get('page_token') ?? '')?.[0] ?? 0);
  const next = from + size < rows.length ? { next_page_token: token(from + size) } : {};
  return { [key]: rows.slice(from, from + size), ...next };
}

/** A run as the list of runs shows it. */
export function listedRun(world: number, index: number, more: Fields = {}): Fields {
  return {
    name: `runs/${idOf('run', world, index)}`,
    run_id: idOf('run', world, index),
    display_name: `Nightly ${index}`,
    status: 'COMPLETED',
    create_time: new Date(Date.parse(created) - index * 60_000).toISOString(),
    update_time: created,
    agent_id: idOf('agent', 0),
    persona_id: idOf('persona', 0),
    test_set_id: idOf('set', world),
    tags: [],
    ...more,
  };
}

export const agent: Fields = {
  id: idOf('agent', 0),
  display_name: 'Ada',
  model_type: 'MODEL_TYPE_CHAT',
  metric_ids: [],
};
export const persona: Fields = { id: idOf('persona', 0), name: 'Patient caller' };

export function coval(facts: CovalFacts): Coval {
  const world = nextWorld();
  const metrics = facts.metrics ?? [politeness];
  const count = facts.simulations;
  const idAt = (index: number) => idOf('simulation', world, index);
  const valuesOf = (index: number): Record<string, unknown> =>
    facts.values?.(index) ?? { [String(politeness.id)]: facts.fails?.(index) ? 'NO' : 'YES' };
  const rows = Array.from({ length: count }, (_, index) => ({
    name: `simulations/${idAt(index)}`,
    simulation_id: idAt(index),
    run_id: idOf('run', world),
    status: 'COMPLETED',
    create_time: new Date(Date.parse(created) + index * 1000).toISOString(),
    has_audio: false,
    agent_id: idOf('agent', 0),
    persona_id: idOf('persona', 0),
    test_set_id: idOf('set', world),
    test_case_id: idOf('case', world, index),
    ...facts.simulation?.(index),
  }));
  const listed = rows.filter((_, index) => !facts.hidden?.(index));
  const shown = (index: number) => !facts.hidden?.(index);
  const byMetric = metrics.map((metric): [string, Fields] => {
    const id = String(metric.id);
    const values = rows.flatMap((_, index) =>
      shown(index) && id in valuesOf(index) ? [{ simulation_output_id: idAt(index), value: valuesOf(index)[id] }] : [],
    );
    return [id, { metric_id: id, metric_name: metric.metric_name, output_type: 'string', values }];
  });
  const run: Fields = {
    ...listedRun(world, 0),
    progress: {
      total_test_cases: count,
      completed_test_cases: count,
      failed_test_cases: 0,
      in_progress_test_cases: 0,
    },
    results: {
      output_ids: rows.filter((_, index) => shown(index)).map(({ simulation_id }) => simulation_id),
      metrics: Object.fromEntries(byMetric.filter(([, { values }]) => Array.isArray(values) && values.length > 0)),
    },
    ...facts.run,
  };

  function outputsOf(index: number): Fields[] {
    const given = facts.outputs?.(index);
    if (given) return given;
    return Object.entries(valuesOf(index)).map(([metric_id, value], place) => ({
      metric_output_id: `01J${String(index).padStart(12, '0')}${String(place).padStart(11, '0')}`,
      metric_id,
      value,
      status: 'COMPLETED',
      explanation: 'As judged.',
    }));
  }

  function simulations(asked: Asked, id: string, rest: string): Reply {
    const index = rows.findIndex((_, at) => idAt(at) === id);
    const row = rows[index];
    if (!row) return notFound;
    if (rest === 'metrics') return { body: covalPage(asked, 'metrics', outputsOf(index)) };
    if (rest !== '') return notFound;
    const transcript = facts.transcript
      ? facts.transcript(index)
      : [
          { role: 'user', content: 'Hello there.', start_offset: 0, end_offset: 900 },
          { role: 'assistant', content: 'Good day.', start_offset: 1000, end_offset: 1900 },
        ];
    return { body: { simulation: { ...row, transcript } } };
  }

  function usual(asked: Asked): Reply {
    const path = asked.path.replace(/^\/v1/, '');
    const filter = asked.query.get('filter') ?? '';
    if (path === `/runs/${idOf('run', world)}`) return { body: { run } };
    if (path === '/runs') return { body: covalPage(asked, 'runs', [run]) };
    if (path === '/simulations') {
      if (!filter.includes(idOf('run', world))) return undefined;
      const page = { simulations: [], ...covalPage(asked, 'simulations', listed, undefined, facts.clamp) };
      return { body: facts.page?.(page, asked) ?? page };
    }
    const one = /^\/simulations\/([^/]+)\/?(.*)$/.exec(path);
    if (one) return simulations(asked, one[1] ?? '', one[2] ?? '');
    if (path === '/metrics') return { body: covalPage(asked, 'metrics', metrics) };
    if (/^\/metrics\/[^/]+\/threshold$/.test(path)) return { body: { threshold: {} } };
    if (path === '/agents') return { body: covalPage(asked, 'agents', [agent]) };
    if (path === `/agents/${agent.id}`) return { body: { agent } };
    if (path === '/personas') return { body: covalPage(asked, 'personas', [persona]) };
    if (path === '/test-sets') return { body: covalPage(asked, 'test_sets', []) };
    if (path === '/test-cases') return { body: covalPage(asked, 'test_cases', []) };
    return notFound;
  }

  return {
    world,
    session: `coval/session/${idOf('run', world)}`,
    suite: `coval/suite/${idOf('set', world)}`,
    run: (index) => `coval/run/${idAt(index)}`,
    reply: (asked) => facts.instead?.(asked) ?? usual(asked),
  };
}
