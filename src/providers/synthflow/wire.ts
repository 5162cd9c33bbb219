/**
 * Synthflow's objects as they travel (published OpenAPI, copy of 2026-08-13; example payloads of the reference pages).
 * Nothing in it is marked required, so nothing here is; enumerations stay open strings.
 */
import * as z from 'zod/v4';
import { alignedListOf, anyText, count, flag, isRecord, listOf, maybe, record, text } from './lenient.ts';

/** Agents have three shapes: `base_agent` of a case, `agent` of a suite, an item of `GET /assistants/`. */
export const agentSchema = z
  .object({ model_id: text, id: text, agent_name: text, name: text, type: text, agent_type: text })
  .transform((agent) => ({
    id: agent.model_id ?? agent.id,
    name: agent.agent_name ?? agent.name,
    type: agent.agent_type ?? agent.type,
  }));

export const caseSchema = z.object({
  simulation_case_id: text,
  workspace_id: text,
  suite_id: text,
  name: text,
  prompt: text,
  type: text,
  success_criteria: listOf(z.string()),
  call_success_type: text,
  base_agent: maybe(agentSchema),
  created_at: text,
  updated_at: text,
});

/** One schema for a suite and for a suite in a list: the list carries `case_summaries` instead of `cases`. */
export const suiteSchema = z.object({
  id: text,
  name: text,
  model_id: text,
  workspace_id: text,
  language: text,
  cases: listOf(caseSchema),
  case_summaries: listOf(z.object({ simulation_case_id: text, name: text })),
  agent: maybe(agentSchema),
  created_at: text,
  updated_at: text,
});

export const scenarioSchema = z.object({
  id: text,
  name: text,
  description: text,
  workspace_id: text,
  created_at: text,
  updated_at: text,
});

/** `timestamp` is a number in the vendor's example and a string in its specification: both, and anything else, as text. */
const timelineItemSchema = z.object({
  sender_type: text,
  value: anyText,
  type: text,
  timestamp_datetime: text,
  timestamp: text,
});

const evaluationSchema = z.object({ success: flag, reasoning: text });

const errorInfoSchema = z.union([
  z.object({ message: anyText, code: text, type: text }),
  z.string().transform((message) => ({ message, code: undefined, type: undefined })),
]);

export const simulationSchema = z.object({
  simulation_id: text,
  simulation_session_id: text,
  simulation_case_id: text,
  simulation_case_name: text,
  simulation_case_prompt: text,
  success_criteria: alignedListOf(z.string(), ''),
  call_success_type: text,
  target_agent_id: text,
  agent_name: text,
  target_call_id: text,
  custom_variables: record,
  status: text,
  created_at: text,
  updated_at: text,
  error_info: maybe(errorInfoSchema),
  recording_url: text,
  timeline: listOf(timelineItemSchema),
  success_criteria_analysis: maybe(
    z.object({
      success: flag,
      evaluations: alignedListOf(evaluationSchema, { success: undefined, reasoning: undefined }),
    }),
  ),
});

export const simulationSessionSchema = z.object({
  simulation_session_id: text,
  simulations: listOf(simulationSchema),
  total_simulations: count,
  completed_simulations: count,
  failed_simulations: count,
  pending_simulations: count,
});

/** Answer of execute-suite: the one place where a session is called `session_id`. */
export const executedSchema = z
  .object({
    session_id: text,
    simulation_session_id: text,
    suite_id: text,
    suite_name: text,
    total_cases: count,
    status: text,
  })
  .transform(({ simulation_session_id, ...rest }) => ({
    ...rest,
    session_id: rest.session_id ?? simulation_session_id,
  }));

export type WireAgent = z.output<typeof agentSchema>;
export type WireCase = z.output<typeof caseSchema>;
export type WireSuite = z.output<typeof suiteSchema>;
export type WireScenario = z.output<typeof scenarioSchema>;
export type WireSimulation = z.output<typeof simulationSchema>;
export type WireSession = z.output<typeof simulationSessionSchema>;
export type WireTimelineItem = NonNullable<WireSimulation['timeline']>[number];
export type WireExecuted = z.output<typeof executedSchema>;

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

const pageInfoSchema = z.object({ total_records: count, limit: count, total: count, page_size: count });

/**
 * A page in any of the vendor's three forms: `response.pagination{total_records, limit, offset}` with `items`,
 * `response{items, total, page_number, page_size}`, or a bare array; `named` is the list's key where it is not `items`.
 */
export function readPage<T extends z.ZodType>(
  body: unknown,
  item: T,
  named = 'items',
): WirePage<z.output<T>> | undefined {
  const inner = unwrap(body);
  const raw = isRecord(inner) ? (inner.items ?? inner[named] ?? emptyList(inner, named)) : inner;
  if (!Array.isArray(raw)) return undefined;
  const info = pageInfoSchema.safeParse(isRecord(inner) ? (isRecord(inner.pagination) ? inner.pagination : inner) : {});
  return {
    items: listOf(item).parse(raw) ?? [],
    total: info.data?.total_records ?? info.data?.total,
    size: info.data?.limit || info.data?.page_size || undefined,
    arrived: raw.length,
  };
}
