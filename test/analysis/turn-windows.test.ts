import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heaviestWindow, type TurnWindow, turnRange, turnsAround } from '../../src/analysis/turn-windows.ts';
import type { Turn } from '../../src/model/schemas.ts';

const transcript = (indices: readonly number[]): Turn[] =>
  indices.map((index) => ({ index, speaker: 'agent', text: `turn ${index}` }));
const ten = transcript([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const shape = ({ turns, omitted_before, omitted_after }: TurnWindow) => [
  turns.map((turn) => turn.index),
  omitted_before,
  omitted_after,
];

describe('turnRange', () => {
  it.each([
    [{}, [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0, 0]],
    [{ from: 3, to: 5 }, [[3, 4, 5], 3, 4]],
    [{ from: 8 }, [[8, 9], 8, 0]],
    [{ to: 1 }, [[0, 1], 0, 8]],
    [{ limit: 2 }, [[0, 1], 0, 8]],
    [{ from: 4, limit: 2 }, [[4, 5], 4, 4]],
    [{ to: 4, limit: 2 }, [[3, 4], 3, 5]],
    [{ from: 2, to: 6, limit: 2 }, [[2, 3], 2, 6]],
    [{ from: 50 }, [[], 10, 0]],
    [{ to: -1 }, [[], 0, 10]],
    [{ limit: 0 }, [[], 0, 10]],
  ])('%j', (options, expected) => {
    expect(shape(turnRange(ten, options))).toEqual(expected);
  });

  it('goes by turn index, not by position', () => {
    expect(shape(turnRange(transcript([1, 4, 9, 12]), { from: 4, to: 10 }))).toEqual([[4, 9], 1, 1]);
  });

  it('refuses a reversed range', () => {
    expect(() => turnRange(ten, { from: 5, to: 2 })).toThrow('cannot start at 5 and end at 2');
  });

  it('accounts for every turn', () => {
    const bound = fc.option(fc.integer({ min: -2, max: 14 }), { nil: undefined });
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(12)), bound, bound, bound, (indices, from, to, limit) => {
        fc.pre(from === undefined || to === undefined || from <= to);
        const turns = transcript(indices.sort((a, b) => a - b));
        const window = turnRange(turns, { from, to, limit: limit === undefined ? undefined : Math.max(0, limit) });
        expect(window.omitted_before + window.turns.length + window.omitted_after).toBe(turns.length);
        expect(window.omitted_before).toBeGreaterThanOrEqual(0);
        expect(window.omitted_after).toBeGreaterThanOrEqual(0);
        for (const turn of window.turns) {
          expect(turn.index).toBeGreaterThanOrEqual(from ?? 0);
          expect(turn.index).toBeLessThanOrEqual(to ?? 99);
        }
      }),
    );
  });
});

describe('turnsAround', () => {
  it.each([
    [5, 3, [[4, 5, 6], 4, 3]],
    [0, 3, [[0, 1, 2], 0, 7]],
    [9, 4, [[6, 7, 8, 9], 6, 0]],
    [99, 2, [[8, 9], 8, 0]],
    [5, 99, [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0, 0]],
  ])('%i, %i turns', (index, size, expected) => {
    expect(shape(turnsAround(ten, index, size))).toEqual(expected);
  });

  it('takes an empty transcript', () => {
    expect(shape(turnsAround([], 3, 5))).toEqual([[], 0, 0]);
  });
});

describe('heaviestWindow', () => {
  it('shows the end when nothing weighs', () => {
    expect(shape(heaviestWindow(ten, new Map(), 3))).toEqual([[7, 8, 9], 7, 0]);
  });

  it('puts one heavy turn in the middle and several inside', () => {
    expect(shape(heaviestWindow(ten, new Map([[4, 2]]), 5))).toEqual([[2, 3, 4, 5, 6], 2, 3]);
    const both = heaviestWindow(
      ten,
      new Map([
        [2, 1],
        [5, 1],
        [9, 1.5],
      ]),
      5,
    );
    expect(both.turns.map((turn) => turn.index)).toEqual(expect.arrayContaining([5, 9]));
  });

  it('holds as much weight as any window of its size', () => {
    const weights = fc.dictionary(fc.integer({ min: 0, max: 9 }).map(String), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 10 }), (given, size) => {
        const weight = new Map(Object.entries(given).map(([key, value]) => [Number(key), value]));
        const sum = (start: number) =>
          Array.from({ length: size }, (_, i) => weight.get(start + i) ?? 0).reduce((a, b) => a + b, 0);
        const best = Math.max(...Array.from({ length: 11 - size }, (_, start) => sum(start)));
        const window = heaviestWindow(ten, weight, size);
        expect(window.turns).toHaveLength(size);
        if (weight.size > 0) expect(sum(window.omitted_before)).toBe(best);
      }),
    );
  });
});
