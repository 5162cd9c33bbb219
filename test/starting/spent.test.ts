/** What the caps and the budget of the hour count, over claims of every state. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/starting/journal-entry.ts';
import { runsOfDay, runsOfHour } from '../../src/starting/spent.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;
const clock = { now: () => NOW, uptime: () => 1_000_000 };

function entry(more: Partial<Entry> = {}): Entry {
  return {
    version: 1,
    id: 'id',
    fingerprint: 'a'.repeat(32),
    start: 'u1',
    index: 0,
    steps: 1,
    attempt: 1,
    provider: 'acme',
    host: 'h',
    sandbox: false,
    test: 'acme/suite/s',
    label: 'x',
    step_digest: 'd',
    runs: 2,
    claimed_at: new Date(NOW - 10_000).toISOString(),
    process: { pid: 1, host: 'here' },
    state: 'started',
    ...more,
  };
}

const ago = (ms: number) => ({ claimed_at: new Date(NOW - ms).toISOString() });
const counting = { sandbox: false, fullStart: 200, clock };

describe('runs that were started before', () => {
  const entries = [
    entry({ runs: 5 }),
    entry({ state: 'open', runs: 7 }),
    entry({ state: 'found', runs: 11 }),
    entry({ state: 'unknown', runs: 13 }),
    entry({ state: 'refused', runs: 1_000 }),
    entry({ state: 'failed', runs: 1_000 }),
    entry({ sandbox: true, runs: 1_000 }),
    entry({ ...ago(24 * HOUR), runs: 1_000 }),
    entry({ ...ago(-2 * HOUR), runs: 17 }),
    entry({ ...ago(HOUR), runs: 19 }),
    entry({ confirmed: true, runs: 23 }),
    entry({ runs: 0 }),
    entry({ damaged: true, state: 'unknown', runs: 1 }),
  ];

  it('of a day are all that may have cost something, in one world; a damaged claim is a full start', () => {
    expect(runsOfDay(entries, counting)).toBe(5 + 7 + 11 + 13 + 17 + 19 + 23 + 1 + 200);
    expect(runsOfDay(entries, { ...counting, sandbox: true })).toBe(1_000 + 200);
  });

  it('of an hour are those without a yes; what lies in the future is now', () => {
    expect(runsOfHour(entries, counting)).toBe(5 + 7 + 11 + 13 + 17 + 1 + 200);
  });
});
