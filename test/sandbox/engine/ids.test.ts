import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALPHABETS, shortId, stableId } from '../../../src/sandbox/engine/ids.ts';

describe('stableId', () => {
  it('is a version 4 UUID and the same for the same parts', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1 }), (parts) => {
        const id = stableId(...parts);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(stableId(...parts)).toBe(id);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps parts apart that read the same when joined', () => {
    expect(stableId('a', 'bc')).not.toBe(stableId('ab', 'c'));
    expect(stableId('a|1:b')).not.toBe(stableId('a', 'b'));
  });
});

describe('shortId', () => {
  it.each([
    [22, 'short', /^[2-9A-HJ-NP-Za-km-z]{22}$/],
    [8, 'alphanumeric', /^[0-9A-Za-z]{8}$/],
    [26, 'ulid', /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/],
    [24, 'hex', /^[0-9a-f]{24}$/],
    [18, 'digits', /^\d{18}$/],
    [70, 'hex', /^[0-9a-f]{70}$/],
    [5, 'xy', /^[xy]{5}$/],
  ])('makes %i characters of %s', (length, alphabet, form) => {
    expect(shortId(length, alphabet, 'run', 1)).toMatch(form);
    expect(shortId(length, alphabet, 'run', 1)).toBe(shortId(length, alphabet, 'run', 1));
  });

  it('gives different ids for different parts', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => shortId(8, 'alphanumeric', 'run', i));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ALPHABETS.short).not.toMatch(/[01IOl]/);
  });
});
