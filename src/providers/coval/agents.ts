/** Agents in parts: listed and opened here, written in `agent-write.ts`. */
import type { AgentBrief } from '../../model/agents.ts';
import type { AgentOperations, CallContext, ProviderDeps } from '../provider.ts';
import { registerHidden } from '../shared/agent-parts.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { orNothing } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { text } from '../shared/scalars.ts';
import { hiddenIn, rowsOf } from './agent-parts.ts';
import { agentTypeOf } from './agent-types.ts';
import { agentWriter } from './agent-write.ts';
import { PAGE_SIZE } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { checkedId } from './filter.ts';
import type { Lookup } from './lookup.ts';
import { toAgent, toAgentBrief } from './map-agent.ts';
import { PLATFORM } from './settings.ts';
import type { WireAgent } from './wire.ts';

export function createAgents(
  api: Api,
  lookup: Lookup,
  { registerSecret }: Pick<ProviderDeps, 'registerSecret'>,
): AgentOperations {
  /** What Coval keeps of an agent beside its record; undefined where it does not answer that. */
  async function besides(id: string, { signal }: CallContext) {
    const [versions, mutations] = await Promise.all([
      orNothing(collect(walk(api.list(ENDPOINTS.listAgentVersions, { params: { id }, signal })))),
      orNothing(collect(walk(api.list(ENDPOINTS.listMutations, { params: { id }, signal })))),
    ]);
    return { versions: versions?.rows, mutations: mutations?.rows };
  }

  return {
    async list(query, { signal }) {
      const search = query.search?.trim().toLowerCase();
      // The filter of the list compares whole names: parts of names are compared here.
      const fits = ({ name, ref }: AgentBrief) =>
        !search || name.toLowerCase().includes(search) || ref.toLowerCase().endsWith(search);
      const accept = (row: WireAgent) => {
        const brief = toAgentBrief(row);
        return fits(brief) ? brief : undefined;
      };
      const list = api.list(ENDPOINTS.listAgents, { signal }, search ? PAGE_SIZE : query.limit);
      const taken = await cursorPage(PLATFORM, [source({ key: 'agents', list, accept })], query);
      return { ...taken, total: search ? undefined : taken.total };
    },

    async open(ids, call) {
      const id = checkedId(ids[0], 'agent');
      const record = await lookup.agentRecord(id, call.signal);
      const rows = rowsOf(record, agentTypeOf(text(record.model_type)).ownership);
      // Before anything else is asked: an error that repeats a credential is cleaned of it.
      registerHidden(hiddenIn(record, rows), registerSecret, [id]);
      const { versions, mutations } = await besides(id, call);
      const agent = toAgent(record, { id, rows, versions, mutations });
      return { agent, ...agentWriter({ api, lookup, id, record, rows, agent, versions }) };
    },
  };
}
