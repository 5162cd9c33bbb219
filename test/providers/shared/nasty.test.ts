/** Scalars, envelopes and choosing on whatever may come: nothing is thrown that should not be, and nothing is guessed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem, Problem } from '../../../src/model/problem.ts';
import { candidates, closest, orUnknown, pick } from '../../../src/providers/shared/choose.ts';
import { faultProblem, isFault } from '../../../src/providers/shared/faults.ts';
import { count, epoch, instant, iso, nextToken, number, text, truth } from '../../../src/providers/shared/scalars.ts';

const nasty = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.bigInt(),
  fc.constantFrom(
    '1e999',
    '-0',
    '00',
    '+7',
    '7.',
    '.',
    'e1',
    '١٢',
    '１２',
    '0b1',
    '1_000',
    '1 000',
    'NaN',
    'Infinity',
    '__proto__',
  ),
);

describe('scalars', () => {
  it('read what they understand of anything, and throw for nothing', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const [counted, read, at] = [count(value), number(value), instant(value)];
        if (counted !== undefined) expect(Number.isSafeInteger(counted) && counted >= 0).toBe(true);
        if (read !== undefined) expect(Number.isFinite(read)).toBe(true);
        if (at !== undefined) expect(iso(value)).toMatch(/^\d{4}-/);
        expect([true, false, undefined]).toContain(truth(value));
        const written = text(value);
        if (written !== undefined) expect(written.trim()).not.toBe('');
        const { next, more } = nextToken(value);
        if (next !== undefined) expect(next.trim()).not.toBe('');
        expect([true, undefined]).toContain(more);
      }),
    );
  });

  it('are the same as text and as numbers', () => {
    fc.assert(
      fc.property(fc.nat(), (whole) => {
        expect(count(String(whole))).toBe(count(whole));
        expect(number(` ${whole}.50 `)).toBe(whole + 0.5);
        expect(text(whole)).toBe(String(whole));
      }),
    );
  });

  it.each([
    '١٢',
    '１２',
    '1_000',
    '1,000',
    '1 000',
    '0b1',
    '0x1f',
    '--1',
    '1e',
    'e1',
    '.',
    '+',
    'NaN',
    'Infinity',
    '1e999',
    '12px',
  ])('%j is no number', (value) => {
    expect([number(value), count(value)]).toEqual([undefined, undefined]);
  });

  it.each([
    [-0, 0],
    ['+7', 7],
    ['007', 7],
    ['7.', 7],
    [1e9, 1e9],
    [1e9 + 1, undefined],
    ['1.0000000001', undefined],
  ])('%j counts %j', (value, counted) => {
    expect(count(value) === counted).toBe(true);
  });

  it.each([
    ['2026-02-30T10:00:00+99:99'],
    ['2026-11-22T25:00:00Z'],
    ['2026-11-22T10:00:00Z; x'],
    ['22.11.2026'],
    ['11/22/2026'],
    ['Sun Nov 22 2026'],
    ['now'],
    [999_999_999],
    [1e17],
    [-1795341600],
    [true],
    [[1795341600]],
  ])('%j is no moment', (value) => {
    expect(iso(value)).toBeUndefined();
  });

  it.each([
    [1e9, 1e12],
    [1e11 - 1, (1e11 - 1) * 1000],
    [1e11, 1e11],
    [1e14, 1e11],
    [1e14 + 999, 1e11],
    [1e17, undefined],
  ])('%d since the epoch is %d ms', (value, ms) => {
    expect(epoch(value)).toBe(ms);
  });
});

describe('an envelope', () => {
  it('is judged without throwing, whatever it is', () => {
    fc.assert(fc.property(nasty, (value) => typeof isFault(value) === 'boolean'));
  });

  it.each([
    { status: 'success' },
    { status: 'completed' },
    { status: 'pending' },
    { status: 204 },
    { error: false },
    { ok: 1 },
  ])('%j is no fault', (value) => expect(isFault(value)).toBe(false));

  it.each([{ status: ' ERROR ' }, { status: 'Failed' }, { error: true }, { errors: { a: ['x'] } }, { error: 0.5 }])(
    '%j is one',
    (value) => expect(isFault(value)).toBe(true),
  );

  it('becomes a problem with the words of the platform', () => {
    const problem = faultProblem({ id: 'here', label: 'Here' }, 'a list of runs', { error: 'x' }, (status) => ({
      status,
      message: 'x',
    }));
    expect(problem).toMatchObject({
      kind: 'vendor_error',
      message: 'Here answered with an error instead of a list of runs.',
      details: { provider: 'here', sent: 'yes', vendor: { status: 200, message: 'x' } },
    });
  });
});

describe('choosing', () => {
  const choice = { platform: { id: 'here', label: 'Here' }, what: 'agent', kind: 'agent' } as const;
  const named = fc.record({
    id: fc.string({ minLength: 1, unit: 'binary' }),
    name: fc.option(fc.string(), { nil: undefined }),
  });

  it('chooses one that fits, or says what there is', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(named, { selector: ({ id }) => id.trim(), maxLength: 6 }),
        fc.string(),
        (items, wanted) => {
          try {
            const { id, name = '' } = pick(items, wanted, choice);
            const lower = wanted.trim().toLowerCase();
            expect(id === wanted.trim() || name.trim().toLowerCase().includes(lower)).toBe(true);
          } catch (error) {
            if (!isProblem(error)) throw error;
            expect(['not_found', 'ambiguous']).toContain(error.kind);
            expect(error.details.candidates?.every((one) => one.startsWith('here/agent/'))).toBe(true);
          }
        },
      ),
    );
  });

  it('prefers an id to a name, and a name to its case', () => {
    const items = [
      { id: 'x', name: 'y' },
      { id: 'y', name: 'X' },
      { id: 'z', name: 'x' },
    ];
    expect(pick(items, 'y', choice).id).toBe('y');
    expect(pick(items, 'x', choice).id).toBe('x');
    expect(pick(items, 'X', choice).id).toBe('y');
  });

  it('chooses nothing by an empty name', () => {
    expect(() => pick([{ id: 'x', name: 'y' }], ' ', choice)).toThrow(/knows no agent/);
  });

  it('offers few, each once, and the same one first', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 30 }), (known) => {
        const [first = ''] = known;
        const offered = closest(first, known);
        expect(offered.length).toBeLessThanOrEqual(5);
        expect(new Set(offered).size).toBe(offered.length);
        expect(offered.every((one) => known.includes(one))).toBe(true);
      }),
    );
    expect(closest('appointment-7', ['appointment-1', 'appointment-7', 'billing'])[0]).toBe('appointment-7');
    expect(candidates([{ id: 'a~b' }, { id: 'c d', name: 'e' }], 'a', choice)).toEqual([
      'here/agent/a~b',
      'here/agent/%63%20%64 "e"',
    ]);
  });

  it('does not ask what there is where the id was known, and lets go through what is no matter of ids', async () => {
    let asked = 0;
    const known = async () => {
      asked += 1;
      return [];
    };
    const about = { ...choice, id: 'x', next: 'Look.', known };
    expect(await orUnknown(Promise.resolve(3), about)).toBe(3);
    const other = new Error('x');
    await expect(orUnknown(Promise.reject(other), about)).rejects.toBe(other);
    expect(asked).toBe(0);
    const missing = () => Promise.reject(new Problem('not_found', 'No.', { vendor: { status: 404 } }));
    const over = { ...about, known: () => Promise.reject(new Problem('cancelled', 'Over.')) };
    await expect(orUnknown(missing(), over)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
