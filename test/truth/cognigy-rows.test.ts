/** Cognigy: rows that disappear (B), counters of the batch that the rows do not bear out (C). */
import { describe, expect, it } from 'vitest';
import { at } from '../support/data.ts';
import { RUN_READERS, standInFor } from './asking.ts';
import { batch, type CognigyBatch, cognigyWorld, judged, run, sessionRef, UNMET } from './cognigy-world.ts';
import { expectIncomplete, headline, refsOf } from './honesty.ts';
import { openStandIn } from './stand-in.ts';
import { times } from './world-parts.ts';

const on = standInFor('cognigy');

function open(one: CognigyBatch): string {
  on.answer(cognigyWorld({ batches: [one] }));
  return sessionRef(one);
}

describe('a row shown twice in place of another', () => {
  /** Ten are counted; nine succeeded, and the tenth, which failed, has the first once more in its place. */
  const repeated = (word: string) => batch(word, (own) => [...times(9, (n) => run(own, n)), run(own, 1)]);

  it('get_session does not say that 9 of 9 passed', async () => {
    const answer = await on.call('get_session', { session: open(repeated('b1')) });
    expectIncomplete(answer, { missing: 1, rate: 0.9 });
    expect(answer.text).not.toMatch(/9 of 9/);
  });

  it.each(RUN_READERS)('%s says that one is missing', async (tool, args) => {
    const answer = await on.call(tool, { session: open(repeated(`b1 ${tool}`)), ...args });
    expectIncomplete(answer, { missing: 1 });
  });
});

describe('rows without an id', () => {
  const lost = (word: string) =>
    batch(word, (own) => [
      ...times(7, (n) => run(own, n)),
      ...times(3, (n) => ({ ...judged(own, n + 7, UNMET), id: null })),
    ]);

  it('are not left out of ten without a word', async () => {
    const answer = await on.call('get_session', { session: open(lost('b2')) });
    expectIncomplete(answer, { unreadable: 3, rate: 0.7 });
    expect(answer.text).not.toMatch(/7 of 7/);
    expect(at(at(answer.data, 'coverage'), 'missing') ?? 0).toBe(0);
  });

  it.each(RUN_READERS)('%s counts them as unreadable', async (tool, args) => {
    const answer = await on.call(tool, { session: open(lost(`b2 ${tool}`)), ...args });
    expectIncomplete(answer, { unreadable: 3 });
  });

  it.each([
    ['the list of the project', true],
    ['the lists of its scenarios', false],
  ])('are, as batches in list_sessions, said to be there (%s)', async (_, project) => {
    const { scenario } = batch(`b2 list ${project}`, () => []);
    const own = times(3, (n) => ({ ...batch(`b2 list ${project} ${n}`, (at) => [run(at, 1)]), scenario }));
    const [first, second, third] = own;
    const batches = own.map((one) => (one === second ? { ...one, over: { id: null, referenceId: null } } : one));
    // A host of its own: which lists a host has is learnt once.
    const host = await openStandIn('cognigy');
    try {
      host.answer(cognigyWorld({ batches, project }));
      const answer = await host.call('list_sessions', {});
      expectIncomplete(answer, { unreadable: 1 });
      const expected = [first, third].flatMap((one) => (one ? [sessionRef(one)] : []));
      expect(refsOf(answer, 'sessions').sort()).toEqual(expected.sort());
    } finally {
      await host.close();
    }
  });
});

describe('eight rows where the batch counts ten, two of them failed', () => {
  const short = (word: string) =>
    batch(word, (own) => times(8, (n) => run(own, n)), { runs: 10, completedRuns: 8, failedRuns: 2 });
  const TWO_OF_TEN = /2 of the 10\b.*platform counts.*on no page/;

  it('get_session says that two were on no page', async () => {
    const answer = await on.call('get_session', { session: open(short('c1')) });
    expectIncomplete(answer, { missing: 2, says: TWO_OF_TEN, rate: 0.8 });
    expect(answer.text).not.toMatch(/8 of 8/);
    expect(at(at(answer.data, 'coverage'), 'expected')).toBe(10);
  });

  it('its bounds take both as failed, then as passed', async () => {
    const answer = await on.call('get_session', { session: open(short('c1 bounds')) });
    expect(at(at(answer.data, 'session'), 'pass_rate')).toBeUndefined();
    expect(at(at(answer.data, 'session'), 'pass_rate_bounds')).toEqual([0.8, 1]);
  });

  it.each(RUN_READERS)('%s says it, too', async (tool, args) => {
    const answer = await on.call(tool, { session: open(short(`c1 ${tool}`)), ...args });
    expectIncomplete(answer, { missing: 2, says: TWO_OF_TEN });
  });

  it('a second call for what was read knows it still', async () => {
    const session = open(short('c1 again'));
    await on.call('get_session', { session });
    expectIncomplete(await on.call('list_runs', { session }), { missing: 2, says: TWO_OF_TEN });
    expectIncomplete(await on.call('get_session', { session }), { missing: 2, says: TWO_OF_TEN });
  });
});

describe('a list of 25 where the batch counts 60', () => {
  const most = (word: string) => batch(word, (own) => times(25, (n) => run(own, n)), { runs: 60, completedRuns: 60 });

  it('get_session says that 35 were on no page', async () => {
    const answer = await on.call('get_session', { session: open(most('c2')) });
    expectIncomplete(answer, { missing: 35, says: /35 of the 60\b.*on no page/, rate: 25 / 60 });
    expect(answer.text).not.toMatch(/25 of 25/);
  });

  it('search_transcripts does not call 25 runs all', async () => {
    const answer = await on.call('search_transcripts', {
      session: open(most('c2 search')),
      query: '"nobody said this"',
    });
    expect(headline(answer)).not.toMatch(/in 25 of 25 runs/);
    expectIncomplete(answer, { missing: 35 });
  });
});
