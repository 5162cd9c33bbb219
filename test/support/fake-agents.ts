/** A platform with one agent in memory, for tests of what is done with agents whatever the platform. */
import type { Agent, AgentPart, AgentTarget } from '../../src/model/agents.ts';
import { Problem } from '../../src/model/problem.ts';
import type { AgentWrite, OpenAgent, Provider } from '../../src/providers/provider.ts';
import { revisionOf } from '../../src/providers/shared/agent-parts.ts';

export interface FakePlatform {
  provider: Provider;
  /** Texts by agent and part. */
  agents: Map<string, Map<string, string>>;
  /** Requests that changed something, in order. */
  sent: string[];
  /** What the next requests that change something do: done and answered, done and lost, lost and not done, refused. */
  faults: ('lost' | 'never_arrived' | 'refused' | 'ignored')[];
  /** Called right before a request changes something. */
  before?: ((write: AgentWrite) => void) | undefined;
}

const TARGETS: readonly AgentTarget[] = [
  { target: 'copy', exposure: 'draft', means: 'A copy is made.', affects: [], by_hand: [] },
  {
    target: 'live',
    exposure: 'live',
    means: 'Callers meet it at once.',
    affects: [{ what: 'phone number', count: 2 }],
    by_hand: [],
  },
];

export function fakePlatform(
  texts: Readonly<Record<string, string>> = { prompt: 'Be kind.\nSay hello.\nEnd.', greeting: 'Hello.' },
  options: { ownership?: Agent['ownership']; targets?: readonly AgentTarget[]; parts?: Partial<AgentPart> } = {},
): FakePlatform {
  const { ownership = 'platform', targets = TARGETS } = options;
  const platform: FakePlatform = {
    agents: new Map([['a1', new Map(Object.entries(texts))]]),
    sent: [],
    faults: [],
    provider: {
      id: 'synthflow',
      label: 'Fake',
      host: 'fake.example',
      sandbox: true,
      check: async () => ({ ok: true }),
      agents: {
        list: async () => ({ items: [], coverage: { complete: true, read: 0 } }),
        open: async (ids) => opened(ids),
      },
    },
  };
  const change = (name: string, write: AgentWrite, what: () => void) => {
    platform.before?.(write);
    platform.sent.push(name);
    const fault = platform.faults.shift();
    if (fault === 'refused')
      throw new Problem('invalid_input', 'The platform refused it.', { sent: 'yes', vendor: { status: 400 } });
    if (fault === 'never_arrived') throw new Problem('timeout', 'No answer.', { sent: 'unknown' });
    if (fault !== 'ignored') what();
    if (fault === 'lost') throw new Problem('timeout', 'No answer.', { sent: 'unknown' });
    return {};
  };
  function opened([id = '']: readonly string[]): OpenAgent {
    const own = platform.agents.get(id);
    if (!own) throw new Problem('not_found', 'There is no such agent.');
    const parts = [...own].map(
      ([part, text]): AgentPart => ({
        id: part,
        kind: 'prompt',
        text,
        form: 'text',
        location: part,
        object: 'agent',
        ...options.parts,
      }),
    );
    const agent: Agent = {
      ref: `synthflow/agent/${id}`,
      provider: 'synthflow',
      name: `Agent ${id}`,
      ownership,
      objects: [{ id: 'agent', what: 'the agent', revision: revisionOf([...own]) }],
      parts,
      hidden: 0,
      targets,
      lives_at: ownership === 'platform' ? undefined : 'at the number that the platform calls',
      notes: [],
    };
    return {
      agent,
      async write(write, steps) {
        let place = id;
        if (write.target === 'copy') {
          place = `copy-${write.mark}`;
          await steps.once(
            'copy',
            async () => {
              change('copy', write, () => platform.agents.set(place, new Map(own)));
              return { copy: place };
            },
            async () => (platform.agents.has(place) ? { copy: place } : undefined),
          );
        }
        const texts = platform.agents.get(place);
        await steps.once(
          'write',
          async () =>
            change('write', write, () => {
              for (const [part, text] of write.parts) texts?.set(part, text);
            }),
          async () => ([...write.parts].every(([part, text]) => texts?.get(part) === text) ? {} : undefined),
        );
        return { ids: [place], undo: write.target === 'copy' ? { copy: place } : undefined };
      },
      async undo({ copy }, { target, mark }, steps) {
        const write = { target, mark, object: 'agent', parts: new Map<string, string>(), message: mark };
        await steps.once(
          'discard',
          async () => change('discard', write, () => platform.agents.delete(String(copy))),
          async () => (platform.agents.has(String(copy)) ? undefined : {}),
        );
        return [];
      },
    };
  }
  return platform;
}
