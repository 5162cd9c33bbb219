/** The parts of an agent within the budget of an answer. */
import { describe, expect, it } from 'vitest';
import { shownParts } from '../../src/mcp/shown-agent.ts';
import type { Agent, AgentPart } from '../../src/model/agents.ts';

const part = (id: string, text: string): AgentPart => ({
  id,
  kind: 'prompt',
  text,
  form: 'text',
  location: `agent.${id} of the assistant`,
  object: 'assistant',
});
const agentOf = (parts: AgentPart[]): Agent => ({
  ref: 'synthflow/agent/a1',
  provider: 'synthflow',
  name: 'Desk',
  ownership: 'platform',
  objects: [],
  parts,
  hidden: 0,
  targets: [],
  notes: [],
});
const shown = (parts: AgentPart[], from = 0) => shownParts(agentOf(parts), (text) => text, from);

describe('the parts of an agent that has many', () => {
  const prompt = 'Ask for the day before the time.\n'.repeat(80);
  const others = Array.from({ length: 60 }, (_, index) => part(`voice.p${index}`, '1'));

  it('begin with the first, the prompt, whole where it is no longer than a few pages', () => {
    const { parts, parts_omitted } = shown([part('prompt', prompt), ...others]);
    expect(parts[0]).toMatchObject({ id: 'prompt', text: prompt });
    expect(parts[0]?.omitted).toBeUndefined();
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.length + parts_omitted).toBe(61);
  });

  it('leave room for others where the first is longer than an answer', () => {
    const { parts } = shown([part('prompt', prompt.repeat(20)), ...others]);
    expect(parts[0]?.omitted).toBeGreaterThan(0);
    expect(parts[0]?.text.length).toBeGreaterThan(2_000);
    expect(parts.length).toBeGreaterThan(10);
  });

  it('go on behind those that were shown', () => {
    const all = [part('prompt', prompt), ...others];
    const seen: string[] = [];
    for (let from = 0; from < all.length; ) {
      const { parts } = shown(all, from);
      seen.push(...parts.map(({ id }) => id));
      from += parts.length;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
  });
});
