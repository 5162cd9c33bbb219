/** Coverage of readings: the arithmetic, folding, and what gaps leave open. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Coverage,
  coverageOf,
  coverageSchema,
  doubtfulRuns,
  foldCoverages,
  GAP_KINDS,
  type Gap,
  openRuns,
  withFound,
  withGaps,
} from '../../src/model/coverage.ts';

const gap = (kind: Gap['kind'], count?: number, note = `A note on ${kind}.`): Gap => ({
  kind,
  note,
  ...(count !== undefined && { count }),
});
const facts = fc.record({
  read: fc.nat(500),
  expected: fc.option(fc.nat(500), { nil: undefined }),
  unusable: fc.nat(20),
  gaps: fc.array(
    fc.constantFrom(...GAP_KINDS).chain((kind) => fc.nat(9).map((count) => gap(kind, count))),
    { maxLength: 3 },
  ),
});

describe('coverage of one reading', () => {
  it.each<[string, Parameters<typeof coverageOf>[0], Partial<Coverage>]>([
    ['whole', { read: 10, expected: 10 }, { complete: true }],
    ['whole without a count', { read: 10 }, { complete: true }],
    ['empty', { read: 0, expected: 0 }, { complete: true }],
    ['short', { read: 8, expected: 10 }, { complete: false, missing: 2 }],
    ['all missing', { read: 0, expected: 5 }, { complete: false, missing: 5 }],
    ['one unusable', { read: 9, expected: 10, unusable: 1 }, { complete: false, unreadable: 1 }],
    ['one unusable without a count', { read: 9, unusable: 1 }, { complete: false, unreadable: 1 }],
    ['short and unusable', { read: 7, expected: 10, unusable: 1 }, { complete: false, missing: 2, unreadable: 1 }],
    ['more than expected', { read: 12, expected: 10 }, { complete: true }],
    ['more than expected, and said', { read: 12, expected: 10, gaps: [gap('surplus', 2)] }, { complete: false }],
    ['never ran', { read: 3, expected: 3, gaps: [gap('never_ran', 2)] }, { complete: true }],
    [
      'never ran, and one short',
      { read: 3, expected: 4, gaps: [gap('never_ran', 1)] },
      { complete: false, missing: 1 },
    ],
    ['a gap without a count', { read: 3, gaps: [gap('end_unknown')] }, { complete: false }],
  ])('%s', (_, given, found) => {
    const { gaps: __, ...rest } = coverageOf(given);
    const { read, expected } = given;
    expect(rest).toEqual({ complete: true, missing: undefined, unreadable: undefined, read, expected, ...found });
  });

  it('adds up whatever it is made of, and fits its schema', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const found = coverageOf(given);
        const { read, expected = 0, missing = 0, unreadable = 0, gaps = [] } = found;
        expect(missing).toBe(Math.max(0, expected - read - unreadable));
        const open = missing + unreadable > 0 || gaps.some(({ kind }) => kind !== 'never_ran' && kind !== 'deleted');
        expect(found.complete).toBe(!open);
        expect(coverageSchema.safeParse(JSON.parse(JSON.stringify(found))).success).toBe(true);
      }),
    );
  });

  it('is its own copy of the gaps', () => {
    const gaps = [gap('changed', 1)];
    const found = coverageOf({ read: 1, gaps });
    gaps.push(gap('capped'));
    expect(found.gaps).toHaveLength(1);
  });

  it('has no gaps member where there is none', () => {
    expect(JSON.stringify(coverageOf({ read: 3, expected: 3 }))).toBe('{"complete":true,"expected":3,"read":3}');
    expect(JSON.stringify(coverageOf({ read: 3 }))).toBe('{"complete":true,"read":3}');
  });
});

describe('further gaps', () => {
  it('make a reading incomplete, but for what never ran', () => {
    expect(withGaps(coverageOf({ read: 3 }), [])).toEqual(coverageOf({ read: 3 }));
    expect(withGaps(coverageOf({ read: 3 }), [gap('never_ran', 2)])).toMatchObject({
      complete: true,
      gaps: [{ kind: 'never_ran' }],
    });
    expect(withGaps(coverageOf({ read: 3 }), [gap('not_answering')]).complete).toBe(false);
    expect(withGaps(coverageOf({ read: 1, gaps: [gap('capped')] }), [gap('capped')]).gaps).toHaveLength(1);
    const both = withGaps(coverageOf({ read: 1, gaps: [gap('changed', 1)] }), [gap('never_ran', 2)]);
    expect([both.complete, both.gaps?.map(({ kind }) => kind)]).toEqual([false, ['changed', 'never_ran']]);
  });
});

describe('several readings as one', () => {
  it('are summed', () => {
    fc.assert(
      fc.property(fc.array(facts, { minLength: 1, maxLength: 4 }), (given) => {
        const parts = given.map(coverageOf);
        const folded = foldCoverages(parts);
        const sum = (of: (part: Coverage) => number | undefined) =>
          parts.reduce((all, part) => all + (of(part) ?? 0), 0);
        expect(folded.read).toBe(sum(({ read }) => read));
        expect(folded.missing ?? 0).toBe(sum(({ missing }) => missing));
        expect(folded.unreadable ?? 0).toBe(sum(({ unreadable }) => unreadable));
        expect(folded.complete).toBe(parts.every(({ complete }) => complete));
        if (parts.some(({ expected }) => expected === undefined)) expect(folded.expected).toBeUndefined();
        else expect(folded.expected).toBe(sum(({ expected }) => expected));
        // No kind of gap is lost.
        const kinds = (gaps: readonly Gap[] = []) => new Set(gaps.map(({ kind }) => kind));
        expect(kinds(folded.gaps)).toEqual(kinds(parts.flatMap(({ gaps = [] }) => gaps)));
      }),
    );
  });

  it('say a sentence once', () => {
    const part = coverageOf({ read: 5, gaps: [gap('capped')] });
    expect(foldCoverages([part, part]).gaps).toEqual([gap('capped')]);
  });

  it('are nothing where there is none', () => {
    expect(foldCoverages([])).toEqual({ complete: true, read: 0 });
  });

  it('leave open what each of them leaves open, also where two say it in the same sentence', () => {
    const part = coverageOf({ read: 5, gaps: [gap('changed', 2)] });
    expect(openRuns(part)).toBe(2);
    expect(openRuns(foldCoverages([part, part]))).toBe(4);
    expect(doubtfulRuns(foldCoverages([part, part]))).toBe(4);
    const unknown = coverageOf({ read: 5, gaps: [gap('capped')] });
    expect(openRuns(foldCoverages([part, unknown]))).toBeUndefined();
    const mixed = [
      coverageOf({ read: 5, gaps: [gap('changed', 2, 'S.')] }),
      coverageOf({ read: 5, gaps: [gap('changed', undefined, 'S.')] }),
    ];
    expect(openRuns(foldCoverages(mixed))).toBeUndefined();
    expect(openRuns(foldCoverages(mixed.toReversed()))).toBeUndefined();
  });
});

describe('what a reading leaves open', () => {
  it.each<[string, Coverage, number | undefined, number]>([
    ['nothing', coverageOf({ read: 5, expected: 5 }), 0, 0],
    ['nothing where some never ran', coverageOf({ read: 3, expected: 3, gaps: [gap('never_ran', 2)] }), 0, 0],
    ['what is missing', coverageOf({ read: 3, expected: 5, gaps: [gap('missing', 2)] }), 2, 0],
    [
      'what is missing and unusable',
      coverageOf({ read: 3, expected: 6, unusable: 1, gaps: [gap('missing', 2), gap('without_id', 1)] }),
      3,
      0,
    ],
    ['nothing for rows too many', coverageOf({ read: 6, expected: 5, gaps: [gap('surplus', 1)] }), 0, 0],
    ['what changed', coverageOf({ read: 6, gaps: [gap('changed', 2)] }), 2, 2],
    ['what counters say', coverageOf({ read: 6, gaps: [gap('counters_disagree', 3)] }), 3, 3],
    ['nobody knows what', coverageOf({ read: 6, gaps: [gap('ended_early')] }), undefined, 0],
    [
      'nobody knows what, beside what is missing',
      coverageOf({ read: 6, expected: 9, gaps: [gap('missing', 3), gap('error_in_answer')] }),
      undefined,
      0,
    ],
  ])('%s', (_, coverage, open, doubtful) => {
    expect(openRuns(coverage)).toBe(open);
    expect(doubtfulRuns(coverage)).toBe(doubtful);
  });
});

describe('missing rows that were found one by one', () => {
  const short = coverageOf({ read: 7, expected: 10, gaps: [gap('missing', 3)] });
  it('are read', () => {
    expect(withFound(short, 0, 'runs')).toBe(short);
    expect(withFound(short, 3, 'runs')).toEqual(coverageOf({ read: 10, expected: 10 }));
    expect(withFound(short, 2, 'runs')).toMatchObject({
      complete: false,
      read: 9,
      missing: 1,
      gaps: [{ kind: 'missing', count: 1, note: '1 of the 10 runs that the platform counts could not be found.' }],
    });
  });

  it('leave other gaps as they are', () => {
    const both = coverageOf({ read: 7, expected: 10, unusable: 1, gaps: [gap('missing', 2), gap('unreadable', 1)] });
    expect(withFound(both, 2, 'runs')).toMatchObject({
      complete: false,
      read: 9,
      unreadable: 1,
      gaps: [{ kind: 'unreadable' }],
    });
  });
});
