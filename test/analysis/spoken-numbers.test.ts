import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberKeys } from '../../src/analysis/spoken-numbers.ts';
import { fold } from '../../src/analysis/text-folding.ts';

const keys = (text: string) => [...numberKeys(fold(text))];

describe('numberKeys', () => {
  it.each([
    ['$49.90 or 49,90 €', ['49.9']],
    ['1,200 · 1.200 · 1.200,00', ['1200']],
    ['1.200,50 and 1,200.50', ['1200.5']],
    ['12,000,000', ['12000000']],
    ['3:30 pm, 15:30', ['3:30']],
    ['twenty-five dollars', ['25']],
    ['twenty one', ['21']],
    ['fünfundzwanzig Euro', ['25']],
    ['einundsechzig', ['61']],
    ['treinta y cinco euros, veintidós', ['35', '22']],
    ['two or three', ['2', '3']],
    ['one thing, eine Sache, una cosa', []],
    ['007', ['7']],
    ['12.03.2025', ['12.03.2025']],
    ['fifty', ['50']],
    ['fifty then eleven', ['50', '11']],
    ['', []],
  ])('%s', (text, expected) => {
    expect(keys(text)).toEqual(expected);
  });

  it('reads an amount the same with a point and with a comma', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
        const tail = String(cents).padStart(2, '0');
        const english = `${whole.toLocaleString('en-US')}.${tail}`;
        const german = `${whole.toLocaleString('en-US').replaceAll(',', '.')},${tail}`;
        expect(keys(english)).toEqual(keys(german));
        expect(keys(english)).toEqual([String(Number(`${whole}.${tail}`))]);
      }),
    );
  });
});
