/**
 * Trying a change on a clone of the flow. A clone gets a name that Cognigy chooses, unless it takes ours; the mark is put into
 * its name afterwards, or where that cannot be, into the comment of its job node.
 */
import { Problem } from '../../model/problem.ts';
import type { AgentWrite, AgentWritten, CallContext, StepResult, WriteSteps } from '../provider.ts';
import { partsOf } from '../shared/agent-parts.ts';
import { unmoved } from '../shared/agent-write.ts';
import { isRefusal } from '../shared/faults.ts';
import { wasBefore } from '../shared/known-before.ts';
import { copyName } from '../shared/marked-name.ts';
import { text } from '../shared/scalars.ts';
import { type FlowRead, type ObjectRead, revisionOfRecord } from './agent-objects.ts';
import { names } from './agent-reach.ts';
import { type Opened, orderOf, patch, readAgain, refuse } from './agent-write.ts';
import { writePersonaCopy } from './copied-persona.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isInvalid } from './faults.ts';
import { findClone, flowsBefore, namedNow } from './find-copy.ts';
import { markOf } from './map-agent.ts';
import { toNamed } from './named.ts';
import { LONGEST_NAME, PLATFORM } from './settings.ts';
import { flowReader, unwrap } from './wire.ts';

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
  const made = await opened.readFlow(String(flow), call);
  sameObject(opened, made, write);
  // Of the original: its parts and targets, which are those of the clone.
  const copy: Opened = { ...opened, read: await giveMark(opened, made, write.mark, steps, call) };
  const same = sameObject(opened, copy.read, write);
  const { edits } = orderOf(copy, write);
  const undo: StepResult = { flow: String(flow), flow_reference: String(flow_reference) };
  const own =
    same.kind === 'persona'
      ? await writePersonaCopy(copy, same, edits, { write, steps, call })
      : await patch(copy, same, edits, { steps, step: 'write', call }).then(() => ({}));
  return { ids: [copy.read.flow.reference], undo: { ...undo, ...own } };
}

async function cloned(
  opened: Opened,
  object: ObjectRead,
  { mark }: AgentWrite,
  before: string | undefined,
  call: CallContext,
): Promise<StepResult> {
  const { api, read } = opened;
  const { id, name } = read.flow;
  const again = () => readAgain(opened, object, call);
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
  const made = toNamed(flowReader(unwrap(answer, ENDPOINTS.cloneFlow.unwrap)) ?? {});
  const isAnother = made !== undefined && !names(read.flow, made.id);
  const flows = isAnother ? await namedNow(api, ENDPOINTS.listFlows, call) : [];
  // A flow that was there before is somebody else's, whatever the answer says.
  const flow = flows.find((one) => names(one, made?.id) && !wasBefore(before, one.id));
  // What is answered with may be something else than the flow: a task.
  const found = flow ? { flow: flow.id, flow_reference: flow.reference } : await findClone(opened, mark, before, call);
  if (found) return found;
  // The clone is there all the same: it is looked for as one whose answer was lost.
  throw new Problem('unreadable', 'Cognigy answered, but not which flow the clone is.', {
    provider: PLATFORM.id,
    sent: 'unknown',
  });
}

/** Sees to it that the clone carries the mark, by which it is known as ours; gives the clone as it is then. */
async function giveMark(
  { api, read, readFlow }: Opened,
  copy: FlowRead,
  mark: string,
  steps: WriteSteps,
  call: CallContext,
): Promise<FlowRead> {
  if (markOf(copy) === mark) return copy;
  const { signal } = call;
  const flowId = copy.flow.id;
  const name = copyName(read.flow.name, mark, LONGEST_NAME);
  let now = copy;
  const isMarked = async () => {
    now = await readFlow(flowId, call);
    return markOf(now) === mark ? {} : undefined;
  };
  try {
    await steps.once(
      'name',
      async () => {
        await api.body(ENDPOINTS.renameFlow, { params: { flowId }, body: { name }, signal });
        return {};
      },
      isMarked,
    );
    if ((await isMarked()) !== undefined) return now;
  } catch (error) {
    if (!isRefusal(error, 400, 403, 404, 405, 422)) throw error;
  }
  const job = copy.objects.find(({ kind }) => kind === 'job');
  if (!job)
    throw refuse(
      'unsupported',
      'Cognigy did not take our name for the clone, and the clone has no job node whose comment could carry the mark of this change.',
    );
  const comment = copyName(text(job.record.comment) ?? '', mark, LONGEST_NAME);
  await steps.once(
    'comment',
    async () => {
      await api.body(ENDPOINTS.updateNode, { params: { flowId, nodeId: job.id }, body: { comment }, signal });
      return {};
    },
    isMarked,
  );
  await isMarked();
  return now;
}

/** The object of the clone that is to be written: it holds what was read of the original, or what is written already. */
function sameObject({ read }: Opened, copy: FlowRead, { object: id, parts }: AgentWrite): ObjectRead {
  const [before, same] = [read, copy].map(({ objects }) => objects.find(({ object }) => object === id));
  if (!before || !same) throw refuse('conflict', 'The clone does not have the object that this change edits.');
  const texts = new Map(partsOf(before.record, before.rows).map((part) => [part.id, part.text]));
  const differs = partsOf(same.record, same.rows).some(
    (part) => part.text !== texts.get(part.id) && part.text !== parts.get(part.id),
  );
  if (differs)
    throw refuse(
      'conflict',
      'The clone does not hold the text of the flow that was read: somebody edited one of them.',
    );
  return same;
}
