/** A verdict that was not understood does not let a run pass (E), on Future AGI. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { entries, type Fields, futureAgi } from './futureagi-world.ts';
import { countsOf, headline } from './honesty.ts';
import { expectError, expectNoPass, expectTruth, said, session, tallies } from './outcomes.ts';

const ask = askingFor('futureagi');
const passed = { name: 'politeness', output: 'Passed', output_type: 'Pass/Fail', reason: 'Polite.' };
/** Three calls that passed politeness, with further evaluations beside it. */
const beside = (...others: Fields[]) =>
  futureAgi({ calls: 3, call: () => ({ eval_outputs: entries(passed, ...others) }) });

describe('one evaluation that passed beside one whose output is', () => {
  const outputs: unknown[] = [
    'Failed.',
    'Fail - rude',
    'Not Passed',
    'No',
    0,
    '0',
    ['Failed'],
    { passed: false },
    { result: false },
    '',
    {},
  ];
  it.each(outputs.map((output) => [JSON.stringify(output), output]))('%s: no run passed', async (_, output) => {
    const world = beside({ name: 'resolution', output, output_type: 'Pass/Fail', reason: 'See there.' });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectNoPass(answer, { runs: 3, pending: 0 });
    expect(at(session(answer), 'pass_rate') ?? 0).toBe(0);
  });

  it('a choice that reads "Failed": no run passed', async () => {
    const world = beside({ name: 'resolution', output: { choice: 'Failed' }, output_type: 'choices', reason: null });
    expectNoPass(await ask(world, 'get_session', { session: world.session }), { runs: 3, pending: 0 });
  });

  it.each([
    ['Not Passed', /Not Passed/],
    [{ grade: { value: 'poor' } }, /poor/],
  ])('%j: get_run names the form and quotes the value', async (output, value) => {
    const world = beside({ name: 'resolution', output, output_type: 'Pass/Fail', reason: null });
    const answer = await ask(world, 'get_run', { run: world.run(1) });
    const evaluation = list(at(answer.data, 'evaluations')).find((one) => at(one, 'name') === 'resolution');
    expect(at(at(answer.data, 'run'), 'verdict'), said(answer)).not.toBe('passed');
    expect(['unscored', 'failed']).toContain(at(evaluation, 'verdict'));
    expect(String(at(evaluation, 'reason'))).toMatch(value);
    if (at(evaluation, 'verdict') === 'unscored') expect(at(evaluation, 'unread')).toMatch(/\w{3}/);
  });
});

describe('a threshold of 0.8 for quality', () => {
  const scored = (output: unknown) => beside({ name: 'quality', output, output_type: 'score', reason: 'Measured.' });
  const judge = (output: unknown, thresholds: Record<string, number> = { quality: 0.8 }) => {
    const world = scored(output);
    return ask(world, 'get_session', { session: world.session, thresholds });
  };

  it.each([[{ score: '0.4' }], ['40%'], ['4/10'], [{ score: { value: 0.4 } }]])(
    'fails what is written as %j',
    async (output) => {
      expectTruth(await judge(output), { runs: 3, passed: 0, failed: 3 });
    },
  );

  it.each([[{ score: '0.9' }], ['90 %'], ['9/10'], [{ score: { value: 0.9 } }]])(
    'passes what is written as %j',
    async (output) => {
      const answer = await judge(output);
      expectTruth(answer, { runs: 3, passed: 3 });
      const tally = tallies(answer).find((one) => at(one, 'name') === 'quality');
      expect(tally).toMatchObject({ passed: 3, unscored: 0 });
    },
  );

  it('does not let a list of scores pass', async () => {
    expectNoPass(await judge([0.4]), { runs: 3 });
  });

  it('says that 40 is on another scale, and guesses nothing', async () => {
    const answer = await judge(40);
    expectNoPass(answer, { runs: 3, failed: 0 });
    expect(answer.text).toMatch(/scale/i);
  });

  it('for a name that no evaluation has is an error that names those there are', async () => {
    expectError(await judge(0.4, { qualty: 0.8 }), /quality/);
  });
});

describe('the headline', () => {
  it('counts the evaluations that were not scored', async () => {
    const world = beside({ name: 'quality', output: 0.4, output_type: 'score', reason: 'Measured.' });
    const answer = await ask(world, 'get_session', { session: world.session });
    expect(headline(answer)).toMatch(/3 .*unscored|unscored.* 3|3 .*not scored/i);
  });

  it('says nothing of the kind where all were', async () => {
    const world = futureAgi({ calls: 3 });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 3, passed: 3 });
    expect(headline(answer)).not.toMatch(/unscored|not scored/i);
  });
});

describe('an evaluation that never gets a result', () => {
  const placeholders: [string, Fields][] = [
    ['is named constructor', { name: 'constructor', status: 'pending' }],
    ['is a bare placeholder', { status: 'pending' }],
    ['is empty', {}],
    ['has a name and nothing else', { name: 'resolution', output: null, output_type: null, status: 'running' }],
  ];
  it.each(placeholders)('and %s does not hold up a session that ended months ago', async (_, placeholder) => {
    const world = beside(placeholder);
    const answer = await ask(world, 'get_session', { session: world.session });
    expect(at(session(answer), 'status'), said(answer)).toBe('completed');
    expectTruth(answer, { runs: 3, passed: 0, pending: 0, inconclusive: 3 });
    const waited = await ask(world, 'wait_for_session', { session: world.session, timeout_seconds: 0 });
    expect(at(waited.data, 'done'), said(waited)).toBe(true);
  });
});

describe('names and reasons', () => {
  it('two evaluations of one name stay two', async () => {
    const world = beside({ ...passed, output: 'Failed', reason: 'Rude.' });
    const answer = await ask(world, 'get_session', { session: world.session });
    const found = tallies(answer);
    expect(countsOf(answer)).toMatchObject({ runs: 3, failed: 3 });
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(expect.objectContaining({ passed: 3, failed: 0 }));
    expect(found).toContainEqual(expect.objectContaining({ passed: 0, failed: 3 }));
    expect(new Set(found.map((one) => at(one, 'name'))).size).toBe(2);
  });

  it('one without a name is not merged with the one whose name its configuration has', async () => {
    const id = Object.keys(entries({}, {}))[1];
    const statistics = [{ name: 'tone', id: 'template', result: [{ name: 'politeness', id, total_cells: 3 }] }];
    const world = futureAgi({
      calls: 3,
      call: () => ({ eval_outputs: entries(passed, { output: 'Failed', output_type: 'Pass/Fail', reason: 'Rude.' }) }),
      execution: { eval_results: statistics },
    });
    const found = tallies(await ask(world, 'get_session', { session: world.session }));
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(expect.objectContaining({ passed: 0, failed: 3 }));
  });

  it.each([
    ['an object', { summary: 'Hung up on the caller.' }],
    ['a list of objects', [{ text: 'Hung up on the caller.' }]],
    ['a list of explained criteria', [{ criterion: 'Ending', explanation: 'Hung up on the caller.' }]],
  ])('a reason given as %s is kept', async (_, reason) => {
    const world = beside({ name: 'resolution', output: 'Failed', output_type: 'Pass/Fail', reason });
    const run = await ask(world, 'get_run', { run: world.run(0) });
    expect(run.text).toMatch(/Hung up on the caller/);
    const clusters = await ask(world, 'get_failure_clusters', { session: world.session });
    expect(clusters.text).toMatch(/Hung up on the caller/);
  });
});
