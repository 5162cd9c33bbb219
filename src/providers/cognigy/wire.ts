/**
 * What the Simulator sends, as far as it is looked at, read leniently. Its pages and code written against it disagree (`id` or `_id`, counters or
 * metrics, text or number), so each object here takes the union and names one member for each fact.
 */

import { isRecord } from '../../model/json.ts';
import { isFault } from '../shared/faults.ts';
import { anything, flag, listOf, mapped, object, type Read, type Reader, record } from '../shared/fields.ts';
import { reasonText } from '../shared/judgements.ts';
import type { RawPage } from '../shared/list.ts';
import { count, identifier, nextToken, number, text, truth } from '../shared/scalars.ts';
import { isProblemDocument } from './faults.ts';

/** Integers or ISO 8601, depending on member and version. */
export const moment: Reader<number | string | undefined> = (value) =>
  typeof value === 'number' || typeof value === 'string' ? value : undefined;
/** `id` in the documentation, `_id` in the field. */
const identity = { id: identifier, _id: identifier, referenceId: identifier };

/** An id, or the id of the object that stands in its place. */
const linkedId: Reader<string | undefined> = (value) =>
  isRecord(value) ? (identifier(value._id) ?? identifier(value.id)) : identifier(value);

/** The one id by which an object can be addressed: `id`, else `_id`, else its reference. */
export function idOf(wire: { id?: string; _id?: string; referenceId?: string }): string | undefined {
  return wire.id ?? wire._id ?? wire.referenceId;
}

/** True when `wire` is addressed by `text`, whichever of its ids that is. */
export function isCalled(wire: { id?: string; _id?: string; referenceId?: string }, text: string): boolean {
  return wire.id === text || wire._id === text || wire.referenceId === text;
}

/** Both forms of the vendor's ids: 24 hex digits and UUIDs. */
export function looksLikeId(text: string): boolean {
  return /^[0-9a-f]{24}$/i.test(text) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/**
 * A success criterion in each of its three shapes: `{type, params: {name, text}}` (scenario), `{name, text}` and
 * `{name, description}` (authoring). Unknown types keep their params.
 */
const criterionObject = mapped(
  object({ type: text, params: record, name: text, text: text, description: text }),
  (wire) => {
    const params = wire.params ?? {};
    return {
      type: wire.type ?? 'text',
      name: text(params.name) ?? wire.name,
      text: text(params.text) ?? text(params.description) ?? wire.text ?? wire.description,
      params,
    };
  },
);
export const criterionReader: typeof criterionObject = (value) =>
  criterionObject(typeof value === 'string' && value.trim() !== '' ? { name: value } : value);

export const scenarioReader = object({
  ...identity,
  name: text,
  simulationName: text,
  persona: text,
  personaDescription: text,
  personaName: text,
  mission: text,
  successCriteria: listOf(criterionReader),
  lastChanged: moment,
  updatedAt: moment,
  maxTurns: count,
  flowReferenceId: identifier,
  flowId: identifier,
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
  simulationReference: identifier,
  runs: count,
  numberOfExecutions: count,
  numberOfRuns: count,
  completedRuns: count,
  failedRuns: count,
  createdAt: moment,
  completedAt: moment,
  simulationFrozen: scenarioReader,
  runConfig: object({ flowReferenceId: identifier }),
  batchMetrics: object({ runResults: object({ succeeded: count, failed: count }) }),
});

/** An object, or the message alone, in any form that speaks. */
const errorInfoReader: Reader<{ message?: string; technicalDetails?: string } | undefined> = (value) => {
  const info = isRecord(value) ? value : { message: value };
  const said = [info.message, info.error, info.text, info.description].map((one) => reasonText(one));
  const message = said.find((one) => one !== undefined);
  const technicalDetails = text(info.technicalDetails) ?? reasonText(info.technicalDetails);
  return message === undefined && technicalDetails === undefined ? undefined : { message, technicalDetails };
};

const metricsReader = object({
  /** As they came: what they say is read where verdicts are (verdict.ts). */
  success: anything,
  results: anything,
  successRate: rateReader,
  summary: text,
  isBatchStopped: truth,
  isConversationEnded: truth,
  errorInfo: errorInfoReader,
});

export const runReader = object({
  ...identity,
  simulationRunBatchReference: identifier,
  sequence: number,
  /** As they came: most of a page is turns, and most readings want none of them (transcript.ts reads them). */
  turns: anything,
  totalTurns: count,
  successCriteria: listOf(criterionReader),
  metrics: metricsReader,
  createdAt: moment,
  maxTurns: count,
  duration: number,
  expiresAt: moment,
});

/** Anything of the main API that has a name: project, locale, LLM, snapshot, AI agent. */
export const namedReader = object({
  ...identity,
  name: text,
  label: text,
  primary: truth,
  isDefault: truth,
});

export const flowReader = object({ ...identity, name: text, label: text, createdAt: moment, lastChanged: moment });

/** A node as it is listed: its configuration is read by itself. */
export const nodeReader = object({ ...identity, type: text, label: text, parentId: identifier });

/** What follows what in a chart, and what stands below it; ids of nodes, or objects with an id. */
export const chartReader = object({
  relations: listOf(object({ node: linkedId, nodeId: linkedId, next: linkedId, children: listOf(linkedId) })),
});

/** A job node in the list of an AI agent: its flow under any of three names. */
export const jobReader = mapped(
  object({ ...identity, type: text, flowId: linkedId, flow: linkedId, parentId: linkedId }),
  ({ flowId, flow, parentId, ...job }) => ({ ...job, flow: flowId ?? flow ?? parentId }),
);

export const endpointReader = object({
  ...identity,
  name: text,
  channel: text,
  flowId: linkedId,
  entrypoint: identifier,
  active: truth,
});

export type WireFlow = Read<typeof flowReader>;
export type WireNode = Read<typeof nodeReader>;
export type WireJob = Read<typeof jobReader>;
export type WireEndpoint = Read<typeof endpointReader>;
export type WireChart = Read<typeof chartReader>;
export type WireScenario = Read<typeof scenarioReader>;
export type WireBatch = Read<typeof batchReader>;
export type WireRun = Read<typeof runReader>;
export type WireCriterion = Read<typeof criterionReader>;
export type WireMetrics = Read<typeof metricsReader>;
export type WireNamed = Read<typeof namedReader>;

/** The object of an answer that may stand under one of `names` (or `data`) or bare. */
export function unwrap(body: unknown, names: readonly string[] = []): unknown {
  if (!isRecord(body)) return undefined;
  const name = [...names, 'data'].find((one) => isRecord(body[one]));
  return name === undefined ? body : body[name];
}

/** A word on whether more follows that is none of these is no sign of anything: such a list is read until a page is empty. */
const pagingReader = object({ total: count, hasNext: flag });

/**
 * One page in either envelope of the host: `{data, pagination}` (Simulator) and `{items, total, nextCursor}` (main API); a
 * bare array is a page too. An error that came instead is a page that `failed`, without rows; undefined for what is no list.
 */
export function pageIn<T>(body: unknown, item: Reader<T | undefined>): RawPage<T> | undefined {
  const envelope = record(body) ?? {};
  const inner = record(envelope.data) ?? {};
  const found = [body, envelope.data, envelope.items, inner.data, inner.items].find((one) => Array.isArray(one));
  const values: unknown[] = Array.isArray(found) ? found : [];
  const paging =
    record(envelope.pagination) ??
    record(inner.pagination) ??
    (found !== undefined && found === inner.items ? inner : envelope);
  const said = pagingReader(paging) ?? {};
  const token = nextToken(paging.next ?? paging.nextCursor);
  // What leads nowhere is no sign of an end: hosts page by `skip` without any cursor.
  const page = { total: said.total, more: token.more ?? said.hasNext, next: token.next };
  const failed = isFault(envelope) || isFault(inner) || (found === undefined && isProblemDocument(body));
  // A list without items may come as null, where nothing is counted.
  const none = (envelope.data === null || envelope.items === null) && page.total === 0 && page.more !== true;
  if (found === undefined && !failed && !none) return undefined;
  return { rows: values.map(item), failed: failed ? true : undefined, ...page };
}
