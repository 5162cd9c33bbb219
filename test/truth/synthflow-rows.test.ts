/** Synthflow: rows that disappear (B), counters of the parent that the rows do not bear out (C). */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { RUN_READERS, standInFor } from './asking.ts';
import { countsOf, expectHonest, expectIncomplete, expectWhole, firstLine, headline, refsOf } from './honesty.ts';
import { failing, ok, simulation, synthflowWorld } from './synthflow-world.ts';
import { type Row, times, uuid } from './world-parts.ts';

const on = standInFor('synthflow');

const ref = (session: string) => `synthflow/session/${session}`;

/** Ten are counted; nine passed, and the tenth, which failed, has the first once more in its place. */
function repeated(session: string): unknown[] {
  return [...times(9, (n) => simulation(session, n)), simulation(session, 1)];
}

/** Eight passed; the platform counts ten, of which two broke. */
function shortOfTwo(word: string): string {
  const session = uuid(word);
  const rows = times(8, (n) => simulation(session, n));
  const over = { total_simulations: 10, completed_simulations: 8, failed_simulations: 2 };
  on.answer(synthflowWorld({ sessions: [{ id: session, rows, over }] }));
  return ref(session);
}

const TWO_OF_TEN = /2 of the 10\b.*platform counts.*on no page/;

describe('a row shown twice in place of another', () => {
  function openRepeated(word: string): string {
    const session = uuid(word);
    on.answer(synthflowWorld({ sessions: [{ id: session, rows: repeated(session) }] }));
    return ref(session);
  }

  it('get_session does not say that 9 of 9 passed', async () => {
    const answer = await on.call('get_session', { session: openRepeated('b1 session') });
    expectIncomplete(answer, { missing: 1, rate: 0.9 });
    expect(answer.text).not.toMatch(/9 of 9/);
  });

  it('the session that embeds all ten tells of the one that failed', async () => {
    const session = uuid('b1 embedded');
    const embedded = [...times(9, (n) => simulation(session, n)), failing(session, 10)];
    on.answer(synthflowWorld({ sessions: [{ id: session, rows: repeated(session), embedded }] }));
    const answer = await on.call('get_session', { session: ref(session) });
    expectHonest(answer, { runs: 10, passed: 9, failed: 1 }, { missing: 1 });
    expect(answer.text).not.toMatch(/9 of 9/);
  });

  it.each(RUN_READERS)('%s says that one is missing', async (tool, args) => {
    const answer = await on.call(tool, { session: openRepeated(`b1 ${tool}`), ...args });
    expectIncomplete(answer, { missing: 1 });
  });
});

describe('a row without an id', () => {
  it('is not left out of ten without a word', async () => {
    const session = uuid('b2');
    const rows = [...times(9, (n) => simulation(session, n)), failing(session, 10, { simulation_id: null })];
    on.answer(synthflowWorld({ sessions: [{ id: session, rows }] }));
    const answer = await on.call('get_session', { session: ref(session) });
    expectIncomplete(answer, { unreadable: 1, rate: 0.9 });
    expect(answer.text).not.toMatch(/9 of 9/);
    expect(at(at(answer.data, 'coverage'), 'missing') ?? 0).toBe(0);
  });

  it('in list_sessions is a session that is said to be there', async () => {
    const ids = times(3, (n) => uuid('b2 list', n));
    const sessions = ids.map((id, index) => ({
      id,
      rows: [simulation(id, 1)],
      over: index === 1 ? { simulation_session_id: null } : {},
    }));
    on.answer(synthflowWorld({ sessions }));
    const answer = await on.call('list_sessions', {});
    expectIncomplete(answer, { unreadable: 1 });
    expect(refsOf(answer, 'sessions').sort()).toEqual([ids[0], ids[2]].map((id) => ref(String(id))).sort());
  });
});

describe('eight rows where the session counts ten, two of them broken', () => {
  it('get_session says that two were on no page', async () => {
    const answer = await on.call('get_session', { session: shortOfTwo('c1') });
    expectIncomplete(answer, { missing: 2, says: TWO_OF_TEN, rate: 0.8 });
    expect(answer.text).not.toMatch(/8 of 8/);
    expect(at(answer.data, 'coverage')).toMatchObject({ expected: 10, read: 8 });
  });

  it('its bounds take both as failed, then as passed', async () => {
    const answer = await on.call('get_session', { session: shortOfTwo('c1 bounds') });
    expect(at(at(answer.data, 'session'), 'pass_rate')).toBeUndefined();
    expect(at(at(answer.data, 'session'), 'pass_rate_bounds')).toEqual([0.8, 1]);
  });

  it.each(RUN_READERS)('%s says it, too', async (tool, args) => {
    const answer = await on.call(tool, { session: shortOfTwo(`c1 ${tool}`), ...args });
    expectIncomplete(answer, { missing: 2, says: TWO_OF_TEN });
  });

  it('search_transcripts does not call eight runs all', async () => {
    const answer = await on.call('search_transcripts', { session: shortOfTwo('c1 all'), query: '"nobody said this"' });
    expect(headline(answer)).not.toMatch(/in 8 of 8 runs/);
    expectIncomplete(answer, { missing: 2 });
  });

  it('a second call for what was read knows it still', async () => {
    const session = shortOfTwo('c1 again');
    await on.call('get_session', { session });
    expectIncomplete(await on.call('get_session', { session }), { missing: 2, says: TWO_OF_TEN });
    expectIncomplete(await on.call('list_runs', { session }), { missing: 2, says: TWO_OF_TEN });
  });
});

describe('pages cut to 50 without a word of paging, of a session that counts 120', () => {
  const envelope = ({ items }: { items: unknown[] }): Row => ok({ items });
  const some = (session: string, count: number) =>
    times(count, (n) => (n > 100 ? failing(session, n) : simulation(session, n)));

  it('are read on: the platform serves all', async () => {
    const session = uuid('c2');
    on.answer(synthflowWorld({ sessions: [{ id: session, rows: some(session, 120) }], clamp: 50, envelope }));
    const answer = await on.call('get_session', { session: ref(session) });
    expectWhole(answer, { runs: 120, passed: 100, failed: 20 });
  });

  it('list_runs shows what the later pages hold', async () => {
    const session = uuid('c2 runs');
    on.answer(synthflowWorld({ sessions: [{ id: session, rows: some(session, 120) }], clamp: 50, envelope }));
    const answer = await on.call('list_runs', { session: ref(session), verdict: 'failed', limit: 30 });
    expect(list(answer.data.runs)).toHaveLength(20);
    expect(firstLine(answer)).not.toMatch(/^Incomplete/);
  });

  it('and where no page behind the first comes, 70 are said to be missing', async () => {
    const session = uuid('c2 lost');
    const rows = some(session, 120);
    const first = rows.slice(0, 50);
    const over = { total_simulations: 120, completed_simulations: 120 };
    on.answer(synthflowWorld({ sessions: [{ id: session, rows: first, over }], envelope }));
    const answer = await on.call('get_session', { session: ref(session) });
    expectIncomplete(answer, { missing: 70, says: /70 of the 120\b.*on no page/ });
    expect(countsOf(answer).passed).toBeLessThanOrEqual(50);
  });
});
