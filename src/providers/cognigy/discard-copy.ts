/** Deletes the clone of a change and the AI agent made for it: what our steps made, while it carries the mark. */
import type { Problem } from '../../model/problem.ts';
import type { AgentWrite, CallContext, StepResult, WriteSteps } from '../provider.ts';
import { beforeSending } from '../shared/agent-write.ts';
import { markOfCopy } from '../shared/marked-name.ts';
import { collect, walk } from '../shared/pages.ts';
import { text } from '../shared/scalars.ts';
import { names } from './agent-reach.ts';
import { type Opened, refuse } from './agent-write.ts';
import { ENDPOINTS } from './endpoints.ts';
import { seenNow } from './find-copy.ts';
import { markOf } from './map-agent.ts';

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
      isThere: async () => (await seenNow(api, ENDPOINTS.listFlows, (one) => names(one, flowId), call)) !== undefined,
      check: () => checkFlow(opened, flowId, mark, call),
      remove: () => api.body(ENDPOINTS.deleteFlow, { params: { flowId }, signal }),
    });
  if (aiAgentId !== undefined) {
    const listed = () => seenNow(api, ENDPOINTS.listAgents, (one) => names(one, aiAgentId), call);
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
      await beforeSending(check());
      await remove();
      return {};
    },
    async () => ((await isThere()) ? undefined : {}),
  );
}

async function checkFlow({ readFlow, api }: Opened, flowId: string, mark: string, call: CallContext): Promise<void> {
  const copy = await readFlow(flowId, call);
  if (markOf(copy) !== mark) throw notOurs('flow');
  const { rows, coverage } = await collect(walk(api.list(ENDPOINTS.listEndpoints, { signal: call.signal })));
  if (!coverage.complete)
    throw refuse(
      'conflict',
      'The endpoints could not be listed whole, and one of them may lead callers to the copy, so the copy is not deleted.',
    );
  if (!rows.some((one) => one.active !== false && names(copy.flow, one.flowId))) return;
  const next = 'Point the endpoint elsewhere in Cognigy first.';
  throw refuse('conflict', 'An active endpoint leads callers to the copy, so the copy is not deleted.', next);
}

function notOurs(what: string): Problem {
  return refuse(
    'conflict',
    `The ${what} no longer carries the mark of this change, so it is not deleted.`,
    'Delete it in Cognigy, if nobody uses it.',
  );
}
