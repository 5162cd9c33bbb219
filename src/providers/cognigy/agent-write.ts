/**
 * Writing one object of an agent. `config` of a node is replaced whole (a third party's live check; the vendor's plugin reads,
 * merges and writes), so that it is read right before, and everything in it is sent back but what was edited.
 */
import { isRecord } from '../../model/json.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { AgentWrite, AgentWritten, CallContext, OpenAgent, WriteSteps } from '../provider.ts';
import { editedValue, hiddenMembers, holdsEdits, type MemberEdit, partsOf, withEdits } from '../shared/agent-parts.ts';
import { editsOf, unmoved } from '../shared/agent-write.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { whyNotSentBack } from '../shared/wholes.ts';
import { type FlowRead, type ObjectRead, readAiAgent, readNode, revisionOfRecord } from './agent-objects.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { PLATFORM } from './settings.ts';

/** The platform takes JSON bodies of 60 kB (limits page, 2025-10). */
const MOST_BYTES = 60_000;

export interface Opened {
  api: Api;
  lookup: Lookup;
  read: FlowRead;
  agent: OpenAgent['agent'];
  /** Reads another flow, by either of its ids: its objects, not who meets them. */
  readFlow(id: string, call: CallContext): Promise<FlowRead>;
}

/** Writes to the object itself. */
export async function writeObject(
  opened: Opened,
  write: AgentWrite,
  steps: WriteSteps,
  call: CallContext,
): Promise<AgentWritten> {
  const { object, edits } = orderOf(opened, write);
  await patch(opened, object, edits, { steps, step: 'write', call });
  return { ids: [opened.read.flow.reference] };
}

/** Why Cognigy would refuse the edits, or why they are not sent to it, as far as what was read tells. */
export function problemsOf(opened: Opened, { object: id, parts }: Pick<AgentWrite, 'object' | 'parts'>): string[] {
  const object = opened.read.objects.find((one) => one.object === id);
  if (!object) return [];
  const shown = new Map(partsOf(object.record, object.rows).map((part) => [part.id, part]));
  try {
    const edits = object.rows.flatMap((row): MemberEdit[] => {
      const [part, written] = [shown.get(row.id), parts.get(row.id)];
      return part && written !== undefined ? [{ path: row.path, value: editedValue(part, written) }] : [];
    });
    bodyOf(object, object.record, edits);
    return [];
  } catch (error) {
    // What is no JSON of its type any more is told by the changing room.
    return isProblem(error) && error.kind !== 'invalid_input' ? [error.message] : [];
  }
}

/** What is to be written where. Throws `unsupported` and `invalid_input`. */
export function orderOf(opened: Opened, write: AgentWrite): { object: ObjectRead; edits: MemberEdit[] } {
  const parts = editsOf(PLATFORM, opened.agent, write);
  const object = opened.read.objects.find((one) => one.object === write.object);
  if (!object)
    throw refuse('invalid_input', 'The agent no longer has the object that this change edits. Nothing was sent.');
  const edits = parts.map(({ id, text, value }): MemberEdit => {
    const row = object.rows.find((one) => one.id === id);
    if (!row)
      throw refuse('invalid_input', 'The agent no longer has the part that this change edits. Nothing was sent.');
    if (row.limit !== undefined && text.length > row.limit)
      throw refuse(
        'invalid_input',
        `Cognigy takes at most ${row.limit} characters in this part, and the new text has ${text.length}. Nothing was sent.`,
      );
    return { path: row.path, value };
  });
  return { object, edits };
}

interface Sending {
  steps: WriteSteps;
  /** Name of the step. */
  step: string;
  call: CallContext;
}

/** Sends the edits in one request, over exactly what was read. */
export async function patch(
  opened: Opened,
  object: ObjectRead,
  edits: readonly MemberEdit[],
  sending: Sending,
): Promise<void> {
  const { steps, step, call } = sending;
  const present = () => readAgain(opened, object, call);
  await steps.once(
    step,
    async () => {
      const record = await unmoved(PLATFORM, revisionOfRecord(object.record), present, revisionOfRecord);
      await send(opened, object, bodyOf(object, record, edits), call);
      return {};
    },
    async () => (holdsEdits(await present(), edits) ? {} : undefined),
  );
}

/** The object as it is now. Throws `not_found` with what to do where it is gone. */
export function readAgain(
  { api, read }: Opened,
  { kind, id }: ObjectRead,
  call: CallContext,
): Promise<Record<string, unknown>> {
  return orGone(kind === 'persona' ? readAiAgent(api, id, call) : readNode(api, read.flow.id, id, call));
}

/** Answers with the object or with nothing: what came of it is read afterwards. */
async function send({ api, read }: Opened, { kind, id }: ObjectRead, body: unknown, { signal }: CallContext) {
  if (kind === 'persona') await api.body(ENDPOINTS.updateAgent, { params: { aiAgentId: id }, body, signal });
  else await api.body(ENDPOINTS.updateNode, { params: { flowId: read.flow.id, nodeId: id }, body, signal });
}

/**
 * Of a node the whole configuration, `aiAgent` with it; of an AI agent the members that are edited, each whole. Never
 * `preview`.
 */
function bodyOf(
  object: ObjectRead,
  record: Record<string, unknown>,
  edits: readonly MemberEdit[],
): Record<string, unknown> {
  const edited = withEdits(record, edits);
  const members = object.kind === 'persona' ? [...new Set(edits.map(({ path: [name = ''] }) => name))] : ['config'];
  for (const name of members) checkWhole(object, record, name);
  const body = Object.fromEntries(members.map((name) => [name, edited[name]]));
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > MOST_BYTES)
    throw refuse(
      'too_large',
      `Cognigy takes requests of at most 60 kB, and this one would have ${Math.ceil(bytes / 1000)} kB. It was not sent.`,
      'Shorten the text.',
    );
  return body;
}

/** Throws where a whole that is sent back is not what stands at Cognigy. */
function checkWhole({ kind, rows }: ObjectRead, record: Record<string, unknown>, name: string): void {
  const whole = record[name];
  if (kind !== 'persona' && !isRecord(whole))
    throw refuse(
      'unreadable',
      'Cognigy does not show the configuration of the node, which a write would replace. Nothing was written.',
    );
  if (!isRecord(whole)) return;
  const shown = rows.flatMap(({ path: [first, ...rest] }) => (first === name ? [rest] : []));
  const why = whyNotSentBack(whole, hiddenMembers(whole, shown));
  if (why === undefined) return;
  throw refuse(
    'refused',
    `Cognigy replaces ${name} of this object as a whole, and ${why}.`,
    'Make the change in the editor of Cognigy.',
  );
}

/** A 404 within a flow that was read a moment ago. */
async function orGone<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!isRefusal(error, 404)) throw error;
    throw new Problem('not_found', 'The node or AI agent that this change edits is gone at Cognigy.', {
      ...error.details,
      sent: 'no',
      next: 'Where somebody restored a snapshot of the project, everything in it has new ids: find the agent of the same name with list_agents, read it and propose the change there.',
    });
  }
}

/** The problem of a request that was not sent. */
export function refuse(
  kind: 'invalid_input' | 'unsupported' | 'unreadable' | 'too_large' | 'refused' | 'conflict',
  message: string,
  next?: string,
): Problem {
  return new Problem(kind, message, { provider: PLATFORM.id, sent: 'no', next });
}
