/** How many finished sessions are kept. */
import { expect, it } from 'vitest';
import { coverageOf } from '../../src/model/coverage.ts';
import { emptyCounts } from '../../src/model/verdicts.ts';
import { createSessionCache } from '../../src/reading/session-cache.ts';
import { aRun, aSession } from '../analysis/runs.ts';

/** As long a session as is kept at all. */
const LARGEST = 10_000;

it('keeps two of the largest sessions, so that what compares them twice reads them once', () => {
  const cache = createSessionCache(() => 0);
  const runs = Array.from({ length: LARGEST }, () => aRun());
  const largest = cache.collect(0);
  expect([largest.add(runs), largest.add([aRun()])]).toEqual([true, false]);
  const counts = { ...emptyCounts(), runs: LARGEST, passed: LARGEST };
  const keep = (key: string) =>
    cache.keep(key, {
      session: aSession(),
      depth: 'reasons',
      runs,
      counts,
      coverage: coverageOf({ read: LARGEST }),
    });
  keep('before');
  keep('after');
  expect(['before', 'after'].map((key) => cache.get(key)?.runs?.length)).toEqual([LARGEST, LARGEST]);
  keep('third');
  expect(['before', 'after', 'third'].map((key) => cache.get(key) !== undefined)).toEqual([false, true, true]);
});
