/** Who meets what is written: endpoints on the project's present state or on a snapshot, and flows that share an AI agent. */
import type { Affected, Exposure } from '../../model/agents.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { orNothing } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import type { FlowRead } from './agent-objects.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { NamedObject } from './named.ts';
import { looksLikeId, type WireEndpoint, type WireJob } from './wire.ts';

export interface Reach {
  /** Those that are active; undefined where they could not be listed whole. */
  endpoints?: readonly WireEndpoint[] | undefined;
  /** Other flows that speak as an AI agent of this one; undefined where that could not be read. */
  sharing?: Sharing | undefined;
}

export interface Sharing {
  flows: readonly NamedObject[];
  /** Job nodes of which it is not told in which flow they stand. */
  unnamed: number;
  /** The AI agents of this flow that are shared, as objects of it. */
  objects: ReadonlySet<string>;
}

const NOBODY: Sharing = { flows: [], unnamed: 0, objects: new Set() };

/** `flows`: all of the project. What cannot be read is undefined: nothing is claimed of it. */
export async function readReach(
  api: Api,
  read: FlowRead,
  flows: readonly NamedObject[],
  call: CallContext,
): Promise<Reach> {
  const [endpoints, sharing] = await Promise.all([
    orNothing(readEndpoints(api, call)),
    orNothing(readSharing(api, read, flows, call)),
  ]);
  return { endpoints, sharing };
}

async function readEndpoints(api: Api, { signal }: CallContext): Promise<WireEndpoint[] | undefined> {
  const { rows, coverage } = await collect(walk(api.list(ENDPOINTS.listEndpoints, { signal })));
  // One that does not say whether it is active counts as active.
  return coverage.complete ? rows.filter(({ active }) => active !== false) : undefined;
}

async function readSharing(
  api: Api,
  { flow, objects }: FlowRead,
  flows: readonly NamedObject[],
  { signal }: CallContext,
): Promise<Sharing | undefined> {
  const own = new Set(objects.map(({ id }) => id));
  const others: WireJob[] = [];
  const shared = new Set<string>();
  for (const { id: aiAgentId, object } of objects.filter(({ kind }) => kind === 'persona')) {
    const { rows, coverage } = await collect(walk(api.list(ENDPOINTS.listJobs, { params: { aiAgentId }, signal })));
    if (!coverage.complete) return undefined;
    const elsewhere = rows.filter((job) => !own.has(job._id ?? job.id ?? '') && !names(flow, job.flow));
    if (elsewhere.length > 0) shared.add(object);
    others.push(...elsewhere);
  }
  const found = others.map((job) => flows.find((one) => names(one, job.flow)));
  const known = found.filter((one) => one !== undefined);
  return { flows: [...new Set(known)], unnamed: found.length - known.length, objects: shared };
}

/** By either of its ids: which one an endpoint or a job gives is not documented. */
export function names({ id, reference }: Pick<NamedObject, 'id' | 'reference'>, one: string | undefined): boolean {
  return one !== undefined && (one === id || one === reference);
}

/** How far a text that is written to a flow gets, with the reason in a trusted sentence. */
export interface Exposed {
  exposure: Exposure;
  why: string;
  affects: Affected[];
}

/** `isCopy`: one of ours, which nothing but runs started on it reaches, unless an endpoint names it. */
export function exposureOf(
  { flow, project, isCopy }: { flow: NamedObject; project: string; isCopy: boolean },
  { endpoints, sharing }: Reach,
): Exposed {
  const shares = isCopy ? NOBODY : sharing;
  const leadingTo = (all: readonly NamedObject[]) =>
    endpoints?.filter(({ flowId }) => all.some((one) => names(one, flowId))) ?? [];
  const own = leadingTo([flow]);
  const shared = leadingTo(shares?.flows ?? []);
  const affects = affectedOf(own, shared, sharing);
  const say = (exposure: Exposure, why: string): Exposed => ({ exposure, why, affects });
  if (endpoints === undefined)
    return say('unknown', 'The endpoints of the project could not be listed, so that callers may meet it at once.');
  const all = [...own, ...shared];
  if (all.some(({ entrypoint }) => entrypoint === project))
    return say('live', 'Callers of active endpoints on the present state of the project meet it at once.');
  if (shares === undefined || shares.unnamed > 0)
    return say(
      'unknown',
      'Which other flows speak as its AI agent could not be read, so that callers may meet it at once.',
    );
  if (all.some((endpoint) => !isPinned(endpoint, project)))
    return say(
      'unknown',
      'What an active endpoint of it starts from is not understood, so that callers may meet it at once.',
    );
  if (!isCopy && endpoints.some((endpoint) => !isPinned(endpoint, project)))
    return say(
      'unknown',
      'No active endpoint starts with this flow on the present state of the project, but others start there with other flows, which may call this one.',
    );
  if (all.length > 0 || (!isCopy && endpoints.length > 0))
    return say('snapshot_pinned', 'Every active endpoint is on a snapshot: callers go on meeting what that holds.');
  return say('draft', 'No active endpoint leads to it.');
}

/** On a snapshot: entry points are ids of a project or of a snapshot. */
function isPinned({ entrypoint }: WireEndpoint, project: string): boolean {
  return (
    entrypoint !== undefined && entrypoint !== project && /^[0-9a-f]{24}$/i.test(entrypoint) && looksLikeId(entrypoint)
  );
}

function affectedOf(
  own: readonly WireEndpoint[],
  shared: readonly WireEndpoint[],
  { flows, unnamed }: Sharing = NOBODY,
): Affected[] {
  const endpoints = (all: readonly WireEndpoint[], which?: string): Affected => ({
    what: 'active endpoint',
    which,
    count: all.length,
    names: all.map(({ name, channel, _id, id }) => name ?? channel ?? _id ?? id ?? ''),
  });
  const all: Affected[] = [
    endpoints(own),
    { what: 'other flow', which: SPEAKS, count: flows.length, names: flows.map(({ name }) => name) },
    endpoints(shared, `of a flow ${SPEAKS}`),
    { what: 'job node', which: `elsewhere ${SPEAKS}`, count: unnamed },
  ];
  return all.filter(({ count }) => count > 0);
}

/** Whom an edit of the AI agent reaches; one of a job node does not. */
export const SPEAKS = 'that speaks as the same AI agent';
