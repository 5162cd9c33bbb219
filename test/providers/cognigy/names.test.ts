import { describe, expect, it } from 'vitest';
import { isProblem, type Problem } from '../../../src/model/problem.ts';
import { baseOf } from '../../../src/providers/cognigy/map-run.ts';
import { closest, looksLikeId, pick, toChoice, undecided } from '../../../src/providers/cognigy/names.ts';
import { OPTIONS, readOptions } from '../../../src/providers/cognigy/options.ts';
import { namedReader } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const flows = [
  { name: 'Main', id: 'a1', reference: 'r1' },
  { name: 'main', id: 'a2', reference: 'r2' },
  { name: 'Billing', id: 'a3', reference: 'r3' },
];

function thrown(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('choosing by name or id', () => {
  it.each([
    ['a3', 'Billing'],
    ['r3', 'Billing'],
    ['Billing', 'Billing'],
    [' billing ', 'Billing'],
    ['Main', 'Main'],
    ['main', 'main'],
  ])('%s', (wanted, name) => {
    expect(pick(flows, wanted, 'flow', '`agent`').name).toBe(name);
  });

  it('asks back when a name is shared', () => {
    expect(thrown(() => pick(flows, 'MAIN', 'flow', '`agent`'))).toMatchObject({
      kind: 'ambiguous',
      details: { candidates: ['Main (a1)', 'main (a2)'], sent: 'no' },
    });
  });

  it('offers what there is when nothing fits', () => {
    const problem = thrown(() => pick(flows, 'Biling', 'flow', '`agent`'));
    expect(problem).toMatchObject({ kind: 'not_found', details: { next: expect.stringContaining('`agent`') } });
    expect(problem.details.candidates?.[0]).toBe('Billing');
  });

  it('says when there is nothing to choose from, and when there is too much', () => {
    expect(undecided([], 'flow', '`agent`')).toMatchObject({ kind: 'invalid_input' });
    expect(undecided(flows, 'flow', '`agent`')).toMatchObject({
      kind: 'ambiguous',
      message: expect.stringContaining('3 flows'),
    });
  });

  it.each([
    [
      { _id: 'a', referenceId: 'r', name: 'n' },
      { name: 'n', id: 'a', reference: 'r' },
    ],
    [
      { id: 'a', name: 'n' },
      { name: 'n', id: 'a', reference: 'a' },
    ],
    [{ referenceId: 'r' }, { name: 'r', id: 'r', reference: 'r' }],
    [{ name: 'n' }, undefined],
  ])('%j has both forms of id', (wire, choice) => {
    expect(toChoice(mustRead(namedReader, wire))).toEqual(choice);
  });

  it('knows both forms of ids', () => {
    expect(
      ['683ef2a378a878cc6550f78b', '010d1970-89b9-4012-892b-53c78ef6c117', 'Main', '683ef2'].map(looksLikeId),
    ).toEqual([true, true, false, false]);
  });

  it('puts the most alike first', () => {
    expect(closest('683ef3', ['583aaa', '683ef2', '111111'])[0]).toBe('683ef2');
  });
});

describe('options of a start', () => {
  it('pass through', () => {
    const given = { locale: ' en ', llm: 'x', snapshot: 's', user_id: 'u', data: { a: 1 }, enable_mocking: true };
    expect(readOptions(given)).toEqual({ ...given, locale: 'en', id_form: 'reference' });
    expect(readOptions()).toEqual({ id_form: 'reference' });
    expect(readOptions({ id_form: 'object' }).id_form).toBe('object');
  });

  it.each([
    ['locale', 5],
    ['llm', ''],
    ['snapshot', {}],
    ['entrypoint', null],
    ['user_id', true],
    ['data', []],
    ['data', 'x'],
    ['enable_mocking', 'yes'],
    ['id_form', 'uuid'],
  ])('%s = %j is refused by name', (name, value) => {
    const problem = thrown(() => readOptions({ [name]: value }));
    expect(problem).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
    expect(problem.message).toContain(name);
  });

  it('do not take two entry points', () => {
    expect(thrown(() => readOptions({ snapshot: 'a', entrypoint: 'b' })).kind).toBe('invalid_input');
  });

  it('are all described', () => {
    expect(Object.values(OPTIONS).every((meaning) => meaning.length > 10)).toBe(true);
  });
});

describe('the first number of a batch', () => {
  it.each([
    [[0, 1, 2], 3, 0],
    [[1, 2, 3], 3, 1],
    [[51, 50, 49], 51, 1],
    [[50, 49, 48], 51, 0],
    [[2, 0], undefined, 0],
    [[3, 1], undefined, 1],
    [[], 3, undefined],
  ])('of %j among %s is %s', (numbers, total, base) => {
    expect(
      baseOf(
        numbers.map((sequence) => ({ sequence })),
        total,
      ),
    ).toBe(base);
  });
});
