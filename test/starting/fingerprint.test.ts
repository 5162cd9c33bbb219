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
  ])('takes %s for an absent one', (_, more) => {
    expect(fingerprintOf(real, { ...base, ...more })).toBe(fingerprintOf(real, base));
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

  it.each([
    ['runs', { ...plan, runs: 3 }],
    ['a body', { ...plan, steps: [{ label: 'a', runs: 2, body: { x: 2 } }] }],
    ['an agent', { ...plan, agent: 'b' }],
    ['a cost', { ...plan, notes: ['Costs 5 credits.'] }],
  ])('a confirmation is bound to %s of the plan', (_, other) => {
    expect(bindingOf(real, base, undefined, other)).not.toBe(bindingOf(real, base, undefined, plan));
  });

  it('a confirmation is bound to the key', () => {
    expect(bindingOf(real, base, 'k', plan)).not.toBe(bindingOf(real, base, undefined, plan));
  });

  it('a key is one over all real platforms, and one in the sandbox, whatever its port', () => {
    expect(keyDigest(real, 'k')).toBe(keyDigest({ ...real, id: 'other', host: 'x' }, 'k'));
    const sandbox = { id: 'acme', host: '127.0.0.1:1', sandbox: true };
    expect(keyDigest(sandbox, 'k')).not.toBe(keyDigest(real, 'k'));
    expect(keyDigest(sandbox, 'k')).toBe(keyDigest({ ...sandbox, host: '127.0.0.1:2' }, 'k'));
  });
});
