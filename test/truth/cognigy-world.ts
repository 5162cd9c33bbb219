/**
 * A Cognigy Simulator as documented, over a few parameters: it answers every address that a reader may ask, filters and
 * pages as the contract has it. A case replaces the one thing it is about.
 */
import type { Asked, Reply } from './stand-in.ts';
import { type Handler, hex24, isRow, type Page, type Paging, type Row, uuid } from './world-parts.ts';

export interface CognigyBatch {
  /** Scenario and batch, the two words its reference is made of. */
  scenario: string;
  id: string;
  /** What the list of its runs serves, in this order. */
  rows: unknown[];
  /** Replaces members of the batch itself; `undefined` takes one away. */
  over?: Row;
}

export interface CognigyWorld extends Paging {
  /** Default: one for each scenario that a batch names. */
  scenarios?: Row[];
  /** Newest first. */
  batches?: CognigyBatch[];
  /** Whether the host lists batches of the whole project; default true. */
  project?: boolean;
}

const COGNIGY_CRITERIA = [criterion('Greets'), criterion('Books')];
const SUCCEEDED = { success: true, results: [result('Greets', true), result('Books', true)] };
export const UNMET = { success: false, results: [result('Greets', true), result('Books', false)] };

const DAY = Date.UTC(2026, 10, 1, 9);

export function criterion(name: string): Row {
  return { type: 'text', params: { name, text: `The agent: ${name}` } };
}

export function result(name: string, success: unknown): Row {
  return { name, success, reason: 'As heard.' };
}

/** A batch whose ids come from one word. */
export function batch(
  word: string,
  rows: (at: { scenario: string; id: string }) => unknown[],
  over: Row = {},
): CognigyBatch {
  const at = { scenario: hex24('scenario', word), id: hex24('batch', word) };
  return { ...at, rows: rows(at), over };
}

export function sessionRef({ scenario, id }: Pick<CognigyBatch, 'scenario' | 'id'>): string {
  return `cognigy/session/${scenario}~${id}`;
}

export function runRef(at: Pick<CognigyBatch, 'scenario' | 'id'>, n: number): string {
  return `cognigy/run/${at.scenario}~${at.id}~${runId(at, n)}`;
}

function runId({ id }: Pick<CognigyBatch, 'id'>, n: number): string {
  return hex24(id, 'run', n);
}

/** A run that ended and met its criteria, with four turns. */
export function run(at: Pick<CognigyBatch, 'scenario' | 'id'>, n: number, over: Row = {}): Row {
  return {
    id: runId(at, n),
    organisationReference: hex24('organisation'),
    projectReference: '64aaaaaaaaaaaaaaaaaaaaaa',
    simulationReference: at.scenario,
    simulationRunBatchReference: at.id,
    sequence: n,
    turns: turns(),
    totalTurns: 4,
    maxTurns: 20,
    successCriteria: COGNIGY_CRITERIA,
    metrics: { ...SUCCEEDED, isConversationEnded: true, isBatchStopped: false },
    createdAt: DAY + n * 1000,
    duration: 6000,
    ...over,
  };
}

/** The same with these metrics. */
export function judged(at: Pick<CognigyBatch, 'scenario' | 'id'>, n: number, metrics: Row): Row {
  return run(at, n, { metrics: { isConversationEnded: true, isBatchStopped: false, ...metrics } });
}

export function turns(): Row[] {
  const said = ['Hello, I need a table.', 'For how many guests?', 'For seven, by the lighthouse.', 'It is booked.'];
  return said.map((text, index) => ({
    id: hex24('turn', index),
    sequence: index,
    text,
    data: { source: index % 2 === 0 ? 'user' : 'bot' },
    createdAt: DAY + index * 2000,
  }));
}

export function scenario(id: string, name: string, over: Row = {}): Row {
  return {
    id,
    referenceId: uuid('reference', id),
    name,
    persona: 'A guest.',
    personaName: 'Ann',
    mission: 'Book a table.',
    successCriteria: COGNIGY_CRITERIA,
    projectReference: '64aaaaaaaaaaaaaaaaaaaaaa',
    createdAt: DAY,
    lastChanged: DAY,
    ...over,
  };
}

export function cognigyWorld(world: CognigyWorld): Handler {
  const { batches = [], project = true } = world;
  const named = [...new Set(batches.map((one) => one.scenario))];
  const scenarios = world.scenarios ?? named.map((id) => scenario(id, `Scenario ${id.slice(0, 4)}`));
  return ({ method, path, query }) => {
    if (method !== 'GET') return undefined;
    if (path.startsWith('/new/v2.0/')) return { body: { items: [], total: 0, nextCursor: null, previousCursor: null } };
    if (!path.startsWith('/testing/simulations')) return undefined;
    const [first, , id, , runWanted] = path.slice('/testing/simulations'.length).split('/').slice(1);
    const depth = path.split('/').length - 3;
    const answerPage = (list: string, items: readonly unknown[]) => page(world, list, items, query);
    if (first === undefined) return answerPage('scenarios', scenarios);
    if (first === 'batches') return project ? answerPage('batches', filtered(batches, query)) : notFound();
    const known = scenarios.find((one) => one.id === first || one.referenceId === first);
    if (depth === 1) return known ? { body: known } : notFound();
    const own = batches.filter((one) => one.scenario === first);
    if (depth === 2) return known || own.length > 0 ? answerPage('batches', filtered(own, query)) : notFound();
    const found = own.find((one) => one.id === id);
    if (!found) return notFound();
    if (depth === 3) return { body: batchObject(found) };
    if (depth === 4) return answerPage('runs', found.rows);
    const row = found.rows.filter(isRow).find((one) => one.id === runWanted || one._id === runWanted);
    return row ? { body: row } : notFound();
  };
}

/** The documented envelope of a page. */
export function cognigyEnvelope({ items, total, skip, size }: Page): Row {
  const hasNext = skip + items.length < total;
  return {
    data: items,
    pagination: { limit: size, skip, total, hasNext, hasPrevious: skip > 0, next: null, previous: null },
  };
}

/** The same with other paging than it has. */
export function withPaging(pagination: unknown): (page: Page) => Row {
  return ({ items }) => ({ data: items, pagination });
}

function page(world: CognigyWorld, list: string, items: readonly unknown[], query: Asked['query']): Reply {
  const size = Math.min(Number(query.get('limit') ?? 20), world.clamp ?? 100);
  const skip = Number(query.get('skip') ?? 0);
  const { envelope = cognigyEnvelope } = world;
  return { body: envelope({ list, items: items.slice(skip, skip + size), total: items.length, skip, size }) };
}

function filtered(batches: readonly CognigyBatch[], query: Asked['query']): Row[] {
  const status = query.get('status');
  return batches.map(batchObject).filter((one) => !status || one.status === status);
}

/** Counters as the rows have them, unless the case has others. */
function batchObject({ scenario: simulationReference, id, rows, over = {} }: CognigyBatch): Row {
  return {
    id,
    referenceId: uuid('reference', id),
    simulationReference,
    name: `Batch ${id.slice(0, 4)}`,
    status: 'COMPLETED',
    runs: rows.length,
    completedRuns: rows.length,
    failedRuns: 0,
    createdAt: DAY,
    startedAt: DAY + 1000,
    completedAt: DAY + 600_000,
    ...over,
  };
}

function notFound(): Reply {
  return {
    status: 404,
    body: {
      type: 'Not Found',
      title: 'Not Found Error',
      status: 404,
      detail: 'Resource not found',
      code: '1002',
      traceId: 't-1',
    },
  };
}
