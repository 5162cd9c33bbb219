/**
 * Agents of Future AGI, of two kinds: prompt templates, which the platform runs (`prompt-agent.ts`), and agent definitions,
 * which are records of agents that run elsewhere (`definition-agent.ts`).
 */
import type { AgentBrief } from '../../model/agents.ts';
import type { AgentOperations, AgentQuery, CallContext, Page, ProviderDeps } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { orUnknown, type UnknownId } from '../shared/choose.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { isRefusal } from '../shared/faults.ts';
import { idsOfPrompt, promptIdsOf } from './agent-ref.ts';
import { openDefinition } from './definition-agent.ts';
import { ENDPOINTS } from './endpoints.ts';
import { checkId, type Lookup } from './lookup.ts';
import { toAgentBrief, toPromptBrief } from './map-agent.ts';
import { openPrompt } from './prompt-agent.ts';
import { PLATFORM } from './settings.ts';

/** Agents listed to offer candidates for an unknown id. */
const KNOWN_AGENTS = 100;
const NO_WORKBENCH = 'This deployment serves no Prompt Workbench to this key: only agent definitions are listed.';

export function createAgents(
  api: Api,
  lookup: Lookup,
  { registerSecret }: Pick<ProviderDeps, 'registerSecret'>,
): AgentOperations {
  const list = async ({ search, limit, cursor }: AgentQuery, { signal }: CallContext): Promise<Page<AgentBrief>> => {
    const asked = { query: { search: search || undefined }, signal };
    const prompts = source({
      key: 'prompt',
      list: api.list(ENDPOINTS.listPromptTemplates, asked, limit),
      accept: toPromptBrief,
    });
    const definitions = source({
      key: 'definition',
      list: api.list(ENDPOINTS.listAgentDefinitions, asked, limit),
      accept: toAgentBrief,
    });
    try {
      return await cursorPage(PLATFORM, [prompts, definitions], { limit, cursor });
    } catch (error) {
      if (!isRefusal(error, 403, 404, 405) || cursor !== undefined) throw error;
      return { ...(await cursorPage(PLATFORM, [definitions], { limit })), notes: [NO_WORKBENCH] };
    }
  };
  const unknown = (id: string, call: CallContext): UnknownId => ({
    platform: PLATFORM,
    what: 'agent',
    kind: 'agent',
    id,
    next: 'list_agents lists prompt templates and agent definitions; those of another workspace are not visible.',
    async known() {
      const { items } = await list({ limit: KNOWN_AGENTS }, call);
      return items.map(({ ref, name }) => ({ id: ref.slice(ref.lastIndexOf('/') + 1), name }));
    },
  });

  return {
    list,
    async open(ids, call) {
      const prompt = promptIdsOf(ids);
      if (prompt) {
        const template = checkId(prompt.template, 'prompt template').toLowerCase();
        const opened = openPrompt(api, registerSecret, { ...prompt, template }, call);
        return orUnknown(opened, unknown(idsOfPrompt({ template }).join('~'), call));
      }
      const id = checkId(ids.length === 1 ? ids[0] : undefined, 'agent').toLowerCase();
      return orUnknown(openDefinition(api, lookup, registerSecret, id, call), unknown(id, call));
    },
  };
}
