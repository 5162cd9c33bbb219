/** Cognigy: what never ran (D), evaluations (E), transcripts (F), and what comes twice or cut off (G). */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { SESSION_READERS, standInFor } from './asking.ts';
import {
  batch,
  type CognigyBatch,
  cognigyWorld,
  judged,
  result,
  run,
  runRef,
  sessionRef,
  turns,
  UNMET,
} from './cognigy-world.ts';
import { countsOf, expectHonest, expectWhole, firstLine, headline, refsOf } from './honesty.ts';
import { cutOffOnce, times } from './world-parts.ts';

const on = standInFor('cognigy');

function open(one: CognigyBatch): string {
  on.answer(cognigyWorld({ batches: [one] }));
  return sessionRef(one);
}

describe('a batch that failed before any of its five runs', () => {
  const never = (word: string) => batch(word, () => [], { status: 'FAILED', runs: 5, completedRuns: 0, failedRuns: 0 });

  it.each(SESSION_READERS)('%s says that five were asked for and never ran', async (tool, args) => {
    const answer = await on.call(tool, { session: open(never(`d2 ${tool}`)), ...args });
    expect(answer.isError, answer.text).toBe(false);
    expect(headline(answer)).toMatch(/\b5\b[^.\n]*never ran/);
    expect(answer.text).not.toMatch(/not (read|counted) yet/);
    expect(at(answer.data, 'coverage')).toMatchObject({ complete: true, gaps: [{ kind: 'never_ran', count: 5 }] });
    expect(firstLine(answer)).not.toMatch(/^Incomplete/);
  });

  it('has no rate, and no run passed or is still to be read', async () => {
    const answer = await on.call('get_session', { session: open(never('d2 counts')) });
    expect(headline(answer)).toMatch(/never ran/);
    expect(countsOf(answer)).toMatchObject({ passed: 0, failed: 0, pending: 0 });
    expect(at(at(at(answer.data, 'session'), 'counts'), 'uncounted') ?? 0).toBe(0);
    expect(at(at(answer.data, 'session'), 'pass_rate')).toBeUndefined();
  });
});

describe('an evaluation that was not understood', () => {
  it('is counted in the headline', async () => {
    const metrics = { success: true, results: [result('Greets', true), { name: 'Books', note: 'Hard to say.' }] };
    const session = open(batch('e5', (own) => times(3, (n) => judged(own, n, metrics))));
    const answer = await on.call('get_session', { session });
    expect(headline(answer)).toMatch(/\b3\b[^.\n]*unscored|unscored[^.\n]*\b3\b/);
  });
});

describe('a transcript under `items`', () => {
  const nested = (word: string) => batch(word, (own) => [run(own, 1, { turns: { items: turns() } })]);

  it('is read, or said to be unreadable', async () => {
    const one = nested('f3');
    open(one);
    const answer = await on.call('get_transcript', { run: runRef(one, 1) });
    expect(answer.text).not.toMatch(/has no turns/);
    if (answer.isError) expect(answer.text).toMatch(/could not be read/);
    else expect(list(answer.data.turns).map((turn) => at(turn, 'text'))).toContain('For seven, by the lighthouse.');
  });

  it('is searched, or counted as unreadable', async () => {
    const answer = await on.call('search_transcripts', { session: open(nested('f3 search')), query: 'lighthouse' });
    expect(answer.text).not.toMatch(/had no transcript/);
    expect(list(answer.data.matches).length + Number(answer.data.runs_unreadable ?? 0)).toBe(1);
  });
});

describe('what comes twice or cut off', () => {
  it('of the same run twice, the judged state counts, and nothing fails', async () => {
    const one = batch(
      'g twice',
      (own) => [run(own, 1, { metrics: {}, turns: [] }), run(own, 2), judged(own, 1, UNMET)],
      { runs: 2, completedRuns: 2 },
    );
    const answer = await on.call('get_session', { session: open(one) });
    expect(answer.isError, answer.text).toBe(false);
    expectHonest(answer, { runs: 2, passed: 1, failed: 1 });
    const failed = await on.call('list_runs', { session: sessionRef(one), verdict: 'failed' });
    expect(refsOf(failed, 'runs')).toEqual([runRef(one, 1)]);
  });

  it('JSON that breaks off is asked for again', async () => {
    const one = batch('g cut', (own) => times(4, (n) => run(own, n)));
    on.answer(cutOffOnce(cognigyWorld({ batches: [one] })));
    expectWhole(await on.call('get_session', { session: sessionRef(one) }), { runs: 4, passed: 4 });
  });
});
