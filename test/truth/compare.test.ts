/** Two sessions held against each other where runs are missing on one side. */
import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/clients.ts';
import { at } from '../support/data.ts';
import { standInFor } from './asking.ts';
import { batch, cognigyWorld, judged, run, sessionRef, UNMET, withPaging } from './cognigy-world.ts';
import { expectRefused, firstLine } from './honesty.ts';
import { failing, simulation, synthflowWorld } from './synthflow-world.ts';
import { times, uuid } from './world-parts.ts';

const on = standInFor('synthflow', 'cognigy');

interface Side {
  passed: number;
  failed?: number;
  /** Counted by the platform and on no page. */
  missing?: number;
  /** Under way. */
  going?: number;
}

/** Compares two sessions of the same cases: those that passed come first, then those that failed. */
async function compare(word: string, before: Side, after: Side): Promise<Answer> {
  const sides = [before, after].map(({ passed, failed = 0, missing = 0, going = 0 }, index) => {
    const id = uuid(word, index);
    const under = { status: 'in_progress', success_criteria_analysis: null, updated_at: new Date().toISOString() };
    const rows = times(passed + failed + going, (n) => {
      if (n > passed + failed) return simulation(id, n, under);
      return n > passed ? failing(id, n) : simulation(id, n);
    });
    const total = rows.length + missing;
    const state = going > 0 ? { status: 'running' } : {};
    return { id, rows, over: { total_simulations: total, completed_simulations: total - going, ...state } };
  });
  on.answer(synthflowWorld({ sessions: sides }));
  const [first, second] = sides.map(({ id }) => `synthflow/session/${id}`);
  return on.call('compare_sessions', { before: first, after: second });
}

function expectVerdict(answer: Answer, verdict: string, missing: number): void {
  expect(answer.isError, answer.text).toBe(false);
  expect(firstLine(answer)).toMatch(/^Incomplete: /);
  expect(firstLine(answer)).toMatch(new RegExp(`\\b${missing}\\b`));
  expect(answer.data.verdict).toBe(verdict);
  expect(answer.data.coverage).toMatchObject({ complete: false, missing });
}

describe('compare_sessions where runs are missing', () => {
  it('after: "incomplete" where they could turn the verdict to worse', async () => {
    const answer = await compare('worse', { passed: 20 }, { passed: 12, missing: 8 });
    expectVerdict(answer, 'incomplete', 8);
    expect(answer.text).not.toMatch(/No clear difference/);
    expect(at(answer.data.after, 'pass_rate')).toBeUndefined();
  });

  it('before: "incomplete" where they could turn the verdict to better', async () => {
    const answer = await compare('better', { passed: 12, missing: 8 }, { passed: 20 });
    expectVerdict(answer, 'incomplete', 8);
    expect(answer.text).not.toMatch(/No clear difference/);
  });

  it('"incomplete" where a verdict of those that came would not stand', async () => {
    // Of ten pairs six broke: worse by itself; were all ten missing ones mended, it would not be.
    const before = { passed: 10, failed: 10 };
    const answer = await compare('stand', before, { passed: 4, failed: 6, missing: 10 });
    expectVerdict(answer, 'incomplete', 10);
    expect(answer.text).not.toMatch(/^Conclusion: Worse/m);
  });

  it('clearly better where one missing run cannot overturn it', async () => {
    const answer = await compare('clear', { passed: 0, failed: 30 }, { passed: 29, missing: 1 });
    expectVerdict(answer, 'better', 1);
  });

  it('clearly worse where two missing runs cannot overturn it', async () => {
    const answer = await compare('clear worse', { passed: 30 }, { passed: 0, failed: 28, missing: 2 });
    expectVerdict(answer, 'worse', 2);
  });

  it('no clear difference where two missing runs of ten cannot make one', async () => {
    const answer = await compare('same', { passed: 10 }, { passed: 8, missing: 2 });
    expectVerdict(answer, 'no clear difference', 2);
  });

  it('"incomplete" where runs under way could turn the verdict', async () => {
    const answer = await compare('going', { passed: 20 }, { passed: 12, going: 8 });
    expect(answer.isError, answer.text).toBe(false);
    expect(answer.data.coverage).toMatchObject({ complete: true });
    expect(answer.data.verdict, answer.text).toBe('incomplete');
    expect(answer.text).toContain('not finished (0 before, 8 after)');
    expect(answer.text).not.toMatch(/No clear difference/);
  });

  it('clearly worse where one run under way cannot overturn it', async () => {
    const answer = await compare('nearly done', { passed: 30 }, { passed: 0, failed: 29, going: 1 });
    expect(answer.data.verdict).toBe('worse');
  });

  it('on Cognigy, too', async () => {
    const before = batch('compare before', (own) => times(20, (n) => run(own, n)));
    const after = batch('compare after', (own) => times(12, (n) => run(own, n)), { runs: 20, completedRuns: 20 });
    on.answer(cognigyWorld({ batches: [after, { ...before, scenario: after.scenario }] }));
    const answer = await on.call('compare_sessions', {
      before: sessionRef({ ...before, scenario: after.scenario }),
      after: sessionRef(after),
    });
    expectVerdict(answer, 'incomplete', 8);
    expect(answer.text).not.toMatch(/No clear difference/);
  });

  it('"incomplete" where nobody knows how many are missing', async () => {
    const counted = { runs: undefined, completedRuns: undefined, failedRuns: undefined };
    const before = batch('unknown before', (own) => times(100, (n) => run(own, n)), counted);
    // Whatever is skipped, the same full page comes, without a count.
    const after = {
      ...batch('unknown after', (own) => times(100, (n) => judged(own, n, UNMET)), counted),
      scenario: before.scenario,
    };
    const world = cognigyWorld({ batches: [after, before], envelope: withPaging(undefined) });
    on.answer((asked) => {
      const again = asked.path.includes(after.id) && asked.path.endsWith('/runs');
      if (again) asked.query.delete('skip');
      return world(asked);
    });
    const answer = await on.call('compare_sessions', { before: sessionRef(before), after: sessionRef(after) });
    expect(answer.text).not.toMatch(/^Conclusion: Worse/m);
    if (answer.isError) {
      expectRefused(answer);
      return;
    }
    expect(answer.data.verdict).toBe('incomplete');
    expect(firstLine(answer)).toMatch(/^Incomplete: /);
    expect(at(answer.data.coverage, 'complete')).toBe(false);
    expect(at(answer.data.coverage, 'missing')).toBeUndefined();
  });
});
