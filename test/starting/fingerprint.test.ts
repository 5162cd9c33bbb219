import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StartRequest } from '../../src/providers/provider.ts';
import { bindingOf, canonical, digest, fingerprintOf, keyDigest } from '../../src/starting/fingerprint.ts';

const real = { id: 'acme', host: 'api.acme.test', sandbox: false };
const base: StartRequest = { test: { kind: 'suite', ids: ['s1'] }, repeat: 1 };

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return JSON.parse(
    `{${Object.entries(value)
      .reverse()
      .map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(shuffled(member))}`)
      .join(',')}}`,
  );
}

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));

describe('canonical', () => {
  it('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(json, (value) => canonical(shuffled(value)) === canonical(value)),
      { numRuns: 500 },
    );
  });

  it('is the same for equal values only', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(isDeepStrictEqual(a, b));
      }),
      { numRuns: 500 },
    );
  });

  it('is JSON that reads back as the value', () => {
    fc.assert(fc.property(json, (value) => isDeepStrictEqual(JSON.parse(canonical(value)), value)));
  });

  it.each([
    ['the order inside an array', [1, 2], [2, 1]],
    ['a number and its text', 1, '1'],
    ['an absent and an empty text', {}, { a: '' }],
    ['null and an empty map', null, {}],
    ['where a bracket stands', [['a'], 'b'], [['a', 'b']]],
    ['a hostile key', { __proto__: 1 }, JSON.parse('{"__proto__": 1}')],
  ])('tells %s apart', (_, a, b) => {
    expect(canonical(a)).not.toBe(canonical(b));
  });

  it('drops what JSON drops', () => {
    expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(canonical(undefined)).toBe('null');
  });
});

describe('fingerprintOf', () => {
  it.each<[string, Partial<StartRequest>]>([
    ['an undefined argument', { agent: undefined }],
    ['empty variables', { variables: {} }],
    ['an empty list of metrics', { metrics: [] }],
    ['a blank name', { name: ' ' }],
    ['an option that says nothing', { provider_options: { tags: [], note: '' } }],
  ])('takes %s for an absent one', (_, more) => {
    expect(fingerprintOf(real, { ...base, ...more })).toBe(fingerprintOf(real, base));
  });

  it.each<[string, Partial<StartRequest>]>([
    ['blanks around it', { name: ' nightly  run\n' }],
    ['another kind of blank', { name: 'nightly\u00a0run' }],
    ['what cannot be seen', { name: 'night\u200bly run\u2060' }],
  ])('takes a name with %s for the same', (_, more) => {
    expect(fingerprintOf(real, { ...base, ...more })).toBe(fingerprintOf(real, { ...base, name: 'nightly run' }));
  });

  it('takes values for the same wherever they stand: lists, variables, options, composed or not', () => {
    const a = {
      ...base,
      cases: ['1', '2', '1 '],
      variables: { who: ['Jose\u0301 '] },
      provider_options: { o: { p: 'x' } },
    };
    const b = {
      ...base,
      cases: ['2', '1'],
      variables: { 'who ': ['Jos\u00e9'] },
      provider_options: { o: { p: ' x' } },
    };
    expect(fingerprintOf(real, a)).toBe(fingerprintOf(real, b));
  });

  it('does not mind the order of metrics, cases and keys', () => {
    const a = { ...base, metrics: ['x', 'y'], cases: ['1', '2'], variables: { name: 'Ann', age: 3 } };
    const b = { ...base, variables: { age: 3, name: 'Ann' }, cases: ['2', '1'], metrics: ['y', 'x'] };
    expect(fingerprintOf(real, a)).toBe(fingerprintOf(real, b));
    expect(a.metrics).toEqual(['x', 'y']);
  });

  it.each<[string, Partial<StartRequest>]>([
    ['test', { test: { kind: 'suite', ids: ['s2'] } }],
    ['kind of test', { test: { kind: 'case', ids: ['s1'] } }],
    ['split of its ids', { test: { kind: 'suite', ids: ['s', '1'] } }],
    ['repeat', { repeat: 2 }],
    ['agent', { agent: 'a' }],
    ['variables', { variables: { a: 1 } }],
    ['option', { provider_options: { a: 1 } }],
    ['name', { name: 'n' }],
  ])('another %s is another start', (_, more) => {
    expect(fingerprintOf(real, { ...base, ...more })).not.toBe(fingerprintOf(real, base));
  });

  it.each([
    ['provider', { ...real, id: 'other' }],
    ['host', { ...real, host: 'eu.acme.test' }],
    ['world', { ...real, sandbox: true }],
  ])('another %s is another start', (_, destination) => {
    expect(fingerprintOf(destination, base)).not.toBe(fingerprintOf(real, base));
  });

  it('fits a file name', () => {
    expect(fingerprintOf(real, base)).toMatch(/^[0-9a-f]{32}$/);
    expect(digest('x')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('bindingOf and keyDigest', () => {
  const plan = { runs: 2, steps: [{ label: 'a', runs: 2, body: { x: 1 } }], test_name: 'T', notes: [] };
  const bound = bindingOf(real, [{ request: base, plan }], undefined);

  it.each([
    ['runs', { ...plan, runs: 3 }],
    ['a body', { ...plan, steps: [{ label: 'a', runs: 2, body: { x: 2 } }] }],
    ['an agent', { ...plan, agent: 'b' }],
    ['a cost', { ...plan, notes: ['Costs 5 credits.'] }],
  ])('a confirmation is bound to %s of the plan, and says that it is the plan', (_, other) => {
    expect(bindingOf(real, [{ request: base, plan: other }], undefined)).toEqual({
      ...bound,
      plan: expect.not.stringMatching(bound.plan),
    });
  });

  it('a confirmation is bound to the arguments, the key, each test, and the host', () => {
    const request = { ...base, agent: 'b' };
    const other = { ...base, test: { kind: 'case' as const, ids: ['c'] } };
    for (const changed of [
      bindingOf(real, [{ request, plan }], undefined),
      bindingOf(real, [{ request: base, plan }], 'k'),
    ])
      expect(changed).toEqual({ ...bound, arguments: expect.not.stringMatching(bound.arguments) });
    expect(
      bindingOf(
        real,
        [
          { request: base, plan },
          { request: other, plan },
        ],
        undefined,
      ).arguments,
    ).not.toBe(bound.arguments);
    expect(bindingOf({ ...real, host: 'eu' }, [{ request: base, plan }], undefined)).toEqual({
      ...bound,
      place: expect.not.stringMatching(bound.place),
    });
  });

  it('a key is one of its test, on its platform and host', () => {
    const { test } = base;
    expect(keyDigest(real, test, ' k\u00a0')).toBe(keyDigest(real, test, 'k'));
    const sandbox = { id: 'acme', host: '127.0.0.1:1', sandbox: true };
    const others = [
      keyDigest(real, { kind: 'suite', ids: ['s2'] }, 'k'),
      keyDigest(real, { kind: 'case', ids: ['s1'] }, 'k'),
      keyDigest({ ...real, id: 'other' }, test, 'k'),
      keyDigest({ ...real, host: 'x' }, test, 'k'),
      keyDigest(sandbox, test, 'k'),
      keyDigest(real, test, 'K'),
    ];
    expect(new Set([...others, keyDigest(real, test, 'k')]).size).toBe(7);
  });
});
