import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/model/problem.ts';
import { stepsInMemory } from './write-steps.ts';

const losing = async () => {
  throw new Problem('network', 'x', { sent: 'unknown' });
};
const nothing = async () => undefined;
const never = async () => {
  throw new Error('It must not be called.');
};

describe('the steps of a write in memory', () => {
  it('give what an answered step gave, and send it no second time', async () => {
    const steps = stepsInMemory();
    expect(await steps.once('put', async () => ({ id: 'a' }), never)).toEqual({ id: 'a' });
    expect(await steps.once('put', never, never)).toEqual({ id: 'a' });
    expect(await stepsInMemory(steps.kept()).once('put', never, never)).toEqual({ id: 'a' });
  });

  it('look for a step whose answer was lost, and never send it again', async () => {
    const steps = stepsInMemory();
    await expect(steps.once('put', losing, nothing)).rejects.toMatchObject({
      kind: 'timeout',
      details: { sent: 'unknown' },
    });
    expect(steps.kept()).toEqual([{ name: 'put', state: 'sent' }]);
    expect(await steps.once('put', never, async () => ({ id: 'b' }))).toEqual({ id: 'b' });
    expect(await steps.once('put', never, never)).toEqual({ id: 'b' });
  });

  it('throw what was refused or never left, which may be sent later', async () => {
    for (const [sent, vendor] of [['no'], ['yes', { status: 400 }]] as const) {
      const steps = stepsInMemory();
      const refused = async () => {
        throw new Problem('invalid_input', 'x', { sent, vendor });
      };
      await expect(steps.once('put', refused, never)).rejects.toMatchObject({ details: { sent } });
      expect(await steps.once('put', async () => ({}), never)).toEqual({});
    }
  });

  it('keep what was read before a request with it, and read it once', async () => {
    const steps = stepsInMemory();
    expect(await steps.keep('before', async () => ({ flows: 'a b' }))).toEqual({ flows: 'a b' });
    await expect(steps.once('clone', losing, nothing)).rejects.toMatchObject({ kind: 'timeout' });
    const later = stepsInMemory(steps.kept());
    expect(await later.keep('before', never)).toEqual({ flows: 'a b' });
    expect(later.kept()).toEqual([
      { name: 'before', state: 'read', result: { flows: 'a b' } },
      { name: 'clone', state: 'sent' },
    ]);
  });
});
