/** Further forms of the kinds A to D on Coval: tokens, rows, counters and emptiness that nobody had listed. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import {
  coval,
  covalPage,
  type Fields,
  forbidden,
  idOf,
  listedRun,
  nextWorld,
  notFound,
  politeness,
} from './coval-world.ts';
import { countsOf, headline } from './honesty.ts';
import { coverage, expectDoubt, expectHonest, expectTruth, followed, gaps, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('coval');
const sessionOf = (world: ReturnType<typeof coval>) => ask(world, 'get_session', { session: world.session });
const last = (count: number) => (index: number) => index >= count;
const progress = (total: unknown, completed: unknown = total, failed: unknown = 0, in_progress: unknown = 0) => ({
  total_test_cases: total,
  completed_test_cases: completed,
  failed_test_cases: failed,
  in_progress_test_cases: in_progress,
});
const uncounted = { results: null, progress: null };

describe('A. tokens', () => {
  const swap = (members: (token: unknown) => Fields) => (page: Fields & { simulations: Fields[] }) => {
    const { next_page_token: token, ...rest } = page;
    return token === undefined ? rest : { ...rest, ...members(token) };
  };
  const forms: [string, (token: unknown) => Fields][] = [
    ['an object', (token) => ({ next_page_token: { value: token } })],
    ['a list', (token) => ({ next_page_token: [token] })],
    ['true', () => ({ next_page_token: true })],
    ['a member of another name', (token) => ({ nextPageToken: token })],
    ['a member of a third name', (token) => ({ next_cursor: token })],
    ['a word that more follows', () => ({ next_page_token: null, has_more: true })],
    ['a total', () => ({ next_page_token: '', total_count: 300 })],
  ];
  it.each(forms)('300 simulations that nothing else counts, whose first page goes on with %s', async (_, members) => {
    const world = coval({ simulations: 300, fails: last(250), run: uncounted, page: swap(members) });
    expectHonest(await sessionOf(world), { runs: 300, passed: 250, failed: 50 });
  });

  it('a page in the middle that is null is not an empty one', async () => {
    const world = coval({
      simulations: 300,
      fails: last(250),
      run: uncounted,
      page: (page, { query }) => (query.get('page_token') === 'offset-100' ? { ...page, simulations: null } : page),
    });
    expectDoubt(await sessionOf(world));
  });

  it('pages of seven whose tokens are numbers', async () => {
    const world = coval({
      simulations: 40,
      clamp: 7,
      fails: last(30),
      run: uncounted,
      page: (page) => ({
        ...page,
        ...('next_page_token' in page ? { next_page_token: Number(String(page.next_page_token).slice(7)) } : {}),
      }),
    });
    expectTruth(await sessionOf(world), { runs: 40, passed: 30, failed: 10 });
  });

  it('the outputs of a simulation go on behind a token that is a number', async () => {
    const world = coval({
      simulations: 2,
      run: { results: null },
      instead: ({ path, query }) => {
        if (!path.endsWith('/metrics') || path === '/v1/metrics') return undefined;
        const filler = (index: number) => ({
          metric_output_id: `01J${index}`,
          metric_id: idOf('metric', 5, index),
          value: 1,
          status: 'COMPLETED',
        });
        const verdict = { metric_output_id: '01JZ', metric_id: politeness.id, value: 'NO', status: 'COMPLETED' };
        if (query.has('page_token')) return { body: { metrics: [verdict] } };
        return { body: { metrics: Array.from({ length: 100 }, (_, index) => filler(index)), next_page_token: 100 } };
      },
    });
    expectTruth(await sessionOf(world), { runs: 2, passed: 0, failed: 2 });
  });

  it.each([
    ['list_sessions', 'sessions', '/v1/runs'],
    ['list_tests', 'tests', '/v1/test-cases'],
  ] as const)('%s does not end at a token that is an object', async (tool, key, path) => {
    const world = nextWorld();
    const rows = Array.from({ length: 120 }, (_, index) =>
      tool === 'list_tests' ? { id: idOf('case', world, index), input_str: 'Call.' } : listedRun(world, index),
    );
    const other = coval({ simulations: 1 });
    const reply = (asked: Asked): Reply =>
      asked.path === path
        ? { body: covalPage(asked, path.slice(4).replace('-', '_'), rows, (next) => ({ offset: next })) }
        : other.reply(asked);
    const args = tool === 'list_tests' ? { kind: 'case' } : {};
    const found = await followed((more) => ask({ reply }, tool, more), key, args);
    expect(found.marked || new Set(found.refs).size === 120, `${found.refs.length} and not a word`).toBe(true);
  });
});

describe('B. rows', () => {
  const odd: [string, (row: Fields | undefined) => unknown][] = [
    ['have no id', (row) => ({ ...row, simulation_id: null })],
    ['have an empty id', (row) => ({ ...row, simulation_id: '' })],
    ['have a number as their id', (row) => ({ ...row, simulation_id: 4711 })],
    ['are null', () => null],
    ['are text', () => 'simulation'],
  ];
  it.each(odd)('three of ten that %s are not lost without a word', async (_, write) => {
    const world = coval({
      simulations: 10,
      fails: last(7),
      run: uncounted,
      page: (page) => ({ ...page, simulations: page.simulations.map((row, index) => (index >= 7 ? write(row) : row)) }),
    });
    expectHonest(await sessionOf(world), { runs: 10, passed: 7, failed: 3 });
  });

  it('a row that stands in place of another is noticed', async () => {
    const world = coval({
      simulations: 10,
      fails: last(9),
      run: { results: null },
      page: (page) => ({ ...page, simulations: [...page.simulations.slice(0, 9), page.simulations[0]] }),
    });
    expectDoubt(await sessionOf(world), { missing: 1 });
  });

  it('a row that is lost between two pages is noticed', async () => {
    const world = coval({
      simulations: 200,
      fails: last(199),
      run: { results: null },
      page: (page, { query }) =>
        query.has('page_token')
          ? { ...page, simulations: [page.simulations[0], ...page.simulations.slice(0, -1)] }
          : page,
    });
    expectDoubt(await sessionOf(world), { missing: 1 });
  });

  it.each([
    ['404', notFound],
    ['403', forbidden],
  ])('an output that the run names, no page shows and answers %s is missing', async (_, refusal) => {
    const world = coval({ simulations: 10, fails: last(9), run: {}, hidden: (index) => index === 9 });
    const lost = idOf('simulation', world.world, 9);
    const reply = (asked: Asked): Reply => {
      const usual = world.reply(asked);
      if (asked.path.endsWith(`/simulations/${lost}`)) return refusal;
      const run = at(usual?.body, 'run');
      if (run === undefined) return usual;
      const results = { ...Object(at(run, 'results')) };
      return {
        body: {
          run: { ...Object(run), progress: null, results: { ...results, output_ids: [...results.output_ids, lost] } },
        },
      };
    };
    expectDoubt(await ask({ reply }, 'get_session', { session: world.session }));
  });

  it.each([
    [
      'list_sessions',
      '/v1/runs',
      'runs',
      (index: number) => listedRun(901, index, index === 1 ? { run_id: null } : {}),
    ],
    [
      'list_tests',
      '/v1/test-sets',
      'test_sets',
      (index: number) => ({ id: index === 1 ? null : idOf('set', 901, index) }),
    ],
  ] as const)('%s does not lose a row without an id', async (tool, path, key, row) => {
    const other = coval({ simulations: 1 });
    const reply = (asked: Asked): Reply =>
      asked.path === path ? { body: { [key]: [0, 1, 2].map(row) } } : other.reply(asked);
    const answer = await ask({ reply }, tool, tool === 'list_tests' ? { kind: 'suite' } : {});
    expectDoubt(answer, { unreadable: 1 });
  });
});

describe('C. counters', () => {
  it.each<[string, Fields]>([
    ['as text', { progress: progress('10', '8', '2') }],
    ['by their parts', { progress: progress(null, 8, 2) }],
    ['with two in progress for ever', { progress: progress(10, 8, 0, 2) }],
  ])('eight simulations that passed, where the progress counts ten %s', async (_, run) => {
    const total = at(run.progress, 'total_test_cases');
    expectDoubt(await sessionOf(coval({ simulations: 8, run })), total === null ? {} : { missing: 2 });
  });

  it('eight simulations where the values name two more', async () => {
    const world = coval({ simulations: 10, fails: last(8) });
    const reply = (asked: Asked): Reply => {
      const usual = world.reply(asked);
      const body: unknown = usual?.body;
      if (asked.path === '/v1/simulations') return { body: { simulations: list(at(body, 'simulations')).slice(0, 8) } };
      const run = at(body, 'run');
      if (run === undefined) return usual;
      const metrics = at(at(run, 'results'), 'metrics');
      return { body: { run: { ...Object(run), progress: null, results: { metrics } } } };
    };
    expectHonest(await ask({ reply }, 'get_session', { session: world.session }), { runs: 10, passed: 8, failed: 2 });
  });

  it('ten simulations that all passed, where the progress counts two broken ones', async () => {
    expectDoubt(await sessionOf(coval({ simulations: 10, run: { progress: progress(10, 8, 2) } })));
  });

  it('two of ten that were deleted are not simply gone', async () => {
    const world = coval({ simulations: 10, simulation: (index) => (index >= 8 ? { status: 'DELETED' } : {}) });
    const answer = await sessionOf(world);
    if (!/deleted/i.test(headline(answer))) expectDoubt(answer);
  });

  it('two of ten that broke are counted as the progress counts them, and nothing is doubted', async () => {
    const broke = { status: 'FAILED', error_message: 'Simulation failed to run.' };
    const world = coval({
      simulations: 10,
      simulation: (index) => (index >= 8 ? broke : {}),
      run: { progress: progress(10, 8, 2) },
    });
    const answer = await sessionOf(world);
    expectTruth(answer, { runs: 10, passed: 8, error: 2 });
    expect(at(coverage(answer), 'complete'), said(answer)).toBe(true);
  });
});

describe('D. emptiness', () => {
  const error = { code: 'INTERNAL', message: 'Database routing is temporarily unavailable.', details: [] };
  it.each<[string, string, Fields]>([
    ['list_sessions', '/v1/runs', { runs: [], error }],
    ['list_sessions', '/v1/runs', { runs: null, error: 'upstream' }],
    ['list_sessions', '/v1/runs', { runs: [], code: 503, message: 'Service temporarily unavailable' }],
    ['list_tests', '/v1/test-sets', { test_sets: [], error }],
    ['list_tests', '/v1/test-sets', { test_sets: null, errors: [error] }],
  ])('%s: an error that comes with 200 on %s is no empty list (%j)', async (tool, path, body) => {
    const answer = await ask(
      { reply: (asked) => (asked.path === path ? { body } : undefined) },
      tool,
      tool === 'list_tests' ? { kind: 'suite' } : {},
    );
    expect(headline(answer)).not.toMatch(/^0 (sessions|tests)/);
    expectDoubt(answer);
  });

  it.each([
    ['nothing', null],
    ['an empty list', []],
  ])('simulations that come as %s beside an error are not 0 of 0', async (_, simulations) => {
    const world = coval({ simulations: 3, run: uncounted, page: () => ({ simulations, error }) });
    const answer = await sessionOf(world);
    expect(headline(answer)).not.toMatch(/0 of 0 passed/);
    expectDoubt(answer);
  });

  it('simulations that come beside an error are not all of them', async () => {
    const world = coval({ simulations: 8, run: uncounted, page: (page) => ({ ...page, error }) });
    expectDoubt(await sessionOf(world));
  });

  it('a run of five that failed before any simulation: what never ran is said', async () => {
    const world = coval({ simulations: 0, run: { status: 'FAILED', results: null, progress: progress(5, 0) } });
    const answer = await sessionOf(world);
    expect(answer.isError, said(answer)).toBe(false);
    expect(headline(answer)).toMatch(/never ran|no page|did not run/i);
    expect(gaps(answer).length).toBeGreaterThan(0);
    expect(countsOf(answer).passed).toBe(0);
  });
});
