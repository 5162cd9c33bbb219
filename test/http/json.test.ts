import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, parseJson } from '../../src/http/json.ts';

describe('JSON from strangers', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/__proto__/.test(text));
        expect(parseJson(text)).toEqual({ value: JSON.parse(text) });
      }),
    );
  });

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseJson(text) === 'object'));
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        const parsed = parseJson(text.slice(0, cut % text.length));
        expect('value' in parsed || ['cut_off', 'syntax', 'empty'].includes(parsed.fault)).toBe(true);
      }),
    );
  });

  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['<html>', 'markup'],
    [' <?xml version="1.0"?>', 'markup'],
    ['{"a":', 'cut_off'],
    ['{"a":"b', 'cut_off'],
    ['{"a":"b"', 'cut_off'],
    ['[1,2', 'cut_off'],
    ['{"a":1}{"b":2}', 'syntax'],
    ['NaN', 'syntax'],
    ["{'a':1}", 'syntax'],
    ['OK', 'syntax'],
  ])('%j is %s', (text, fault) => {
    expect(parseJson(text)).toEqual({ fault });
  });

  it('may be nested as deep as anybody needs and no deeper', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(MAX_DEPTH))).toHaveProperty('value');
    expect(parseJson(nested(MAX_DEPTH + 1))).toEqual({ fault: 'too_deep' });
    expect(parseJson(nested(1_000_000))).toEqual({ fault: 'too_deep' });
  });

  it('brings no prototype along, at any level, in any spelling', () => {
    const parsed = parseJson('{"__proto__":{"x":1},"a":[{"\\u005f\\u005fproto__":{"x":1},"constructor":2}]}');
    if (!('value' in parsed)) throw new Error('expected a value');
    expect(parsed.value).toEqual({ a: [{ constructor: 2 }] });
    expect(Object.getPrototypeOf(Object.assign({}, parsed.value))).toBe(Object.prototype);
    expect({}).not.toHaveProperty('x');
  });
});
