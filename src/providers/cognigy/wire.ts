/**
 * What the Simulator sends, read leniently. Its pages and code written against it disagree (`id` or `_id`, counters or
 * metrics, text or number), so each object here takes the union and names one member for each fact.
 */
import {
  anything,
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
import { count, number, text } from './lenient.ts';

/** Integers or ISO 8601, depending on member and version. */
export const moment: Reader<number | string | undefined> = (value) =>
  typeof value === 'number' || typeof value === 'string' ? value : undefined;
/** `id` in the documentation, `_id` in the field. */
const identity = { id: text, _id: text, referenceId: text };

/** The one id by which an object can be addressed: `id`, else `_id`, else its reference. */
export function idOf(wire: { id?: string; _id?: string; referenceId?: string }): string | undefined {
  return wire.id ?? wire._id ?? wire.referenceId;
}

/**
 * A success criterion in each of its three shapes: `{type, params: {name, text}}` (scenario), `{name, text}` and
 * `{name, description}` (authoring). Unknown types keep their params.
 */
export const criterionReader = mapped(
  object({ type: text, params: record, name: text, text: text, description: text }),
  (wire) => {
    const params = wire.params ?? {};
    const word = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined);
    return {
      type: wire.type ?? 'text',
      name: word(params.name) ?? wire.name,
      text: word(params.text) ?? word(params.description) ?? wire.text ?? wire.description,
      params,
    };
  },
);

export const scenarioReader = object({
  ...identity,
  name: text,
  simulationName: text,
  persona: text,
  personaDescription: text,
  personaName: text,
  mission: text,
  successCriteria: listOf(criterionReader),
  projectReference: text,
  createdAt: moment,
  lastChanged: moment,
  updatedAt: moment,
  maxTurns: count,
  timeout: number,
  flowReferenceId: text,
  flowId: text,
  aiAgentReferenceId: text,
  aiagentReferenceId: text,
  aiAgentId: text,
  jobNodeId: text,
  nextScheduledRun: moment,
});

const rateObject = object({ percentage: number, numerator: count, denominator: count });
/** With its numerator and denominator, or the percentage alone. */
const rateReader: Reader<Read<typeof rateObject> | undefined> = (value) =>
  typeof value === 'number' ? { percentage: value } : rateObject(value);

export const batchReader = object({
  ...identity,
  name: text,
  runName: text,
  status: text,
  simulationReference: text,
  runs: count,
  numberOfExecutions: count,
  numberOfRuns: count,
  completedRuns: count,
  failedRuns: count,
  createdAt: moment,
  startedAt: moment,
  completedAt: moment,
  simulationFrozen: scenarioReader,
  runConfig: object({ flowReferenceId: text }),
  batchMetrics: object({
    successRate: rateReader,
    averageTurns: number,
    averageSentiment: text,
    runResults: object({ succeeded: count, failed: count }),
    averageSuccessRateForRuns: object({ percentage: number, fraction: text }),
  }),
});

export const turnReader = object({
  ...identity,
  sequence: number,
  text: text,
  data: anything,
  createdAt: moment,
  role: text,
  source: text,
  sender: text,
});

const errorInfoObject = object({ message: text, technicalDetails: text });
/** An object, or the message alone. */
const errorInfoReader: Reader<Read<typeof errorInfoObject> | undefined> = (value) =>
  typeof value === 'string' ? (value.trim() === '' ? {} : { message: value.trim() }) : errorInfoObject(value);

export const metricsReader = object({
  success: flag,
  results: listOf(anything),
  successRate: rateReader,
  summary: text,
  isBatchStopped: flag,
  isConversationEnded: flag,
  errorInfo: errorInfoReader,
});

export const runReader = object({
  ...identity,
  simulationReference: text,
  simulationRunBatchReference: text,
  sequence: number,
  largeLanguageModelReferenceId: text,
  /** As they came: most of a page is turns, and most readings want none of them (turns.ts reads them). */
  turns: records,
  totalTurns: count,
  successCriteria: listOf(criterionReader),
  metrics: metricsReader,
  createdAt: moment,
  endPointType: text,
  maxTurns: count,
  duration: number,
  expiresAt: moment,
});

export const schedulerReader = object({
  ...identity,
  simulationReference: text,
  runConfig: record,
  enableSchedule: flag,
  time: moment,
  numberOfRuns: count,
  nextScheduledRun: moment,
  emailNotifications: listOf(string),
  scenarioName: text,
  runName: text,
  endDate: moment,
  cronScheduler: text,
  timezone: text,
});

/** Anything of the main API that has a name: project, flow, locale, LLM, snapshot, AI agent. */
export const namedReader = object({
  ...identity,
  name: text,
  label: text,
  nluLanguage: text,
  primary: flag,
  isDefault: flag,
});

export type WireScenario = Read<typeof scenarioReader>;
export type WireBatch = Read<typeof batchReader>;
export type WireRun = Read<typeof runReader>;
export type WireTurn = Read<typeof turnReader>;
export type WireCriterion = Read<typeof criterionReader>;
export type WireMetrics = Read<typeof metricsReader>;
export type WireScheduler = Read<typeof schedulerReader>;
export type WireNamed = Read<typeof namedReader>;

export interface WirePage<T> {
  items: T[];
  /** How many the vendor sent, readable or not. */
  arrived: number;
  /** The vendor's own words on what follows; absent where it says nothing. */
  total?: number;
  has_next?: boolean;
  next_cursor?: string;
  /** True when the list itself was missing (null). */
  missing?: true;
  /** False when the answer carries no paging at all, so that it may be the whole list. */
  paged: boolean;
}

const pagingReader = object({
  total: count,
  hasNext: flag,
  next: text,
  nextCursor: text,
});

/**
 * One page in either envelope of the host: `{data, pagination}` (Simulator) and `{items, total, nextCursor}` (main API); a
 * bare array is a page too. Undefined for anything else.
 */
export function readPage<T>(body: unknown, item: Reader<T | undefined>): WirePage<T> | undefined {
  const envelope = isRecord(body) ? body : {};
  const list = Array.isArray(body) ? body : [envelope.data, envelope.items].find((value) => Array.isArray(value));
  if (!Array.isArray(list)) {
    // A list without items may come as null.
    const empty = (envelope.data === null || envelope.items === null) && isRecord(body);
    if (!empty) return undefined;
  }
  const values: unknown[] = Array.isArray(list) ? list : [];
  const said = pagingReader(isRecord(envelope.pagination) ? envelope.pagination : envelope) ?? {};
  const next = said.next ?? said.nextCursor;
  return {
    items: readable(item, values),
    arrived: values.length,
    ...(Array.isArray(list) ? {} : { missing: true as const }),
    ...(said.total === undefined ? {} : { total: said.total }),
    ...(said.hasNext === undefined ? {} : { has_next: said.hasNext }),
    ...(next === undefined ? {} : { next_cursor: next }),
    paged: said.total !== undefined || said.hasNext !== undefined || next !== undefined,
  };
}

/** The object of an answer that may stand under one of `keys` (or `data`) or bare. */
export function unwrap(body: unknown, keys: readonly string[]): unknown {
  if (!isRecord(body)) return undefined;
  const key = [...keys, 'data'].find((name) => isRecord(body[name]));
  return key === undefined ? body : body[key];
}
