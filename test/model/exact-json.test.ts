import { describe, expect, it } from 'vitest';
import { isInexact, markInexact } from '../../src/model/exact-json.ts';

function read(text: string): Record<string, unknown> {
  const value = JSON.parse(text);
  Reflect.deleteProperty(value, '__proto__');
  markInexact(text, value);
  return value;
}

describe('a value that lost something when it was read', () => {
  it.each([
    '12345678901234567890',
    '0.1000000000000000000001',
    '1e999',
    '{"a":1,"b":2,"a":3}',
    '{"a":1,"\\u0061":3}',
    '{"__proto__":{"x":1}}',
    '[{"id":9007199254740993}]',
  ])('%s', (literal) => {
    const { whole, beside } = read(
      `{"whole":{"deep":[{"value":${literal}}]},"beside":{"n":1.5,"s":"12345678901234567890"}}`,
    );
    expect([isInexact(whole), isInexact(beside)]).toEqual([true, false]);
  });

  it.each(['1e21', '1.0', '-0.50', '0', '-0', '5E-324', '100000000000000000000', '0.1', '9007199254740992'])(
    'is not one of %s, which is written again with the same value',
    (literal) => {
      const value = read(`{"a":[${literal} , {"x": "}{][\\"", "y": null, "z": [true, ${literal}]}]}`);
      expect(isInexact(value)).toBe(false);
    },
  );

  it('keeps lone surrogates and escapes as they are', () => {
    const text = '{"a":"\\ud800 \\u0000 \\\\","b":{"n":12345678901234567890}}';
    const value = read(text);
    expect(isInexact(value.b)).toBe(true);
    expect(JSON.stringify(value.a)).toBe('"\\ud800 \\u0000 \\\\"');
  });
});
