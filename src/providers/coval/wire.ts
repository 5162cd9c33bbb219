/**
 * What Coval answers, read leniently: unknown fields are dropped, `null` is absence, a field of an unexpected type is
 * treated as absent, and a list item that is no object with an id cannot be read.
 *
 * Agent `metadata`, `attributes` and `prompt` are in no schema here on purpose: they hold authorization headers and keys.
 * Only an agent that is opened by itself is read whole (`agentRecordReader`), and shown by an allow-list (`agent-parts.ts`).
 */

import { isRecord } from '../../model/json.ts';
import { isFault } from '../shared/faults.ts';
import { anything, listOf, object, type Read, type Reader, record } from '../shared/fields.ts';
import type { RawPage } from '../shared/list.ts';
import { count, identifier, nextToken, number, text, truth } from '../shared/scalars.ts';

const texts = listOf(text);
/** A state: one in a form that no state has is an unknown word, not none. */
const state: Reader<string | undefined> = (value) =>
  value === undefined || value === null ? undefined : (text(value) ?? 'UNREADABLE');

/** The object in an answer, under whichever of its names it comes, or bare; undefined for what is no object. */
export function unwrap(body: unknown, names: readonly string[] = []): unknown {
  if (!isRecord(body)) return undefined;
  const name = names.find((one) => isRecord(body[one]));
  return name === undefined ? body : body[name];
}

/** Token of the next page; the documented name first. A word that more follows counts where no token leads there. */
export function tokenIn(envelope: Record<string, unknown>): Pick<RawPage<unknown>, 'next' | 'more'> {
  const names = ['next_page_token', 'nextPageToken', 'next_cursor', 'nextCursor'];
  const tokens = names.map((name) => nextToken(envelope[name]));
  const token = tokens.find(({ next }) => next !== undefined) ?? tokens.find(({ more }) => more === true);
  if (token) return token;
  return truth(envelope.has_more ?? envelope.hasMore) === true ? { more: true } : {};
}

/** How many rows a list has. */
export const totalIn = (envelope: Record<string, unknown>) => count(envelope.total_count ?? envelope.total_size);

/** The organisation's threshold in an answer, in whatever form it comes; an empty resource where none is set. */
export function thresholdIn(body: unknown): unknown {
  const answer = record(body);
  return answer?.threshold ?? answer?.metric_threshold ?? body;
}

/** An id, or the object that has it under the first of these names. */
export const idOrObject =
  (...names: string[]): Reader<string | undefined> =>
  (value) =>
    isRecord(value) ? names.map((name) => identifier(value[name])).find((one) => one !== undefined) : identifier(value);

/** Outputs that a run names. */
export interface NamedOutputs {
  /** Each once. */
  ids: string[];
  /** How many there are, those without a readable id included. */
  count: number;
}
const namedOutputs: Reader<NamedOutputs | undefined> = (value) => {
  if (!Array.isArray(value)) return undefined;
  const ids = value.map((item) =>
    identifier(isRecord(item) ? (item.simulation_output_id ?? item.simulation_id) : item),
  );
  const known = new Set(ids.filter((id) => id !== undefined));
  return { ids: [...known], count: known.size + ids.filter((id) => id === undefined).length };
};

export const runReader = object(
  {
    run_id: identifier,
    display_name: text,
    status: state,
    create_time: text,
    update_time: text,
    agent_id: identifier,
    persona_id: identifier,
    test_set_id: identifier,
    tags: texts,
    progress: object({
      total_test_cases: count,
      completed_test_cases: count,
      failed_test_cases: count,
      in_progress_test_cases: count,
    }),
    results: object({ output_ids: namedOutputs, metrics: record }),
    metadata: record,
    error: text,
    error_status: text,
  },
  'run_id',
);
export type WireRun = Read<typeof runReader>;

export const simulationReader = object(
  {
    simulation_id: identifier,
    run_id: identifier,
    status: state,
    create_time: text,
    has_audio: truth,
    agent_id: identifier,
    test_set_id: identifier,
    test_case_id: identifier,
    error_message: text,
    error_status: text,
    end_reason: text,
    mutation_id: identifier,
    mutation_name: text,
    /** Only in the detail; every form of it is read in transcript.ts. */
    transcript: anything,
  },
  'simulation_id',
);
export type WireSimulation = Read<typeof simulationReader>;

const SIMULATION = ['simulation', 'simulated_conversation', 'conversation'];

/**
 * The answer that holds one simulation. Beside an error, a transcript that is not there was lost: `false`, which is no
 * transcript in any form.
 */
export const simulationAnswerReader: Reader<WireSimulation | undefined> = (body) => {
  const found = unwrap(body, SIMULATION);
  const simulation = simulationReader(found);
  const lost = simulation && simulation.transcript === undefined && found !== body && isFault(body);
  return lost ? { ...simulation, transcript: false } : simulation;
};

export const metricOutputReader = object(
  {
    metric_output_id: identifier,
    metric_id: identifier,
    /** In whatever form it comes: what it says is found out where it is judged. */
    value: anything,
    status: state,
    status_reason: text,
    explanation: text,
    result: record,
    create_time: text,
  },
  'metric_id',
);
export type WireMetricOutput = Read<typeof metricOutputReader>;

export const metricReader = object(
  {
    id: identifier,
    metric_name: text,
    metric_type: text,
    description: text,
    /** Its form is read in condition.ts. */
    target_condition: anything,
  },
  'id',
);
export type WireMetric = Read<typeof metricReader>;

export const agentReader = object(
  {
    id: identifier,
    display_name: text,
    model_type: text,
    metric_ids: texts,
    test_set_ids: texts,
    create_time: text,
    update_time: text,
  },
  'id',
);
export type WireAgent = Read<typeof agentReader>;

/** An agent with all its members as they came. */
export const agentRecordReader: Reader<Record<string, unknown> | undefined> = (value) =>
  isRecord(value) && identifier(value.id) !== undefined ? value : undefined;

export const agentVersionReader = object(
  { ulid: identifier, version_number: count, change_type: text, label: text, created_by: text, create_time: text },
  'ulid',
);
export type WireAgentVersion = Read<typeof agentVersionReader>;

export const personaReader = object({ id: identifier, name: text, language_code: text }, 'id');

export const mutationReader = object({ id: identifier, display_name: text }, 'id');
export type WireMutation = Read<typeof mutationReader>;

export const testSetReader = object(
  {
    id: identifier,
    display_name: text,
    slug: text,
    description: text,
    test_case_count: count,
    /** Sweep values; in which form is documented nowhere. */
    parameters: anything,
    update_time: text,
  },
  'id',
);
export type WireTestSet = Read<typeof testSetReader>;

export const testCaseReader = object(
  {
    id: identifier,
    test_set_id: identifier,
    input_str: text,
    description: text,
    input_type: text,
    expected_behaviors: texts,
    /** Before autumn 2026 the expectation was one text in this field. */
    expected_output_str: text,
    update_time: text,
  },
  'id',
);
export type WireTestCase = Read<typeof testCaseReader>;

export const audioReader = object({ audio_url: text, url_expires_in_seconds: number }, 'audio_url');
