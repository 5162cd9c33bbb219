/** Writes of an agent: the edited members alone, to the agent itself or to a copy of it. */
import { isProblem } from '../../model/problem.ts';
import type { AgentWritten, CallContext, OpenAgent, WriteSteps } from '../provider.ts';
import { holdsEdits, type MemberEdit } from '../shared/agent-parts.ts';
import { orNothing } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { bodyOf, memberEdits } from './agent-body.ts';
import { discard, writeCopy } from './agent-copy.ts';
import { ENDPOINTS } from './endpoints.ts';
import { asOpened, type Opened } from './opened-agent.ts';

export function agentWriter(opened: Opened): Pick<OpenAgent, 'problems' | 'write' | 'undo'> {
  return {
    problems({ object, parts }) {
      const [{ target } = { target: 'live' as const }] = opened.agent.targets;
      try {
        bodyOf(opened.record, memberEdits(opened, { target, object, parts, mark: '', message: '' }));
        return [];
      } catch (error) {
        // What is no JSON of its type any more is told by the changing room.
        return isProblem(error) && error.kind !== 'invalid_input' ? [error.message] : [];
      }
    },
    async write(write, steps, call) {
      const edits = memberEdits(opened, write);
      const now = await asOpened(opened, call);
      // What cannot be sent is refused before a copy is made for it.
      const body = bodyOf(now, edits);
      return write.target === 'copy'
        ? await writeCopy(opened, edits, write, steps, call)
        : await writeAgent(opened, { body, edits }, steps, call);
    },
    undo: (undo, write, steps, call) => discard(opened, undo, write, steps, call),
  };
}

async function writeAgent(
  opened: Opened,
  { body, edits }: { body: Record<string, unknown>; edits: readonly MemberEdit[] },
  steps: WriteSteps,
  call: CallContext,
): Promise<AgentWritten> {
  const { api, lookup, id } = opened;
  const { signal } = call;
  await steps.once(
    'save',
    async () => {
      await api.body(ENDPOINTS.updateAgent, { params: { id }, body, signal });
      return {};
    },
    async () => (holdsEdits(await lookup.agentRecord(id, signal), edits) ? {} : undefined),
  );
  return { ids: [id], by_hand: await savesBetween(opened, call) };
}

/**
 * Coval has no way to write only over what was read. But each save is a version: one more than ours since the agent was
 * opened is somebody else's, which ours may have written over.
 */
async function savesBetween({ api, id, versions }: Opened, { signal }: CallContext): Promise<string[]> {
  const list = api.list(ENDPOINTS.listAgentVersions, { params: { id }, signal });
  const now = versions && (await orNothing(collect(walk(list))))?.rows;
  const [before, after] = [versions, now].map((rows) =>
    Math.max(0, ...(rows ?? []).map((row) => row.version_number ?? 0)),
  );
  if (!before || !after || after <= before + 1) return [];
  return [
    'Coval keeps another version from between the reading and this write: compare it in Coval, somebody else may have edited the agent at the same moment.',
  ];
}
