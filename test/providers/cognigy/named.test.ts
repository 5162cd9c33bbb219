/** Things of the main API by their two ids and by name, also where the key sees only some of them. */
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../../src/model/problem.ts';
import { choose, toNamed } from '../../../src/providers/cognigy/named.ts';
import { namedReader } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const named = (id: string, name: string) => mustRead(namedReader, { _id: id, referenceId: `ref-${id}`, name });

describe('choosing among what could be listed', () => {
  it.each([
    [
      { _id: 'a', referenceId: 'r', name: 'n' },
      { name: 'n', id: 'a', reference: 'r', aliases: ['r'] },
    ],
    [
      { id: 'a', name: 'n' },
      { name: 'n', id: 'a', reference: 'a', aliases: ['a'] },
    ],
    [{ referenceId: 'r' }, { name: 'r', id: 'r', reference: 'r', aliases: ['r'] }],
    [{ name: 'n' }, undefined],
  ])('%j has both forms of id', (wire, thing) => {
    expect(toNamed(mustRead(namedReader, wire))).toEqual(thing);
  });

  it('says so where not all could be, and only there', () => {
    const things = [named('f1', 'Main'), named('f2', 'Billing')].flatMap((wire) => toNamed(wire) ?? []);
    const about = { platform: { id: 'cognigy', label: 'Cognigy' }, what: 'flow', pass: '`agent`' };
    const next = (complete: boolean, wanted = 'Sales') => {
      try {
        choose(things, { complete, read: 2 }, wanted, about);
      } catch (error) {
        if (isProblem(error)) return [error.kind, error.details.next];
      }
      throw new Error('Nothing was thrown.');
    };
    expect(next(true)).toEqual(['not_found', expect.not.stringContaining('Not all')]);
    expect(next(false)).toEqual(['not_found', expect.stringMatching(/`agent`\. Not all flows could be listed/)]);
    for (const wanted of ['ref-f2', 'f2', ' billing '])
      expect(choose(things, { complete: false, read: 2 }, wanted, about).name).toBe('Billing');
    expect(choose(things, { complete: true, read: 2 }, 'bill', about).name).toBe('Billing');
    expect(next(false, 'bill')).toEqual(['not_found', expect.stringContaining('Not all flows could be listed')]);
  });
});
