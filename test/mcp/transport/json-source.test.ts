/** The scanner against `JSON.parse`, on texts that are generated and on some that are not easy. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../../src/mcp/transport/json-source.ts';
import { idKey } from '../../../src/mcp/transport/message.ts';

const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
const space = fc.constantFrom('', ' ', '\n', '\t ', '\r\n');
const number = fc.constantFrom('0', '-0', '1.0', '1e3', '-1.5E-7', '17853120000000000001', '1e400');

describe('the source of a member', () => {
  it('is what stands in the text, wherever it stands', () => {
    fc.assert(
      fc.property(fc.tuple(number, number, number), fc.tuple(value, value, value), space, (ids, others, gap) => {
        const [id, token, request] = ids;
        const [one, two, three] = others.map((other) => JSON.stringify(other));
        const meta = `{${gap}"a":${one},"progressToken"${gap}:${gap}${token}${gap}}`;
        const params = `{"a":{"id":5,"progressToken":6},"_meta":${meta}${gap},"requestId":${request},"b":${two}}`;
        const text = `${gap}{"c":${three},${gap}"id":${gap}${id}${gap},"params":${params}}${gap}`;
        expect(sourceOf(text)).toMatchObject({
          id,
          progressToken: token,
          requestId: request,
          severalIds: false,
          items: [],
        });
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  it.each([
    ['{"\\u0069d":1.0}', '1.0'],
    ['{"a\\"":1,"id":"}\\\\\\"{"}', '"}\\\\\\"{"'],
    ['{"params":{"id":1},"x":[{"id":2}]}', undefined],
    ['[{"id":1}]', undefined],
    ['{"id":{"a":1}}', '{"a":1}'],
    ['{"id": null }', 'null'],
    ['7', undefined],
  ])('%s', (text, id) => {
    expect(sourceOf(text).id).toBe(id);
  });
});

it('items of a list are what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(fc.array(value), (list) => {
      const { items, repeats } = sourceOf(JSON.stringify(list, undefined, 1));
      expect(items.map((item) => JSON.parse(item))).toEqual(JSON.parse(JSON.stringify(list)));
      expect(repeats).toBe(false);
    }),
    { numRuns: 500, seed: 7 },
  );
});

it.each([
  ['{"a":1,"a":1}', true, false],
  ['{"a":{"b":1,"\\u0062":2}}', true, false],
  ['{"id":1,"id":1}', true, true],
  ['{"a":{"id":1,"id":1}}', true, false],
  ['[{"id":1},{"id":1}]', false, false],
  ['{"a":"a","b":["a","a"],"__proto__":1}', false, false],
])('names that stand twice in one object: %s', (text, repeats, severalIds) => {
  expect(sourceOf(text)).toMatchObject({ repeats, severalIds });
});

it.each([
  ['7', 0],
  ['[]', 1],
  ['{"a":[{}]}', 3],
  ['"[[["', 0],
])('depth of %s', (text, depth) => {
  expect(sourceOf(text).depth).toBe(depth);
});

it('ten megabytes take no second pass', () => {
  const text = `{"id":1,"params":{"a":"${'\\\\'.repeat(5_000_000)}"}}`;
  expect(sourceOf(text).id).toBe('1');
});

it.each([
  ['1', '1.0', true],
  ['0', '-0', true],
  ['1000', '1e3', true],
  ['1', '"1"', false],
  ['9007199254740993', '9007199254740992', false],
  ['"a"', '"\\u0061"', true],
])('%s and %s are one id: %s', (one, other, same) => {
  expect(idKey(one) === idKey(other)).toBe(same);
});
