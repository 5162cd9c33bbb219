/** A verdict that was not understood does not let a run pass (E), on Coval. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { type CovalFacts, coval, type Fields, forbidden, idOf, politeness } from './coval-world.ts';
import { headline } from './honesty.ts';
import { expectNoPass, expectTruth, said, tallies } from './outcomes.ts';

const ask = askingFor('coval');
let defined = 0;
const metric = (metric_name: string | null, target_condition?: unknown): Fields & { id: string } => ({
  id: idOf('metric', 1, ++defined),
  metric_name,
  metric_type: 'METRIC_NUMERIC',
  ...(target_condition === undefined ? {} : { target_condition }),
});

const textTarget = metric('Text target', { comparison_operator: 'gte', target_float: '0.8' });
const longOperator = metric('Long operator', { comparison_operator: 'GREATER_THAN_OR_EQUAL', target_float: 0.8 });
const otherTarget = metric('Other target', { comparison_operator: 'gte', target_value: 0.8 });
const contains = metric('Contains', { comparison_operator: 'contains', target_value: 'refund' });
const guarded = metric('Guarded');
const free = metric('Latency');
const accuracy = metric('Accuracy', { comparison_operator: 'gte', target_float: 0.8 });
const [twinA, twinB] = [metric('Twin', accuracy.target_condition), metric('Twin', accuracy.target_condition)];
const metrics = [politeness, textTarget, longOperator, otherTarget, contains, guarded, free, accuracy, twinA, twinB];

const polite = String(politeness.id);
/** Simulations that passed politeness, with further values beside it. */
const beside = (values: Record<string, unknown>, more: Partial<CovalFacts> = {}) =>
  coval({
    simulations: 3,
    metrics,
    values: () => ({ [polite]: 'YES', ...values }),
    instead: ({ path }) => (path === `/v1/metrics/${guarded.id}/threshold` ? forbidden : undefined),
    ...more,
  });

describe('a condition that is written in another way', () => {
  it.each([
    ['with its target as text', textTarget, 0.2],
    ['with a long operator', longOperator, 0.2],
    ['with its target under another name', otherTarget, 0.2],
    ['with an operator of another kind', contains, 'No money was returned.'],
  ])('(%s) lets no run pass that misses it', async (_, { id }, value) => {
    const world = beside({ [id]: value });
    expectNoPass(await ask(world, 'get_session', { session: world.session }), { runs: 3, pending: 0 });
  });

  it('is named in the run that it leaves open', async () => {
    const world = beside({ [contains.id]: 'No money was returned.' });
    const answer = await ask(world, 'get_run', { run: world.run(0) });
    const evaluation = list(at(answer.data, 'evaluations')).find((one) => at(one, 'name') === 'Contains');
    expect(at(at(answer.data, 'run'), 'verdict'), said(answer)).not.toBe('passed');
    expect(['unscored', 'failed']).toContain(at(evaluation, 'verdict'));
    if (at(evaluation, 'verdict') === 'unscored') expect(at(evaluation, 'unread')).toMatch(/\w{3}/);
  });
});

describe('a threshold that the key may not see', () => {
  it('lets no run pass: it may be missed', async () => {
    const world = beside({ [guarded.id]: 0.2 });
    expectNoPass(await ask(world, 'get_session', { session: world.session }), { runs: 3, failed: 0, inconclusive: 3 });
  });
});

describe('three simulations of one case, where only the third has a value of a metric', () => {
  const broken: Fields = {
    metric_output_id: '01JBROKEN00000000000000000',
    metric_id: accuracy.id,
    value: null,
    status: 'FAILED',
    status_reason: 'The judge timed out.',
  };
  const judged = (value: unknown, metric_id: string): Fields => ({
    metric_output_id: `01J${metric_id.slice(-12)}00000000000`,
    metric_id,
    value,
    status: 'COMPLETED',
  });
  const world = () =>
    coval({
      simulations: 3,
      metrics,
      simulation: () => ({ test_case_id: idOf('case', 1) }),
      values: (index): Record<string, unknown> =>
        index === 2 ? { [polite]: 'YES', [accuracy.id]: 0.9 } : { [polite]: 'YES' },
      outputs: (index) => {
        if (index === 2) return [judged('YES', polite), judged(0.9, accuracy.id)];
        return index === 1 ? [judged('YES', polite), broken] : [judged('YES', polite)];
      },
    });

  it.each(['get_session', 'wait_for_session'])('%s calls the other two inconclusive', async (tool) => {
    const one = world();
    const answer = await ask(one, tool, { session: one.session });
    expectTruth(answer, { runs: 3, passed: 1, inconclusive: 2, failed: 0 });
  });
});

describe('the headline', () => {
  it('counts the evaluations that no condition judged', async () => {
    const world = beside({ [free.id]: 0.2 });
    const answer = await ask(world, 'get_session', { session: world.session });
    expect(headline(answer)).toMatch(/3 .*unscored|unscored.* 3|3 .*not scored/i);
  });
});

describe('names of metrics', () => {
  const tallied = async (world: ReturnType<typeof coval>) =>
    tallies(await ask(world, 'get_session', { session: world.session }));
  const named = (all: unknown[], name: RegExp) => all.filter((one) => name.test(String(at(one, 'name'))));
  /** The run's results name metrics that were deleted since. */
  const deleted = (...names: (string | null)[]) => {
    const gone = names.map((metric_name, index) => ({
      ...metric(metric_name),
      id: idOf('metric', 2, ++defined + index),
    }));
    const values = { [polite]: 'YES', ...Object.fromEntries(gone.map(({ id }) => [id, 0.5])) };
    const listed = ({ path }: { path: string }) => (path === '/v1/metrics' ? { body: { metrics } } : undefined);
    return coval({ simulations: 3, metrics: [politeness, ...gone], values: () => values, instead: listed });
  };

  it('two of one name stay two', async () => {
    const found = named(await tallied(beside({ [twinA.id]: 0.9, [twinB.id]: 0.2 })), /Twin/);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(expect.objectContaining({ passed: 3, failed: 0 }));
    expect(found).toContainEqual(expect.objectContaining({ passed: 0, failed: 3 }));
  });

  it('two deleted ones of one name stay two', async () => {
    const found = named(await tallied(deleted('Fluency', 'Fluency')), /Fluency/);
    expect(found).toHaveLength(2);
  });

  it('a deleted one is not merged with its namesake', async () => {
    const found = named(await tallied(deleted('Politeness')), /Politeness/);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(expect.objectContaining({ passed: 3, unscored: 0 }));
  });

  it('two without a name stay two', async () => {
    expect(await tallied(deleted(null, null))).toHaveLength(3);
  });
});
