/** Forms on Cognigy that a stranger to the mechanism thought of: what stands beside a success and contradicts it. */
import { describe, expect, it } from 'vitest';
import { standInFor } from './asking.ts';
import { batch, cognigyWorld, judged, result, run, runRef, sessionRef } from './cognigy-world.ts';
import { expectWhole } from './honesty.ts';
import { type Row, times } from './world-parts.ts';

const on = standInFor('cognigy');

const success = { success: true, results: [result('Greets', true), result('Books', true)] };

function read(word: string, more: Row) {
  const one = batch(`adversary ${word}`, (own) => times(2, (n) => judged(own, n, { ...success, ...more })));
  on.answer(cognigyWorld({ batches: [one] }));
  return on.call('get_session', { session: sessionRef(one) });
}

describe('a run that is called a success', () => {
  it.each<[string, Row]>([
    ['half a rate', { successRate: 0.5 }],
    ['a rate of 50', { successRate: 50 }],
    ['a percentage alone', { successRate: { percentage: 50 } }],
    ['details of an error', { errorInfo: { technicalDetails: 'ETIMEDOUT at the endpoint' } }],
  ])('beside %s is no pass', async (word, more) => {
    const answer = await read(word, more);
    expectWhole(answer, { runs: 2, passed: 0, inconclusive: 2 });
    expect(answer.text).toMatch(/a success beside/);
  });

  it.each<[string, Row]>([
    ['a whole rate', { successRate: 1 }],
    ['a rate of 100', { successRate: 100 }],
    ['a rate of nothing', { successRate: { percentage: 0, numerator: 0, denominator: 0 } }],
    ['an error that says nothing', { errorInfo: { message: '', technicalDetails: '' } }],
  ])('beside %s passes', async (word, more) => {
    expectWhole(await read(word, more), { runs: 2, passed: 2 });
  });
});

describe('the transcript of a run that counts four turns', () => {
  it.each<[string, unknown[]]>([
    ['an error', [{ error: 'expired' }]],
    ['turns without words', [{ id: 'a', text: '' }, { id: 'b' }]],
  ])('and sends %s has not been read', async (word, turns) => {
    const one = batch(`adversary turns ${word}`, (own) => [run(own, 1, { turns, totalTurns: 4 })]);
    on.answer(cognigyWorld({ batches: [one] }));
    const answer = await on.call('get_transcript', { run: runRef(one, 1) });
    expect(answer.isError, answer.text).toBe(true);
    const search = await on.call('search_transcripts', { session: sessionRef(one), query: 'table' });
    expect(search.data).toMatchObject({ runs_searched: 0, runs_unreadable: 1 });
  });
});

describe('a transcript of which fewer turns came than its run counts', () => {
  it('is incomplete, and so is a search in it', async () => {
    const one = batch('adversary short turns', (own) => [run(own, 1, { totalTurns: 12 }), run(own, 2)]);
    on.answer(cognigyWorld({ batches: [one] }));
    const short = await on.call('get_transcript', { run: runRef(one, 1) });
    expect(short.text).toMatch(/^Incomplete: The platform counts 12 turns/);
    expect(short.data.coverage).toMatchObject({ complete: false, expected: 12 });
    const whole = await on.call('get_transcript', { run: runRef(one, 2) });
    expect(whole.data.coverage).toMatchObject({ complete: true });
    const search = await on.call('search_transcripts', { session: sessionRef(one), query: 'table' });
    expect(search.data).toMatchObject({ runs_searched: 2, runs_partly_read: 1 });
    expect(search.text).toContain('of 1 run fewer turns came than the platform counts');
  });

  it('is whole where the others say nothing', async () => {
    const said = [{ text: 'Hello' }, { text: '' }, { text: 'Hi, how can I help?' }, {}];
    const one = batch('adversary silent turns', (own) => [run(own, 1, { turns: said, totalTurns: 4 })]);
    on.answer(cognigyWorld({ batches: [one] }));
    const answer = await on.call('get_transcript', { run: runRef(one, 1) });
    expect(answer.data.coverage).toMatchObject({ complete: true, read: 2 });
  });
});

describe('a session of five runs that goes on and shows two', () => {
  const going = batch('adversary going on', (own) => times(2, (n) => run(own, n)), {
    status: 'IN_PROGRESS',
    runs: 5,
    completedRuns: 2,
    completedAt: undefined,
  });
  it.each([
    ['list_runs', {}],
    ['list_runs', { verdict: 'failed' }],
    ['search_transcripts', { query: 'refund' }],
  ])('%s %j does not speak as if these were all', async (tool, args) => {
    on.answer(cognigyWorld({ batches: [going] }));
    const answer = await on.call(tool, { session: sessionRef(going), ...args });
    expect(answer.text).toMatch(/is running: runs may be added/);
    expect(String(answer.data.headline)).toMatch(/is running/);
  });
  it.each([['list_runs'], ['search_transcripts']])('%s says nothing of the kind of one that ended', async (tool) => {
    const ended = batch('adversary ended', (own) => times(2, (n) => run(own, n)));
    on.answer(cognigyWorld({ batches: [ended] }));
    const query = tool === 'search_transcripts' ? { query: 'table' } : {};
    expect((await on.call(tool, { session: sessionRef(ended), ...query })).text).not.toMatch(/may be added/);
  });
});
