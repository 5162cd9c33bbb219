/**
 * Synthflow's objects as they travel (published OpenAPI, copy of 2026-08-13; example payloads of the reference pages).
 * Nothing in it is marked required, so nothing here is; enumerations stay open strings.
 */
import { anything, isRecord, mapped, object, type Read, type Reader, record } from '../shared/fields.ts';
import { reasonText } from '../shared/judgements.ts';
import type { RawPage } from '../shared/list.ts';
import { asText, count, text } from '../shared/scalars.ts';

/** Longest text of an error that is kept. */
const LONGEST_ERROR = 2_000;

/** A list whose positions or whose number mean something: an item that does not fit keeps its place. */
function aligned<T>(item: Reader<T | undefined>): Reader<(T | undefined)[] | undefined> {
  return (value) => (Array.isArray(value) ? value.map((one) => item(one)) : undefined);
}

/** Texts of success criteria; what cannot be read keeps its place. */
const criteria: Reader<string[] | undefined> = mapped(aligned(reasonText), (texts) => texts.map((one) => one ?? ''));

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
  success_criteria: criteria,
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
  cases: aligned(caseReader),
  case_summaries: aligned(object({ simulation_case_id: text, name: text })),
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

const anyText = mapped(anything, (value) => asText(value, LONGEST_ERROR));
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
  success_criteria: criteria,
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
  /** As it came: most of a page is timelines, and most readings want none of them (timeline.ts reads them). */
  timeline: anything,
  /** As it came: verdict.ts reads it. */
  success_criteria_analysis: anything,
});

export const simulationSessionReader = object({
  simulation_session_id: text,
  simulations: aligned(simulationReader),
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

/**
 * A page in any of the vendor's three forms: `response.pagination{total_records, limit, offset}` with `items`,
 * `response{items, total, page_number, page_size}`, or a bare array; `named` is the list's key where it is not `items`.
 * Undefined where there is no list: a list that is null or absent is an empty one only with a count, which then says so.
 */
export function readPage<T>(body: unknown, item: Reader<T | undefined>, named = 'items'): RawPage<T> | undefined {
  const inner = unwrap(body);
  const holder = isRecord(inner) ? inner : {};
  const total = totalIn(holder.pagination, holder, body, isRecord(body) ? body.pagination : undefined);
  const listed = Array.isArray(inner) ? inner : (holder.items ?? holder[named]);
  if (Array.isArray(listed)) return { rows: listed.map((one) => item(one)), total };
  const empty = listed === undefined || listed === null;
  const said = 'items' in holder || named in holder || total === 0;
  return empty && said ? { rows: [], total } : undefined;
}

function totalIn(...places: unknown[]): number | undefined {
  for (const place of places) {
    const total = isRecord(place) ? (count(place.total_records) ?? count(place.total)) : undefined;
    if (total !== undefined) return total;
  }
  return undefined;
}
