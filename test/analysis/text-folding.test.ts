import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, foldWithPositions, isWordEdge } from '../../src/analysis/text-folding.ts';
import { growth } from '../support/growth.ts';

/** Text with plenty of what folding has to deal with, beside any Unicode at all. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(
      fc.constantFrom('Größe', 'é', 'É', '„', '“', '...', ', ', '  ', '\n', 'İ', 'ΟΔΟΣ', '49,90', '€', 'ﬁ', '–', '(a)'),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
);

describe('fold', () => {
  it.each([
    ['Straße', 'strasse'],
    ['¿Cuándo quería la cita?', 'cuando queria la cita'],
    ['  two\n\tspaces ', 'two spaces'],
    ['„Guten Tag“, sagte er.', 'guten tag sagte er'],
    ["don't", 'don t'],
    ['€49.90, bitte', '€49.90 bitte'],
    ['book_appointment(date)', 'book_appointment(date'],
    ['e\u0301te\u0301', 'ete'],
    ['soft\u00adhyphen zero\u200bwidth', 'softhyphen zerowidth'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['İzmir', 'izmir'],
    ['9–5', '9-5'],
    ['ｆｕｌｌ', 'full'],
    ['...', ''],
    ['', ''],
  ])('%j becomes %j', (before, after) => {
    expect(fold(before)).toBe(after);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(text, (before) => {
        const once = fold(before);
        expect(once).not.toMatch(/^ | $| {2}/u);
        expect(fold(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['punctuation', (size: number) => `${'.,'.repeat(size)}x`],
    ['spaced punctuation', (size: number) => `${' .'.repeat(size)}x`],
    ['a letter and punctuation', (size: number) => `a${'.,'.repeat(size)}x`],
    ['spaces', (size: number) => `${' '.repeat(2 * size)}x`],
  ])('takes linear time on hostile text: %s', async (_, hostile) => {
    expect(await growth((size) => fold(hostile(size)), 12_000)).toBeLessThan(1.5);
  });
});

describe('foldWithPositions', () => {
  it('gives the same text as fold, with positions that rise and lie inside the original', () => {
    fc.assert(
      fc.property(text, (before) => {
        const { folded, positions } = foldWithPositions(before);
        expect(folded).toBe(fold(before));
        expect(positions).toHaveLength(folded.length);
        positions.forEach((position, i) => {
          expect(position).toBeGreaterThanOrEqual(positions[i - 1] ?? 0);
          expect(position).toBeLessThan(before.length);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('leads back to the original words', () => {
    const original = 'Die  „Größe“ passt.';
    const { folded, positions } = foldWithPositions(original);
    const at = folded.indexOf('grosse');
    expect(original.slice(positions[at], (positions[at + 5] ?? 0) + 1)).toBe('Größe');
  });
});

describe('isWordEdge', () => {
  it.each([
    [0, true],
    [2, false],
    [3, true],
    [4, true],
    [7, true],
  ])('at %i of "art now": %s', (position, edge) => {
    expect(isWordEdge('art now', position)).toBe(edge);
  });
});
