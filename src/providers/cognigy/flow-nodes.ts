/**
 * The nodes of a flow that parts stand in, found and ordered. Their list is in no order and without configurations; the chart
 * says what follows what, and AI agents know their job nodes.
 */
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { mapLimited } from '../shared/concurrency.ts';
import { isRefusal, isUnreadable } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import type { ObjectKind } from './agent-parts.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type NamedObject, toNamed } from './named.ts';
import { idOf, type WireChart, type WireNode } from './wire.ts';

const JOB = 'aiAgentJob';
const SESSION = 'setSessionConfig';
/** Tools without a parent: all that are known are called so (`aiAgentJobTool`, `aiAgentJobMCPTool`). */
const TOOL = /^aiAgentJob.*Tool$/;
/** Requests that are under way at once. */
export const AT_ONCE = 6;

export interface NodeFound {
  kind: Exclude<ObjectKind, 'persona'>;
  /** `_id`: paths take no reference. */
  id: string;
  /** Place of the job node that a tool belongs to. */
  job: number;
}

/** The nodes with parts; those of one kind in the order in which they are executed. What could not be read goes to `unread`. */
export async function findNodes(
  api: Api,
  flow: NamedObject,
  call: CallContext,
  unread: string[],
): Promise<NodeFound[]> {
  const listed = await listNodes(api, flow, call, unread);
  return wantedNodes(await inOrder(api, flow, listed, call, unread));
}

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

function wantedNodes(nodes: readonly WireNode[]): NodeFound[] {
  const jobs = nodes.filter(({ type }) => type === JOB).flatMap((node) => mainId(node) ?? []);
  return nodes.flatMap((node): NodeFound[] => {
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
