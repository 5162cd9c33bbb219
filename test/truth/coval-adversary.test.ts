/** Forms on Coval that a stranger to the mechanism thought of: answers that are none, errors beside passes, short sets. */
import { describe, expect, it } from 'vitest';
import { at } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { agent, coval, covalPage, type Fields, idOf, nextWorld, persona, politeness } from './coval-world.ts';
import { expectNoPass, expectTruth, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('coval');
const METRIC = idOf('metric', 0, 901);
const RANGE = idOf('metric', 0, 902);
/** The same for all cases: a server keeps what metrics there are. */
const metrics: Fields[] = [
  politeness,
  { id: METRIC, metric_name: 'Escalation', target_condition: { comparison_operator: 'nin', target_values: ['NO'] } },
  {
    id: RANGE,
    metric_name: 'Length',
    target_condition: { comparison_operator: 'bt', target_float_lower: 8, target_float_upper: 2 },
  },
];
const valued = (id: string, value: unknown) =>
  coval({ simulations: 2, metrics, values: () => ({ [String(politeness.id)]: 'YES', [id]: value }) });

describe('a value that must be none of some', () => {
  it.each([['UNKNOWN'], ['n/a'], ['ERROR: the judge timed out'], [[]], [['YES', 'unknown']]])(
    '%j is no answer, and no pass',
    async (value) => {
      const world = valued(METRIC, value);
      expectNoPass(await ask(world, 'get_session', { session: world.session }), {
        runs: 2,
        failed: 0,
        inconclusive: 2,
      });
    },
  );
  it.each([['YES'], ['none'], ['maybe'], [['YES', 'LATER']]])('%j passes', async (value) => {
    const world = valued(METRIC, value);
    expectTruth(await ask(world, 'get_session', { session: world.session }), { runs: 2, passed: 2 });
  });
  it('a range from more to less is none, and fails nobody', async () => {
    const world = valued(RANGE, 5);
    expectTruth(await ask(world, 'get_session', { session: world.session }), { runs: 2, failed: 0, inconclusive: 2 });
  });
});

describe('a simulation that completed', () => {
  it('and tells an error is no pass, and the error is quoted', async () => {
    const simulation = (index: number) => (index === 1 ? { error_message: 'The agent hung up.' } : {});
    const world = coval({ simulations: 2, metrics, simulation });
    expectTruth(await ask(world, 'get_session', { session: world.session }), { runs: 2, passed: 1, inconclusive: 1 });
    expect((await ask(world, 'get_run', { run: world.run(1) })).text).toContain('The agent hung up.');
  });
  it('and tells an empty error passes', async () => {
    const world = coval({ simulations: 2, metrics, simulation: () => ({ error_message: '' }) });
    expectTruth(await ask(world, 'get_session', { session: world.session }), { runs: 2, passed: 2 });
  });
});

describe('a simulation that a run which ended months ago shows', () => {
  it.each([['IN PROGRESS'], ['PENDING'], ['weird'], [null]])('as %s is not pending', async (status) => {
    const world = coval({ simulations: 3, metrics, simulation: (index) => (index === 2 ? { status } : {}) });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 3, passed: 2, pending: 0, inconclusive: 1 });
    const run = await ask(world, 'get_run', { run: world.run(2) });
    expect(at(at(run.data, 'run'), 'verdict'), said(run)).toBe('inconclusive');
  });
  it('as under way is pending where the run ended just now', async () => {
    const world = coval({
      simulations: 3,
      metrics,
      simulation: (index) => (index === 2 ? { status: 'IN PROGRESS' } : {}),
      run: { update_time: new Date().toISOString() },
    });
    expectTruth(await ask(world, 'get_session', { session: world.session }), { runs: 3, passed: 2, pending: 1 });
  });
});

describe('the transcript of a simulation that', () => {
  it.each([[null], [undefined], ['']])('completed, sent as %j, was not read', async (transcript) => {
    const world = coval({ simulations: 1, metrics, transcript: () => transcript });
    const answer = await ask(world, 'get_transcript', { run: world.run(0) });
    expect(answer.isError, said(answer)).toBe(true);
    const search = await ask(world, 'search_transcripts', { session: world.session, query: 'hello' });
    expect(search.data).toMatchObject({ runs_searched: 0, runs_unreadable: 1 });
  });
  it.each([
    ['completed without a word', 'COMPLETED', []],
    ['broke before a word', 'FAILED', null],
  ])('%s has no turns', async (_, status, transcript) => {
    const world = coval({ simulations: 1, metrics, simulation: () => ({ status }), transcript: () => transcript });
    const answer = await ask(world, 'get_transcript', { run: world.run(0) });
    expect(answer.isError, said(answer)).toBe(false);
    expect(answer.text).toContain('no turns');
  });
});

describe('a test set of 25 cases', () => {
  const holding = (shown: number, counted: number) => {
    const world = nextWorld();
    const id = idOf('set', world);
    const set = { id, display_name: 'Big', test_case_count: counted };
    const cases = Array.from({ length: shown }, (_, index) => ({
      id: idOf('case', world, index),
      test_set_id: id,
      input_str: `Order ${index}`,
    }));
    const reply = (asked: Asked): Reply => {
      const path = asked.path.replace('/v1', '');
      if (path === `/test-sets/${id}`) return { body: { test_set: set } };
      if (path === '/test-cases') return { body: covalPage(asked, 'test_cases', cases) };
      if (path === '/agents') return { body: covalPage(asked, 'agents', [agent]) };
      if (path === '/personas') return { body: covalPage(asked, 'personas', [persona]) };
      return path.endsWith('/agents') ? { body: { agents: [agent] } } : undefined;
    };
    return { reply, suite: `coval/suite/${id}` };
  };

  it('of which a list that ended shows 20 has 25', async () => {
    const world = holding(20, 25);
    const answer = await ask(world, 'get_test', { test: world.suite });
    expect(at(answer.data, 'test'), said(answer)).toMatchObject({ cases: 25, members_omitted: 5 });
  });
  it('of which a list that ended shows 20 is planned with no word of 20 runs', async () => {
    const world = holding(20, 25);
    const answer = await ask(world, 'start_simulation', { test: world.suite, dry_run: true });
    expect(at(at(answer.data, 'plan'), 'runs'), said(answer)).toBeUndefined();
    expect(answer.text).toMatch(/could not be read whole/);
    expect(answer.text).not.toMatch(/\b20 (runs|cases)/);
  });
  it('that are all shown is planned with 25 runs', async () => {
    const world = holding(25, 25);
    const answer = await ask(world, 'start_simulation', { test: world.suite, dry_run: true });
    expect(at(at(answer.data, 'plan'), 'runs'), said(answer)).toBe(25);
  });
});
