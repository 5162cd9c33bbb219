import { describe, expect, it } from 'vitest';
import { isProblem, Problem } from '../../../src/model/problem.ts';
import { candidates, closest, onlyOne, orUnknown, pick } from '../../../src/providers/shared/choose.ts';

const platform = { id: 'coval', label: 'Coval' };
const agent = { platform, what: 'agent', kind: 'agent' } as const;
const items = [
  { id: 'a1', name: 'Front desk' },
  { id: 'b2', name: 'Front office', aliases: ['old-b2'] },
  { id: 'c3', name: 'Billing' },
  { id: 'd4' },
];

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('choosing', () => {
  it.each([
    ['c3', 'c3'],
    [' c3 ', 'c3'],
    ['old-b2', 'b2'],
    ['front DESK', 'a1'],
    ['bill', 'c3'],
    ['d4', 'd4'],
  ])('finds %j by id, name or a part of it', (wanted, id) => {
    expect(pick(items, wanted, agent).id).toBe(id);
  });

  it('asks where several fit, and says what there is where none does', () => {
    const several = problemOf(() => pick(items, 'front', agent));
    expect(several).toMatchObject({ kind: 'ambiguous', message: 'Several agents of Coval fit that name.' });
    expect(several.details.candidates?.toSorted()).toEqual([
      'coval/agent/a1 "Front desk"',
      'coval/agent/b2 "Front office"',
    ]);
    const none = problemOf(() => pick(items, 'Billink', { ...agent, pass: 'provider_options.agent' }));
    expect(none).toMatchObject({ kind: 'not_found', message: 'Coval knows no agent of that id or name.' });
    expect(none.details.candidates?.[0]).toBe('coval/agent/c3 "Billing"');
    expect(none.details.next).toContain('provider_options.agent');
  });

  it('takes the only one and asks otherwise', () => {
    expect(onlyOne(items.slice(2, 3), agent).id).toBe('c3');
    expect(problemOf(() => onlyOne(items, agent)).message).toContain('4 to choose from');
    expect(problemOf(() => onlyOne([], agent)).message).toContain('there is none');
  });

  it('offers the closest first: as refs, or by name where there are none', () => {
    expect(candidates(items, 'Biling', agent)[0]).toBe('coval/agent/c3 "Billing"');
    expect(candidates(items, 'Biling', { platform, what: 'persona' })[0]).toBe('Billing (c3)');
    expect(candidates(items, 'd4', agent)[0]).toBe('coval/agent/d4');
    expect(closest('apointments', ['billing', 'appointments', 'cancel'])[0]).toBe('appointments');
  });

  it('calls an unknown id by what was asked for, and hides no other trouble', async () => {
    const refused = (status: number) =>
      Promise.reject(new Problem('vendor_error', 'No.', { provider: 'coval', vendor: { status } }));
    const about = { ...agent, id: 'c4', known: async () => items, next: 'Look at list_tests.' };
    const unknown = await orUnknown(refused(404), about).catch((error: unknown) => error);
    expect(unknown).toMatchObject({ kind: 'not_found', message: 'Coval knows no agent with this id.' });
    expect(isProblem(unknown) && unknown.details.candidates?.[0]).toContain('coval/agent/');
    const other = await orUnknown(refused(500), about).catch((error: unknown) => error);
    expect(other).toMatchObject({ kind: 'vendor_error' });
    const silent = { ...about, known: () => Promise.reject(new Problem('forbidden', 'No.')) };
    const listed = { ...about, known: async () => [{ id: about.id }] };
    expect(await orUnknown(refused(404), listed).catch((error: unknown) => error)).toMatchObject({
      kind: 'vendor_error',
    });
    expect(await orUnknown(refused(404), silent).catch((error: unknown) => error)).toMatchObject({ kind: 'not_found' });
  });
});
