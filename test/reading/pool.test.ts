import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/model/schemas.ts';
import { emptyCounts } from '../../src/model/verdicts.ts';
import { pooledSession } from '../../src/reading/pool.ts';

const session = (id: string, more: Partial<Session> = {}): Session => ({
  ref: `coval/session/${id}`,
  provider: 'coval',
  status: 'completed',
  test: 'coval/suite/s',
  counts: { ...emptyCounts(), runs: 2, passed: 1, failed: 1 },
  created_at: `2026-11-2${id}T00:00:00.000Z`,
  ended_at: `2026-11-2${id}T01:00:00.000Z`,
  ...more,
});

describe('several sessions as one', () => {
  it('sums counts and says what all have in common', () => {
    const pool = pooledSession([session('2'), session('1', { agent: 'other' })]);
    expect(pool).toMatchObject({
      ref: 'coval/session/2,coval/session/1',
      provider: 'coval',
      status: 'completed',
      test: 'coval/suite/s',
      counts: { runs: 4, passed: 2, failed: 2 },
      created_at: '2026-11-21T00:00:00.000Z',
      ended_at: '2026-11-22T01:00:00.000Z',
    });
    expect(pool.agent).toBeUndefined();
  });

  it('goes on while one goes on, and has failed when one has', () => {
    expect(pooledSession([session('1'), session('2', { status: 'running', ended_at: undefined })])).toMatchObject({
      status: 'running',
      ended_at: undefined,
    });
    expect(pooledSession([session('1'), session('2', { status: 'failed' })]).status).toBe('failed');
  });

  it('counts what was not counted, and names every platform', () => {
    const one = session('1', { counts: { ...emptyCounts(), runs: 3, uncounted: 3 } });
    const pool = pooledSession([one, session('2', { ref: 'cognigy/session/2', provider: 'cognigy' })]);
    expect(pool.counts).toMatchObject({ runs: 5, passed: 1, uncounted: 3 });
    expect(pool.provider).toBe('coval,cognigy');
  });
});
