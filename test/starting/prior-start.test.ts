import { describe, expect, it } from 'vitest';
import type { Liveness } from '../../src/home/process-identity.ts';
import type { Entry } from '../../src/starting/journal-entry.ts';
import { isLost, latestAttempts, nextAttempt, type Observer, priorStartOf } from '../../src/starting/prior-start.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const CLOCK = { now: () => NOW, uptime: () => 1_000 };
const SECOND = 1_000;
const HOUR = 3_600_000;

function at(ago: number): string {
  return new Date(NOW - ago).toISOString();
}

function entry(more: Partial<Entry> = {}): Entry {
  const index = more.index ?? 0;
  return {
    version: 1,
    id: `id-${index}`,
    fingerprint: 'a'.repeat(32),
    start: 'u1',
    index,
    steps: 1,
    attempt: 1,
    provider: 'acme',
    host: 'h',
    sandbox: false,
    test: 'acme/suite/s',
    label: 'x',
    body: {},
    step_digest: `d${index}`,
    runs: 2,
    claimed_at: at(10 * SECOND),
    process: { pid: 1, host: 'here' },
    state: 'started',
    settled_at: at(9 * SECOND),
    ...more,
  };
}

function watch(liveness: Liveness = 'dead', working = false): Observer {
  return { clock: CLOCK, liveness: () => liveness, working: () => working };
}

const open = { state: 'open', settled_at: undefined } as const;
const key = `k${'b'.repeat(32)}`;

describe('priorStartOf without a key', () => {
  it.each<[string, Entry[], Observer, object]>([
    ['nothing was ever started', [], watch(), { kind: 'free', start: 'u1' }],
    ['an equal start was answered just now', [entry()], watch(), { kind: 'answered', missing: [] }],
    ['it was answered a minute ago', [entry({ settled_at: at(60 * SECOND) })], watch(), { kind: 'free', start: 'u2' }],
    ['it was answered 59 seconds ago', [entry({ settled_at: at(59 * SECOND) })], watch(), { kind: 'answered' }],
    ['it is open and its call lives', [entry(open)], watch('alive'), { kind: 'busy' }],
    ['it is open and its process is dead', [entry(open)], watch('dead'), { kind: 'lost', lost: [{ index: 0 }] }],
    ['it is open on another machine', [entry(open)], watch('elsewhere'), { kind: 'busy' }],
    [
      'it is open longer than any request',
      [entry({ ...open, claimed_at: at(HOUR) })],
      watch('alive'),
      { kind: 'lost' },
    ],
    [
      'it is open, old, and this process works on it',
      [entry({ ...open, claimed_at: at(HOUR) })],
      watch('alive', true),
      { kind: 'busy' },
    ],
    ['it was refused', [entry({ state: 'refused' })], watch(), { kind: 'free', start: 'u2' }],
    ['it was never sent', [entry({ state: 'failed' })], watch(), { kind: 'free', start: 'u2' }],
    ['it is unknown', [entry({ state: 'unknown', lookup: 'nothing' })], watch(), { kind: 'lost' }],
    [
      'it is unknown for long',
      [entry({ state: 'unknown', lookup: 'nothing', settled_at: at(HOUR) })],
      watch(),
      { kind: 'free', start: 'u2' },
    ],
    [
      'it is unknown for long because nobody could look',
      [entry({ state: 'unknown', lookup: 'failed', settled_at: at(HOUR) })],
      watch(),
      { kind: 'lost' },
    ],
    [
      'the clock was set back since',
      [entry({ settled_at: at(-HOUR), claimed_at: at(-HOUR) })],
      watch(),
      { kind: 'answered' },
    ],
    [
      'the clock was years ahead then: what lies in the future counts as now',
      [entry({ settled_at: at(-9_000 * HOUR), claimed_at: at(-9_000 * HOUR) })],
      watch(),
      { kind: 'answered' },
    ],
    [
      'its file is damaged',
      [entry({ state: 'unknown', damaged: true, settled_at: at(30 * SECOND) })],
      watch(),
      { kind: 'answered', missing: [] },
    ],
    [
      'its file is being written',
      [entry({ state: 'unknown', damaged: true, settled_at: at(SECOND) })],
      watch(),
      { kind: 'busy' },
    ],
    [
      'it was started under a key just now',
      [entry({ start: key })],
      watch(),
      { kind: 'answered', start: key, missing: [] },
    ],
    [
      'the newest of several counts',
      [entry({ start: 'u3', settled_at: at(HOUR) }), entry({ start: 'u4' })],
      watch(),
      { kind: 'answered', start: 'u4' },
    ],
    [
      'of two that count, the newer decides',
      [entry({ start: 'u3', settled_at: at(50 * SECOND) }), entry({ ...open, start: 'u4', claimed_at: at(SECOND) })],
      watch('alive'),
      { kind: 'busy', start: 'u4' },
    ],
    [
      'of two that count, the newer decides, in whatever order they are read',
      [entry({ ...open, start: 'u4', claimed_at: at(SECOND) }), entry({ start: 'u3', settled_at: at(50 * SECOND) })],
      watch('alive'),
      { kind: 'busy', start: 'u4' },
    ],
    [
      'of two that count, the one whose latest step is newer decides',
      [
        entry({ start: 'u4', settled_at: at(20 * SECOND) }),
        entry({ start: 'u3', settled_at: at(50 * SECOND) }),
        entry({ start: 'u3', index: 1, settled_at: at(SECOND) }),
      ],
      watch(),
      { kind: 'answered', start: 'u3' },
    ],
    [
      'the newer was refused, the older decides',
      [entry({ start: 'u4', state: 'refused', settled_at: at(SECOND) }), entry({ start: 'u3' })],
      watch(),
      { kind: 'answered', start: 'u3' },
    ],
    [
      'a part of it is old',
      [entry({ settled_at: at(HOUR) }), entry({ index: 1, settled_at: at(SECOND) })],
      watch(),
      { kind: 'answered', start: 'u1' },
    ],
    [
      'it was claimed under a key a while ago',
      [entry({ start: key, settled_at: at(HOUR) }), entry({ start: 'u7', settled_at: at(HOUR) })],
      watch(),
      { kind: 'free', start: 'u8' },
    ],
    ['it is under way under a key', [entry({ ...open, start: key })], watch('alive'), { kind: 'busy', start: key }],
    ['it was lost under a key', [entry({ ...open, start: key })], watch('dead'), { kind: 'lost', start: key }],
    [
      'it was claimed long ago and its lost process may live',
      [entry({ ...open, claimed_at: at(4 * 60 * SECOND) })],
      watch('alive'),
      { kind: 'busy' },
    ],
  ])('when %s', (_, entries, observer, expected) => {
    expect(priorStartOf(entries, ['d0'], observer)).toMatchObject(expected);
  });
});

describe('priorStartOf with several steps', () => {
  const digests = ['d0', 'd1', 'd2'];
  const steps = (...states: Entry['state'][]) => states.map((state, index) => entry({ index, steps: 3, state }));

  it('continues with what was never tried, refused or not sent', () => {
    expect(priorStartOf(steps('started'), digests, watch())).toMatchObject({ kind: 'answered', missing: [1, 2] });
    expect(priorStartOf(steps('started', 'refused'), digests, watch())).toMatchObject({ missing: [1, 2] });
    expect(priorStartOf(steps('started', 'found', 'failed'), digests, watch())).toMatchObject({ missing: [2] });
  });

  it('lets others continue nothing of a start under a key', () => {
    const keyed = steps('started').map((one) => ({ ...one, start: key }));
    expect(priorStartOf(keyed, digests, watch())).toMatchObject({ kind: 'answered', start: key, missing: [] });
    expect(priorStartOf(keyed, digests, watch(), key)).toMatchObject({ kind: 'answered', missing: [1, 2] });
  });

  it('continues nothing while a step is unknown or another plan was under way', () => {
    expect(priorStartOf(steps('started', 'unknown'), digests, watch())).toMatchObject({ kind: 'lost' });
    expect(priorStartOf(steps('started'), ['d0', 'd1'], watch())).toMatchObject({ kind: 'answered', missing: [] });
    expect(priorStartOf(steps('started'), ['other', 'd1', 'd2'], watch())).toMatchObject({ missing: [] });
  });

  it('leaves a start to its owner between two steps, for a while', () => {
    expect(priorStartOf(steps('started'), digests, watch('alive'))).toMatchObject({ kind: 'busy' });
    const paused = steps('started').map((one) => ({ ...one, settled_at: at(30 * SECOND) }));
    expect(priorStartOf(paused, digests, watch('alive'))).toMatchObject({ kind: 'answered', missing: [1, 2] });
    expect(priorStartOf(steps('started', 'refused'), digests, watch('alive'))).toMatchObject({ kind: 'answered' });
    const whole = steps('started', 'started', 'started');
    expect(priorStartOf(whole, digests, watch('alive'))).toMatchObject({ kind: 'answered', missing: [] });
  });

  it('is busy while this very process works on any of its steps', () => {
    const observer: Observer = { ...watch(), working: (one) => one.index === 1 };
    expect(priorStartOf(steps('started', 'started'), digests, observer)).toMatchObject({ kind: 'busy' });
  });
});

describe('priorStartOf with a key', () => {
  it('never forgets, and sees only its own', () => {
    const old = entry({ start: key, settled_at: at(1_000 * HOUR), claimed_at: at(1_000 * HOUR) });
    expect(priorStartOf([old], ['d0'], watch(), key)).toMatchObject({ kind: 'answered', missing: [] });
    expect(priorStartOf([entry()], ['d0'], watch(), key)).toEqual({ kind: 'free', start: key });
  });

  it('may be used again while nothing was started with it, even when the plan has changed', () => {
    const refused = entry({ start: key, state: 'refused', settled_at: at(HOUR), steps: 4 });
    expect(priorStartOf([refused], ['e0', 'e1'], watch(), key)).toMatchObject({ kind: 'answered', missing: [0, 1] });
  });
});

describe('the small ones', () => {
  it('isLost: dead, or older than any request; a clock set back does not age a claim', () => {
    expect(isLost(entry(open), watch('dead'))).toBe(true);
    expect(isLost(entry(open), watch('alive'))).toBe(false);
    expect(isLost(entry({ ...open, claimed_at: at(-HOUR) }), watch('alive'))).toBe(false);
    expect(isLost(entry(), watch('dead'))).toBe(false);
  });

  it('latestAttempts and nextAttempt', () => {
    const entries = [entry({ index: 1, attempt: 3 }), entry({ attempt: 2 }), entry({ index: 1, attempt: 1 }), entry()];
    expect(latestAttempts(entries).map(({ index, attempt }) => [index, attempt])).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(latestAttempts([entry(), entry({ attempt: 2 })]).map(({ attempt }) => attempt)).toEqual([2]);
    expect([0, 1, 2].map((index) => nextAttempt(entries, index))).toEqual([3, 4, 1]);
  });
});
