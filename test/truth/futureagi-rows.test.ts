/** Rows that disappear (B), and what is empty without being so (D), on Future AGI. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor, RUN_READERS } from './asking.ts';
import { appPage, both, evals, futureAgi, listedExecution, runTest } from './futureagi-world.ts';
import { firstLine, headline } from './honesty.ts';
import { coverage, expectDoubt, expectIncomplete, said } from './outcomes.ts';
import type { Asked } from './stand-in.ts';

const ask = askingFor('futureagi');

describe('10 of 110 calls that come without an id', () => {
  const nameless = () =>
    futureAgi({
      calls: 110,
      call: (index) => (index < 100 ? {} : { call_execution_id: null, eval_outputs: evals({ politeness: 'Failed' }) }),
    });

  it('are missed by get_session, which states no rate', async () => {
    const world = nameless();
    const answer = await ask(world, 'get_session', { session: world.session });
    expectIncomplete(answer, { unreadable: 10, bounds: [100 / 110, 1], says: /\b10\b/ });
  });

  it.each(['list_runs', 'get_failure_clusters'])('are missed by %s', async (tool) => {
    const world = nameless();
    const answer = await ask(world, tool, { session: world.session });
    expectIncomplete(answer, { unreadable: 10, says: /\b10\b/ });
  });

  it('leave a comparison undecided, because they could have failed', async () => {
    const before = futureAgi({ calls: 110 });
    const after = nameless();
    const sessions = { before: before.session, after: after.session };
    const answer = await ask({ reply: both(before, after) }, 'compare_sessions', sessions);
    expect(answer.isError, said(answer)).toBe(false);
    expect(headline(answer)).not.toMatch(/no clear difference/i);
    expect(firstLine(answer)).toMatch(/incomplete/i);
    expect(at(answer.data, 'verdict')).toBe('incomplete');
  });
});

it('list_sessions does not lose an execution without an id without a word', async () => {
  const world = futureAgi({ calls: 1 });
  const rows = [0, 1, 2].map((index) => listedExecution(world.world, index, index === 1 ? { id: null } : {}));
  const reply = (asked: Asked) =>
    asked.path.endsWith('/executions/') ? appPage(asked, rows, ['count', 'total_pages']) : world.reply(asked);
  for (const args of [{ test: world.suite }, {}]) {
    const answer = await ask({ reply }, 'list_sessions', args);
    expect(list(at(answer.data, 'sessions'))).toHaveLength(2);
    expectIncomplete(answer, { unreadable: 1, says: /\b1\b|[Oo]ne/ });
  }
});

it('list_tests does not lose a run test without an id without a word', async () => {
  const rows = [0, 1, 2].map((index) => runTest(9_000, index, index === 1 ? { id: null } : {}));
  const reply = (asked: Asked) =>
    asked.path === '/simulate/run-tests/' ? appPage(asked, rows, ['count', 'total_pages']) : undefined;
  expectIncomplete(await ask({ reply }, 'list_tests', { kind: 'suite' }), { unreadable: 1 });
});

describe('an empty list where the execution counts five calls', () => {
  const empty = () => futureAgi({ calls: 0, execution: { total_calls: 5, completed_calls: 5 } });

  it('is not "not read yet": they were read, and five are missing', async () => {
    const world = empty();
    const answer = await ask(world, 'get_session', { session: world.session });
    expect(headline(answer)).not.toMatch(/not (read|counted) yet/);
    expectIncomplete(answer, { missing: 5, says: /\b5\b/ });
  });

  it.each(RUN_READERS)('%s says that five are missing', async (tool, more) => {
    const world = empty();
    const answer = await ask(world, tool, { session: world.session, ...more });
    expectIncomplete(answer, { missing: 5, says: /\b5\b/ });
  });

  it('leaves a comparison undecided', async () => {
    const [before, after] = [futureAgi({ calls: 5 }), empty()];
    const sessions = { before: before.session, after: after.session };
    const answer = await ask({ reply: both(before, after) }, 'compare_sessions', sessions);
    expect(answer.isError, said(answer)).toBe(false);
    expect(firstLine(answer)).toMatch(/incomplete/i);
    expect(at(answer.data, 'verdict')).toBe('incomplete');
  });
});

describe('an error that comes with 200', () => {
  const broken = { status: false, error: 'Workspace is being migrated.', count: 0, results: [] };
  const reply = ({ path }: Asked) => (path === '/simulate/run-tests/' ? { body: broken } : undefined);

  it.each([
    ['list_tests', { kind: 'suite' }],
    ['list_tests', {}],
    ['list_sessions', {}],
  ])('is not taken for an empty list by %s', async (tool, args) => {
    const answer = await ask({ reply }, tool, args);
    expect(headline(answer)).not.toMatch(/^0 (tests|sessions)/);
    expectDoubt(answer);
  });

  it('shows what the platform said', async () => {
    const answer = await ask({ reply }, 'list_tests', { kind: 'suite' });
    expect(answer.isError || at(coverage(answer), 'complete') === false, said(answer)).toBe(true);
    expect(answer.text).toMatch(/error|being migrated/i);
  });
});
