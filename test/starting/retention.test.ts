import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/starting/journal-entry.ts';
import { expiredStarts } from '../../src/starting/retention.ts';
import { call, fakeVendor, frozenClock, journalOf, lost, request, starterFor, temporaryHome } from './support.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const CLOCK = { now: () => NOW, uptime: () => 1_000 };

function entry(start: string, days: number, more: Partial<Entry> = {}): Entry {
  const time = new Date(NOW - days * DAY).toISOString();
  return {
    version: 1,
    id: start,
    fingerprint: 'a'.repeat(32),
    start,
    index: 0,
    steps: 1,
    attempt: 1,
    provider: 'acme',
    host: 'h',
    sandbox: false,
    test: 't',
    label: '',
    body: {},
    step_digest: '',
    runs: 1,
    claimed_at: time,
    settled_at: time,
    process: { pid: 1, host: 'h' },
    state: 'started',
    ...more,
  };
}

const names = (starts: Entry[][]) => starts.map((own) => own[0]?.start);

describe('expiredStarts', () => {
  it('lets settled starts go after 30 days, and open ones never', () => {
    const entries = [
      entry('u1', 31),
      entry('u2', 29),
      entry('u3', 99, { state: 'open' }),
      entry('u4', 99, { state: 'unknown', lookup: 'failed' }),
      entry('u5', 99, { state: 'unknown', lookup: 'nothing' }),
    ];
    expect(names(expiredStarts(entries, CLOCK))).toEqual(['u5', 'u1']);
  });

  it('keeps the open claims of the sandbox too: its sessions outlive its process', () => {
    const entries = [entry('u1', 31, { sandbox: true, state: 'open' }), entry('u2', 31, { sandbox: true })];
    expect(names(expiredStarts(entries, CLOCK))).toEqual(['u2']);
  });

  it('keeps the steps of one start together', () => {
    expect(expiredStarts([entry('u1', 31), entry('u1', 29, { index: 1 })], CLOCK)).toEqual([]);
    expect(expiredStarts([entry('u1', 31), entry('u1', 32, { index: 1 })], CLOCK)[0]).toHaveLength(2);
  });

  it('lets the oldest go early when there are very many, but none that the caps may count', () => {
    const entries = [1, 5, 3, 4, 0].map((days) => entry(`u${days}`, days));
    expect(names(expiredStarts(entries, CLOCK, 3))).toEqual(['u5', 'u4']);
    expect(names(expiredStarts(entries, CLOCK, 0))).toEqual(['u5', 'u4', 'u3']);
  });
});

describe('tidying after a start', () => {
  it('removes what is old, within the journal of the home', async () => {
    const home = await temporaryHome();
    const clock = frozenClock();
    const vendor = fakeVendor();
    const starter = starterFor(home, clock);
    await starter.start(vendor.provider, request(), call);
    vendor.answers.push(lost());
    await starter.start(vendor.provider, request({ agent: 'b' }), call);
    expect(await journalOf(home)).toHaveLength(2);
    clock.advance(30 * DAY);
    await starter.start(vendor.provider, request({ agent: 'c' }), call);
    expect(await journalOf(home)).toMatchObject([
      { state: 'started', claimed_at: new Date(clock.now()).toISOString() },
    ]);
    expect((await readdir(join(home, 'starts'))).every((name) => name.endsWith('.json'))).toBe(true);
  });

  it('keeps a key free whose starts all failed', async () => {
    const home = await temporaryHome();
    const clock = frozenClock();
    const vendor = fakeVendor();
    vendor.answers.push(lost({ sent: 'no' }));
    await expect(starterFor(home, clock).start(vendor.provider, request({ key: 'k' }), call)).rejects.toThrow();
    clock.advance(31 * DAY);
    await starterFor(home, clock).start(vendor.provider, request({ key: 'other' }), call);
    expect(await journalOf(home)).toHaveLength(1);
    expect(await starterFor(home, clock).start(vendor.provider, request({ key: 'k' }), call)).toMatchObject({
      outcome: 'started',
    });
  });
});
