import { describe, expect, it } from 'vitest';
import {
  batchStatus,
  claimedRuns,
  countersOf,
  endedRuns,
  toSession,
  totalOf,
} from '../../../src/providers/cognigy/map-session.ts';
import { batchReader } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const batch = (wire: Record<string, unknown>) => mustRead(batchReader, { id: 'b', simulationReference: 's', ...wire });
const session = (wire: Record<string, unknown>) => toSession(batch(wire));
const END = 1_795_000_100_000;

describe('status', () => {
  it.each([
    ['IN_PROGRESS', 'running'],
    ['in progress', 'running'],
    ['RUNNING', 'running'],
    ['PENDING', 'queued'],
    ['COMPLETED', 'completed'],
    ['FAILED', 'failed'],
    ['STOPPED', 'cancelled'],
    ['SOMETHING_NEW', 'running'],
    ['constructor', 'running'],
  ])('%s is %s', (status, expected) => {
    expect(batchStatus(batch({ status, runs: 4, completedRuns: 4 }))).toBe(expected);
  });

  it.each([
    ['an end', { completedAt: END }, 'completed'],
    ['an end in seconds', { completedAt: END / 1000 }, 'completed'],
    ['all runs completed', { runs: 4, completedRuns: 4 }, 'completed'],
    ['all runs completed or failed', { runs: 4, completedRuns: 3, failedRuns: 1 }, 'completed'],
    ['runs to come', { runs: 4, completedRuns: 3 }, 'running'],
    ['no counters', {}, 'running'],
    ['no runs asked for', { runs: 0, completedRuns: 0 }, 'running'],
  ])('without one: %s', (_, wire, expected) => {
    expect(batchStatus(batch(wire))).toBe(expected);
  });

  it('of an unknown word is over once there is an end', () => {
    expect(batchStatus(batch({ status: 'ARCHIVED', completedAt: END }))).toBe('completed');
  });

  it('without one is what the filter found it to be', () => {
    expect(batchStatus(batch({ completedAt: END }), 'cancelled')).toBe('cancelled');
    expect(batchStatus(batch({ status: 'COMPLETED' }), 'cancelled')).toBe('completed');
  });
});

describe('numbers', () => {
  it.each([
    [{ runs: 5, numberOfExecutions: 6, numberOfRuns: 7 }, 7],
    [{ runs: 8, numberOfExecutions: '6' }, 8],
    [{ numberOfExecutions: 6, numberOfRuns: 7 }, 7],
    [{ numberOfRuns: 7 }, 7],
    [{}, undefined],
  ])('of runs asked for in %j', (wire, total) => {
    expect(totalOf(batch(wire))).toBe(total);
  });

  it.each([
    [{ completedRuns: 3, failedRuns: 1 }, 4],
    [{ completedRuns: 3 }, 3],
    [{ batchMetrics: { runResults: { succeeded: 2, failed: 1 } } }, 3],
    [{}, undefined],
  ])('of runs ended in %j', (wire, ended) => {
    expect(endedRuns(batch(wire))).toBe(ended);
  });
});

describe('runs that an ended batch must have', () => {
  const results = (succeeded: unknown, failed?: unknown) => ({ batchMetrics: { runResults: { succeeded, failed } } });
  it.each([
    ['completed, all counted', 'completed', { runs: 10, completedRuns: 8, failedRuns: 2 }, 10],
    ['completed, some counted', 'completed', { runs: 10, completedRuns: 6, failedRuns: 1 }, 7],
    ['completed, nothing counted', 'completed', { runs: 10 }, 10],
    ['completed, counted as text', 'completed', { runs: '10', completedRuns: '6' }, 6],
    ['completed, failed ones counted twice', 'completed', { runs: 5, completedRuns: 5, failedRuns: 2 }, 5],
    ['failed, nothing counted', 'failed', { runs: 5 }, undefined],
    ['failed, none counted', 'failed', { runs: 5, completedRuns: 0, failedRuns: 0 }, 0],
    ['failed, all of them failed', 'failed', { runs: 5, completedRuns: 0, failedRuns: 5 }, 5],
    ['stopped, judged ones alone', 'cancelled', { numberOfExecutions: 5, ...results(2, 1) }, 3],
    ['the higher word', 'cancelled', { runs: 5, completedRuns: 1, ...results(2, 1) }, 3],
    [
      'all by one number, fewer than another says',
      'completed',
      { runs: 8, completedRuns: 8, numberOfExecutions: 10 },
      10,
    ],
    ['no total', 'completed', { completedRuns: 60 }, 60],
    ['no word at all', 'completed', {}, undefined],
  ] as const)('%s', (_, status, wire, claimed) => {
    expect(claimedRuns(batch(wire), status)).toBe(claimed);
  });

  it('and what it counts of them', () => {
    expect(countersOf(batch({ failedRuns: 2, ...results(3, 1) }))).toEqual({ unsuccessful: 2, passed: 3 });
    expect(countersOf(batch({ runs: 4 }))).toEqual({});
  });
});

describe('counts', () => {
  const results = (succeeded: number, failed: number) => ({ batchMetrics: { runResults: { succeeded, failed } } });
  const none = { runs: 0, passed: 0, failed: 0, error: 0, inconclusive: 0, pending: 0 };

  it('are verdicts where the batch tells how many succeeded', () => {
    const read = session({ status: 'COMPLETED', numberOfExecutions: 5, ...results(3, 2) });
    expect(read?.counts).toEqual({ ...none, runs: 5, passed: 3, failed: 2 });
    expect(read?.pass_rate).toBe(0.6);
  });

  it('are uncounted where it only tells how many ended', () => {
    const read = session({ status: 'COMPLETED', runs: 5, completedRuns: 3, failedRuns: 2 });
    expect(read?.counts).toEqual({ ...none, runs: 5, uncounted: 5 });
    expect(read?.pass_rate).toBeUndefined();
  });

  it('leave out what broke, which the results do not hold', () => {
    const read = session({ status: 'COMPLETED', runs: 5, completedRuns: 5, failedRuns: 1, ...results(3, 1) });
    expect(read?.counts).toEqual({ ...none, runs: 5, passed: 3, failed: 1, uncounted: 1 });
  });

  it('do not call runs failed that may have broken', () => {
    const read = session({ status: 'COMPLETED', runs: 5, completedRuns: 5, failedRuns: 1, ...results(3, 2) });
    expect(read?.counts).toEqual({ ...none, runs: 5, passed: 3, uncounted: 2 });
  });

  it.each([['STOPPED'], ['FAILED']])('of a %s batch know no failures', (status) => {
    const read = session({ status, runs: 5, ...results(1, 4) });
    expect(read?.counts).toEqual({ ...none, runs: 5, passed: 1, uncounted: 4 });
  });

  it('of a batch under way hold what is to come', () => {
    expect(session({ status: 'IN_PROGRESS', runs: 5, completedRuns: 2 })?.counts).toEqual({
      ...none,
      runs: 5,
      pending: 3,
      uncounted: 2,
    });
    expect(session({ status: 'IN_PROGRESS', numberOfExecutions: 5, ...results(1, 1) })?.counts).toEqual({
      ...none,
      runs: 5,
      passed: 1,
      pending: 3,
      uncounted: 1,
    });
  });

  it('always add up', () => {
    for (const status of ['IN_PROGRESS', 'COMPLETED', 'STOPPED'])
      for (const runs of [undefined, 0, 3, 9])
        for (const completedRuns of [undefined, 0, 3, 9])
          for (const failedRuns of [undefined, 0, 2])
            for (const succeeded of [undefined, 0, 3])
              for (const failed of [undefined, 0, 4]) {
                const wire = {
                  status,
                  runs,
                  completedRuns,
                  failedRuns,
                  batchMetrics: { runResults: { succeeded, failed } },
                };
                const { counts } = session(wire) ?? {};
                if (!counts) throw new Error('no session');
                const { runs: all, uncounted = 0, ...parts } = counts;
                const sum = Object.values(parts).reduce((total, part) => total + part, 0);
                expect(sum + uncounted, JSON.stringify(wire)).toBe(all);
              }
  });
});

describe('the rest', () => {
  it('tells a short batch apart from a whole one', () => {
    expect(session({ status: 'COMPLETED', runs: 10, completedRuns: 8 })?.vendor_status).toBe(
      'COMPLETED, 8 of 10 runs ended',
    );
    expect(session({ status: 'COMPLETED', runs: 10, completedRuns: 10 })?.vendor_status).toBe('COMPLETED');
    expect(session({ status: 'IN_PROGRESS', runs: 10, completedRuns: 8 })?.vendor_status).toBe('IN_PROGRESS');
  });

  it('has both ids in its reference, times as ISO texts, and the end only when it is over', () => {
    expect(
      session({ _id: 'x', name: 'nightly', status: 'COMPLETED', createdAt: 1_795_000_000, completedAt: END }),
    ).toMatchObject({
      ref: 'cognigy/session/s~b',
      test: 'cognigy/case/s',
      name: 'nightly',
      created_at: '2026-11-18T11:06:40.000Z',
      ended_at: '2026-11-18T11:08:20.000Z',
    });
    expect(session({ status: 'IN_PROGRESS', completedAt: END })?.ended_at).toBeUndefined();
  });

  it('falls back to the name of the scenario', () => {
    expect(toSession(batch({}), { scenarioName: 'Booking' })?.name).toBe('Booking');
    expect(session({ simulationFrozen: { name: 'Then' } })?.name).toBe('Then');
  });

  it('is nothing without ids', () => {
    expect(toSession(mustRead(batchReader, { id: 'b' }))).toBeUndefined();
    expect(toSession(mustRead(batchReader, { simulationReference: 's' }))).toBeUndefined();
    expect(toSession(mustRead(batchReader, {}), { scenario: 's', batch: 'b' })?.ref).toBe('cognigy/session/s~b');
  });
});
