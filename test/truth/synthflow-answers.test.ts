/** Synthflow: errors in answers (D), verdicts (E), transcripts (F), and what comes twice or cut off (G). */
import { describe, expect, it } from 'vitest';
import { at, list, text } from '../support/data.ts';
import { standInFor } from './asking.ts';
import { countsOf, expectDoubt, expectHonest, expectWhole, headline, refsOf } from './honesty.ts';
import { conversation, simulation, synthflowWorld, yes } from './synthflow-world.ts';
import { cutOffOnce, instead, type Row, times, uuid } from './world-parts.ts';

const on = standInFor('synthflow');

const ref = (session: string) => `synthflow/session/${session}`;
const runRef = (row: Row) => `synthflow/run/${row.simulation_id}`;

/** A session of three like this one. */
function three(word: string, over: Row): string {
  const session = uuid(word);
  on.answer(synthflowWorld({ sessions: [{ id: session, rows: times(3, (n) => simulation(session, n, over)) }] }));
  return ref(session);
}

describe('an error that comes with 200', () => {
  it('is no empty list of sessions', async () => {
    const body = { status: 'error', message: 'Query was cancelled', response: [] };
    const world = synthflowWorld({});
    on.answer(instead(world, ({ path }) => (path.endsWith('/simulations/sessions') ? { body } : undefined)));
    const answer = await on.call('list_sessions', {});
    expect(answer.text).not.toMatch(/start_simulation makes one/);
    expect(headline(answer)).not.toMatch(/^0 sessions/);
    expectDoubt(answer, /Query was cancelled/);
  });
});

describe('a verdict that was not understood', () => {
  const analysis = { evaluations: [yes(), { success: 0, reasoning: 'It never confirmed.' }] };

  it('lets no run pass by the rule "all": the session', async () => {
    const answer = await on.call('get_session', { session: three('e3', { success_criteria_analysis: analysis }) });
    expect(countsOf(answer).passed).toBe(0);
    expect(answer.text).not.toMatch(/3 of 3 passed/);
    expect(countsOf(answer).failed + countsOf(answer).inconclusive).toBe(3);
  });

  it('lets no run pass by the rule "all": the run', async () => {
    const session = uuid('e3 run');
    const row = simulation(session, 1, { success_criteria_analysis: analysis });
    on.answer(synthflowWorld({ sessions: [{ id: session, rows: [row] }] }));
    const answer = await on.call('get_run', { run: runRef(row) });
    expect(['failed', 'inconclusive']).toContain(at(answer.data.run, 'verdict'));
    const second = list(answer.data.evaluations).find((one) => at(one, 'verdict') !== 'passed');
    expect(['failed', 'unscored']).toContain(at(second, 'verdict'));
    if (at(second, 'verdict') === 'unscored') {
      expect(text(at(second, 'unread'))).toMatch(/\S/);
      expect(text(at(second, 'reason'))).toMatch(/0|never confirmed/);
    }
  });

  it('is counted in the headline where the runs passed all the same', async () => {
    const judged = { success: true, evaluations: [yes(), { reasoning: 'Hard to say.' }] };
    const answer = await on.call('get_session', { session: three('e5', { success_criteria_analysis: judged }) });
    expect(headline(answer)).toMatch(/\b3\b[^.\n]*unscored|unscored[^.\n]*\b3\b/);
  });

  it('two criteria of one name stay two in the tally', async () => {
    const criteria = ['Says the price', 'Says the price'];
    const judged = { success: false, evaluations: [yes(), { success: false, reasoning: 'Not again.' }] };
    const session = three('e7', { success_criteria: criteria, success_criteria_analysis: judged });
    const tallies = list((await on.call('get_session', { session })).data.evaluations);
    expect(tallies).toHaveLength(2);
    expect(tallies.map((tally) => Number(at(tally, 'failed') ?? 0)).sort()).toEqual([0, 3]);
  });
});

describe('a transcript', () => {
  function open(word: string, timeline: unknown): string {
    const session = uuid(word);
    const row = simulation(session, 1, { timeline });
    on.answer(synthflowWorld({ sessions: [{ id: session, rows: [row] }] }));
    return runRef(row);
  }

  it('that is JSON in a text is read, or said to be unreadable', async () => {
    const run = open('f3', JSON.stringify(conversation()));
    const answer = await on.call('get_transcript', { run });
    expect(answer.text).not.toMatch(/has no turns/);
    if (answer.isError) expect(answer.text).toMatch(/could not be read/);
    else expect(list(answer.data.turns).map((turn) => at(turn, 'text'))).toContain('For seven, by the lighthouse.');
  });

  it('that is JSON in a text is searched, or counted as unreadable', async () => {
    open('f3 search', JSON.stringify(conversation()));
    const session = ref(uuid('f3 search'));
    const answer = await on.call('search_transcripts', { session, query: 'lighthouse' });
    const found = list(answer.data.matches).length;
    expect(found + Number(answer.data.runs_unreadable ?? 0)).toBe(1);
  });

  it.each(['transfer_target', 'human_agent'])('does not make %s the agent or the caller', async (sender_type) => {
    const [first, second] = conversation();
    const run = open(`f3 ${sender_type}`, [first, second, { sender_type, type: 'message', value: 'I take over.' }]);
    const answer = await on.call('get_transcript', { run });
    expect(list(answer.data.turns).map((turn) => at(turn, 'speaker'))).toEqual(['caller', 'agent', 'unknown']);
  });
});

describe('what comes twice or cut off', () => {
  it('of the same run twice, the later state counts, and nothing fails', async () => {
    const session = uuid('g twice');
    const stale = simulation(session, 1, { status: 'in-progress', success_criteria_analysis: null });
    const later = simulation(session, 1, {
      updated_at: '2026-11-01T11:00:00Z',
      success_criteria_analysis: { success: false, evaluations: [yes(), { success: false, reasoning: 'No.' }] },
    });
    const rows = [stale, simulation(session, 2), later];
    const over = { total_simulations: 2, completed_simulations: 2, pending_simulations: 0 };
    on.answer(synthflowWorld({ sessions: [{ id: session, rows, embedded: [later, rows[1]], over }] }));
    const answer = await on.call('get_session', { session: ref(session) });
    expect(answer.isError, answer.text).toBe(false);
    expectHonest(answer, { runs: 2, passed: 1, failed: 1 });
    const runs = await on.call('list_runs', { session: ref(session), verdict: 'failed' });
    expect(refsOf(runs, 'runs')).toEqual([runRef(later)]);
  });

  it('JSON that breaks off is asked for again', async () => {
    const session = uuid('g cut');
    const rows = times(4, (n) => simulation(session, n));
    on.answer(cutOffOnce(synthflowWorld({ sessions: [{ id: session, rows }] })));
    expectWhole(await on.call('get_session', { session: ref(session) }), { runs: 4, passed: 4 });
  });
});
