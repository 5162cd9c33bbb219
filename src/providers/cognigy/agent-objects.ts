/**
 * What an agent is made of here: a flow, its job nodes with their tools and voice settings, and the AI agents that the job
 * nodes speak as. A peculiarity of Cognigy: other platforms keep an agent in one record.
 */
import { isRecord } from '../../model/json.ts';
import { isProblem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import { hiddenMembers, memberAt, type PartRow, revisionOf } from '../shared/agent-parts.ts';
import type { Api } from '../shared/api.ts';
import { mapLimited } from '../shared/concurrency.ts';
import { isRefusal, isUnreadable } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { text } from '../shared/scalars.ts';
import { type ObjectKind, rowsOf, TOLD_ELSEWHERE } from './agent-parts.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { NamedObject } from './named.ts';
import { toNamed } from './named.ts';
import { idOf, type WireChart, type WireNode } from './wire.ts';

/** A vendor object that parts stand in, as it was read. */
export interface ObjectRead {
  /** Of `AgentObject`: `job`, `persona2`, `tool.book_appointment`. */
  object: string;
  kind: ObjectKind;
  /** `_id`: the paths of requests take no reference. */
  id: string;
  record: Record<string, unknown>;
  rows: readonly PartRow[];
}

export interface FlowRead {
  flow: NamedObject;
  objects: readonly ObjectRead[];
  /** In trusted words, what could not be read. */
  unread: readonly string[];
}

const JOB = 'aiAgentJob';
const SESSION = 'setSessionConfig';
/** Tools without a parent: all that are known are called so (`aiAgentJobTool`, `aiAgentJobMCPTool`). */
const TOOL = /^aiAgentJob.*Tool$/;
/** Nodes of one flow that are read by themselves. */
const MOST_NODES = 60;
const AT_ONCE = 6;

export function aiAgentOf({ record }: ObjectRead): string | undefined {
  return text(memberAt(record, ['config', 'aiAgent']));
}

/** Changes with the content of an object; what is computed and what moves with any save is left out. */
export function revisionOfRecord(record: Record<string, unknown>): string {
  const { preview, createdAt, createdBy, lastChanged, lastChangedBy, ...content } = record;
  return revisionOf(content);
}

/** The members of an object that are not shown. */
export function hiddenIn({ record, rows }: ObjectRead): unknown[] {
  return hiddenMembers(record, [...rows.map(({ path }) => path), ...TOLD_ELSEWHERE]);
}

export async function readNode(api: Api, flowId: string, nodeId: string, { signal }: CallContext) {
  return api.one(ENDPOINTS.getNode, { params: { flowId, nodeId }, signal });
}

export async function readAiAgent(api: Api, aiAgentId: string, { signal }: CallContext) {
  return api.one(ENDPOINTS.getAgent, { params: { aiAgentId }, signal });
}

/** Reads a flow and all that its parts stand in. */
export async function readFlow(api: Api, flow: NamedObject, call: CallContext): Promise<FlowRead> {
  const unread: string[] = [];
  const listed = await listNodes(api, flow, call, unread);
  const wanted = wantedNodes(await inOrder(api, flow, listed, call, unread));
  if (wanted.length > MOST_NODES) unread.push(`Only ${MOST_NODES} of its ${wanted.length} nodes with parts are read.`);
  const nodes = await mapLimited(wanted.slice(0, MOST_NODES), AT_ONCE, async ({ kind, id, job }) => ({
    kind,
    id,
    job,
    record: await readNode(api, flow.id, id, call),
  }));
  const named = nodesNamed(nodes);
  const personas = await readPersonas(api, named, call, unread);
  return { flow, objects: [...named, ...personas].sort(byUse), unread };
}

const USE: readonly ObjectKind[] = ['job', 'persona', 'tool', 'session'];
const byUse = (a: ObjectRead, b: ObjectRead) => USE.indexOf(a.kind) - USE.indexOf(b.kind);

async function listNodes(api: Api, flow: NamedObject, call: CallContext, unread: string[]): Promise<WireNode[]> {
  const { signal } = call;
  try {
    const list = api.list(ENDPOINTS.listNodes, { params: { flowId: flow.id }, signal });
    const { rows, coverage } = await collect(walk(list));
    if (!coverage.complete) unread.push('Its nodes could not be listed whole, so that parts may be missing.');
    return rows;
  } catch (error) {
    if (!isRefusal(error, 403, 404, 405)) throw error;
    const jobs = await jobsOf(api, flow, call);
    if (jobs.length === 0) throw error;
    unread.push(
      'Its nodes could not be listed: its job nodes were found through their AI agents, its tools are not shown.',
    );
    return jobs;
  }
}

/** The job nodes of a flow the other way: through every AI agent of the project. */
async function jobsOf(api: Api, flow: NamedObject, { signal }: CallContext): Promise<WireNode[]> {
  const { rows: agents } = await collect(walk(api.list(ENDPOINTS.listAgents, { signal })));
  const lists = await mapLimited(agents, AT_ONCE, async (agent) => {
    const aiAgentId = toNamed(agent)?.id ?? '';
    const list = api.list(ENDPOINTS.listJobs, { params: { aiAgentId }, signal });
    return (await collect(walk(list))).rows;
  });
  return lists
    .flat()
    .filter((job) => job.flow === flow.id || job.flow === flow.reference)
    .map((job) => ({ ...job, type: JOB }));
}

/** In the order in which they are executed, where that makes a difference; children come as they are listed. */
async function inOrder(
  api: Api,
  flow: NamedObject,
  nodes: readonly WireNode[],
  { signal }: CallContext,
  unread: string[],
): Promise<readonly WireNode[]> {
  const several = [JOB, SESSION].some((type) => nodes.filter((node) => node.type === type).length > 1);
  if (!several) return nodes;
  try {
    const chart = await api.one(ENDPOINTS.getChart, { params: { flowId: flow.id }, signal });
    const places = new Map(chainOf(chart, nodes).map((id, place) => [id, place]));
    const placeOf = (node: WireNode) => places.get(idOf(node) ?? '') ?? places.size;
    return [...nodes].sort((a, b) => placeOf(a) - placeOf(b));
  } catch (error) {
    if (!isRefusal(error) && !isUnreadable(error)) throw error;
    unread.push('The order of its nodes could not be read: which job node comes first is not known.');
    return nodes;
  }
}

/** Ids of nodes along `next` from the start node; every job node calls itself an entry point, so that tells nothing. */
function chainOf({ relations = [] }: WireChart, nodes: readonly WireNode[]): string[] {
  const next = new Map(relations.flatMap((one) => [[one.node ?? one.nodeId ?? '', one.next]] as const));
  const chain: string[] = [];
  let at = idOf(nodes.find(({ type }) => type === 'start') ?? {});
  while (at !== undefined && !chain.includes(at)) {
    chain.push(at);
    at = next.get(at);
  }
  return chain;
}

interface Wanted {
  kind: ObjectKind;
  id: string;
  /** Place of the job node that a tool belongs to. */
  job: number;
}

function wantedNodes(nodes: readonly WireNode[]): Wanted[] {
  const jobs = nodes.filter(({ type }) => type === JOB).flatMap((node) => mainId(node) ?? []);
  return nodes.flatMap((node): Wanted[] => {
    const id = mainId(node);
    if (id === undefined) return [];
    const job = jobs.indexOf(node.parentId ?? '');
    if (node.type === JOB) return [{ kind: 'job', id, job: 0 }];
    if (node.type === SESSION) return [{ kind: 'session', id, job: 0 }];
    return job >= 0 || TOOL.test(node.type ?? '') ? [{ kind: 'tool', id, job: Math.max(0, job) }] : [];
  });
}

/** `_id`, which paths of the main API take. */
function mainId(wire: { _id?: string; id?: string }): string | undefined {
  return wire._id ?? wire.id;
}

interface NodeRead extends Wanted {
  record: Record<string, unknown>;
}

/** Gives each node the id of its object: the same in every clone, whatever ids of the vendor its nodes have. */
function nodesNamed(nodes: readonly NodeRead[]): ObjectRead[] {
  const taken = new Map<string, number>();
  const named = (kind: ObjectKind, name: string, { id, record }: NodeRead, joint = ''): ObjectRead => {
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    const object = count === 1 ? name : `${name}${joint}${count}`;
    return { object, kind, id, record, rows: rowsOf(kind, object) };
  };
  const tools = nodes
    .filter(({ kind }) => kind === 'tool')
    .map((node) => ({ node, name: toolName(node.record) }))
    .sort(
      (a, b) => a.node.job - b.node.job || compare(a.name, b.name) || compare(contentOf(a.node), contentOf(b.node)),
    );
  return [
    ...nodes.filter(({ kind }) => kind !== 'tool').map((node) => named(node.kind, node.kind, node)),
    ...tools.map(({ node, name }) => named('tool', `tool.${name}`, node, '-')),
  ];
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const contentOf = ({ record }: NodeRead) => revisionOf(record.config);

/** The id that the flow calls it by, else its name, as ids of parts are written. */
function toolName(record: Record<string, unknown>): string {
  const config = isRecord(record.config) ? record.config : {};
  const name = text(config.toolId) ?? text(config.name) ?? text(record.label) ?? 'tool';
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return plain.slice(0, 40) || 'tool';
}

/** The AI agents that the job nodes name, each once. */
async function readPersonas(
  api: Api,
  nodes: readonly ObjectRead[],
  call: CallContext,
  unread: string[],
): Promise<ObjectRead[]> {
  const references = [...new Set(nodes.flatMap((node) => (node.kind === 'job' ? (aiAgentOf(node) ?? []) : [])))];
  if (references.length === 0) return [];
  try {
    const { rows } = await collect(walk(api.list(ENDPOINTS.listAgents, { signal: call.signal })));
    const known = rows.flatMap((wire) => toNamed(wire) ?? []);
    const read: ObjectRead[] = [];
    for (const reference of references) {
      const agent = known.find((one) => one.reference === reference || one.id === reference);
      if (!agent) {
        unread.push('An AI agent that a job node names is not among those that the key may see.');
        continue;
      }
      const object = read.length === 0 ? 'persona' : `persona${read.length + 1}`;
      const record = await readAiAgent(api, agent.id, call);
      read.push({ object, kind: 'persona', id: agent.id, record, rows: rowsOf('persona', object) });
    }
    return read;
  } catch (error) {
    if (!isProblem(error) || !isRefusal(error, 403, 404)) throw error;
    unread.push('The AI agent that its job node speaks as could not be read.');
    return [];
  }
}
