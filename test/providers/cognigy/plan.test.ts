import { describe, expect, it } from 'vitest';
import { isProblem, type Problem } from '../../../src/model/problem.ts';
import { OPTIONS, readOptions } from '../../../src/providers/cognigy/plan.ts';

function thrown(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

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
