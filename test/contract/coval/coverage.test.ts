/** What a reading says of itself: runs that are lost, named elsewhere, deleted or never began, and metrics that are missed. */
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import { type CovalFacts, coval, type Fields, forbidden, idOf, notFound, politeness } from '../../truth/coval-world.ts';
import type { Asked, Reply } from '../../truth/stand-in.ts';
import { connect, readSession, recorder } from './harness.ts';

const call = { signal: noDeadline() };
const NOW = Date.parse('2026-11-28T12:00:00Z');
const progress = (total: number, completed: number, failed: number, begun = 0) => ({
  total_test_cases: total,
  completed_test_cases: completed,
  failed_test_cases: failed,
  in_progress_test_cases: begun,
});

/** The provider on a platform that answers as told. */
async function served(facts: CovalFacts, instead?: (asked: Asked) => Reply) {
  const world = coval({ ...facts, ...(instead ? { instead } : {}) });
  const { requests, url } = await recorder((path, method) => {
    const { pathname, searchParams } = new URL(path, 'http://127.0.0.1');
    const reply = world.reply({ method, path: pathname, query: searchParams, body: '' });
    return { status: reply?.status ?? 200, body: JSON.stringify(reply?.body ?? {}) };
  });
  const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: url }, () => NOW);
  const session = world.session.split('/').at(-1) ?? '';
  const asked = (pattern: RegExp) => requests.filter(({ url: path }) => pattern.test(path)).length;
  return { provider, call, session, world, asked, read: () => readSession({ provider, call }, session) };
}

const kinds = (gaps: readonly { kind: string; count?: number | undefined }[] = []) =>
  gaps.map(({ kind, count }) => [kind, count]);
const B = { ...politeness, id: idOf('metric', 0, 2), metric_name: 'Accuracy' };

describe('runs', () => {
  it('asks for what the run names and no page showed, and says what is left', async () => {
    const { read, asked } = await served({
      simulations: 300,
      page: (page) => ({ ...page, next_page_token: '' }),
    });
    const { runs, coverage } = await read();
    expect(runs).toHaveLength(200);
    expect(coverage).toMatchObject({ complete: false, expected: 300, read: 200, missing: 100 });
    expect(asked(/\/simulations\/S\w+$/)).toBe(100);
  });

  it('reads rows that cannot be used by the ids that the run names', async () => {
    const { read } = await served({
      simulations: 10,
      fails: (index) => index === 9,
      page: (page) => ({ ...page, simulations: page.simulations.map((row, index) => (index > 7 ? null : row)) }),
    });
    const { runs, coverage } = await read();
    expect(coverage).toEqual({ complete: true, expected: 10, read: 10 });
    expect(runs.filter(({ verdict }) => verdict === 'failed')).toHaveLength(1);
  });

  it('tells rows that nobody names from those that are missing', async () => {
    const foreign = { simulation_id: 'foreign', status: 'COMPLETED' };
    const { read } = await served({
      simulations: 10,
      page: (page) => ({ ...page, simulations: [...page.simulations.slice(0, 9), foreign] }),
    });
    const { runs, coverage } = await read();
    // Ten rows for ten names, and yet one of them is another: the tenth is read by its id.
    expect(runs).toHaveLength(11);
    expect(coverage).toMatchObject({ complete: false, read: 11 });
    expect(kinds(coverage.gaps)).toEqual([['surplus', 1]]);
  });

  it.each([
    ['CANCELLED', progress(10, 4, 0), 4, ['never_ran', 6], { complete: true, expected: 4, read: 4 }],
    ['FAILED', progress(5, 0, 0), 0, ['never_ran', 5], { complete: true, expected: 0, read: 0 }],
    ['FAILED', progress(5, 0, 5), 0, ['missing', 5], { complete: false, missing: 5, read: 0 }],
    ['COMPLETED', progress(5, 5, 0), 0, ['missing', 5], { complete: false, missing: 5, read: 0 }],
    ['CANCELLED', progress(10, 4, 0, 2), 4, ['never_ran', 4], { complete: false, missing: 2, read: 4 }],
  ] as const)('%s with %j and %i rows', async (status, said, rows, gap, coverage) => {
    const { read } = await served({ simulations: rows, run: { status, progress: said, results: null } });
    const found = await read();
    expect(found.coverage).toMatchObject(coverage);
    expect(kinds(found.coverage.gaps)).toContainEqual(gap);
  });

  it('takes test cases in the progress for no contradiction', async () => {
    const { read } = await served({ simulations: 16, run: { progress: progress(8, 8, 0), results: null } });
    const { coverage, opened } = await read();
    expect(coverage).toMatchObject({ complete: true, read: 16 });
    expect(opened.counters).toEqual({ broken: 0 });
  });

  it('counts what broke only where the progress counts simulations', async () => {
    const both = await served({ simulations: 10, run: { progress: progress(10, 8, 2) } });
    expect((await both.read()).opened.counters).toEqual({ broken: 2 });
    const cases = await served({ simulations: 10, run: { progress: progress(5, 4, 1) } });
    expect((await cases.read()).opened.counters).toBeUndefined();
    const running = await served({ simulations: 10, run: { status: 'IN PROGRESS', progress: progress(10, 2, 1) } });
    expect((await running.read()).opened.counters).toBeUndefined();
  });

  it('says that runs were deleted, and counts none of them', async () => {
    const { read } = await served({
      simulations: 10,
      simulation: (index) => (index < 2 ? { status: 'DELETED' } : {}),
    });
    const { runs, coverage } = await read();
    expect(runs).toHaveLength(8);
    expect(coverage).toMatchObject({ complete: true, expected: 8, read: 8 });
    expect(coverage.gaps?.[0]?.note).toContain('deleted');
  });

  it('takes the later reading of a row that comes twice', async () => {
    const { read } = await served({
      simulations: 4,
      page: (page) => ({
        ...page,
        simulations: [{ ...page.simulations[0], status: 'IN PROGRESS' }, ...page.simulations],
      }),
    });
    const { runs, coverage } = await read();
    expect(runs.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'completed']);
    expect(coverage).toMatchObject({ complete: true, read: 4 });
  });

  it('reads the state once, and all of it anew for a second reading', async () => {
    const { provider, session, asked } = await served({ simulations: 3 });
    const opened = await provider.sessions.open([session], call);
    const verdicts = async () => {
      const pages = [];
      for await (const page of opened.runs('verdicts', call)) pages.push(...page.runs);
      return pages.map(({ verdict }) => verdict);
    };
    expect(await verdicts()).toEqual(['passed', 'passed', 'passed']);
    expect(asked(/\/runs\/R\w+$/)).toBe(1);
    expect(await verdicts()).toEqual(['passed', 'passed', 'passed']);
    expect(asked(/\/runs\/R\w+$/)).toBe(2);
  });
});

describe('metrics that a run lacks', () => {
  const rows = (index: number): Record<string, unknown> =>
    index === 2 ? { [String(politeness.id)]: 'YES', [B.id]: 'YES' } : { [String(politeness.id)]: 'YES' };
  const outputs = (index: number): Fields[] => [
    { metric_output_id: `01A${index}`, metric_id: politeness.id, value: 'YES', status: 'COMPLETED' },
    ...(index === 1 ? [{ metric_output_id: '01B1', metric_id: B.id, status: 'FAILED', value: null }] : []),
    ...(index === 2 ? [{ metric_output_id: '01B2', metric_id: B.id, status: 'COMPLETED', value: 'YES' }] : []),
  ];
  const one: CovalFacts = {
    simulations: 3,
    metrics: [politeness, B],
    values: rows,
    outputs,
    simulation: () => ({ test_case_id: idOf('case', 0, 1) }),
  };
  const expected = [
    ['inconclusive', ['passed', 'unscored: no result']],
    ['inconclusive', ['passed', 'error']],
    ['passed', ['passed', 'passed']],
  ];
  const facts = ({ runs }: Awaited<ReturnType<typeof readSession>>) =>
    runs.map(({ verdict, evaluations }) => [
      verdict,
      evaluations
        .toSorted((a, b) => (a.name > b.name ? -1 : 1))
        .map(({ verdict: own, unread }) => (unread ? `${own}: ${unread}` : own)),
    ]);

  it.each([100, 1])('are missed where others of their kind have them (pages of %i)', async (clamp) => {
    const { read, asked } = await served({ ...one, clamp });
    expect(facts(await read())).toEqual(expected);
    // The one with all rows is believed.
    expect(asked(/\/simulations\/S\w+\/metrics/)).toBe(2);
  });

  it.each([100, 1])('also where only their outputs tell (pages of %i)', async (clamp) => {
    const { read } = await served({ ...one, clamp, run: { results: null } });
    expect(facts(await read())).toEqual(expected);
  });

  it('are looked for in one run of each kind, where none of the kind has them', async () => {
    const { read, asked } = await served({
      ...one,
      simulations: 60,
      values: (index) => (index < 30 ? rows(0) : rows(2)),
      outputs: (index) => outputs(index < 30 ? 0 : 2),
      simulation: (index) => ({ test_case_id: idOf('case', 0, index < 30 ? 1 : 2) }),
    });
    expect((await read()).runs.every(({ verdict }) => verdict === 'passed')).toBe(true);
    expect(asked(/\/simulations\/S\w+\/metrics/)).toBe(1);
  });

  it('are still to come while the run is under way', async () => {
    const { read } = await served({
      ...one,
      outputs: (index) => outputs(2 - index),
      run: { status: 'IN PROGRESS', results: null },
      clamp: 1,
    });
    const { runs } = await read();
    expect(runs.map(({ verdict }) => verdict)).toEqual(['passed', 'inconclusive', 'pending']);
  });

  it('are not known where outputs are lost on the way', async () => {
    const { read } = await served(one, ({ path }) =>
      /\/simulations\/S\w+\/metrics$/.test(path) ? { body: { metrics: [...outputs(0), null] } } : undefined,
    );
    const { runs } = await read();
    expect(runs.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive', 'passed']);
    expect(runs[0]?.evaluations.map(({ unread }) => unread)).toContain(
      'a list of metric outputs that could not be read whole',
    );
  });
});

describe('what a metric must come to', () => {
  const plain = {
    id: idOf('metric', 0, 3),
    metric_name: 'Speed',
    metric_type: 'METRIC_LATENCY',
    target_condition: null,
  };
  const beside = (metric: Fields): CovalFacts => ({
    simulations: 1,
    metrics: [politeness, metric],
    values: () => ({ [String(politeness.id)]: 'YES', [String(metric.id)]: 0.2 }),
  });
  const verdictOf = async ({ read }: Awaited<ReturnType<typeof served>>) => {
    const { runs } = await read();
    return [runs[0]?.verdict, runs[0]?.evaluations.find(({ name }) => name !== 'Politeness')?.unread];
  };
  const threshold = (reply: Reply) => (asked: Asked) => (asked.path.endsWith('/threshold') ? reply : undefined);
  const hidden = 'a threshold that this key may not see';
  const odd = 'a condition that cannot be read';

  it.each<[string, Reply, string, string | undefined]>([
    ['404', notFound, 'passed', undefined],
    ['an empty resource', { body: { threshold: {} } }, 'passed', undefined],
    ['null', { body: { threshold: null } }, 'passed', undefined],
    ['403', forbidden, 'inconclusive', hidden],
    ['400', { status: 400, body: {} }, 'inconclusive', hidden],
    ['an error in a 200', { body: { error: { code: 'INTERNAL' } } }, 'inconclusive', hidden],
    ['text', { body: { threshold: 'gte 0.1' } }, 'inconclusive', odd],
    [
      'an operator nobody knows',
      { body: { threshold: { comparison_operator: '~', target_float: 1 } } },
      'inconclusive',
      odd,
    ],
    [
      'one that is met',
      { body: { threshold: { comparison_operator: 'GTE', target_float: '0.1' } } },
      'passed',
      undefined,
    ],
    [
      'one that is missed',
      { body: { threshold: { comparison_operator: 'GTE', target_float: '0.8' } } },
      'failed',
      undefined,
    ],
  ])('by the threshold, where that is %s', async (_, reply, verdict, unread) => {
    expect(await verdictOf(await served(beside(plain), threshold(reply)))).toEqual([verdict, unread]);
  });

  it.each([
    [{ comparison_operator: 'contains', target_values: ['x'] }, 'inconclusive', odd],
    [{ comparison_operator: 'GREATER_THAN_OR_EQUAL', target_value: '0.8' }, 'failed', undefined],
    ['{"comparison_operator": "gte"}', 'inconclusive', odd],
  ])('by its own condition %j', async (target_condition, verdict, unread) => {
    expect(await verdictOf(await served(beside({ ...plain, target_condition })))).toEqual([verdict, unread]);
  });

  it('by its definition, asked for by itself where the list lost it', async () => {
    const lost = { ...plain, target_condition: { comparison_operator: 'gte', target_float: 0.8 } };
    const short = (asked: Asked): Reply =>
      asked.path === '/v1/metrics' ? { body: { metrics: [politeness, null] } } : undefined;
    const unknown = 'a metric whose definition could not be read';
    expect(await verdictOf(await served(beside(lost), short))).toEqual(['inconclusive', unknown]);
    const found = (asked: Asked): Reply =>
      asked.path === `/v1/metrics/${lost.id}` ? { body: { metric: lost } } : short(asked);
    expect(await verdictOf(await served(beside(lost), found))).toEqual(['failed', undefined]);
  });

  it('is not known of a metric that was deleted, unless the organisation says it', async () => {
    const gone = { ...plain, target_condition: null };
    const unlisted = (asked: Asked): Reply =>
      asked.path === '/v1/metrics' ? { body: { metrics: [politeness] } } : undefined;
    const unknown = 'a metric whose definition could not be read';
    expect(await verdictOf(await served(beside(gone), unlisted))).toEqual(['inconclusive', unknown]);
    const said = threshold({ body: { threshold: { comparison_operator: 'lt', target_float: 1 } } });
    const both = (asked: Asked): Reply => unlisted(asked) ?? said(asked);
    expect(await verdictOf(await served(beside(gone), both))).toEqual(['passed', undefined]);
  });

  it('is an error where the definitions are one', async () => {
    const { read } = await served(beside(plain), ({ path }) =>
      path === '/v1/metrics' ? { body: { metrics: null, error: 'Metrics store unavailable.' } } : undefined,
    );
    const problem = await problemOf(read());
    expect(problem.kind).toBe('vendor_error');
    expect(problem.details.vendor?.message).toContain('unavailable');
  });

  it('tells metrics of one name apart, also those that no list knows', async () => {
    const twin = { ...politeness, id: idOf('metric', 0, 4) };
    const { read } = await served(
      {
        simulations: 1,
        metrics: [politeness, twin],
        values: () => ({ [String(politeness.id)]: 'YES', [twin.id]: 'NO' }),
      },
      ({ path }) => (path === '/v1/metrics' ? { body: { metrics: [politeness] } } : undefined),
    );
    const { runs } = await read();
    expect(runs[0]?.evaluations.map(({ name }) => name)).toEqual([
      `Politeness [${politeness.id}]`,
      `Politeness [${twin.id}]`,
    ]);
  });
});

describe('lists', () => {
  const paged = async (times: (index: number) => string, insert: boolean) => {
    const runs = Array.from({ length: 6 }, (_, index) => ({
      run_id: `r${index}`,
      status: 'COMPLETED',
      create_time: times(index),
    }));
    let late: typeof runs = [];
    const { url } = await recorder((path) => {
      const { searchParams } = new URL(path, 'http://127.0.0.1');
      const [from, size] = [Number(searchParams.get('page_token') ?? 0), Number(searchParams.get('page_size'))];
      const all = [...late, ...runs];
      const next = from + size < all.length ? { next_page_token: from + size } : {};
      return { body: JSON.stringify({ runs: all.slice(from, from + size), ...next }) };
    });
    const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: url }, () => NOW);
    const seen: (string | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const page = await provider.sessions.list({ limit: 2, ...(cursor ? { cursor } : {}) }, call);
      seen.push(...page.items.map(({ ref }) => ref.split('/').at(-1)));
      cursor = page.next;
      if (insert && late.length === 0)
        late = [{ run_id: 'new', status: 'PENDING', create_time: '2026-03-01T00:00:00Z' }];
    } while (cursor !== undefined);
    return seen;
  };
  const all = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'];

  it('show each session once while new ones push the pages down', async () => {
    expect(await paged((index) => `2026-02-0${9 - index}T00:00:00Z`, true)).toEqual(all);
  });

  it.each([
    ['oldest first', (index: number) => `2026-02-0${index + 1}T00:00:00Z`],
    ['in no order', (index: number) => `2026-02-0${[5, 1, 9, 3, 7, 2][index]}T00:00:00Z`],
    ['without times', () => ''],
  ] as const)('lose nothing where the platform sends it %s', async (_, times) => {
    expect(await paged(times, false)).toEqual(all);
  });
});

describe('starting', () => {
  const suite = (world: ReturnType<typeof coval>) => world.suite.split('/').at(-1) ?? '';
  const facts = (cases: unknown, personas: unknown, agents: Fields) => {
    const self = { suite: '' };
    const instead = ({ path }: Asked): Reply => {
      if (path === `/v1/test-sets/${self.suite}`) return { body: { test_set: { id: self.suite, test_case_count: 3 } } };
      if (path === '/v1/test-cases') return { body: cases };
      if (path === '/v1/personas') return { body: personas };
      if (path === '/v1/agents') return { body: agents };
      return undefined;
    };
    return { self, instead };
  };
  const rows = ['a', 'b'].map((id) => ({ id, input_str: 'Call.' }));
  const someone = [{ id: 'p1', name: 'Ann' }];
  const plan = async (
    cases: unknown,
    personas: unknown,
    agents: Fields = { agents: [{ id: 'g1', display_name: 'Ada' }] },
  ) => {
    const { self, instead } = facts(cases, personas, agents);
    const { provider, world } = await served({ simulations: 1 }, instead);
    self.suite = suite(world);
    return provider.start.plan({ test: { kind: 'suite', ids: [self.suite] }, repeat: 1 }, call);
  };

  it('counts no runs where the test cases could not be read whole', async () => {
    const third = { id: 'c', input_str: 'Call.' };
    expect((await plan({ test_cases: [...rows, third] }, { personas: someone })).runs).toBe(3);
    // The set counts three, whatever the list says of its end.
    for (const token of [{ next_page_token: {} }, {}]) {
      const short = await plan({ test_cases: rows, ...token }, { personas: someone });
      expect(short.runs).toBeUndefined();
      expect(short.notes.join(' ')).toContain('could not be read whole');
      expect(short.steps[0]?.runs).toBe(3);
    }
  });

  it('takes nobody for the only one in a list that could not be read whole', async () => {
    const problem = await problemOf(plan({ test_cases: rows }, { personas: [...someone, null] }));
    expect(problem.kind).toBe('unreadable');
    expect(problem.message).toContain('persona');
  });

  it('knows the agent of a test set by the agents where the set does not tell', async () => {
    const { self, instead } = facts({ test_cases: rows }, { personas: someone }, {});
    const { provider, world } = await served({ simulations: 1 }, (asked) =>
      asked.path === '/v1/agents'
        ? { body: { agents: [{ id: 'g1' }, { id: 'g2', display_name: 'Bea', test_set_ids: [self.suite] }] } }
        : instead(asked),
    );
    self.suite = suite(world);
    const { agent } = await provider.start.plan({ test: { kind: 'suite', ids: [self.suite] }, repeat: 1 }, call);
    expect(agent).toBe('Bea');
  });
});
