/**
 * Trying a change on a clone of the flow. A clone gets a name that Cognigy chooses, unless it takes ours; the mark is put into
 * its name afterwards, or where that cannot be, into the comment of its job node.
 */
import { createHash } from 'node:crypto';
import { Problem } from '../../model/problem.ts';
import type { AgentWrite, AgentWritten, CallContext, StepResult, WriteSteps } from '../provider.ts';
import { partsOf, withMember } from '../shared/agent-parts.ts';
import { unmoved, unsent } from '../shared/agent-write.ts';
import { isRefusal } from '../shared/faults.ts';
import { copyName, markOfCopy } from '../shared/marked-name.ts';
import { collect, walk } from '../shared/pages.ts';
import { text } from '../shared/scalars.ts';
import { aiAgentOf, type ObjectRead, readAiAgent, readNode, revisionOfRecord } from './agent-objects.ts';
import { names } from './agent-reach.ts';
import { type Edit, type Opened, orderOf, patch, refuse } from './agent-write.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isInvalid } from './faults.ts';
import { markOf } from './map-agent.ts';
import { toNamed } from './named.ts';
import { PLATFORM } from './settings.ts';
import { flowReader, idOf, unwrap, type WireNamed } from './wire.ts';

/** Longest names and comments that are sent; the vendor's own limit of names is 200 (vendor plugin). */
const LONGEST_NAME = 200;
/** Flows that are told apart from the clone after a lost answer. */
const MOST_TOLD = 1000;

export async function writeCopy(
  opened: Opened,
  write: AgentWrite,
  steps: WriteSteps,
  call: CallContext,
): Promise<AgentWritten> {
  const { object } = orderOf(opened, write);
  const { flows_before } = await steps.keep('flows', () => flowsBefore(opened, call));
  const before = text(flows_before);
  const { flow, flow_reference } = await steps.once(
    'clone',
    () => cloned(opened, object, write, before, call),
    () => findClone(opened, write.mark, before, call),
  );
  opened.lookup.forget(ENDPOINTS.listFlows);
  await marked(opened, String(flow), write.mark, steps, call);
  const copy = await opened.open(String(flow), call);
  const same = sameObject(opened, copy, write);
  const { edits } = orderOf({ ...copy, agent: opened.agent }, write);
  const undo: StepResult = { flow: String(flow), flow_reference: String(flow_reference) };
  const own =
    same.kind === 'persona'
      ? await ownPersona(copy, same, edits, { write, steps, call })
      : await patch(copy, same, edits, { steps, step: 'write', call }).then(() => ({}));
  return { ids: [copy.read.flow.reference], undo: { ...undo, ...own } };
}

/** Short hashes of the ids of all flows: what comes later is none of them. Empty where they could not be listed whole. */
async function flowsBefore({ api }: Opened, { signal }: CallContext): Promise<StepResult> {
  const { rows, coverage } = await collect(walk(api.list(ENDPOINTS.listFlows, { signal }))).catch((error: unknown) => {
    throw unsent(error);
  });
  const told = coverage.complete && rows.length <= MOST_TOLD;
  return { flows_before: told ? rows.map((row) => shortHash(idOf(row) ?? '')).join(' ') : '' };
}

const shortHash = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 8);

async function cloned(
  opened: Opened,
  object: ObjectRead,
  { mark }: AgentWrite,
  before: string | undefined,
  call: CallContext,
): Promise<StepResult> {
  const { api, read } = opened;
  const { id, name } = read.flow;
  const again = () =>
    object.kind === 'persona' ? readAiAgent(api, object.id, call) : readNode(api, id, object.id, call);
  await unmoved(PLATFORM, revisionOfRecord(object.record), again, revisionOfRecord);
  const asked = { params: { flowId: id }, signal: call.signal };
  const body = { name: copyName(name, mark, LONGEST_NAME) };
  let answer: unknown;
  try {
    // Whether a clone takes a name is documented nowhere: who refuses it is asked without one.
    answer = await api.body(ENDPOINTS.cloneFlow, { ...asked, body }).catch((error: unknown) => {
      if (!isInvalid(error)) throw error;
      return api.body(ENDPOINTS.cloneFlow, asked);
    });
  } catch (error) {
    if (!isRefusal(error, 404, 405)) throw error;
    throw new Problem('unsupported', 'Cognigy refused to clone the flow: it is gone, or this host clones none.', {
      ...error.details,
      next: 'Read the agent again with get_agent: a restored snapshot gives everything new ids.',
    });
  }
  const made = toNamed(flowReader(unwrap(answer, ['flow'])) ?? {});
  if (made && !names(read.flow, made.id)) return { flow: made.id, flow_reference: made.reference };
  const found = await findClone(opened, mark, before, call);
  if (found) return found;
  // The clone is there all the same: it is looked for as one whose answer was lost.
  throw new Problem('unreadable', 'Cognigy answered, but not which flow the clone is.', {
    provider: PLATFORM.id,
    sent: 'unknown',
  });
}

/** The flow with the mark in its name, else the only one that is new; undefined where nothing tells. */
async function findClone(
  { api }: Opened,
  mark: string,
  before: string | undefined,
  { signal }: CallContext,
): Promise<StepResult | undefined> {
  const { rows, coverage } = await collect(walk(api.list(ENDPOINTS.listFlows, { signal })));
  const known = new Set(before?.split(' '));
  const flows = rows.flatMap((wire) => toNamed(wire) ?? []);
  const isNew = (row: (typeof rows)[number]) => !known.has(shortHash(idOf(row) ?? ''));
  const added = before && coverage.complete ? rows.filter(isNew).flatMap((wire) => toNamed(wire) ?? []) : [];
  const found = flows.find(({ name }) => markOfCopy(name) === mark) ?? (added.length === 1 ? added[0] : undefined);
  return found && { flow: found.id, flow_reference: found.reference };
}

/** Sees to it that the clone carries the mark, by which it is known as ours. */
async function marked(
  opened: Opened,
  flowId: string,
  mark: string,
  steps: WriteSteps,
  call: CallContext,
): Promise<void> {
  const { api, read, open } = opened;
  const { signal } = call;
  const copy = await open(flowId, call);
  if (markOf(copy.read) === mark) return;
  const name = copyName(read.flow.name, mark, LONGEST_NAME);
  const isMarked = async () => (markOf((await open(flowId, call)).read) === mark ? {} : undefined);
  try {
    await steps.once(
      'name',
      async () => {
        await api.body(ENDPOINTS.renameFlow, { params: { flowId }, body: { name }, signal });
        return {};
      },
      isMarked,
    );
    if ((await isMarked()) !== undefined) return;
  } catch (error) {
    if (!isRefusal(error, 400, 403, 404, 405, 422)) throw error;
  }
  const job = copy.read.objects.find(({ kind }) => kind === 'job');
  if (!job)
    throw refuse('unsupported', 'The clone takes no name, and it has no job node whose comment could say whose it is.');
  const comment = copyName(text(job.record.comment) ?? '', mark, LONGEST_NAME);
  await steps.once(
    'comment',
    async () => {
      await api.body(ENDPOINTS.updateNode, { params: { flowId, nodeId: job.id }, body: { comment }, signal });
      return {};
    },
    isMarked,
  );
}

/** The object of the clone that is to be written: it holds what was read of the original, or what is written already. */
function sameObject(opened: Opened, copy: Opened, { object: id, parts }: AgentWrite): ObjectRead {
  const [before, same] = [opened, copy].map(({ read }) => read.objects.find(({ object }) => object === id));
  if (!before || !same) throw refuse('conflict', 'The clone does not have the object that is to be changed.');
  const texts = new Map(partsOf(before.record, before.rows).map((part) => [part.id, part.text]));
  const differs = partsOf(same.record, same.rows).some(
    (part) => part.text !== texts.get(part.id) && part.text !== parts.get(part.id),
  );
  if (differs)
    throw refuse('conflict', 'The clone holds another text than the flow that was read: somebody edited it.');
  return same;
}

/** Members of an AI agent that the platform makes itself. */
const MADE: readonly string[] = [
  '_id',
  'id',
  'referenceId',
  'projectReference',
  'organisationReference',
  'createdAt',
  'createdBy',
  'lastChanged',
  'lastChangedBy',
];

/** Gives the clone an AI agent of its own, as the original is but for the edits: the one it has is shared with others. */
async function ownPersona(
  copy: Opened,
  persona: ObjectRead,
  edits: readonly Edit[],
  { write, steps, call }: { write: AgentWrite; steps: WriteSteps; call: CallContext },
): Promise<StepResult> {
  const { api, lookup, read } = copy;
  const { signal } = call;
  const name = copyName(text(persona.record.name) ?? 'AI agent', write.mark, LONGEST_NAME);
  const made = await steps.once(
    'persona',
    async () => {
      const projectId = await lookup.project(signal);
      const kept = Object.entries(persona.record).filter(([member]) => !MADE.includes(member));
      const edited = edits.reduce<Record<string, unknown>>(
        (all, { path, value }) => withMember(all, path, value),
        Object.fromEntries(kept),
      );
      const answer = await api.body(ENDPOINTS.createAgent, { body: { ...edited, name, projectId }, signal });
      const agent = toNamed(flowReader(unwrap(answer, ['aiAgent', 'aiagent', 'agent'])) ?? {});
      const found = agent ?? (await agentNamed(copy, name, call));
      if (found) return { persona: found.id, persona_reference: found.reference };
      throw new Problem('unreadable', 'Cognigy answered, but not which AI agent it made.', {
        provider: PLATFORM.id,
        sent: 'unknown',
      });
    },
    async () => {
      const found = await agentNamed(copy, name, call);
      return found && { persona: found.id, persona_reference: found.reference };
    },
  );
  const reference = text(persona.record.referenceId);
  const value = String(made.persona_reference);
  for (const job of read.objects.filter((one) => one.kind === 'job' && aiAgentOf(one) === reference))
    await patch(copy, job, [{ path: ['config', 'aiAgent'], value }], { steps, step: `speaks-${job.object}`, call });
  return made;
}

async function agentNamed({ api }: Opened, name: string, { signal }: CallContext) {
  const { rows } = await collect(walk(api.list(ENDPOINTS.listAgents, { signal })));
  return rows.flatMap((wire) => toNamed(wire) ?? []).find((one) => one.name === name);
}

/** Deletes the clone and the AI agent that were made for it, and nothing that does not carry the mark. */
export async function discardCopy(
  opened: Opened,
  undo: StepResult,
  { mark }: Pick<AgentWrite, 'mark'>,
  steps: WriteSteps,
  call: CallContext,
): Promise<readonly string[]> {
  const { api, lookup } = opened;
  const { signal } = call;
  const [flowId, aiAgentId] = [text(undo.flow), text(undo.persona)];
  if (flowId !== undefined)
    await discard('flow', steps, {
      isThere: async () => (await allOf(opened, ENDPOINTS.listFlows, call)).some((one) => names(one, flowId)),
      check: () => checkOurs(opened, flowId, mark, call),
      remove: () => api.body(ENDPOINTS.deleteFlow, { params: { flowId }, signal }),
    });
  if (aiAgentId !== undefined) {
    const listed = async () => (await allOf(opened, ENDPOINTS.listAgents, call)).find((one) => names(one, aiAgentId));
    await discard('persona', steps, {
      isThere: async () => (await listed()) !== undefined,
      async check() {
        if (markOfCopy((await listed())?.name) !== mark) throw notOurs('AI agent');
      },
      remove: () => api.body(ENDPOINTS.deleteAgent, { params: { aiAgentId }, signal }),
    });
  }
  lookup.forget(ENDPOINTS.listFlows);
  return [];
}

interface Discarding {
  isThere(): Promise<boolean>;
  /** Throws where it is not ours, or somebody uses it. */
  check(): Promise<void>;
  remove(): Promise<unknown>;
}

async function discard(what: string, steps: WriteSteps, { isThere, check, remove }: Discarding): Promise<void> {
  if (!(await isThere())) return;
  await steps.once(
    `discard-${what}`,
    async () => {
      await check().catch((error: unknown) => {
        throw unsent(error);
      });
      await remove();
      return {};
    },
    async () => ((await isThere()) ? undefined : {}),
  );
}

async function checkOurs({ open, api }: Opened, flowId: string, mark: string, call: CallContext): Promise<void> {
  const copy = await open(flowId, call);
  if (markOf(copy.read) !== mark) throw notOurs('flow');
  const { rows } = await collect(walk(api.list(ENDPOINTS.listEndpoints, { signal: call.signal })));
  if (rows.some((one) => one.active !== false && names(copy.read.flow, one.flowId)))
    throw refuse(
      'conflict',
      'An active endpoint leads callers to the copy.',
      'Point the endpoint elsewhere in Cognigy first.',
    );
}

async function allOf(
  { api }: Opened,
  row: typeof ENDPOINTS.listFlows | typeof ENDPOINTS.listAgents,
  { signal }: CallContext,
) {
  const { rows } = await collect(walk<WireNamed>(api.list(row, { signal })));
  return rows.flatMap((wire) => toNamed(wire) ?? []);
}

function notOurs(what: string): Problem {
  return refuse(
    'conflict',
    `The ${what} does not carry the mark of this change any more, so it is not deleted.`,
    'Delete it in Cognigy, if nobody uses it.',
  );
}
