/** Agents in parts: flows are listed and opened here, written in `agent-write.ts`, copied in `agent-copy.ts`. */
import type { AgentOperations, CallContext, ProviderDeps } from '../provider.ts';
import { registerHidden } from '../shared/agent-parts.ts';
import type { Api } from '../shared/api.ts';
import { unknownId } from '../shared/choose.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { orNothing } from '../shared/faults.ts';
import { writeCopy } from './agent-copy.ts';
import { hiddenIn, readFlow } from './agent-objects.ts';
import { names, readReach } from './agent-reach.ts';
import { type Opened, problemsOf, writeObject } from './agent-write.ts';
import { PAGE_SIZE } from './api.ts';
import { discardCopy } from './discard-copy.ts';
import { ENDPOINTS } from './endpoints.ts';
import { namedNow, seenNow } from './find-copy.ts';
import type { Lookup } from './lookup.ts';
import { toAgent, toAgentBrief } from './map-agent.ts';
import { PLATFORM } from './settings.ts';
import type { WireFlow } from './wire.ts';

export function createAgents(
  api: Api,
  lookup: Lookup,
  { registerSecret }: Pick<ProviderDeps, 'registerSecret'>,
): AgentOperations {
  async function read(id: string, call: CallContext) {
    const flows = await namedNow(api, ENDPOINTS.listFlows, call);
    const flow = flows.find((one) => names(one, id));
    const choice = { platform: PLATFORM, what: 'agent', kind: 'agent' } as const;
    if (!flow) {
      // Where not all flows are seen, none is said to be gone.
      await seenNow(api, ENDPOINTS.listFlows, (one) => names(one, id), call);
      throw await unknownId({ ...choice, id, known: async () => flows, next: GONE });
    }
    const found = await readFlow(api, flow, call);
    // Before anything is said of it: an error that repeats a credential is cleaned of it.
    for (const one of found.objects) registerHidden(hiddenIn(one), registerSecret, [flow.id, flow.reference]);
    return { flows, found };
  }

  async function open(id: string, call: CallContext): Promise<Opened> {
    const { flows, found } = await read(id, call);
    const [project, reach, locales] = await Promise.all([
      lookup.project(call.signal),
      readReach(api, found, flows, call),
      localesOf(lookup, call),
    ]);
    const agent = toAgent(found, { project, reach, locales });
    return { api, lookup, read: found, agent, readFlow: async (other, asked) => (await read(other, asked)).found };
  }

  return {
    async list(query, { signal }) {
      const wanted = query.search?.trim().toLowerCase();
      const fits = (wire: WireFlow) =>
        !wanted || [wire.name, wire._id, wire.referenceId].some((one) => one?.toLowerCase().includes(wanted));
      const list = api.list(ENDPOINTS.listFlows, { signal }, wanted ? PAGE_SIZE : query.limit);
      const accept = (wire: WireFlow) => (fits(wire) ? toAgentBrief(wire) : undefined);
      const taken = await cursorPage(PLATFORM, [source({ list, accept })], query);
      return { ...taken, total: wanted ? undefined : taken.total };
    },

    async open([id = ''], call) {
      const opened = await open(id, call);
      return {
        agent: opened.agent,
        problems: (edits) => problemsOf(opened, edits),
        write: (write, steps, writing) =>
          write.target === 'copy'
            ? writeCopy(opened, write, steps, writing)
            : writeObject(opened, write, steps, writing),
        undo: (undo, write, steps, undoing) => discardCopy(opened, undo, write, steps, undoing),
      };
    },
  };
}

const GONE =
  'list_agents shows the flows of the project. Where somebody restored a snapshot of it, everything in it has new ids: the agent of the same name may be the one, under another reference.';

/** How many locales the project has; undefined where that cannot be read. */
async function localesOf(lookup: Lookup, { signal }: CallContext): Promise<number | undefined> {
  return (await orNothing(lookup.named(ENDPOINTS.listLocales, signal)))?.items.length;
}
