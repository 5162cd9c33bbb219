import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretScan } from '../../src/http/secrets/secret-scan.ts';

describe('words in a text', () => {
  it('none are in none', () => {
    expect(secretScan([])('anything')).toBe(false);
    expect(secretScan(['word'])('')).toBe(false);
    expect(secretScan(['word'])('wor')).toBe(false);
  });

  it('found wherever they stand, the shortest and the longest', () => {
    const words = ['abcd', 'a much longer word than the others', 'midwords'];
    const holds = secretScan(words);
    for (const word of words) {
      for (let before = 0; before < 40; before += 1) {
        for (let after = 0; after < 3; after += 1) {
          expect(holds('-'.repeat(before) + word + '-'.repeat(after))).toBe(true);
          expect(holds('-'.repeat(before) + word.slice(1) + '-'.repeat(after))).toBe(false);
        }
      }
    }
  });

  it('as a search for each would', () => {
    // Few letters, so that words, parts of them and near misses come about by themselves.
    const text = (minLength: number, maxLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u2028', '\ud83d'), minLength, maxLength });
    fc.assert(
      fc.property(fc.array(text(4, 12), { maxLength: 5 }), text(0, 200), (words, within) => {
        expect(secretScan(words)(within)).toBe(words.some((word) => within.includes(word)));
      }),
      { numRuns: 2_000 },
    );
  });
});
