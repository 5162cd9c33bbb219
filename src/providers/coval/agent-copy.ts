/** A change on a copy of an agent: the copy is made, named with our mark, and then edited; only such a copy is deleted. */
import { isProblem, Problem } from '../../model/problem.ts';
import type { AgentWrite, AgentWritten, CallContext, StepResult, WriteSteps } from '../provider.ts';
import { holdsEdits, type MemberEdit, revisionOf } from '../shared/agent-parts.ts';
import { isRefusal } from '../shared/faults.ts';
import { wasBefore } from '../shared/known-before.ts';
import { copyName, markOfCopy } from '../shared/marked-name.ts';
import { text } from '../shared/scalars.ts';
import { bodyOf } from './agent-body.ts';
import { ENDPOINTS } from './endpoints.ts';
import { checkedId } from './filter.ts';
import { agentsBefore, findCopy, withLikeAgents } from './find-copy.ts';
import { asOpened, type Opened, refuse } from './opened-agent.ts';
import { PLATFORM } from './settings.ts';
import { agentReader, unwrap } from './wire.ts';

/** Longest name of an agent that Coval takes. */
const MAX_NAME = 200;

export async function writeCopy(
  opened: Opened,
  edits: readonly MemberEdit[],
  { mark }: AgentWrite,
  steps: WriteSteps,
  call: CallContext,
): Promise<AgentWritten> {
  const { api, id, record } = opened;
  const { signal } = call;
  const { agents_before } = await steps.keep('agents', () => agentsBefore(opened, signal));
  const { agent } = await steps
    .once(
      'copy',
      () => duplicated(opened, text(agents_before), call),
      () => findCopy(opened, mark, signal),
    )
    .catch(async (error: unknown) => {
      throw await withLikeAgents(opened, error, signal);
    });
  const copy = checkedId(text(agent), 'agent');
  const made = await copyRecord(opened, copy, signal);
  const isNamed = (one: Record<string, unknown>) => markOfCopy(text(one.display_name)) === mark;
  if (!isNamed(made)) await checkOrigin(opened, copy, steps, call);
  const patch = async (body: Record<string, unknown>) => {
    await api.body(ENDPOINTS.updateAgent, { params: { id: copy }, body, signal });
    return {};
  };
  const found = async (holds: (one: Record<string, unknown>) => boolean) =>
    holds(await copyRecord(opened, copy, signal)) ? {} : undefined;
  // First the name: a copy that is refused its text carries the mark by which it may be discarded.
  const display_name = copyName(text(record.display_name) ?? id, mark, MAX_NAME);
  await steps.once(
    'name',
    () => patch({ display_name, ...associations(record, made) }),
    () => found(isNamed),
  );
  const body = bodyOf(made, edits);
  await steps.once(
    'edit',
    () => patch(body),
    () => found((one) => holdsEdits(one, edits)),
  );
  return { ids: [copy], undo: { agent: copy } };
}

/** The copy as it is now. Throws `conflict` where it is gone. */
async function copyRecord({ lookup }: Opened, copy: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  try {
    return await lookup.agentRecord(copy, signal);
  } catch (error) {
    if (!isRefusal(error, 404, 410)) throw error;
    throw refuse('conflict', 'The copy that was made for this change is gone.', 'Propose the change again.');
  }
}

/** `before`: what `agentsBefore` gave. An agent that was there before is no copy, whatever the answer says. */
async function duplicated(
  { api, id }: Opened,
  before: string | undefined,
  { signal }: CallContext,
): Promise<StepResult> {
  const body = { include_associations: false };
  const made = agentReader(
    unwrap(await api.body(ENDPOINTS.duplicateAgent, { params: { id }, body, signal }), ['agent']),
  );
  if (made && made.id !== id && !wasBefore(before, made.id)) return { agent: made.id };
  // The copy is there all the same: it is looked for as one whose answer was lost.
  throw new Problem('unreadable', 'Coval answered, but not which agent the copy is.', {
    provider: PLATFORM.id,
    sent: 'unknown',
  });
}

/** A copy that was just made is one of what was opened; else it is discarded, and `conflict` thrown. */
async function checkOrigin(opened: Opened, copy: string, steps: WriteSteps, call: CallContext): Promise<void> {
  try {
    await asOpened(opened, call);
  } catch (error) {
    if (isProblem(error) && error.kind === 'conflict') await deleted(opened, copy, steps, call);
    throw error;
  }
}

/**
 * A copy is judged by the metrics of its origin, and belongs to no test set: starts of these that name no agent mean the
 * origin.
 */
function associations(record: Record<string, unknown>, made: Record<string, unknown>): Record<string, unknown> {
  const [metrics, own, sets] = [record.metric_ids, made.metric_ids, made.test_set_ids];
  const lacks = Array.isArray(metrics) && metrics.length > 0 && revisionOf(metrics) !== revisionOf(own);
  const belongs = Array.isArray(sets) && sets.length > 0;
  return { ...(lacks ? { metric_ids: metrics } : {}), ...(belongs ? { test_set_ids: [] } : {}) };
}

/** Deletes the copy that a write made. Throws `conflict` where it does not carry the mark of that write. */
export async function discard(
  opened: Opened,
  undo: StepResult,
  { mark }: Pick<AgentWrite, 'mark'>,
  steps: WriteSteps,
  call: CallContext,
): Promise<readonly string[]> {
  const copy = checkedId(text(undo.agent), 'agent');
  const made = await opened.lookup.agentRecord(copy, call.signal).catch((error: unknown) => {
    if (isRefusal(error, 404, 410)) return undefined;
    throw error;
  });
  if (!made) return [];
  if (markOfCopy(text(made.display_name)) !== mark) throw notOurs();
  await deleted(opened, copy, steps, call);
  return [];
}

function notOurs(): Problem {
  return refuse(
    'conflict',
    'The copy no longer carries the mark of this change in its name, so it is not deleted.',
    'Delete it in Coval, if nobody uses it.',
  );
}

async function deleted(
  { api, lookup }: Opened,
  copy: string,
  steps: WriteSteps,
  { signal }: CallContext,
): Promise<void> {
  await steps.once(
    'discard',
    async () => {
      await api.body(ENDPOINTS.deleteAgent, { params: { id: copy }, signal }).catch((error: unknown) => {
        // Somebody else has deleted it already.
        if (!isRefusal(error, 404, 410)) throw error;
      });
      return {};
    },
    // Whether a deleted agent is still answered by its id is not documented.
    async () => ((await lookup.isGone(copy, signal)) ? {} : undefined),
  );
}
