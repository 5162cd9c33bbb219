/**
 * Platforms that answer as documented are not doubted: the worlds of these tests, with nothing wrong in them. (These pass
 * on a build that counts without coverage, too, and show that the other tests fail for what they are about.)
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/clients.ts';
import { at, list } from '../support/data.ts';
import { batch, cognigyWorld, judged, run, runRef, scenario, sessionRef, UNMET } from './cognigy-world.ts';
import { countsOf, firstLine, refsOf, walk } from './honesty.ts';
import { openStandIn, type StandIn } from './stand-in.ts';
import { failing, simulation, suite, synthflowCase, synthflowWorld } from './synthflow-world.ts';
import { hex24, times, uuid } from './world-parts.ts';

let synthflow: StandIn;
let cognigy: StandIn;
beforeAll(async () => {
  [synthflow, cognigy] = await Promise.all([openStandIn('synthflow'), openStandIn('cognigy')]);
});
afterAll(() => Promise.all([synthflow.close(), cognigy.close()]));

function expectUndoubted(answer: Answer): void {
  expect(answer.isError, answer.text).toBe(false);
  expect(firstLine(answer)).not.toMatch(/^Incomplete/);
  expect(at(answer.data.coverage, 'complete') ?? true).toBe(true);
}

/** Opens a session whose last two runs failed; a page holds at most `clamp` rows. */
type Open = (word: string, count: number, clamp?: number) => { on: StandIn; session: string };

const openSynthflow: Open = (word, count, clamp) => {
  const id = uuid(word, count);
  const rows = times(count, (n) => (n > count - 2 ? failing(id, n) : simulation(id, n)));
  synthflow.answer(synthflowWorld({ sessions: [{ id, rows }], clamp }));
  return { on: synthflow, session: `synthflow/session/${id}` };
};

const openCognigy: Open = (word, count, clamp) => {
  const one = batch(`${word} ${count}`, (own) =>
    times(count, (n) => (n > count - 2 ? judged(own, n, UNMET) : run(own, n))),
  );
  cognigy.answer(cognigyWorld({ batches: [one], clamp }));
  return { on: cognigy, session: sessionRef(one) };
};

describe.each([
  ['Synthflow', openSynthflow],
  ['Cognigy', openCognigy],
])('%s as documented', (_, open) => {
  it.each([
    [3, undefined],
    [99, undefined],
    [100, undefined],
    [101, undefined],
    [230, undefined],
    [60, 20],
    [45, 10],
  ])('%i runs in pages of at most %s are counted', async (count, clamp) => {
    const { on, session } = open(`honest ${clamp}`, count, clamp);
    const answer = await on.call('get_session', { session });
    expectUndoubted(answer);
    expect(countsOf(answer)).toMatchObject({ runs: count, passed: count - 2, failed: 2, pending: 0 });
    expect(at(answer.data.session, 'pass_rate')).toBeCloseTo((count - 2) / count, 3);
  });

  it.each([
    ['list_runs', {}],
    ['search_transcripts', { query: 'lighthouse', limit: 30 }],
    ['get_failure_clusters', {}],
    ['wait_for_session', { timeout_seconds: 0 }],
  ])('%s is not marked', async (tool, args) => {
    const { on, session } = open(`honest ${tool}`, 12);
    const answer = await on.call(tool, { session, ...args });
    expectUndoubted(answer);
    if (tool === 'search_transcripts') expect(list(answer.data.matches)).toHaveLength(12);
    if (tool === 'list_runs') expect(refsOf(answer, 'runs')).toHaveLength(12);
  });
});

describe('what is empty', () => {
  it('is said to be empty: sessions and tests', async () => {
    synthflow.answer(synthflowWorld({}));
    cognigy.answer(cognigyWorld({}));
    for (const on of [synthflow, cognigy]) {
      expectUndoubted(await on.call('list_sessions', {}));
      expectUndoubted(await on.call('list_tests', {}));
    }
  });

  it('is said to be empty: the turns of a run that had none', async () => {
    const id = uuid('honest silence');
    const row = simulation(id, 1, { timeline: [] });
    synthflow.answer(synthflowWorld({ sessions: [{ id, rows: [row] }] }));
    const one = batch('honest silence', (own) => [run(own, 1, { turns: [], totalTurns: 0 })]);
    cognigy.answer(cognigyWorld({ batches: [one] }));
    const answers = [
      await synthflow.call('get_transcript', { run: `synthflow/run/${row.simulation_id}` }),
      await cognigy.call('get_transcript', { run: runRef(one, 1) }),
    ];
    for (const answer of answers) {
      expect(answer.isError, answer.text).toBe(false);
      expect(answer.text).toMatch(/no turns/);
    }
  });
});

it('two sessions of the same cases are held against each other', async () => {
  const [before, after] = ['honest before', 'honest after'].map((word) => uuid(word));
  if (!before || !after) throw new Error('no ids');
  const sessions = [
    { id: before, rows: times(30, (n) => failing(before, n)) },
    { id: after, rows: times(30, (n) => simulation(after, n)) },
  ];
  synthflow.answer(synthflowWorld({ sessions }));
  const refs = { before: `synthflow/session/${before}`, after: `synthflow/session/${after}` };
  const answer = await synthflow.call('compare_sessions', refs);
  expectUndoubted(answer);
  expect(answer.text).toMatch(/Better: 0 % → 100 % passed of 30 paired runs/);
});

describe('lists', () => {
  it('of Synthflow are shown to their end', async () => {
    const suites = times(12, (n) => suite(`honest ${n}`));
    const cases = times(33, (n) => synthflowCase(n));
    const sessions = times(25, (n) => ({ id: uuid('honest list', n), rows: [simulation(uuid('honest list', n), 1)] }));
    synthflow.answer(synthflowWorld({ suites, cases, sessions }));
    const tests = await walk(synthflow, 'list_tests', { limit: 10 });
    expect(new Set(tests.flatMap((page) => refsOf(page, 'tests'))).size).toBe(45);
    const shown = await walk(synthflow, 'list_sessions', { limit: 10 });
    expect(new Set(shown.flatMap((page) => refsOf(page, 'sessions'))).size).toBe(25);
    for (const page of [...tests, ...shown]) expectUndoubted(page);
  });

  it('of Cognigy are shown to their end', async () => {
    const scenarios = times(33, (n) => scenario(hex24('honest', n), `Scenario ${n}`));
    const batches = times(25, (n) =>
      batch(`honest ${n}`, (own) => [run(own, 1)], { createdAt: 1793520000000 - n * 1000 }),
    );
    cognigy.answer(cognigyWorld({ scenarios, batches }));
    const tests = await walk(cognigy, 'list_tests', { limit: 10 });
    expect(new Set(tests.flatMap((page) => refsOf(page, 'tests'))).size).toBe(33);
    const shown = await walk(cognigy, 'list_sessions', { limit: 10 });
    expect(new Set(shown.flatMap((page) => refsOf(page, 'sessions'))).size).toBe(25);
    for (const page of [...tests, ...shown]) expectUndoubted(page);
  });
});
