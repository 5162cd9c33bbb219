import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Find, secretScan } from '../../src/http/secrets/secret-scan.ts';
import { type Spelling, spellingsOf } from '../../src/http/secrets/spellings.ts';

function scanOf(...words: string[]) {
  const exact = (word: string): Spelling => ({
    word,
    written: word,
    exact: true,
    least: word.length,
    enough: word.length,
    slack: 0,
    inEscapes: false,
  });
  const scan = secretScan(words.map(exact));
  return (text: string) => {
    const found: Find[] = [];
    scan(text, (find) => found.push(find));
    return found;
  };
}

describe('words in a text', () => {
  it('none are in none', () => {
    expect(scanOf()('anything')).toEqual([]);
    expect(scanOf('word')('')).toEqual([]);
    expect(scanOf('word')('wor')).toEqual([]);
  });

  it('found wherever they stand, the shortest and the longest', () => {
    const words = ['abcd', 'a much longer word than the others', 'midwords'];
    const scan = scanOf(...words);
    for (const word of words) {
      for (let before = 0; before < 40; before += 1) {
        for (let after = 0; after < 3; after += 1) {
          const text = '-'.repeat(before) + word + '-'.repeat(after);
          expect(scan(text).map(({ start, end }) => text.slice(start, end))).toContain(word);
          expect(scan('-'.repeat(before) + word.slice(1) + '-'.repeat(after))).toEqual([]);
        }
      }
    }
  });

  it('found where the pieces that are looked at meet', () => {
    const scan = scanOf('needles');
    for (let at = 65_520; at < 65_552; at += 1)
      expect(scan(`${'.'.repeat(at)}needles`), String(at)).toMatchObject([{ start: at, end: at + 7 }]);
  });

  it('as a search for each would', () => {
    // Few letters, so that words, parts of them and near misses come about by themselves.
    const text = (minLength: number, maxLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u2028', '\ud83d'), minLength, maxLength });
    fc.assert(
      fc.property(fc.array(text(4, 12), { maxLength: 5 }), text(0, 200), (words, within) => {
        const found = new Set(scanOf(...words)(within).map(({ start, end }) => within.slice(start, end)));
        expect(found.size > 0).toBe(words.some((word) => within.includes(word)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a secret', () => {
  it('that is too short has no spelling, and one below 8 characters only its own', () => {
    expect(spellingsOf('abc')).toEqual([]);
    expect(spellingsOf('aB1x').map(({ word, exact }) => [word, exact])).toEqual([['aB1x', true]]);
    expect(spellingsOf('aB1x2y3z').length).toBeGreaterThan(5);
  });
});
