/** Agents that stand in memory, and a changer that answers what it is told: for what tools make of either. */
import type { ChangeAnswer, Changer, DiffEntry, Proposal } from '../../src/changing/changer.ts';
import type { ToolContext } from '../../src/mcp/tool.ts';
import type { Agent, AgentBrief, AgentPart, AgentTarget } from '../../src/model/agents.ts';
import { coverageOf } from '../../src/model/coverage.ts';
import { Problem } from '../../src/model/problem.ts';
import { formatRef } from '../../src/model/refs.ts';
import type { AgentOperations, Provider } from '../../src/providers/provider.ts';
import { resolveRef } from '../../src/providers/resolve-ref.ts';
import { noChanges } from './no-changes.ts';

export const LIVE: AgentTarget = {
  target: 'live',
  exposure: 'unknown',
  means: 'Writes to the assistant.',
  affects: [
    { what: 'phone number', count: 2, names: ['+1 555 0100', '+1 555 0101'] },
    { what: 'suite', count: 5, names: ['Bookings', 'Billing', 'Hours', 'Urgent', 'Prices'] },
  ],
  by_hand: ['Publish the draft, where the workspace has drafts.'],
};
export const COPY: AgentTarget = {
  target: 'copy',
  exposure: 'draft',
  means: 'Writes to a copy that is made for it.',
  affects: [],
  by_hand: ['Tools of a copy may still act for real.'],
};

export function partOf(id: string, text: string, more: Partial<AgentPart> = {}): AgentPart {
  return {
    id,
    kind: 'prompt',
    text,
    form: 'text',
    location: `agent.${id} of the assistant`,
    object: 'assistant',
    ...more,
  };
}

export function agentOf(more: Partial<Agent> = {}): Agent {
  return {
    ref: 'synthflow/agent/a1',
    provider: 'synthflow',
    name: 'Bright Harbor receptionist',
    ownership: 'platform',
    type: 'inbound',
    updated_at: '2026-11-20T10:00:00Z',
    objects: [{ id: 'assistant', what: 'the assistant', revision: 'f00dfeed12345678' }],
    parts: [
      partOf('prompt', PROMPT, { limit: 50_000 }),
      partOf('greeting', 'Hello, Bright Harbor Dental.', { kind: 'greeting' }),
      partOf('voice.speed', '0.9', { kind: 'voice', form: 'json' }),
      partOf('model.llm', 'gpt-5', { kind: 'model', choices: ['gpt-5', 'gpt-5-mini'] }),
      partOf('tool.book', 'Books a slot.', { kind: 'tool', fixed: 'Actions are changed in the dashboard.' }),
    ],
    hidden: 12,
    targets: [LIVE],
    notes: ['The platform does not say whether a change is a draft.'],
    ...more,
  };
}

export const PROMPT = `# Bright Harbor Dental

You answer calls. <rules> hold.
\tAsk for a day before a time.

Never quote a price. See [prices](https://example.test/prices).
`;

/** Operations on these agents. */
export function agentsInMemory(agents: readonly Agent[]): AgentOperations {
  return {
    async list({ search = '', limit, cursor = '0' }) {
      const found = agents.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
      const from = Number(cursor);
      const items = found.slice(from, from + limit).map(briefOf);
      const next = from + limit < found.length ? String(from + limit) : undefined;
      return { items, next, total: found.length, coverage: coverageOf({ read: items.length }) };
    },
    async open(ids) {
      const agent = agents.find(({ provider, ref }) => ref === formatRef(provider, 'agent', ...ids));
      if (!agent)
        throw new Problem('not_found', 'There is no agent of that id.', { candidates: agents.map(({ ref }) => ref) });
      return { agent, write: () => Promise.reject(new Error('nothing is written here')) };
    },
  };
}

function briefOf({ ref, provider, name, ownership, type, updated_at, copy_of_change }: Agent): AgentBrief {
  return { ref, provider, name, ownership, type, updated_at, copy_of_change };
}

/** The same context on a platform that has these agents, with a changer that does as it is told. */
export function withAgents(
  context: ToolContext,
  agents: readonly Agent[],
  changer: Partial<Changer> = {},
): ToolContext {
  const { registry } = context;
  const known = {
    provider: async (id: string) => equipped(await registry.provider(id), agents),
    configured: async () => (await registry.configured()).map((provider) => equipped(provider, agents)),
  };
  const resolve: typeof registry.resolve = (text, kinds) => resolveRef(text, kinds, known);
  return { ...context, registry: { ...registry, ...known, resolve }, changer: noChanges(changer) };
}

function equipped(provider: Provider, agents: readonly Agent[]): Provider {
  return { ...provider, agents: agentsInMemory(agents.filter((agent) => agent.provider === provider.id)) };
}

export const DIFF: DiffEntry[] = [
  {
    part: 'prompt',
    location: 'agent.prompt of the assistant',
    line: 4,
    above: 'You answer calls. <rules> hold.',
    before: '\tAsk for a day before a time.',
    after: 'Offer two times.\nAsk for a day only where neither fits.',
    below: '',
  },
];

export function proposalOf(more: Partial<Proposal> = {}): Proposal {
  const { ref, name, provider, ownership } = agentOf();
  return {
    change: 'c-0123456789ab',
    agent: { ref, name, provider, ownership },
    object: 'assistant',
    revision: 'f00dfeed12345678',
    diff: DIFF,
    problems: [],
    targets: [LIVE],
    ...more,
  };
}

export function changeAnswerOf(more: Partial<ChangeAnswer> = {}): ChangeAnswer {
  return {
    change: 'c-0123456789ab',
    target: 'live',
    outcome: 'saved',
    verified: true,
    exposure: 'unknown',
    affects: LIVE.affects,
    by_hand: LIVE.by_hand,
    agent: 'synthflow/agent/a1',
    agent_name: 'Bright Harbor receptionist',
    host: 'api.synthflow.ai',
    means: LIVE.means,
    sandbox: false,
    diff: DIFF,
    message: 'The platform took it, and what is read back is what was meant.',
    ...more,
  };
}
