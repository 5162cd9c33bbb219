import { describe, expect, it } from 'vitest';
import { baseOf, type RunContext, seconds, toRun } from '../../../src/providers/cognigy/map-run.ts';
import { runReader } from '../../../src/providers/cognigy/wire.ts';
import { runAtDepth } from '../../../src/providers/shared/run-depth.ts';
import { mustRead } from '../../support/data.ts';

const CONTEXT: RunContext = { scenario: 's', batch: 'b', name: 'Booking', phase: 'ended', base: 1 };
const START = Date.parse('2026-11-20T08:00:00Z');

const wire = {
  id: 'r',
  sequence: 3,
  simulationReference: 's',
  simulationRunBatchReference: 'b',
  turns: [
    { sequence: 0, text: 'Hello!', data: {}, createdAt: START + 5_000 },
    { sequence: 1, text: 'Bright Harbor Dental.', data: {}, createdAt: START + 8_000 },
    { sequence: 2, text: 'I need a cleaning.', data: {}, createdAt: START + 47_000 },
  ],
  totalTurns: 3,
  successCriteria: [
    { type: 'text', params: { name: 'Polite', text: 'Stays polite.' } },
    { type: 'text', params: { name: 'Books', text: 'Books the slot.' } },
  ],
  metrics: {
    success: false,
    results: [
      { name: 'Polite', success: true, reasoning: 'It was.' },
      { name: 'Books', success: false, reasoning: 'It did not.' },
    ],
    successRate: { percentage: 50, numerator: 1, denominator: 2 },
    summary: 'The caller got no slot.',
    isBatchStopped: false,
    isConversationEnded: true,
  },
  createdAt: START,
  maxTurns: 20,
  duration: 42_500,
  expiresAt: '2026-12-20T08:00:00.000Z',
};

const map = (change: Record<string, unknown> = {}, context: Partial<RunContext> = {}) =>
  toRun(mustRead(runReader, { ...wire, ...change }), { ...CONTEXT, ...context });

describe('a run', () => {
  it('is mapped with everything the vendor told about it', () => {
    expect(map()).toEqual({
      ref: 'cognigy/run/s~b~r',
      session: 'cognigy/session/s~b',
      test: 'cognigy/case/s',
      name: 'Booking',
      status: 'completed',
      verdict: 'failed',
      failed_evaluations: ['Books'],
      started_at: '2026-11-20T08:00:05.000Z',
      duration_seconds: 42.5,
      turns: 3,
      iteration: 2,
      evaluations: [
        { name: 'Polite', verdict: 'passed', reason: 'It was.' },
        { name: 'Books', verdict: 'failed', reason: 'It did not.' },
      ],
      ended_reason: 'conversation ended',
      summary: 'The caller got no slot.',
      expires_at: '2026-12-20T08:00:00.000Z',
      transcript: [
        { index: 0, speaker: 'caller', at_seconds: 0, text: 'Hello!' },
        { index: 1, speaker: 'agent', at_seconds: 3, text: 'Bright Harbor Dental.' },
        { index: 2, speaker: 'caller', at_seconds: 42, text: 'I need a cleaning.' },
      ],
      speaker_inferred: true,
    });
  });

  it.each([
    [
      'begins when it was created, where turns tell no time',
      { turns: [{ text: 'Hello!' }] },
      { started_at: '2026-11-20T08:00:00.000Z' },
    ],
    ['has the length of its turns, where it tells none', { duration: undefined }, { duration_seconds: 42 }],
    ['counts its turns, where it does not', { totalTurns: undefined }, { turns: 3 }],
    ['counts no turns in a form that nobody knows', { totalTurns: undefined, turns: 'spoken' }, { turns: undefined }],
    ['is addressed by _id', { id: undefined, _id: 'x' }, { ref: 'cognigy/run/s~b~x' }],
    ['expires at an integer time, too', { expiresAt: START }, { expires_at: '2026-11-20T08:00:00.000Z' }],
  ])('%s', (_, change, expected) => {
    expect(map(change)).toMatchObject(expected);
  });

  it('is nothing without an id', () => {
    expect(map({ id: undefined })).toBeUndefined();
    expect(map({ id: '  ' })).toBeUndefined();
  });
});

describe('its number', () => {
  it.each([
    [3, 1, 2],
    [3, 0, 3],
    [0, 1, undefined],
    [2.5, 1, undefined],
    [3, undefined, undefined],
    [undefined, 1, undefined],
  ])('sequence %s with base %s is iteration %s', (sequence, base, iteration) => {
    const { base: _, ...rest } = CONTEXT;
    const read = toRun(mustRead(runReader, { ...wire, sequence }), base === undefined ? rest : { ...rest, base });
    expect(read?.iteration).toBe(iteration);
  });
});

describe('evaluations of a run that was not judged', () => {
  it.each([
    ['pending while it runs', { metrics: {}, turns: [] }, 'going', 'pending', []],
    ['skipped when it broke', { metrics: { ...wire.metrics, errorInfo: { message: 'boom' } } }, 'ended', 'skipped', []],
    ['skipped when it was stopped', { metrics: { ...wire.metrics, isBatchStopped: true } }, 'ended', 'skipped', []],
    ['unscored when nobody judged it', { metrics: {} }, 'ended', 'unscored', []],
  ] as const)('are %s', (_, change, phase, verdict, failed) => {
    const run = map(change, { phase });
    expect(run?.evaluations.map((one) => one.verdict)).toEqual([verdict, verdict]);
    expect(run?.failed_evaluations).toEqual(failed);
  });

  it('have no length while it runs', () => {
    expect(map({ metrics: {} }, { phase: 'going' })?.duration_seconds).toBeUndefined();
  });
});

describe('cutting to a depth', () => {
  const failed = map();
  const met = [
    { name: 'Polite', success: true, reasoning: 'It was.' },
    { name: 'Books', success: true, reasoning: 'It did.' },
  ];
  const successRate = { percentage: 100, numerator: 2, denominator: 2 };
  const passed = map({ metrics: { ...wire.metrics, success: true, results: met, successRate } });
  if (!failed || !passed) throw new Error('Both map.');

  it('keeps reasons of what did not pass only', () => {
    expect(runAtDepth(failed, 'reasons')).toBe(failed);
    expect(failed.evaluations[1]?.reason).toBe('It did not.');
    expect(runAtDepth(passed, 'reasons').evaluations.every((one) => one.reason === undefined)).toBe(true);
  });

  it('keeps verdicts alone', () => {
    const read = runAtDepth(failed, 'verdicts');
    expect(read).toMatchObject({ verdict: 'failed', failed_evaluations: ['Books'] });
    expect(read.summary).toBeUndefined();
    expect(read.evaluations).toEqual([
      { name: 'Polite', verdict: 'passed' },
      { name: 'Books', verdict: 'failed' },
    ]);
  });

  it('keeps the form of what was not understood at every depth', () => {
    const odd = map({ metrics: { success: 'hm', results: [{ name: 'Books', success: 'hm' }] } });
    if (!odd) throw new Error('It maps.');
    for (const depth of ['verdicts', 'reasons'] as const)
      expect(runAtDepth(odd, depth).evaluations.map((one) => one.unread)).toEqual([
        'no result',
        'an unknown word',
        'an unknown word',
      ]);
  });

  it('keeps the errors of broken runs as reasons', () => {
    const broken = map({ metrics: { errorInfo: { message: 'boom' } } });
    if (!broken) throw new Error('It maps.');
    expect(runAtDepth(broken, 'reasons').error).toEqual({ message: 'boom' });
    expect(runAtDepth(broken, 'verdicts').error).toBeUndefined();
  });
});

describe('durations of an unknown unit', () => {
  it.each([
    ['milliseconds beside a span', 42_500, 41, 42.5],
    ['seconds beside a span', 42.5, 41, 42.5],
    ['long seconds beside a span', 2_000, 1_900, 2_000],
    ['milliseconds without a span', 42_500, undefined, 42.5],
    ['too short for milliseconds', 42, undefined, 42],
    ['nothing but a span', undefined, 41, 41],
    ['nonsense', -3, 41, 41],
    ['zero', 0, undefined, 0],
    ['nothing at all', undefined, undefined, undefined],
  ])('%s', (_, value, span, expected) => {
    expect(seconds(value, span)).toBe(expected);
  });
});

describe('the first number of a batch', () => {
  it.each([
    [[0, 1, 2], 3, 0],
    [[1, 2, 3], 3, 1],
    [[51, 50, 49], 51, 1],
    [[50, 49, 48], 51, 0],
    [[2, 0], undefined, 0],
    [[3, 1], undefined, 1],
    [[], 3, undefined],
  ])('of %j among %s is %s', (numbers, total, base) => {
    expect(
      baseOf(
        numbers.map((sequence) => ({ sequence })),
        total,
      ),
    ).toBe(base);
  });
});
