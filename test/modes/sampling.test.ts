import { describe, expect, it } from 'vitest';
import { failureFold } from '../../src/modes/failures.ts';
import { drawSample, sampleOf, scoreBound, shareInterval, unseenShare } from '../../src/modes/sampling.ts';
import { failedRun } from './runs.ts';

/** A population so large that drawing takes nothing from it. */
const ENDLESS = 1e12;
const Z2 = 1.959963984540054 ** 2;

describe('the interval of a share', () => {
  // Newcombe 1998, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, table I.
  it.each([
    [81, 263, 0.2553, 0.3662, 0.2535, 0.3682],
    [15, 148, 0.0624, 0.1605, 0.0598, 0.1644],
    [0, 20, 0, 0.1611, 0, 0.2005],
    [1, 29, 0.0061, 0.1718, 0.0018, 0.1963],
  ])(
    'of %i of %i is as published, without and with the correction for continuity',
    (found, size, low, high, low4, high4) => {
      expect(scoreBound(found / size, Z2 / size, -1)).toBeCloseTo(low, 4);
      expect(scoreBound(found / size, Z2 / size, 1)).toBeCloseTo(high, 4);
      const [below = -1, above = -1] = shareInterval(found, size, ENDLESS) ?? [];
      expect(below).toBeCloseTo(low4, 4);
      expect(above).toBeCloseTo(high4, 4);
    },
  );

  it('of 120 of 200 from 2,000 is that of a finite population (Cochran, Sampling Techniques, 3.6: 0.533 to 0.667)', () => {
    const [low = 0, high = 0] = shareInterval(120, 200, 2_000) ?? [];
    expect(Math.abs(low - 0.533)).toBeLessThan(0.004);
    expect(Math.abs(high - 0.667)).toBeLessThan(0.004);
    const [wide = 0] = shareInterval(120, 200, ENDLESS) ?? [];
    expect(low - wide).toBeGreaterThan(0.003);
  });

  it('holds what was seen and what was not, and is the share where all were drawn', () => {
    expect(shareInterval(3, 10, 10)).toEqual([0.3, 0.3]);
    expect(shareInterval(0, 0, 10)).toBeUndefined();
    expect(shareInterval(0, 9, 10)).toEqual([0, 0.1]);
    expect(shareInterval(9, 9, 10)?.[0]).toBeGreaterThanOrEqual(0.9);
  });

  const logs = [0];
  const logOf = (n: number): number => {
    for (let i = logs.length; i <= n; i += 1) logs.push((logs[i - 1] ?? 0) + Math.log(i));
    return logs[n] ?? 0;
  };
  const ways = (n: number, k: number) =>
    k < 0 || k > n ? Number.NEGATIVE_INFINITY : logOf(n) - logOf(k) - logOf(n - k);
  /** How probable it is that the interval holds the truth, summed over all draws that there are (hypergeometric). */
  const coverage = (total: number, of: number, size: number): number => {
    let sum = 0;
    for (let found = 0; found <= Math.min(size, of); found += 1) {
      const [low = 2, high = -1] = shareInterval(found, size, total) ?? [];
      if (of / total >= low - 1e-12 && of / total <= high + 1e-12)
        sum += Math.exp(ways(of, found) + ways(total - of, size - found) - ways(total, size));
    }
    return sum;
  };

  it.each([
    [10_000, 150],
    [3_100, 150],
    [1_000, 150],
    [400, 150],
    [10_000, 300],
  ])('holds each true share from 2 to 60 %% in 94 %% of the draws and more: of %i, %i drawn', (total, size) => {
    const missed: number[] = [];
    for (let of = Math.ceil(total * 0.02); of <= total * 0.6; of += Math.max(1, Math.floor(total / 1_000)))
      if (coverage(total, of, size) < 0.94) missed.push(of / total);
    expect(missed).toEqual([]);
  });

  it('holds rarer ones as often as this', () => {
    const rare = [0.001, 0.002, 0.005, 0.01, 0.015].map((share) => [
      share,
      Number(coverage(10_000, 10_000 * share, 150).toFixed(3)),
    ]);
    expect(rare).toMatchInlineSnapshot(`
      [
        [
          0.001,
          0.991,
        ],
        [
          0.002,
          0.964,
        ],
        [
          0.005,
          0.961,
        ],
        [
          0.01,
          0.983,
        ],
        [
          0.015,
          0.975,
        ],
      ]
    `);
  });

  it('holds them in 5,000 draws of 150 of 10,000', () => {
    const random = mulberry(7);
    for (const share of [0.02, 0.0365, 0.0935, 0.3]) {
      const of = Math.round(share * 10_000);
      let held = 0;
      for (let draw = 0; draw < 5_000; draw += 1) {
        let [left, theirs, found] = [10_000, of, 0];
        for (let n = 0; n < 150; n += 1, left -= 1)
          if (random() * left < theirs) {
            theirs -= 1;
            found += 1;
          }
        const [low = 2, high = -1] = shareInterval(found, 150, 10_000) ?? [];
        if (low <= share && share <= high) held += 1;
      }
      expect(held / 5_000).toBeGreaterThan(0.94);
    }
  });
});

describe('what is unseen', () => {
  /** Sizes of modes: some large ones, many small ones, and singles. */
  const POPULATIONS: [string, number[]][] = [
    ['few large modes', [900, 500, 300, 200, 100]],
    [
      'a long tail',
      [...Array.from({ length: 60 }, (_, i) => Math.ceil(800 / (i + 1))), ...Array.from({ length: 80 }, () => 1)],
    ],
    ['nothing but singles', Array.from({ length: 2_000 }, () => 1)],
  ];
  it.each(POPULATIONS)('is estimated without bias: %s', (_, sizes) => {
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const owner = sizes.flatMap((size, mode) => Array.from({ length: size }, () => mode));
    const random = mulberry(11);
    const errors: number[] = [];
    for (let draw = 0; draw < 400; draw += 1) {
      const left = [...owner];
      const met = new Map<number, number>();
      for (let n = 0; n < 150; n += 1) {
        const at = Math.floor(random() * (left.length - n));
        const mode = left[at] ?? 0;
        left[at] = left[left.length - n - 1] ?? 0;
        met.set(mode, (met.get(mode) ?? 0) + 1);
      }
      const once = [...met.values()].filter((count) => count === 1).length;
      const truth = sizes.reduce((sum, size, mode) => sum + (met.has(mode) ? 0 : size), 0) / total;
      errors.push((unseenShare({ once, size: 150 }, total) ?? 0) - truth);
    }
    const mean = errors.reduce((sum, one) => sum + one, 0) / errors.length;
    const spread = Math.sqrt(errors.reduce((sum, one) => sum + (one - mean) ** 2, 0) / errors.length);
    expect(Math.abs(mean)).toBeLessThan(0.005);
    expect(spread).toBeLessThan(0.05);
  });
  it('is nothing where all were read', () => {
    expect(unseenShare({ once: 4, size: 20 }, 20)).toBe(0);
    expect(unseenShare({ once: 0, size: 0 }, 20)).toBeUndefined();
  });
});

describe('a draw', () => {
  const fold = failureFold();
  for (let run = 0; run < 400; run += 1)
    fold.add(failedRun(`coval/run/${run}`, [['Price', `Wrong price given to the caller, ${run % 7}`]]));
  const table = fold.result();
  const all = table.groups.flatMap(({ failures }) => failures);

  it('is the same every time, whatever the order, and a smaller one is part of it', () => {
    const runs = (failures: readonly { run: string }[]) => failures.map(({ run }) => run);
    const drawn = runs(drawSample(all, 50));
    expect(runs(drawSample([...all].reverse(), 50))).toEqual(drawn);
    expect(runs(drawSample(all, 20))).toEqual(drawn.slice(0, 20));
    expect(drawSample(all, 1_000)).toHaveLength(all.length);
    expect(runs(drawSample(all, 50, 'other'))).not.toEqual(drawn);
  });

  it('prefers none: over many seeds each is drawn about as often', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 200; seed += 1)
      for (const { run } of drawSample(all, 40, String(seed))) counts.set(run, (counts.get(run) ?? 0) + 1);
    // 200 draws of a tenth: 20 each, with a deviation of 4.2.
    const seen = all.map(({ run }) => counts.get(run) ?? 0);
    expect(Math.max(...seen)).toBeLessThan(20 + 5 * 4.25);
    expect(Math.min(...seen)).toBeGreaterThan(0);
    const chi = seen.reduce((sum, count) => sum + (count - 20) ** 2 / 18, 0);
    expect(chi).toBeLessThan(400 + 5 * Math.sqrt(800));
    expect(chi).toBeGreaterThan(400 - 5 * Math.sqrt(800));
  });

  it('is read as far as it is coded', () => {
    const drawn = new Set(drawSample(all, 50));
    const codes = {
      ambiguous: new Set<string>(),
      of: (failure: (typeof all)[number]) =>
        drawn.has(failure) && Number(failure.run.split('/')[2]) % 2 === 0
          ? ({ mode: 'M-a', by: 'assistant' } as const)
          : undefined,
    };
    const sample = sampleOf(table, codes, 50);
    expect(sample).toMatchObject({ size: 50, read: sample.byMode.get('M-a'), once: 0 });
    expect(sample.read).toBeLessThan(50);
  });
});

/** Random numbers of a seed (mulberry32). */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
