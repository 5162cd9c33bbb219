/** Which runs count in the trend of a test. */
import { describe, expect, it } from 'vitest';
import { narrowed, scopeOf, type TrendTest } from '../../src/mcp/trend-scope.ts';
import { coverageOf } from '../../src/model/coverage.ts';
import { Problem } from '../../src/model/problem.ts';
import type { Run, TestDetail } from '../../src/model/schemas.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createReading } from '../../src/reading/reading.ts';
import { aRun } from '../analysis/runs.ts';

const signal = new AbortController().signal;
const tests = (detail: TestDetail | undefined): Pick<Provider, 'tests'> => ({
  tests: {
    list: async () => ({ items: [], coverage: { complete: true, read: 0 } }),
    get: async () => {
      if (!detail) throw new Problem('not_found', 'No such test.');
      return detail;
    },
  },
});
const suite: TrendTest = { ref: 'acme/suite/1', kind: 'suite', ids: ['1'] };
const members = (...ids: string[]): TestDetail => ({
  ref: suite.ref,
  kind: 'suite',
  name: 'Bookings',
  provider: 'acme',
  members: ids.map((id) => ({ ref: `acme/case/${id}`, name: id })),
});
const filterOf = async (detail: TestDetail | undefined, test: TrendTest, session: { test?: string } = {}) => {
  const found = await scopeOf(tests(detail), test, { signal })(session);
  if (typeof found === 'string') return found;
  return ['acme/case/a', 'acme/case/b', 'acme/case/1~a', undefined].map((run) => found.has({ test: run }));
};

describe('what counts in the trend of a test', () => {
  it('is every run of an agent, and of a session that is of the suite itself', async () => {
    expect(await scopeOf(tests(undefined), undefined, { signal })({ test: 'acme/suite/2' })).toBe('all');
    expect(await filterOf(members('a'), suite, { test: suite.ref })).toBe('all');
  });

  it('is of a session that ran other tests, too, what the suite holds', async () => {
    expect(await filterOf(members('a'), suite)).toEqual([true, false, true, undefined]);
    expect(await filterOf(members('a', 'b'), suite, { test: 'acme/suite/2' })).toEqual([true, true, true, undefined]);
  });

  it('is not known where the cases of the suite are not', async () => {
    expect(await filterOf(undefined, suite)).toBe('unknown');
    expect(await filterOf({ ...members('a'), members_omitted: 3 }, suite)).toBe('unknown');
    expect(await filterOf({ ...members(), members: undefined }, suite)).toBe('unknown');
  });

  it('is of a case its own runs, by the id that was passed and by that of the platform', async () => {
    const one: TrendTest = { ref: 'acme/case/a', kind: 'case', ids: ['a'] };
    expect(await filterOf(undefined, one, { test: suite.ref })).toEqual([true, false, true, undefined]);
    const detail: TestDetail = { ref: 'acme/case/b', kind: 'case', name: 'b', provider: 'acme' };
    expect(await filterOf(detail, one)).toEqual([true, true, true, undefined]);
  });
});

it('shows a session with its own runs alone, and counts the others each time it is read', async () => {
  const runs: Run[] = ['a', 'a', 'b', undefined].map((test, nth) =>
    aRun({ ref: `acme/run/${nth}`, test: test && `acme/case/${test}` }),
  );
  const session = {
    ref: 'acme/session/1',
    provider: 'acme',
    status: 'completed' as const,
    counts: { runs: 4, passed: 0, failed: 0, error: 0, inconclusive: 0, pending: 0, uncounted: 4 },
  };
  const provider: Provider = {
    id: 'acme',
    label: 'Acme',
    host: 'acme.test',
    sandbox: false,
    check: async () => ({ ok: true }),
    sessions: {
      list: async () => ({ items: [session], coverage: { complete: true, read: 1 } }),
      get: async () => session,
      open: async () => ({
        session,
        async *runs() {
          yield { runs, coverage: coverageOf({ read: runs.length }) };
        },
      }),
    },
  };
  const opened = await createReading().open(provider, ['1'], { signal });
  const left = { other: 0, untold: 0 };
  const own = narrowed(
    opened,
    { key: 'a', has: ({ test }) => (test === undefined ? undefined : test === 'acme/case/a') },
    left,
  );
  for (const _ of [1, 2]) {
    const seen: string[] = [];
    const covered: string[] = [];
    const onCovered = (of: unknown) => void covered.push(of === own ? 'own' : 'other');
    const coverage = await own.runs('reasons', { signal, onCovered }, (some, of) => {
      expect(of).toBe(own);
      seen.push(...some.map(({ ref }) => ref));
    });
    expect([seen, covered, left]).toEqual([['acme/run/0', 'acme/run/1'], ['own'], { other: 1, untold: 1 }]);
    expect(coverage).toMatchObject({ complete: true, read: 4 });
  }
  expect(own.members).toEqual([own]);
  expect(await own.computed('x', async () => 1)).toBe(1);
  expect(await opened.computed('x', async () => 2)).toBe(2);
});
