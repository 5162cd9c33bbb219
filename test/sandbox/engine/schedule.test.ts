import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSchedule, stateAt } from '../../../src/sandbox/engine/schedule.ts';
import type { Conversation, EngineRun, RunOutcome } from '../../../src/sandbox/engine/types.ts';
import { AGENTS, CASES } from '../../../src/sandbox/engine/world.ts';

function talkOf(duration_seconds: number): RunOutcome {
  const conversation: Conversation = {
    turns: [],
    evaluations: [],
    passed: true,
    ended_reason: 'completed',
    duration_seconds,
    latency_seconds: 1,
    summary: '',
  };
  return { kind: 'conversation', conversation };
}

describe('createSchedule', () => {
  it('starts each run as soon as a place is free, and never more at once than there are places', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (durations, parallel) => {
          const schedule = createSchedule(1000, parallel, 1);
          // The plain way: look through all places for the earliest.
          const places = Array.from({ length: parallel }, () => 3000);
          for (const [index, duration] of durations.entries()) {
            const earliest = places.indexOf(Math.min(...places));
            const start = places[earliest] ?? 0;
            const timing = schedule(talkOf(duration), `${index}`);
            expect(timing.starts_at).toBe(start);
            expect(timing.ends_at).toBe(start + duration * 1000);
            expect(timing.scored_at - timing.ends_at).toBeGreaterThanOrEqual(4000);
            expect(timing.scored_at - timing.ends_at).toBeLessThanOrEqual(10_000);
            places[earliest] = start + duration * 1000 + 1000;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('runs faster at a higher speed', () => {
    const one = createSchedule(0, 1, 1)(talkOf(60), 'a');
    const ten = createSchedule(0, 1, 10)(talkOf(60), 'a');
    expect(ten.ends_at - ten.starts_at).toBe((one.ends_at - one.starts_at) / 10);
  });

  it('lets a stuck run give its place to others without ever ending', () => {
    const schedule = createSchedule(0, 1, 1);
    expect(schedule({ kind: 'stuck' }, 'a').ends_at).toBe(Number.POSITIVE_INFINITY);
    expect(schedule(talkOf(5), 'b').starts_at).toBeLessThan(120_000);
  });

  it('needs no scoring for what broke', () => {
    const timing = createSchedule(0, 1, 1)({ kind: 'broken', message: 'm', code: 'c' }, 'a');
    expect(timing.scored_at).toBe(timing.ends_at);
  });
});

describe('stateAt', () => {
  const [worldCase] = CASES;
  if (!worldCase || AGENTS.length === 0) throw new Error('no world');
  const run = (outcome: RunOutcome, more: Partial<EngineRun> = {}): EngineRun => ({
    id: 'r',
    session: 's',
    case: worldCase,
    iteration: 0,
    index: 0,
    outcome,
    variables: {},
    created_at: 0,
    starts_at: 10,
    ends_at: 20,
    scored_at: 30,
    ...more,
  });

  it.each([
    [9, 'queued'],
    [10, 'running'],
    [19, 'running'],
    [20, 'scoring'],
    [29, 'scoring'],
    [30, 'completed'],
  ] as const)('at %i a conversation is %s', (at, state) => {
    expect(stateAt(run(talkOf(1)), at)).toBe(state);
  });

  it('knows broken and cancelled runs', () => {
    const broken = run({ kind: 'broken', message: 'm', code: 'c' });
    expect([stateAt(broken, 19), stateAt(broken, 20)]).toEqual(['running', 'broken']);
    const cancelled = run(talkOf(1), { cancelled_at: 15 });
    expect([stateAt(cancelled, 14), stateAt(cancelled, 15), stateAt(cancelled, 99)]).toEqual([
      'running',
      'cancelled',
      'cancelled',
    ]);
  });
});
