import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_MEMBERS, parseJson } from '../../src/http/json.ts';

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

  describe('that is long', () => {
    const members = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":"{[,:\\\\\\""`).join(',');
    const padding = `"p":"${'x'.repeat(300_000)}"`;

    it('is refused where one object has more members than any platform sends', () => {
      expect(parseJson(`{"a":{${members(MAX_MEMBERS)}},${padding}}`)).toHaveProperty('value');
      expect(parseJson(`{"a":{${members(MAX_MEMBERS + 1)}},${padding}}`)).toEqual({ fault: 'too_wide' });
    });

    it('is refused where it is nested deeply, whatever stands in its texts', () => {
      const nested = (depth: number) => `{${padding},"d":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      expect(parseJson(nested(MAX_DEPTH - 1))).toHaveProperty('value');
      expect(parseJson(nested(MAX_DEPTH))).toEqual({ fault: 'too_deep' });
      const texts = JSON.stringify({ p: '"[{\\"'.repeat(100_000), q: '\\', r: [] });
      expect(parseJson(texts)).toEqual({ value: JSON.parse(texts) });
    });

    it('is what it was, where it is a page of the web, cut off, or holds many small rows', () => {
      expect(parseJson(`<html>${'{['.repeat(200_000)}`)).toEqual({ fault: 'markup' });
      expect(parseJson(`{${padding},"a":"b`)).toEqual({ fault: 'cut_off' });
      expect(parseJson(`[${'{"id":1},'.repeat(100_000)}{}]`)).toHaveProperty('value');
    });
  });

  it('brings no prototype along, at any level, in any spelling', () => {
    const parsed = parseJson('{"__proto__":{"x":1},"a":[{"\\u005f\\u005fproto__":{"x":1},"constructor":2}]}');
    if (!('value' in parsed)) throw new Error('expected a value');
    expect(parsed.value).toEqual({ a: [{ constructor: 2 }] });
    expect(Object.getPrototypeOf(Object.assign({}, parsed.value))).toBe(Object.prototype);
    expect({}).not.toHaveProperty('x');
  });
});
