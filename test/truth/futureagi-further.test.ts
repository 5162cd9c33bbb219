/** Further forms of the kinds A to D on Future AGI: pages, rows, counters and emptiness that nobody had listed. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { appPage, type Fields, futureAgi, listedExecution, serverError, uuid } from './futureagi-world.ts';
import { countsOf, headline } from './honesty.ts';
import { coverage, expectDoubt, expectHonest, expectTruth, followed, gaps, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('futureagi');
const sessionOf = (world: ReturnType<typeof futureAgi>) => ask(world, 'get_session', { session: world.session });
const last = (count: number) => (index: number) => index >= count;

describe('A. pages', () => {
  const pages: [string, Parameters<typeof futureAgi>[0]][] = [
    ['a count with a separator', { calls: 1240, page: ({ total_pages: _, ...page }) => ({ ...page, count: '1,240' }) }],
    ['a count of -1', { calls: 620, page: ({ total_pages: _, ...page }) => ({ ...page, count: -1 }) }],
    [
      'a count of the rows on the page',
      { calls: 80, clamp: 50, page: (page) => ({ ...page, count: page.results.length }) },
    ],
    ['a clamp to an odd size', { calls: 40, clamp: 7, page: ({ total_pages: _, ...page }) => page }],
    [
      'a clamp and a count as text',
      { calls: 40, clamp: 10, page: ({ total_pages: _, ...page }) => ({ ...page, count: '40' }) },
    ],
    [
      'a count as text with a fraction',
      { calls: 40, clamp: 10, page: ({ total_pages: _, ...page }) => ({ ...page, count: '40.0' }) },
    ],
  ];
  it.each(pages)('%s: all calls are counted', async (_, facts) => {
    const failing = 5;
    const world = futureAgi({ ...facts, fails: last(facts.calls - failing) });
    expectTruth(await sessionOf(world), { runs: facts.calls, passed: facts.calls - failing, failed: failing });
  });

  it('a server that shows its first page whatever is asked for is not believed', async () => {
    const first: Fields[] = [];
    const world = futureAgi({
      calls: 110,
      clamp: 100,
      fails: last(100),
      page: (page) => {
        if (first.length === 0) first.push(...page.results);
        return { ...page, current_page: 1, results: first };
      },
    });
    expectDoubt(await sessionOf(world), { missing: 10 });
  });

  it.each([
    ['counters as text', ['count', 'total_pages'], String],
    ['no counter at all', [], (value: unknown) => value],
  ])('list_sessions reads 25 executions in pages of ten with %s', async (_, members, write) => {
    const world = futureAgi({ calls: 1 });
    const rows = Array.from({ length: 25 }, (_row, index) => listedExecution(world.world, index));
    const reply = (asked: Asked): Reply => {
      if (!asked.path.endsWith('/executions/')) return world.reply(asked);
      const page = appPage(asked, rows, members);
      if (page?.status !== undefined) return page;
      return {
        body: Object.fromEntries(
          Object.entries(page?.body ?? {}).map(([name, value]) => [name, name === 'results' ? value : write(value)]),
        ),
      };
    };
    const found = await followed((args) => ask({ reply }, 'list_sessions', args), 'sessions', { test: world.suite });
    expect(new Set(found.refs).size).toBe(25);
  });
});

describe('B. rows', () => {
  const odd: [string, (row: Fields) => unknown][] = [
    ['have a number as their id', (row) => ({ ...row, call_execution_id: 4711 })],
    ['have an empty id', (row) => ({ ...row, call_execution_id: '' })],
    ['have blanks as their id', (row) => ({ ...row, call_execution_id: '  ' })],
    ['have an object as their id', (row) => ({ ...row, call_execution_id: { uuid: row.call_execution_id } })],
    ['have no id', ({ call_execution_id: _, ...row }) => row],
    ['are null', () => null],
    ['are text', () => 'call'],
    ['are lists', (row) => [row]],
  ];
  it.each(odd)('three of 30 that %s are not lost without a word', async (_, write) => {
    const world = futureAgi({
      calls: 30,
      fails: last(27),
      page: ({ results, ...page }) => ({
        ...page,
        results: results.map((row, index) => (index >= 27 ? write(row) : row)),
      }),
    });
    expectHonest(await sessionOf(world), { runs: 30, passed: 27, failed: 3 });
  });

  it('a row that stands in place of another is noticed, however few they are', async () => {
    const world = futureAgi({
      calls: 10,
      fails: last(9),
      page: ({ results, ...page }) => ({ ...page, results: [...results.slice(0, 9), results[0]] }),
    });
    expectDoubt(await sessionOf(world), { missing: 1 });
  });

  it('a row that is lost between two pages is noticed', async () => {
    const world = futureAgi({
      calls: 700,
      clamp: 500,
      fails: last(699),
      page: (page, { query }) =>
        query.get('page') === '2' ? { ...page, results: [page.results[0], ...page.results.slice(0, -1)] } : page,
    });
    expectDoubt(await sessionOf(world), { missing: 1 });
  });

  const oneByOne = (write: (row: Fields, index: number) => Fields, call?: (id: string) => Reply) => {
    const world = futureAgi({
      calls: 25,
      fails: last(24),
      instead: (asked) => {
        const { path, query } = asked;
        if (path.endsWith('/simulation/runs/') && query.has('execution_id')) return serverError;
        const id = query.get('call_execution_id');
        if (id !== null) return call?.(id);
        if (!path.startsWith('/simulate/test-executions/')) return undefined;
        const rows = Array.from({ length: 25 }, (_, index) => write({ id: uuid('c', world.world, index) }, index));
        return appPage(asked, rows, ['count', 'total_pages']);
      },
    });
    return world;
  };
  it('calls that are read one by one are not lost for want of an id', async () => {
    const world = oneByOne((row, index) => (index === 24 ? { ...row, id: null } : row));
    expectDoubt(await sessionOf(world));
  });
  it('calls that are read one by one are not lost because one is not found', async () => {
    const world = oneByOne(
      (row) => row,
      (id) =>
        id.endsWith('18') ? { status: 404, body: { status: false, message: 'Call execution not found.' } } : undefined,
    );
    expectDoubt(await sessionOf(world));
  });
});

describe('C. counters', () => {
  const short: [string, Fields][] = [
    ['ten calls, two of them broken', { total_calls: 10, completed_calls: 8, failed_calls: 2 }],
    ['ten calls as text', { total_calls: '10', completed_calls: '8', failed_calls: '2' }],
    ['ten calls by their parts', { total_calls: null, completed_calls: 8, failed_calls: 2 }],
  ];
  it.each(short)('eight calls that passed, where the execution counts %s', async (_, execution) => {
    const answer = await sessionOf(futureAgi({ calls: 8, execution }));
    expectDoubt(answer, execution.total_calls === null ? {} : { missing: 2 });
  });

  it('nine rows where the pages count ten', async () => {
    const world = futureAgi({ calls: 9, execution: { total_calls: 10 }, page: (page) => ({ ...page, count: 10 }) });
    expectDoubt(await sessionOf(world), { missing: 1 });
  });

  it('ten calls that all passed, where the execution counts two broken ones', async () => {
    const world = futureAgi({ calls: 10, execution: { completed_calls: 8, failed_calls: 2 } });
    expectDoubt(await sessionOf(world));
  });

  it('ten rows where the execution counts eight: said, and none is thrown away', async () => {
    const world = futureAgi({ calls: 10, fails: last(9), execution: { total_calls: 8, completed_calls: 8 } });
    const answer = await sessionOf(world);
    expect(countsOf(answer), said(answer)).toMatchObject({ runs: 10, passed: 9, failed: 1 });
    expect(gaps(answer).length).toBeGreaterThan(0);
  });
});

describe('D. emptiness', () => {
  const errors: [string, Fields][] = [
    ['success: false', { success: false, detail: 'Read replica is down.', results: [] }],
    ['a list of errors', { errors: [{ message: 'Read replica is down.' }], count: 0, results: [] }],
    ['the status in words', { status: 'error', message: 'Read replica is down.', results: [] }],
    ['a code of the vendor', { type: 'server_error', code: 'server_error', message: 'Down.', results: [] }],
    ['a status in its body', { code: 503, message: 'Service unavailable.', results: [] }],
  ];
  it.each(errors)('an error that comes with 200 as %s is no empty list', async (_, body) => {
    const reply = ({ path }: Asked) => (path === '/simulate/run-tests/' ? { body } : undefined);
    const answer = await ask({ reply }, 'list_tests', { kind: 'suite' });
    expect(headline(answer)).not.toMatch(/^0 tests/);
    expectDoubt(answer);
  });

  it.each([
    ['list_sessions', '/executions/'],
    ['list_tests', '/simulate/scenarios/'],
  ])('an error that comes with 200 is no empty list for %s', async (tool, path) => {
    const world = futureAgi({ calls: 1 });
    const body = { status: false, message: 'Being migrated.', count: 0, results: [] };
    const reply = (asked: Asked): Reply => (asked.path.endsWith(path) ? { body } : world.reply(asked));
    const answer = await ask({ reply }, tool, tool === 'list_tests' ? { kind: 'case' } : { test: world.suite });
    expectDoubt(answer);
  });

  it.each([
    [
      'an error beside an empty page',
      { status: false, message: 'Partial.' },
      (page: Fields) => ({ ...page, count: 0, results: [] }),
    ],
    ['rows that are null', { status: true }, (page: Fields) => ({ ...page, count: null, results: null })],
    ['no page of calls', { status: true }, () => null],
  ])('an execution with %s is not one of 0 calls', async (_, envelope, page) => {
    const world = futureAgi({ calls: 3, execution: { total_calls: 0, completed_calls: 0, completed_at: null } });
    const reply = (asked: Asked): Reply => {
      const usual = world.reply(asked);
      if (!asked.query.has('execution_id') || !asked.path.endsWith('/runs/')) return usual;
      const result = at(usual?.body, 'result');
      const rows = at(result, 'call_results');
      return { body: { ...envelope, result: { ...Object(result), call_results: page({ ...Object(rows) }) } } };
    };
    const answer = await ask({ reply }, 'get_session', { session: world.session });
    expect(headline(answer)).not.toMatch(/0 of 0 passed/);
    expectDoubt(answer);
  });

  it.each([
    ['failed before any call', 'failed', 0],
    ['was cancelled after two', 'cancelled', 2],
  ])('an execution of five calls that %s: what never ran is said', async (_, status, calls) => {
    const world = futureAgi({ calls, execution: { status, total_calls: 5, completed_calls: calls } });
    const answer = await sessionOf(world);
    expect(headline(answer)).not.toMatch(/not (read|counted) yet/);
    expect(answer.isError, said(answer)).toBe(false);
    expect(headline(answer)).toMatch(/never ran|no page|did not run/i);
    expect(gaps(answer).length).toBeGreaterThan(0);
  });

  it('a list that is empty is one', async () => {
    const reply = (asked: Asked) =>
      asked.path === '/simulate/run-tests/' ? appPage(asked, [], ['count', 'total_pages']) : undefined;
    const answer = await ask({ reply }, 'list_tests', { kind: 'suite' });
    expect(list(at(answer.data, 'tests'))).toHaveLength(0);
    expect(at(coverage(answer), 'complete'), said(answer)).toBe(true);
  });
});
