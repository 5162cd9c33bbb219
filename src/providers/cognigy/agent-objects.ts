/**
 * What an agent is made of here: a flow, its job nodes with their tools and voice settings, and the AI agents that the job
 * nodes speak as. A peculiarity of Cognigy: other platforms keep an agent in one record.
 */
import { isRecord } from '../../model/json.ts';
import { isProblem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import { hiddenMembers, memberAt, type PartRow, restOf, revisionOf } from '../shared/agent-parts.ts';
import type { Api } from '../shared/api.ts';
import { mapLimited } from '../shared/concurrency.ts';
import { isRefusal, unreadableAnswer } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { identifier, text } from '../shared/scalars.ts';
import { type ObjectKind, rowsOf, TOLD_ELSEWHERE } from './agent-parts.ts';
import { ENDPOINTS } from './endpoints.ts';
import { AT_ONCE, findNodes, type NodeFound } from './flow-nodes.ts';
import { type NamedObject, toNamed } from './named.ts';
import { PLATFORM } from './settings.ts';

/** A vendor object that parts stand in, as it was read. */
export interface ObjectRead {
  /** Of `AgentObject`: `job`, `persona2`, `tool.1`. */
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

/** Nodes of one flow that are read by themselves. */
const MOST_NODES = 60;

export function aiAgentOf({ record }: ObjectRead): string | undefined {
  return text(memberAt(record, ['config', 'aiAgent']));
}

/** Changes with the content of an object; what is computed and what moves with any save is left out. */
export function revisionOfRecord(record: Record<string, unknown>): string {
  return revisionOf(record, ['preview', 'createdAt', 'createdBy', 'lastChanged', 'lastChangedBy']);
}

/** The members of an object that are not shown. */
export function hiddenIn({ record, rows }: ObjectRead): unknown[] {
  return hiddenMembers(record, [...rows.map(({ path }) => path), ...TOLD_ELSEWHERE]);
}

/** Throws `unreadable` for another node than the one that was asked for: what is read is sent back. */
/** Told elsewhere, and yet nothing that a write or a clone may change. */
const STAYS = ['type', 'extension', 'isDisabled', 'config'];

/** What is not shown of an object, and its clone has, too. */
export function restOfObject({ record, rows }: ObjectRead): string {
  const own = TOLD_ELSEWHERE.filter(([name = '']) => !STAYS.includes(name));
  return restOf(record, [...rows.map(({ path }) => path), ...own]);
}

export async function readNode(api: Api, flowId: string, nodeId: string, { signal }: CallContext) {
  return sameAs(nodeId, await api.one(ENDPOINTS.getNode, { params: { flowId, nodeId }, signal }), 'node');
}

/** Throws `unreadable` as `readNode`. */
export async function readAiAgent(api: Api, aiAgentId: string, { signal }: CallContext) {
  return sameAs(aiAgentId, await api.one(ENDPOINTS.getAgent, { params: { aiAgentId }, signal }), 'AI agent');
}

/** A record that names no id is taken for the one that was asked for. */
function sameAs(id: string, record: Record<string, unknown>, what: string): Record<string, unknown> {
  const ids = [record._id, record.id, record.referenceId].flatMap((one) => identifier(one) ?? []);
  if (ids.length === 0 || ids.includes(id)) return record;
  throw unreadableAnswer(PLATFORM, `with another ${what} than the one asked for`);
}

/** Reads a flow and all that its parts stand in. */
export async function readFlow(api: Api, flow: NamedObject, call: CallContext): Promise<FlowRead> {
  const unread: string[] = [];
  const wanted = (await findNodes(api, flow, call, unread)).sort(byUse);
  if (wanted.length > MOST_NODES) unread.push(`Only ${MOST_NODES} of its ${wanted.length} nodes with parts are read.`);
  const nodes = await mapLimited(wanted.slice(0, MOST_NODES), AT_ONCE, async (node) => ({
    ...node,
    record: await readNode(api, flow.id, node.id, call),
  }));
  const named = nodesNamed(nodes);
  const personas = await readPersonas(api, named, call, unread);
  return { flow, objects: [...named, ...personas].sort(byUse), unread };
}

const USE: readonly ObjectKind[] = ['job', 'persona', 'tool', 'session'];
const byUse = (a: { kind: ObjectKind }, b: { kind: ObjectKind }) => USE.indexOf(a.kind) - USE.indexOf(b.kind);

interface NodeRead extends NodeFound {
  record: Record<string, unknown>;
}

/**
 * Gives each node the id of its object: the same in every clone, whatever ids of the vendor its nodes have. Tools are numbered
 * by their names, which are no part of ids: these stand among our own words.
 */
function nodesNamed(nodes: readonly NodeRead[]): ObjectRead[] {
  const taken = new Map<ObjectKind, number>();
  const named = (object: string, { kind, id, record }: NodeRead): ObjectRead => {
    return { object, kind, id, record, rows: rowsOf(kind, object) };
  };
  const counted = (node: NodeRead): ObjectRead => {
    const count = (taken.get(node.kind) ?? 0) + 1;
    taken.set(node.kind, count);
    return named(count === 1 ? node.kind : `${node.kind}${count}`, node);
  };
  const tools = nodes
    .filter(({ kind }) => kind === 'tool')
    .map((node) => ({ node, name: toolName(node.record) }))
    .sort(
      (a, b) => a.node.job - b.node.job || compare(a.name, b.name) || compare(contentOf(a.node), contentOf(b.node)),
    );
  return [
    ...nodes.filter(({ kind }) => kind !== 'tool').map(counted),
    ...tools.map(({ node }, index) => named(`tool.${index + 1}`, node)),
  ];
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const contentOf = ({ record }: NodeRead) => revisionOf(record.config);

/** The id that the flow calls it by, else its name. */
function toolName(record: Record<string, unknown>): string {
  const config = isRecord(record.config) ? record.config : {};
  return text(config.toolId) ?? text(config.name) ?? text(record.label) ?? '';
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
