/** Cognigy: further forms of pages (A), rows (B) and counters (C) that make a wrong number. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { standInFor } from './asking.ts';
import {
  batch,
  type CognigyBatch,
  type CognigyWorld,
  cognigyEnvelope,
  cognigyWorld,
  judged,
  run,
  scenario,
  sessionRef,
  UNMET,
  withPaging,
} from './cognigy-world.ts';
import { countsOf, expectHonest, expectIncomplete, expectRefused, expectWhole, refsOf, walk } from './honesty.ts';
import { openStandIn } from './stand-in.ts';
import { hex24, type Page, type Row, times } from './world-parts.ts';

const on = standInFor('cognigy');

type Own = Pick<CognigyBatch, 'scenario' | 'id'>;
const UNCOUNTED = { runs: undefined, completedRuns: undefined, failedRuns: undefined };

/** The last `broken` of `count` did not meet their criteria. */
const some =
  (count: number, broken = 0) =>
  (own: Own) =>
    times(count, (n) => (n > count - broken ? judged(own, n, UNMET) : run(own, n)));

/** What get_session says of a batch of these rows. */
function read(word: string, rows: (own: Own) => unknown[], world: CognigyWorld = {}, over: Row = {}) {
  const one = batch(word, rows, over);
  on.answer(cognigyWorld({ ...world, batches: [one] }));
  return on.call('get_session', { session: sessionRef(one) });
}

describe('A: a page taken for everything', () => {
  const paging: [string, number, Row, (page: Page) => unknown][] = [
    ['no word of paging, nor of how many', 45, UNCOUNTED, withPaging(undefined)],
    ['a count in an object', 45, UNCOUNTED, withPaging({ total: { value: 45, relation: 'eq' } })],
    ['paging under another name', 45, UNCOUNTED, ({ items }) => ({ data: items, meta: { total: 45, hasNext: true } })],
    ['hasNext in a word', 45, UNCOUNTED, withPaging({ hasNext: 'yes' })],
    ['hasNext as a number', 45, UNCOUNTED, withPaging({ hasNext: 1 })],
    ['a bare array', 45, UNCOUNTED, ({ items }) => items],
  ];
  const contradictions: [string, (page: Page) => unknown][] = [
    ['hasNext wrong: false on every page', withPaging({ hasNext: false })],
    ['a count of each page for itself', ({ items }) => ({ data: items, pagination: { total: items.length } })],
    ['a count of 0 beside rows', withPaging({ total: 0, limit: 20 })],
  ];
  it.each(paging)('%s, in pages of 20: all %i are read', async (word, count, over, envelope) => {
    const answer = await read(`A ${word}`, some(count, 7), { clamp: 20, envelope }, over);
    expectWhole(answer, { runs: count, passed: count - 7, failed: 7 });
  });

  // What contradicts the rows may be said instead.
  it.each(contradictions)('%s, in pages of 20: 20 of 45 are not all', async (word, envelope) => {
    const answer = await read(`A ${word}`, some(45, 7), { clamp: 20, envelope });
    expect(answer.text).not.toMatch(/20 of 20/);
    expectHonest(answer, { runs: 45, passed: 38, failed: 7 });
  });

  /** Whatever is skipped, the first page comes. */
  function stuck(world: CognigyWorld): void {
    const usual = cognigyWorld(world);
    on.answer((asked) => {
      if (asked.path.endsWith('/runs')) asked.query.delete('skip');
      return usual(asked);
    });
  }

  it('a skip without effect: 20 of 22 are not all', async () => {
    const one = batch('A stuck', some(22, 2));
    stuck({ batches: [one], clamp: 20 });
    const answer = await on.call('get_session', { session: sessionRef(one) });
    expect(answer.text).not.toMatch(/20 of 20/);
    expectHonest(answer, { runs: 22, passed: 20, failed: 2 }, { missing: 2 });
  });

  it('a skip without effect, and no count: nobody knows what is behind the first 100', async () => {
    const one = batch('A nobody', some(140, 40), UNCOUNTED);
    stuck({ batches: [one], envelope: withPaging(undefined) });
    const answer = await on.call('get_session', { session: sessionRef(one) });
    expect(answer.text).not.toMatch(/100 of 100/);
    if (answer.isError) expectRefused(answer);
    else {
      expectIncomplete(answer);
      expect(at(answer.data.session, 'pass_rate_bounds')).toBeUndefined();
    }
  });

  it('scenarios in pages of 10 without a count are all listed', async () => {
    const scenarios = times(25, (n) => scenario(hex24('A scenario', n), `Scenario ${n}`));
    on.answer(cognigyWorld({ scenarios, clamp: 10, envelope: withPaging(undefined) }));
    const shown = (await walk(on, 'list_tests', {})).flatMap((page) => refsOf(page, 'tests'));
    expect([...shown].sort()).toEqual(scenarios.map(({ id }) => `cognigy/case/${id}`).sort());
  });

  it.each([
    ['of the project', true],
    ['of 45 scenarios, themselves in pages of 20', false],
  ])('batches %s without a count are all listed', async (word, project) => {
    const batches = times(45, (n) =>
      batch(`A ${word} ${n}`, (own) => [run(own, 1)], { createdAt: 1793520000000 - n * 1000 }),
    );
    // A host of its own: which lists a host has is learnt once.
    const host = await openStandIn('cognigy');
    try {
      host.answer(cognigyWorld({ batches, project, clamp: 20, envelope: withPaging(undefined) }));
      const shown = (await walk(host, 'list_sessions', { limit: 30 })).flatMap((page) => refsOf(page, 'sessions'));
      expect([...shown].sort()).toEqual(batches.map(sessionRef).sort());
    } finally {
      await host.close();
    }
  });
});

describe('B: rows that disappear', () => {
  it('rows that are no objects', async () => {
    const answer = await read('B none', (own) => [...some(7)(own), null, 'row', 3]);
    expectIncomplete(answer, { unreadable: 3, rate: 0.7 });
    expect(answer.text).not.toMatch(/7 of 7/);
  });

  it.each([
    ['an object', { $oid: 'a1' }],
    ['blank', '  '],
    ['a list', []],
    ['true', true],
  ])('ids that are %s', async (word, id) => {
    const rows = (own: Own) => some(10, 2)(own).map((row, index) => (index < 8 ? row : { ...row, id }));
    const answer = await read(`B ${word}`, rows);
    expect(answer.text).not.toMatch(/8 of 8/);
    expectHonest(answer, { runs: 10, passed: 8, failed: 2 }, { unreadable: 2 });
  });

  it('a list that moved between two pages: its last row is on none', async () => {
    const answer = await read('B moved', (own) => [
      ...some(100)(own),
      run(own, 100),
      ...times(29, (n) => run(own, n + 100)),
    ]);
    expectIncomplete(answer, { missing: 1 });
    expect(answer.text).not.toMatch(/129 of 129/);
  });

  it('runs of another batch are not runs of this one', async () => {
    const other = batch('B other', () => []);
    const rows = (own: Own) => [...some(4)(own), ...times(6, (n) => run({ ...own, id: other.id }, n))];
    const answer = await read('B foreign', rows, {}, { runs: 4, completedRuns: 4 });
    expect(answer.text).not.toMatch(/of 10 passed/);
    expectHonest(answer, { runs: 4, passed: 4 });
  });

  it('two conversations under one id', async () => {
    const answer = await read('B one id', (own) => [
      ...some(9)(own),
      { ...judged(own, 10, UNMET), id: run(own, 1).id },
    ]);
    expect(answer.text).not.toMatch(/9 of 9/);
    expectHonest(answer, { runs: 10, passed: 9, failed: 1 }, { missing: 1 });
  });

  it('a scenario without an id is said to be there', async () => {
    const scenarios = times(5, (n) =>
      scenario(hex24('B scenario', n), `Scenario ${n}`, n === 3 ? { id: null, referenceId: null } : {}),
    );
    on.answer(cognigyWorld({ scenarios }));
    expectIncomplete(await on.call('list_tests', {}), { unreadable: 1 });
  });

  it('a batch that does not tell its scenario is said to be there', async () => {
    const batches = times(3, (n) =>
      batch(`B lost ${n}`, (own) => [run(own, 1)], n === 2 ? { simulationReference: null } : {}),
    );
    on.answer(cognigyWorld({ batches }));
    const answer = await on.call('list_sessions', {});
    expectIncomplete(answer, { unreadable: 1 });
    expect(list(answer.data.sessions)).toHaveLength(2);
  });
});

describe('C: counters of the batch', () => {
  const counters: [string, number, Row, number][] = [
    ['of completed runs alone', 8, { ...UNCOUNTED, completedRuns: 10 }, 2],
    ['as text, under another name', 8, { ...UNCOUNTED, numberOfExecutions: '10', completedRuns: '10' }, 2],
    ['of results', 8, { ...UNCOUNTED, batchMetrics: { runResults: { succeeded: 8, failed: 2 } } }, 2],
    ['one above, within any tolerance', 109, { runs: 110, completedRuns: 110 }, 1],
    ['of executions above those of runs', 8, { runs: 8, completedRuns: 8, numberOfExecutions: 10 }, 2],
  ];
  it.each(counters)('%s', async (word, count, over, missing) => {
    const answer = await read(`C ${word}`, some(count), {}, over);
    expect(answer.text).not.toMatch(new RegExp(`${count} of ${count} passed`));
    expectIncomplete(answer, { missing });
  });

  it('a list that counts one more than it shows', async () => {
    const answer = await read('C list', some(10), {
      envelope: (page) => cognigyEnvelope({ ...page, total: page.total + 1 }),
    });
    expectIncomplete(answer, { missing: 1 });
    expect(answer.text).not.toMatch(/10 of 10/);
  });

  it('two failed by the batch, none by its rows', async () => {
    const over = { batchMetrics: { runResults: { succeeded: 8, failed: 2 } } };
    const answer = await read('C results', some(10), {}, over);
    expectIncomplete(answer);
    expect(list(at(answer.data.coverage, 'gaps')).map((gap) => at(gap, 'kind'))).toContain('counters_disagree');
  });

  it('more rows than the batch asked for', async () => {
    const answer = await read('C surplus', some(10), {}, { runs: 8, completedRuns: 8 });
    if (answer.isError) expectRefused(answer);
    else expectIncomplete(answer);
  });

  it('list_sessions gives no rate that the counters do not bear', async () => {
    const over = { runs: 10, completedRuns: 10, batchMetrics: { runResults: { succeeded: 6, failed: 0 } } };
    const one = batch('C rate', some(6), over);
    on.answer(cognigyWorld({ batches: [one] }));
    const [session] = list((await on.call('list_sessions', {})).data.sessions);
    expect(at(at(session, 'counts'), 'runs')).toBe(10);
    expect(at(session, 'pass_rate')).toBeUndefined();
    const whole = await on.call('get_session', { session: sessionRef(one) });
    expectIncomplete(whole, { missing: 4 });
    expect(countsOf(whole).passed).toBe(6);
  });
});
