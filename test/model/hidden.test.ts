import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideMembers, hideValue, isSameValue } from '../../src/model/hidden.ts';

describe('a hidden value', () => {
  it('is recognised, and nothing else is taken for it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        const hidden = hideValue(value);
        expect(isSameValue(hidden, value)).toBe(true);
        expect(isSameValue(hidden, other)).toBe(isSameValue(value, other));
      }),
    );
  });

  it('does not show itself, nor that two are equal', () => {
    expect(hideValue('+49 30 1234567')).not.toContain('1234567');
    expect(hideValue('a')).not.toBe(hideValue('a'));
  });

  it('compares in the open, numbers with their text, where nothing is hidden', () => {
    expect(isSameValue(3, '3')).toBe(true);
    expect(isSameValue({ a: 1 }, '{"a":1}')).toBe(true);
    expect(isSameValue('a', 'b')).toBe(false);
  });
});

describe('hiding in a body', () => {
  const variables = { pin: '4711', nested: { a: 1 }, count: 2 };

  it('takes the members of the objects it is told, wherever they stand, and leaves the rest', () => {
    const body = { case: 'c1', variables, deep: [{ data: { ...variables } }], other: { pin: '4711' } };
    const hidden = hideMembers(body, [variables]);
    expect(JSON.stringify(hidden).match(/hidden:/g)).toHaveLength(6);
    expect(hidden).toMatchObject({ case: 'c1', other: { pin: '4711' } });
    expect(body.variables.pin).toBe('4711');
  });

  it('does nothing without anything to hide', () => {
    const body = { variables: {} };
    expect(hideMembers(body, [])).toBe(body);
    expect(hideMembers(body, [{}])).toBe(body);
  });
});
