/**
 * What a project holds and people change: flows with their nodes, AI agents, endpoints, snapshots, tasks. The first state
 * is made of the world; what was changed, made or deleted since is kept in the documents of the engine, for all processes.
 */
import * as z from 'zod/v4';
import type { Documents } from '../../engine/types.ts';

const text = z.string();
const named = { _id: text, referenceId: text, name: text };

const flowSchema = z.looseObject({
  ...named,
  /** Agent of the world whose flow it is, or is a clone of. */
  agent: text,
  createdAt: z.number(),
});
const nodeSchema = z.looseObject({
  _id: text,
  referenceId: text,
  /** `_id` of its flow. */
  flow: text,
  type: text,
  label: text,
  comment: text,
  isDisabled: z.boolean(),
  config: z.record(text, z.unknown()),
  /** Node that it is a child of, and the one that comes after it. */
  parent: text.optional(),
  next: text.optional(),
  /** Its instructions are the live text of this agent of the world. */
  follows: text.optional(),
});
const agentSchema = z.looseObject(named);
const endpointSchema = z.looseObject({
  ...named,
  channel: text,
  URLToken: text,
  flowId: text,
  entrypoint: text,
  active: z.boolean(),
});
const contentSchema = z.object({
  flows: z.array(flowSchema),
  nodes: z.array(nodeSchema),
  agents: z.array(agentSchema),
});
const snapshotSchema = z.looseObject({ ...named, description: text, createdAt: z.number(), content: contentSchema });
const taskSchema = z.looseObject({
  _id: text,
  type: text,
  /** Milliseconds since the epoch. */
  started_at: z.number(),
  /** What it does when it is done, with ids and names that the request gave. */
  work: z.record(text, text),
  done: z.boolean(),
  failReason: text.optional(),
});

export type FlowRecord = z.infer<typeof flowSchema>;
export type NodeRecord = z.infer<typeof nodeSchema>;
export type AiAgentRecord = z.infer<typeof agentSchema>;
export type EndpointRecord = z.infer<typeof endpointSchema>;
export type SnapshotRecord = z.infer<typeof snapshotSchema>;
export type TaskRecord = z.infer<typeof taskSchema>;
/** The state of a project that a snapshot keeps. */
export type Content = z.infer<typeof contentSchema>;

export interface Seeds extends Content {
  endpoints: EndpointRecord[];
  snapshots: SnapshotRecord[];
}

export interface Collection<T> {
  all(): T[];
  /** By `_id`. */
  get(id: string): T | undefined;
  put(value: T): void;
  remove(id: string): void;
}

export interface Resources {
  flows: Collection<FlowRecord>;
  nodes: Collection<NodeRecord>;
  agents: Collection<AiAgentRecord>;
  endpoints: Collection<EndpointRecord>;
  snapshots: Collection<SnapshotRecord>;
  tasks: Collection<TaskRecord>;
  /** A number that was never given before, in any process. */
  number(): number;
}

export function createResources(documents: Documents, seeds: Seeds): Resources {
  const kept = <T extends { _id: string }>(name: string, schema: z.ZodType<T>, first: readonly T[] = []) =>
    collection(documents, `cognigy ${name}`, schema, first);
  return {
    flows: kept('flows', flowSchema, seeds.flows),
    nodes: kept('nodes', nodeSchema, seeds.nodes),
    agents: kept('ai agents', agentSchema, seeds.agents),
    endpoints: kept('endpoints', endpointSchema, seeds.endpoints),
    snapshots: kept('snapshots', snapshotSchema, seeds.snapshots),
    tasks: kept('tasks', taskSchema),
    number() {
      const before = documents.get('cognigy counters', 'made');
      const next = (typeof before === 'number' ? before : 0) + 1;
      documents.put('cognigy counters', 'made', next);
      return next;
    },
  };
}

/** In place of one of the first state that was deleted: no schema takes it. */
const GONE = { gone: true };

function collection<T extends { _id: string }>(
  documents: Documents,
  name: string,
  schema: z.ZodType<T>,
  seeds: readonly T[],
): Collection<T> {
  const read = (value: unknown) => schema.safeParse(value).data;
  const seeded = new Map(seeds.map((seed) => [seed._id, seed]));
  const get = (id: string) => {
    const value = documents.get(name, id);
    return value === undefined ? seeded.get(id) : read(value);
  };
  return {
    get,
    all: () => [
      ...seeds.flatMap((seed) => get(seed._id) ?? []),
      ...documents.all(name).flatMap(({ id, value }) => (seeded.has(id) ? [] : (read(value) ?? []))),
    ],
    put: (value) => documents.put(name, value._id, value),
    remove: (id) => (seeded.has(id) ? documents.put(name, id, GONE) : documents.remove(name, id)),
  };
}
