/** Synthflow: further forms of pages (A), rows (B) and counters (C) that make a wrong number. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { standInFor } from './asking.ts';
import {
  countsOf,
  expectDoubt,
  expectHonest,
  expectIncomplete,
  expectWhole,
  headline,
  refsOf,
  walk,
} from './honesty.ts';
import {
  failing,
  ok,
  type SynthflowWorld,
  simulation,
  suite,
  synthflowCase,
  synthflowEnvelope,
  synthflowWorld,
  withPagination,
} from './synthflow-world.ts';
import { type Page, type Row, times, uuid } from './world-parts.ts';

const on = standInFor('synthflow');

const ref = (session: string) => `synthflow/session/${session}`;

/** What get_session says of a session of these rows. */
async function read(word: string, rows: (session: string) => unknown[], world: SynthflowWorld = {}, over: Row = {}) {
  const id = uuid(word);
  on.answer(synthflowWorld({ ...world, sessions: [{ id, rows: rows(id), over }] }));
  return on.call('get_session', { session: ref(id) });
}

/** The last `broken` of `count` failed. */
const some =
  (count: number, broken = 0) =>
  (session: string) =>
    times(count, (n) => (n > count - broken ? failing(session, n) : simulation(session, n)));

describe('A: a page taken for everything', () => {
  const paging: [string, number, number, (page: Page) => unknown][] = [
    [
      'cut to 25 under a limit that was not kept',
      60,
      25,
      withPagination({ limit: 100, offset: 0, total_records: null }),
    ],
    ['a count in an object', 130, 50, withPagination({ total_records: { value: 130, relation: 'eq' } })],
    ['a count with a separator for thousands', 1050, 50, withPagination({ total_records: '1,050' })],
    ['a count below 0', 25, 10, withPagination({ total_records: -1 })],
    ['bare arrays cut to 20', 47, 20, ({ items }) => ok(items)],
    ['a page size in words', 45, 20, ({ items }) => ok({ items, page_size: 'max' })],
  ];
  const contradictions: [string, number, number, (page: Page) => unknown][] = [
    ['a count of 0 beside rows', 25, 10, withPagination({ total_records: 0, limit: 10 })],
    [
      'a count of each page for itself',
      130,
      100,
      ({ items }) => ok({ pagination: { total_records: items.length }, items }),
    ],
  ];
  it.each(paging)('%s: all %i are read', async (word, count, clamp, envelope) => {
    const answer = await read(`A ${word}`, some(count, 7), { clamp, envelope });
    expectWhole(answer, { runs: count, passed: count - 7, failed: 7 });
  });

  // What contradicts the rows may be said instead.
  it.each(contradictions)('%s: the first page of %i is not all', async (word, count, clamp, envelope) => {
    const answer = await read(`A ${word}`, some(count, 7), { clamp, envelope });
    expect(answer.text).not.toMatch(new RegExp(`${clamp} of ${clamp}\\b`));
    expectHonest(answer, { runs: count, passed: count - 7, failed: 7 });
  });

  it('the same page whatever is asked for: 10 of 11 are not all', async () => {
    const id = uuid('A same');
    const world = synthflowWorld({ sessions: [{ id, rows: some(11, 1)(id), embedded: some(10)(id) }], clamp: 10 });
    on.answer((asked) => {
      if (asked.path.endsWith('/simulations')) asked.query.delete('page_number');
      return world(asked);
    });
    const answer = await on.call('get_session', { session: ref(id) });
    expectHonest(answer, { runs: 11, passed: 10, failed: 1 }, { missing: 1 });
    expect(answer.text).not.toMatch(/10 of 10/);
  });

  it('suites in pages of 10 without a count are all listed', async () => {
    const suites = times(25, (n) => suite(`A suite ${n}`));
    on.answer(synthflowWorld({ suites, clamp: 10, envelope: ({ items }) => ok({ items }) }));
    const shown = (await walk(on, 'list_tests', { kind: 'suite' })).flatMap((page) => refsOf(page, 'tests'));
    expect(new Set(shown).size).toBe(25);
    expect(shown).toHaveLength(25);
  });

  it('sessions in pages of 5 without a count are all listed', async () => {
    const sessions = times(12, (n) => ({ id: uuid('A sessions', n), rows: [simulation(uuid('A sessions', n), 1)] }));
    on.answer(synthflowWorld({ sessions, clamp: 5, envelope: ({ items }) => ok({ items }) }));
    const shown = (await walk(on, 'list_sessions', {})).flatMap((page) => refsOf(page, 'sessions'));
    expect([...shown].sort()).toEqual(sessions.map(({ id }) => ref(id)).sort());
  });

  it('the cases of a suite in pages of 10 without a count are all its members', async () => {
    const own = suite('A members', { case_summaries: undefined });
    const cases = times(25, (n) => synthflowCase(n, { simulation_case_id: uuid('A member', n), suite_id: own.id }));
    on.answer(synthflowWorld({ suites: [own], cases, clamp: 10, envelope: ({ items }) => ok({ items }) }));
    const answer = await on.call('get_test', { test: `synthflow/suite/${own.id}` });
    expect(at(answer.data.test, 'cases'), answer.text).toBe(25);
  });

  it('an agent is known by its name on a later page', async () => {
    const agents = times(45, (n) => ({ model_id: uuid('agent', n), name: `Night desk ${n}` }));
    const id = uuid('A agent');
    const rows = [simulation(id, 1, { target_agent_id: uuid('agent', 41) })];
    on.answer(synthflowWorld({ agents, clamp: 20, sessions: [{ id, rows }] }));
    const answer = await on.call('list_sessions', { agent: 'Night desk 41' });
    expect(answer.isError, answer.text).toBe(false);
    expect(refsOf(answer, 'sessions')).toEqual([ref(id)]);
  });
});

describe('B: rows that disappear', () => {
  it('rows that are no objects', async () => {
    const answer = await read('B none', (id) => [...some(7)(id), null, 'row', 3]);
    expectIncomplete(answer, { unreadable: 3, rate: 0.7 });
    expect(answer.text).not.toMatch(/7 of 7/);
  });

  it.each([
    ['an object', { $oid: 'a1' }],
    ['an empty text', ''],
    ['a list', []],
    ['true', true],
  ])('an id that is %s', async (word, simulation_id) => {
    const answer = await read(`B ${word}`, (id) => [...some(9)(id), failing(id, 10, { simulation_id })]);
    expectHonest(answer, { runs: 10, passed: 9, failed: 1 }, { unreadable: 1 });
    expect(answer.text).not.toMatch(/9 of 9/);
  });

  it('a list that moved between two pages: its last row is on none', async () => {
    const moved = (id: string) => [...some(100)(id), simulation(id, 100), ...times(9, (n) => simulation(id, n + 100))];
    const answer = await read('B moved', moved);
    expectIncomplete(answer, { missing: 1 });
    expect(answer.text).not.toMatch(/109 of 109/);
  });

  it('rows that write the id of their session in capitals', async () => {
    const rows = (id: string) =>
      some(10, 3)(id).map((row, index) => (index < 7 ? row : { ...row, simulation_session_id: id.toUpperCase() }));
    const answer = await read('B capitals', rows);
    expectHonest(answer, { runs: 10, passed: 7, failed: 3 });
    expect(answer.text).not.toMatch(/7 of 7/);
  });

  it('two conversations under one id', async () => {
    const rows = (id: string) => [...some(9)(id), failing(id, 10, { simulation_id: simulation(id, 1).simulation_id })];
    const answer = await read('B one id', rows);
    expectHonest(answer, { runs: 10, passed: 9, failed: 1 }, { missing: 1 });
    expect(answer.text).not.toMatch(/9 of 9/);
  });

  it('a case without an id is said to be there', async () => {
    const cases = times(5, (n) => synthflowCase(n, n === 3 ? { simulation_case_id: null } : {}));
    on.answer(synthflowWorld({ cases }));
    expectIncomplete(await on.call('list_tests', { kind: 'case' }), { unreadable: 1 });
  });

  it('a session twice in place of another', async () => {
    const sessions = times(6, (n) => ({
      id: uuid('B twice', Math.min(n, 5)),
      rows: [simulation(uuid('B twice', n), 1)],
    }));
    on.answer(synthflowWorld({ sessions }));
    const answer = await on.call('list_sessions', {});
    expectIncomplete(answer, { missing: 1 });
    expect(new Set(refsOf(answer, 'sessions')).size).toBe(list(answer.data.sessions).length);
  });
});

describe('C: counters of the session', () => {
  const counters: [string, number, Row, number][] = [
    ['as text', 8, { total_simulations: '10', failed_simulations: '2' }, 2],
    ['without a total', 8, { total_simulations: undefined, completed_simulations: 10 }, 2],
    ['whose sum is above their total', 8, { total_simulations: 8, completed_simulations: 8, failed_simulations: 2 }, 0],
    ['beyond a list that counts its own rows', 10, { total_simulations: 12, completed_simulations: 12 }, 2],
    ['one above, within any tolerance', 109, { total_simulations: 110, completed_simulations: 110 }, 1],
  ];
  it.each(counters)('%s', async (word, count, over, missing) => {
    const answer = await read(`C ${word}`, some(count), {}, over);
    expectIncomplete(answer, missing > 0 ? { says: new RegExp(`\\b${missing}\\b`) } : {});
    expect(answer.text).not.toMatch(new RegExp(`${count} of ${count} passed`));
  });

  it('a list that counts one more than it shows', async () => {
    const more = (page: Page) => synthflowEnvelope({ ...page, total: page.total + 1 });
    const answer = await read('C list', some(10), { envelope: more });
    expectIncomplete(answer, { missing: 1 });
    expect(answer.text).not.toMatch(/10 of 10/);
  });

  it('three broken by the session, none by its rows', async () => {
    const answer = await read('C broken', some(10), {}, { completed_simulations: 7, failed_simulations: 3 });
    expectIncomplete(answer);
    expect(list(at(answer.data.coverage, 'gaps')).map((gap) => at(gap, 'kind'))).toContain('counters_disagree');
  });

  it('more rows than the session has', async () => {
    const answer = await read('C surplus', some(10), {}, { total_simulations: 8, completed_simulations: 8 });
    expectDoubt(answer);
  });

  it('list_sessions takes no embedded part of a session for all of it', async () => {
    const id = uuid('C part');
    const rows = some(10, 4)(id);
    const over = { total_simulations: undefined, completed_simulations: 10 };
    on.answer(synthflowWorld({ sessions: [{ id, rows, embedded: rows.slice(0, 6), over }] }));
    const answer = await on.call('list_sessions', {});
    const [session] = list(answer.data.sessions);
    const counts = at(session, 'counts');
    expect(Number(at(counts, 'runs'))).toBe(10);
    expect(at(session, 'pass_rate')).toBeUndefined();
    expect(headline(answer) + answer.text).not.toMatch(/6 of 6 passed/);
  });

  it('a session that goes on does not call what is listed all', async () => {
    const over = { total_simulations: undefined, completed_simulations: 8, pending_simulations: 2 };
    const answer = await read('C going', some(8), {}, over);
    expect(answer.text).not.toMatch(/completed: 8 of 8/);
    if (!answer.isError) expect(countsOf(answer).pending + Number(at(answer.data.coverage, 'missing') ?? 0)).toBe(2);
  });
});
