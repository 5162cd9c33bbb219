/**
 * Synthflow's objects as they travel (published OpenAPI, copy of 2026-08-13; example payloads of the reference pages).
 * Nothing in it is marked required, so nothing here is; enumerations stay open strings.
 */
import { isRecord } from '../../model/json.ts';
import { anything, flag, listOf, mapped, object, type Read, type Reader, record } from '../shared/fields.ts';
import { reasonText } from '../shared/judgements.ts';
import type { RawPage } from '../shared/list.ts';
import { asText, count, identifier, text } from '../shared/scalars.ts';

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
  object({ model_id: identifier, id: identifier, agent_name: text, name: text, type: text, agent_type: text }),
  (agent) => ({
    id: agent.model_id ?? agent.id,
    name: agent.agent_name ?? agent.name,
    type: agent.agent_type ?? agent.type,
  }),
);

/** One agent whole, as it came: what is not shown of it must stay what it is. */
export type WireAssistant = Readonly<Record<string, unknown>>;

/**
 * The agents in an answer about one: `assistants` is a list in newer examples, an object in an older one; a bare agent is
 * accepted. A list may be empty: what an unknown id gives is documented nowhere.
 */
export const assistantsReader: Reader<{ assistants: WireAssistant[] } | undefined> = (value) => {
  const held = isRecord(value) && 'assistants' in value ? value.assistants : value;
  if (Array.isArray(held)) return { assistants: held.filter(isRecord) };
  if (!isRecord(held)) return held === null ? { assistants: [] } : undefined;
  return identifier(held.model_id) || identifier(held.id) ? { assistants: [held] } : undefined;
};

/** Phone numbers that reach an agent; text in place of an object is taken for the number. */
export function phoneNumbersOf({ phone_number, attached_phone_numbers }: WireAssistant): string[] {
  const attached = Array.isArray(attached_phone_numbers) ? attached_phone_numbers : [];
  const numbers = [phone_number, ...attached.map((one: unknown) => (isRecord(one) ? one.number : one))];
  return [...new Set(numbers.flatMap((one) => text(one) ?? []))];
}

/** Ids of the actions of an assistant; whole actions in place of ids are accepted. */
export function actionIdsOf({ actions }: WireAssistant): string[] {
  const listed = Array.isArray(actions) ? actions : [];
  const ids = listed.map((one: unknown) => identifier(isRecord(one) ? (one.action_id ?? one.id) : one));
  return [...new Set(ids.flatMap((id) => id ?? []))];
}

const variables = listOf(object({ name: text, type: text, description: text, required: flag }));

/** When an action is carried out, and its variables, as the assistant has them in `input_variables`. */
export function triggerOf({ input_variables }: WireAssistant, action: string) {
  const listed = Array.isArray(input_variables) ? input_variables.filter(isRecord) : [];
  const found = listed.find(({ action_id }) => action_id === action);
  return { trigger: text(found?.trigger_condition), variables: variables(found?.values) };
}

/** An action: what may be shown of it, and its other members, which may hold credentials. */
export interface WireAction {
  id: string;
  shown: {
    name?: string | undefined;
    type?: string | undefined;
    description?: string | undefined;
    trigger?: string | undefined;
    variables?: ReturnType<typeof variables>;
  };
  hidden: readonly unknown[];
}

/** Bare, or in the same wrapper as an agent. */
export const actionReader: Reader<WireAction | undefined> = (value) => {
  const held = isRecord(value) && 'actions' in value ? value.actions : value;
  const action: unknown = Array.isArray(held) ? held[0] : held;
  if (!isRecord(action)) return undefined;
  const { action_id, id, action_type, type, name, description, input_variables, assistants: _, ...hidden } = action;
  const known = identifier(action_id) ?? identifier(id);
  if (known === undefined) return undefined;
  const shown = {
    name: text(name),
    type: text(action_type) ?? text(type),
    description: text(description),
    variables: variables(isRecord(input_variables) ? input_variables.values : input_variables),
  };
  return { id: known, shown, hidden: Object.values(hidden) };
};

export const caseReader = object({
  simulation_case_id: identifier,
  workspace_id: identifier,
  suite_id: identifier,
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
  id: identifier,
  name: text,
  model_id: identifier,
  workspace_id: identifier,
  language: text,
  cases: aligned(caseReader),
  case_summaries: aligned(object({ simulation_case_id: identifier, name: text })),
  agent: agentReader,
  created_at: text,
  updated_at: text,
});

const anyText = mapped(anything, (value) => asText(value, LONGEST_ERROR));
const errorObject = object({ message: anyText, code: text, type: text });
/** An object, or the message alone. */
const errorInfoReader: Reader<Read<typeof errorObject> | undefined> = (value) =>
  typeof value === 'string' ? { message: value } : errorObject(value);

export const simulationReader = object({
  simulation_id: identifier,
  simulation_session_id: identifier,
  simulation_case_id: identifier,
  simulation_case_name: text,
  simulation_case_prompt: text,
  success_criteria: criteria,
  call_success_type: text,
  target_agent_id: identifier,
  agent_name: text,
  target_call_id: identifier,
  custom_variables: record,
  status: text,
  created_at: text,
  updated_at: text,
  error_info: errorInfoReader,
  recording_url: text,
  /** As it came: most of a page is timelines, and most readings want none of them (transcript.ts reads them). */
  timeline: anything,
  /** As it came: verdict.ts reads it. */
  success_criteria_analysis: anything,
});

export const simulationSessionReader = object({
  simulation_session_id: identifier,
  simulations: aligned(simulationReader),
  total_simulations: count,
  completed_simulations: count,
  failed_simulations: count,
  pending_simulations: count,
});

/** Answer of execute-suite: the one place where a session is called `session_id`. */
export const executedReader = mapped(
  object({
    session_id: identifier,
    simulation_session_id: identifier,
    suite_id: identifier,
    suite_name: text,
    total_cases: count,
    status: text,
  }),
  ({ simulation_session_id, ...rest }) => ({ ...rest, session_id: rest.session_id ?? simulation_session_id }),
);

export type WireAgent = Read<typeof agentReader>;
export type WireCase = Read<typeof caseReader>;
export type WireSuite = Read<typeof suiteReader>;
export type WireSimulation = Read<typeof simulationReader>;
export type WireSession = Read<typeof simulationSessionReader>;

/**
 * What stands inside the envelope: `{status, response}` nearly everywhere, nothing around it from execute-suite. An object
 * may be nested one level deeper under one of `names` (create-case does that).
 */
export function unwrap(body: unknown, names: readonly string[] = []): unknown {
  if (!isRecord(body)) return body;
  // An envelope with nothing in it must not pass for an object whose fields all happen to be missing.
  const bare = Object.keys(body).every((key) => key === 'status') ? undefined : body;
  const inner = 'response' in body ? body.response : bare;
  return (isRecord(inner) && names.map((name) => inner[name]).find(isRecord)) || inner;
}

/**
 * A page in any of the vendor's three forms: `response.pagination{total_records, limit, offset}` with `items`,
 * `response{items, total, page_number, page_size}`, or a bare array; `names` are the list's keys where it is not `items`.
 * Undefined where there is no list: a list that is null or absent is an empty one only with a count, which then says so.
 */
export function pageIn<T>(
  body: unknown,
  item: Reader<T | undefined>,
  names: readonly string[] = [],
): RawPage<T> | undefined {
  const inner = unwrap(body);
  const holder = isRecord(inner) ? inner : {};
  const total = totalIn(holder.pagination, holder, body, isRecord(body) ? body.pagination : undefined);
  const keys = ['items', ...names];
  const found = Array.isArray(inner)
    ? inner
    : keys.map((key) => holder[key] ?? undefined).find((one) => one !== undefined);
  // A list of one agent is an object in an older example.
  const listed = isRecord(found) && names.some((name) => holder[name] === found) ? [found] : found;
  if (Array.isArray(listed)) return { rows: listed.map((one) => item(one)), total };
  const said = keys.some((key) => key in holder) || total === 0;
  return listed === undefined && said ? { rows: [], total } : undefined;
}

function totalIn(...places: unknown[]): number | undefined {
  for (const place of places) {
    const total = isRecord(place) ? (count(place.total_records) ?? count(place.total)) : undefined;
    if (total !== undefined) return total;
  }
  return undefined;
}

/** Levels that are looked at: JSON in JSON, an object in an object. */
const DEEPEST = 3;

/**
 * The items of a list, of JSON text that holds one, of an object keyed by number, or of what stands in an object under
 * one of `names`; undefined = none of these. Nothing documents that a list is always one.
 */
export function itemsIn(value: unknown, names: readonly string[] = [], depth = 0): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (depth > DEEPEST) return undefined;
  if (typeof value === 'string') return itemsIn(jsonIn(value), names, depth + 1);
  if (!isRecord(value)) return undefined;
  for (const name of names) {
    const items = Object.hasOwn(value, name) ? itemsIn(value[name], names, depth + 1) : undefined;
    if (items) return items;
  }
  const keys = Object.keys(value);
  if (keys.length === 0 || !keys.every((key) => /^\d+$/.test(key))) return undefined;
  return keys.sort((a, b) => Number(a) - Number(b)).map((key) => value[key]);
}

/** The list or object that a text holds as JSON; undefined for any other text. */
export function jsonIn(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
