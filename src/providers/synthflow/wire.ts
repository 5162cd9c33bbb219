/**
 * Synthflow's objects as they travel (published OpenAPI, copy of 2026-08-13; example payloads of the reference pages).
 * Nothing in it is marked required, so nothing here is; enumerations stay open strings.
 */
import {
  flag,
  isRecord,
  listOf,
  mapped,
  object,
  type Read,
  type Reader,
  readable,
  record,
  records,
  string,
} from '../shared/fields.ts';
import { alignedListOf, anyText, count, text } from './lenient.ts';

/** Agents have three shapes: `base_agent` of a case, `agent` of a suite, an item of `GET /assistants/`. */
export const agentReader = mapped(
  object({ model_id: text, id: text, agent_name: text, name: text, type: text, agent_type: text }),
  (agent) => ({
    id: agent.model_id ?? agent.id,
    name: agent.agent_name ?? agent.name,
    type: agent.agent_type ?? agent.type,
  }),
);

export const caseReader = object({
  simulation_case_id: text,
  workspace_id: text,
  suite_id: text,
  name: text,
  prompt: text,
  type: text,
  success_criteria: listOf(string),
  call_success_type: text,
  base_agent: agentReader,
  created_at: text,
  updated_at: text,
});

/** One schema for a suite and for a suite in a list: the list carries `case_summaries` instead of `cases`. */
export const suiteReader = object({
  id: text,
  name: text,
  model_id: text,
  workspace_id: text,
  language: text,
  cases: listOf(caseReader),
  case_summaries: listOf(object({ simulation_case_id: text, name: text })),
  agent: agentReader,
  created_at: text,
  updated_at: text,
});

export const scenarioReader = object({
  id: text,
  name: text,
  description: text,
  workspace_id: text,
  created_at: text,
  updated_at: text,
});

/** `timestamp` is a number in the vendor's example and a string in its specification: both, and anything else, as text. */
export const timelineItemReader = object({
  sender_type: text,
  value: anyText,
  type: text,
  timestamp_datetime: text,
  timestamp: text,
});

const evaluationReader = object({ success: flag, reasoning: text });

const errorObject = object({ message: anyText, code: text, type: text });
/** An object, or the message alone. */
const errorInfoReader: Reader<Read<typeof errorObject> | undefined> = (value) =>
  typeof value === 'string' ? { message: value } : errorObject(value);

export const simulationReader = object({
  simulation_id: text,
  simulation_session_id: text,
  simulation_case_id: text,
  simulation_case_name: text,
  simulation_case_prompt: text,
  success_criteria: alignedListOf(string, ''),
  call_success_type: text,
  target_agent_id: text,
  agent_name: text,
  target_call_id: text,
  custom_variables: record,
  status: text,
  created_at: text,
  updated_at: text,
  error_info: errorInfoReader,
  recording_url: text,
  /** Items as they came: most of a page is timelines, and most readings want none of them (timeline.ts reads them). */
  timeline: records,
  success_criteria_analysis: object({
    success: flag,
    evaluations: alignedListOf(evaluationReader, { success: undefined, reasoning: undefined }),
  }),
});

export const simulationSessionReader = object({
  simulation_session_id: text,
  simulations: listOf(simulationReader),
  total_simulations: count,
  completed_simulations: count,
  failed_simulations: count,
  pending_simulations: count,
});

/** Answer of execute-suite: the one place where a session is called `session_id`. */
export const executedReader = mapped(
  object({
    session_id: text,
    simulation_session_id: text,
    suite_id: text,
    suite_name: text,
    total_cases: count,
    status: text,
  }),
  ({ simulation_session_id, ...rest }) => ({ ...rest, session_id: rest.session_id ?? simulation_session_id }),
);

export type WireAgent = Read<typeof agentReader>;
export type WireCase = Read<typeof caseReader>;
export type WireSuite = Read<typeof suiteReader>;
export type WireScenario = Read<typeof scenarioReader>;
export type WireSimulation = Read<typeof simulationReader>;
export type WireSession = Read<typeof simulationSessionReader>;
export type WireTimelineItem = Read<typeof timelineItemReader>;
export type WireExecuted = Read<typeof executedReader>;

/** What stands inside the envelope: `{status, response}` nearly everywhere, nothing around it from execute-suite. */
export function unwrap(body: unknown): unknown {
  if (!isRecord(body)) return body;
  if ('response' in body) return body.response;
  // An envelope with nothing in it must not pass for an object whose fields all happen to be missing.
  return Object.keys(body).every((key) => key === 'status') ? undefined : body;
}

/** An object inside the envelope, one level deeper where the vendor nests it under `key` (create-case does). */
export function unwrapObject(body: unknown, key: string): unknown {
  const inner = unwrap(body);
  return isRecord(inner) && isRecord(inner[key]) ? inner[key] : inner;
}

export interface WirePage<T> {
  items: T[];
  total?: number;
  /** Page size the vendor says it used, which may be smaller than the one asked for. */
  size?: number;
  /** Items that arrived, readable or not. */
  arrived: number;
}

/** Lists without items may say so with null. */
function emptyList(inner: Record<string, unknown>, named: string): unknown {
  return 'items' in inner || named in inner || 'pagination' in inner ? [] : undefined;
}

const pageInfoReader = object({ total_records: count, limit: count, total: count, page_size: count });

/**
 * A page in any of the vendor's three forms: `response.pagination{total_records, limit, offset}` with `items`,
 * `response{items, total, page_number, page_size}`, or a bare array; `named` is the list's key where it is not `items`.
 */
export function readPage<T>(body: unknown, item: Reader<T | undefined>, named = 'items'): WirePage<T> | undefined {
  const inner = unwrap(body);
  const raw = isRecord(inner) ? (inner.items ?? inner[named] ?? emptyList(inner, named)) : inner;
  if (!Array.isArray(raw)) return undefined;
  const info = pageInfoReader(isRecord(inner) && isRecord(inner.pagination) ? inner.pagination : inner);
  return {
    items: readable(item, raw),
    total: info?.total_records ?? info?.total,
    size: info?.limit || info?.page_size || undefined,
    arrived: raw.length,
  };
}
