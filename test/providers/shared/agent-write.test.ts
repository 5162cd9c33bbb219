import { describe, expect, it } from 'vitest';
import type { AgentPart, AgentTarget } from '../../../src/model/agents.ts';
import { Problem } from '../../../src/model/problem.ts';
import { editsOf, unmoved } from '../../../src/providers/shared/agent-write.ts';
import { problemOf } from '../../support/problem-of.ts';

const platform = { id: 'p', label: 'P' };
const part = (id: string, further: Partial<AgentPart> = {}): AgentPart => ({
  id,
  kind: 'prompt',
  text: '1',
  form: 'json',
  location: id,
  object: 'one',
  ...further,
});
const target: AgentTarget = { target: 'live', exposure: 'live', means: '', affects: [], by_hand: [] };
const agent = { targets: [target], parts: [part('a'), part('fixed', { fixed: 'No.' }), part('b', { object: 'two' })] };
const edits = (parts: Record<string, string>, to: 'live' | 'copy' = 'live') =>
  editsOf(platform, agent, { target: to, object: 'one', parts: new Map(Object.entries(parts)) });
const told = (act: () => unknown) => problemOf(Promise.resolve().then(act));

describe('the edits of a write', () => {
  it('have values as the vendor takes them', () => {
    expect(edits({ a: '2' })).toEqual([{ id: 'a', text: '2', value: 2 }]);
  });

  it('go to a target that the agent has, and to parts of the object that can be changed', async () => {
    expect(await told(() => edits({ a: '2' }, 'copy'))).toMatchObject({ kind: 'unsupported', details: { sent: 'no' } });
    for (const id of ['fixed', 'b', 'nowhere'])
      expect(await told(() => edits({ [id]: '2' }))).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
  });
});

describe('the last look before a request', () => {
  const look = (read: () => Promise<string>) => unmoved(platform, 'r1', read, (present) => present);
  it('gives what it saw where nobody edited it', async () => {
    expect(await look(async () => 'r1')).toBe('r1');
    expect(await problemOf(look(async () => 'r2'))).toMatchObject({ kind: 'conflict', details: { sent: 'no' } });
  });

  it('says that nothing was sent, whatever went wrong with it', async () => {
    const lost = new Problem('timeout', 'x', { sent: 'unknown', provider: 'p' });
    const failing = async () => {
      throw lost;
    };
    expect(await problemOf(look(failing))).toMatchObject({ kind: 'timeout', details: { sent: 'no', provider: 'p' } });
    const broken = new Error('ours');
    await expect(
      look(async () => {
        throw broken;
      }),
    ).rejects.toBe(broken);
  });
});
