/**
 * What the Simulator sends, read leniently. Its pages and code written against it disagree (`id` or `_id`, counters or
 * metrics, text or number), so each object here takes the union and names one member for each fact.
 */
import * as z from 'zod/v4';
import { count, flag, isRecord, listOf, maybe, number, record, text } from './lenient.ts';

/** Integers or ISO 8601, depending on member and version. */
const moment = maybe(z.union([z.number(), z.string()]));
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
export const criterionSchema = z
  .looseObject({ type: text, params: record, name: text, text: text, description: text })
  .transform((wire) => {
    const params = wire.params ?? {};
    const word = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined);
    return {
      type: wire.type ?? 'text',
      name: word(params.name) ?? wire.name,
      text: word(params.text) ?? word(params.description) ?? wire.text ?? wire.description,
      params,
    };
  });

export const scenarioSchema = z.looseObject({
  ...identity,
  name: text,
  simulationName: text,
  persona: text,
  personaDescription: text,
  personaName: text,
  mission: text,
  successCriteria: listOf(criterionSchema),
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

const rateSchema = z.union([
  z.number().transform((percentage) => ({ percentage, numerator: undefined, denominator: undefined })),
  z.looseObject({ percentage: number, numerator: count, denominator: count }),
]);

export const batchSchema = z.looseObject({
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
  simulationFrozen: maybe(scenarioSchema),
  runConfig: maybe(z.looseObject({ flowReferenceId: text })),
  batchMetrics: maybe(
    z.looseObject({
      successRate: maybe(rateSchema),
      averageTurns: number,
      averageSentiment: text,
      runResults: maybe(z.looseObject({ succeeded: count, failed: count })),
      averageSuccessRateForRuns: maybe(z.looseObject({ percentage: number, fraction: text })),
    }),
  ),
});

export const turnSchema = z.looseObject({
  ...identity,
  sequence: number,
  text: text,
  data: maybe(z.unknown()),
  createdAt: moment,
  role: text,
  source: text,
  sender: text,
});

export const metricsSchema = z.looseObject({
  success: flag,
  results: maybe(z.array(z.unknown())),
  successRate: maybe(rateSchema),
  summary: text,
  isBatchStopped: flag,
  isConversationEnded: flag,
  errorInfo: maybe(
    z.union([
      z.string().transform((message) => ({ message: message.trim() || undefined, technicalDetails: undefined })),
      z.looseObject({ message: text, technicalDetails: text }),
    ]),
  ),
});

export const runSchema = z.looseObject({
  ...identity,
  simulationReference: text,
  simulationRunBatchReference: text,
  sequence: number,
  largeLanguageModelReferenceId: text,
  turns: listOf(turnSchema),
  totalTurns: count,
  successCriteria: listOf(criterionSchema),
  metrics: maybe(metricsSchema),
  createdAt: moment,
  endPointType: text,
  maxTurns: count,
  duration: number,
  expiresAt: moment,
});

export const schedulerSchema = z.looseObject({
  ...identity,
  simulationReference: text,
  runConfig: record,
  enableSchedule: flag,
  time: moment,
  numberOfRuns: count,
  nextScheduledRun: moment,
  emailNotifications: listOf(z.string()),
  scenarioName: text,
  runName: text,
  endDate: moment,
  cronScheduler: text,
  timezone: text,
});

/** Anything of the main API that has a name: project, flow, locale, LLM, snapshot, AI agent. */
export const namedSchema = z.looseObject({
  ...identity,
  name: text,
  label: text,
  nluLanguage: text,
  primary: flag,
  isDefault: flag,
});

export type WireScenario = z.output<typeof scenarioSchema>;
export type WireBatch = z.output<typeof batchSchema>;
export type WireRun = z.output<typeof runSchema>;
export type WireTurn = z.output<typeof turnSchema>;
export type WireCriterion = z.output<typeof criterionSchema>;
export type WireMetrics = z.output<typeof metricsSchema>;
export type WireScheduler = z.output<typeof schedulerSchema>;
export type WireNamed = z.output<typeof namedSchema>;

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

const pagingSchema = z.looseObject({
  total: count,
  hasNext: flag,
  next: text,
  nextCursor: text,
});

/**
 * One page in either envelope of the host: `{data, pagination}` (Simulator) and `{items, total, nextCursor}` (main API); a
 * bare array is a page too. Undefined for anything else.
 */
export function readPage<T extends z.ZodType>(body: unknown, item: T): WirePage<z.output<T>> | undefined {
  const envelope = isRecord(body) ? body : {};
  const list = Array.isArray(body) ? body : [envelope.data, envelope.items].find((value) => Array.isArray(value));
  if (!Array.isArray(list)) {
    // A list without items may come as null.
    const empty = (envelope.data === null || envelope.items === null) && isRecord(body);
    if (!empty) return undefined;
  }
  const values: unknown[] = Array.isArray(list) ? list : [];
  const said = pagingSchema.parse(isRecord(envelope.pagination) ? envelope.pagination : envelope);
  const next = said.next ?? said.nextCursor;
  return {
    items: values.flatMap((value): z.output<T>[] => {
      const parsed = item.safeParse(value);
      return parsed.success ? [parsed.data] : [];
    }),
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
