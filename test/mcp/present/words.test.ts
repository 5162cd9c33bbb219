import { describe, expect, it } from 'vitest';
import { budgetFor, DIGEST_BUDGET, FULL_BUDGET, fit } from '../../../src/mcp/budget.ts';
import {
  countsLine,
  evaluationLine,
  howMany,
  interval,
  percent,
  runLine,
  seconds,
  sessionLine,
  testLine,
  turnLine,
} from '../../../src/mcp/present/words.ts';
import { plural } from '../../../src/model/plural.ts';

const counts = { runs: 24, passed: 16, failed: 8, error: 0, inconclusive: 0, pending: 0 };

describe('numbers in words', () => {
  it.each([
    [0, '0 %'],
    [0.001, '<1 %'],
    [0.01, '1 %'],
    [0.666, '67 %'],
    [0.99, '99 %'],
    [0.999, '>99 %'],
    [1, '100 %'],
  ])('%s is %s', (rate, text) => expect(percent(rate)).toBe(text));

  it.each([
    [0.4, '0 s'],
    [89.4, '89 s'],
    [90, '1 min 30 s'],
    [125.4, '2 min 5 s'],
  ])('%s seconds are %s', (value, text) => expect(seconds(value)).toBe(text));

  it.each([
    [0, '0 runs'],
    [1, '1 run'],
    [2, '2 runs'],
  ])('%s of a thing is %s', (count, text) => expect(plural(count, 'run')).toBe(text));

  it.each([
    [1, undefined, '1 run'],
    [2, undefined, '2 runs'],
    [2, 2, '2 runs'],
    [1, 1, '1 run'],
    [1, 2, '1 of 2 runs'],
    [0, 1, '0 of 1 run'],
  ])('%s shown of %s are %s', (shown, total, text) => expect(howMany(shown, total, 'run')).toBe(text));

  it('an interval is in whole per cents', () => {
    expect(interval([0.468, 0.8203])).toBe('95 % interval 47–82 %');
    expect(interval([])).toBe('95 % interval 0–0 %');
  });
});

describe('counts', () => {
  it('leave out what is zero', () => {
    expect(countsLine({ counts })).toBe('16 of 24 passed, 8 failed');
    expect(countsLine({ counts: { ...counts, failed: 0 } })).toBe('16 of 24 passed');
  });

  it('say the rest and the rate', () => {
    const line = countsLine({
      counts: { ...counts, error: 1, inconclusive: 2, pending: 3 },
      pass_rate: 2 / 3,
      pass_rate_interval: [0.468, 0.82],
    });
    expect(line).toBe(
      '16 of 24 passed (67 % of those judged, 95 % interval 47–82 %), 8 failed, 1 error, 2 inconclusive, 3 pending',
    );
    expect(countsLine({ counts, pass_rate: 1 })).toBe('16 of 24 passed (100 % of those judged), 8 failed');
  });

  it('say nothing of verdicts that were not read', () => {
    const none = { ...counts, passed: 0, failed: 0 };
    expect(countsLine({ counts: { ...none, uncounted: 24 } })).toBe('24 runs, verdicts not read');
    expect(countsLine({ counts: { ...none, pending: 3, uncounted: 21 } })).toBe(
      '24 runs, 3 pending, verdicts of 21 not read',
    );
    expect(countsLine({ counts: { ...counts, uncounted: 1 } })).toBe(
      '24 runs, 16 passed, 8 failed, verdicts of 1 not read',
    );
  });

  it('of an incomplete reading are those of the runs that were read', () => {
    const short = { complete: false, read: 24 };
    expect(countsLine({ counts }, short)).toBe('16 passed of the 24 runs that were read, 8 failed');
    const one = { ...counts, runs: 1, passed: 0, failed: 1 };
    expect(countsLine({ counts: one }, short)).toBe('0 passed of the 1 run that was read, 1 failed');
  });
});

describe('lines', () => {
  it('of a session name what is known', () => {
    const session = { ref: 'acme/session/1', provider: 'acme', status: 'completed' as const, counts };
    expect(sessionLine(session)).toBe('acme/session/1 · completed · 16 of 24 passed, 8 failed');
    expect(sessionLine({ ...session, name: 'Nightly\n1', agent: 'Rita', created_at: '2026-01-01T00:00:00Z' })).toBe(
      'acme/session/1 · completed · 16 of 24 passed, 8 failed · "Nightly ⏎ 1" · agent Rita · 2026-01-01T00:00:00Z',
    );
    const broken = { ...session, status: 'failed' as const, test: 'acme/suite/2', vendor_status: 'BOOM' };
    const times = { created_at: '2026-01-01T00:00:00Z', ended_at: '2026-01-01T00:01:00Z' };
    expect(sessionLine({ ...broken, ...times })).toBe(
      'acme/session/1 · failed · 16 of 24 passed, 8 failed · test acme/suite/2 · 2026-01-01T00:00:00Z to 2026-01-01T00:01:00Z · the platform says "BOOM"',
    );
  });

  it('of a run tell a verdict from a broken execution', () => {
    const run = { ref: 'acme/run/1', verdict: 'failed' as const, failed_evaluations: [] };
    expect(runLine({ ...run, status: 'completed' })).toBe('acme/run/1 · failed');
    expect(
      runLine({
        ...run,
        status: 'failed',
        verdict: 'error',
        name: 'Books',
        failed_evaluations: ['Tone', 'Facts'],
        turns: 0,
        duration_seconds: 100,
      }),
    ).toBe('acme/run/1 · error (failed) · "Books" · failed: Tone; Facts · 0 turns · 1 min 40 s');
  });

  it('of an evaluation give score, threshold and reason', () => {
    expect(evaluationLine({ name: 'Tone', verdict: 'passed' })).toBe('PASSED Tone');
    expect(evaluationLine({ name: 'Tone', verdict: 'unscored', score: 0 })).toBe('UNSCORED Tone (score 0)');
    expect(evaluationLine({ name: 'Tone', verdict: 'failed', score: 0.2, threshold: 0.5, reason: 'rude' })).toBe(
      'FAILED Tone (score 0.2, threshold 0.5) — rude',
    );
  });

  it('of a turn say where it stands and who speaks', () => {
    expect(turnLine({ index: 3, speaker: 'caller', text: 'hello' })).toBe('[3] caller: hello');
    expect(turnLine({ index: 3, speaker: 'agent', text: 'abc', at_seconds: 1.6 })).toBe('[3 2s] agent: abc');
  });

  it('of a test count cases and criteria', () => {
    const test = { ref: 'acme/suite/1', provider: 'acme', kind: 'suite' as const, name: 'Bookings' };
    expect(testLine(test)).toBe('acme/suite/1 · suite · "Bookings"');
    expect(testLine({ ...test, cases: 0, criteria: 3, agent: 'Rita' })).toBe(
      'acme/suite/1 · suite · "Bookings" · 0 cases · 3 criteria · agent Rita',
    );
  });
});

describe('the budget', () => {
  it('is small for a digest, larger for full, and leaves room for the frame', () => {
    expect(budgetFor(undefined)).toBe(budgetFor('digest'));
    expect(budgetFor('digest')).toBeLessThan(DIGEST_BUDGET - 1_000);
    expect(budgetFor('full')).toBeLessThan(FULL_BUDGET - 1_000);
    expect(budgetFor('full')).toBeGreaterThan(budgetFor('digest'));
  });

  it('is what the other members leave, in bytes, but never nothing', () => {
    expect(budgetFor('digest', 'x'.repeat(98), undefined, ['ü'])).toBe(budgetFor('digest') - 106);
    expect(budgetFor('digest', 'x'.repeat(50_000))).toBeGreaterThan(1_000);
  });

  it('keeps the longest prefix that fits, brackets and commas counted', () => {
    const items = ['aaaa', 'bbbb', 'cccc'];
    // Each is six characters of JSON and a comma; the brackets are two.
    expect(fit(items, 23)).toEqual({ kept: items, omitted: 0 });
    expect(fit(items, 22)).toEqual({ kept: ['aaaa', 'bbbb'], omitted: 1 });
    expect(fit(items, 16)).toEqual({ kept: ['aaaa', 'bbbb'], omitted: 1 });
    expect(fit(items, 15)).toEqual({ kept: ['aaaa'], omitted: 2 });
  });

  it('keeps one item whatever it weighs, so that paging moves on', () => {
    expect(fit(['x'.repeat(100), 'y'], 10)).toEqual({ kept: ['x'.repeat(100)], omitted: 1 });
    expect(fit([], 10)).toEqual({ kept: [], omitted: 0 });
  });
});
