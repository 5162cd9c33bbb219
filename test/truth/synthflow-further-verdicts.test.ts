/** Synthflow: further forms of emptiness (D) and of verdicts (E) that make a wrong number. */
import { describe, expect, it } from 'vitest';
import { list } from '../support/data.ts';
import { SESSION_READERS, standInFor } from './asking.ts';
import { countsOf, expectDoubt, expectIncomplete, headline } from './honesty.ts';
import { ok, simulation, synthflowCase, synthflowWorld, yes } from './synthflow-world.ts';
import { type Handler, instead, times, uuid } from './world-parts.ts';

const on = standInFor('synthflow');

const ref = (session: string) => `synthflow/session/${session}`;
const at200 =
  (end: string, body: unknown): Handler =>
  (asked) =>
    asked.path.endsWith(end) ? { body } : undefined;

describe('D: empty, failed, never run', () => {
  const COUNTS = { total_simulations: 5, completed_simulations: 5 };
  const NONE = { pagination: { total_records: 0, limit: 100, offset: 0 }, items: [] };

  it.each(SESSION_READERS)('%s of a session that counts five and shows none', async (tool, args) => {
    const id = uuid(`D none ${tool}`);
    on.answer(synthflowWorld({ sessions: [{ id, rows: [], over: COUNTS }] }));
    const answer = await on.call(tool, { session: ref(id), ...args });
    expect(answer.text).not.toMatch(/not (read|counted) yet/);
    expectIncomplete(answer, { missing: 5, says: /5 of the 5\b.*on no page/ });
  });

  it('a list of null without a count', async () => {
    const id = uuid('D null');
    const envelope = () => ok({ pagination: null, items: null });
    on.answer(synthflowWorld({ sessions: [{ id, rows: [], over: COUNTS }], envelope }));
    const answer = await on.call('get_session', { session: ref(id) });
    expect(answer.text).not.toMatch(/not (read|counted) yet/);
    expectDoubt(answer);
  });

  it.each([
    ['success false', { success: false, message: 'Shard 2 is down', response: [] }],
    ['a detail', { detail: 'Shard 2 is down', response: { items: [] } }],
    ['an error beside the list', { error: { message: 'Shard 2 is down' }, response: NONE }],
    ['a status in words', { status: 'failed', message: 'Shard 2 is down', response: NONE }],
    ['a status as a number', { status: 503, message: 'Shard 2 is down', response: NONE }],
    ['an error inside', { status: 'ok', response: { ...NONE, error: 'Shard 2 is down' } }],
  ])('list_sessions where 200 carries %s', async (_, body) => {
    on.answer(instead(synthflowWorld({}), at200('/simulations/sessions', body)));
    const answer = await on.call('list_sessions', {});
    expect(answer.text).not.toMatch(/start_simulation makes one/);
    expectDoubt(answer, /Shard 2 is down/);
  });

  it('list_tests where 200 carries an error for the suites alone', async () => {
    const body = { status: 'error', message: 'Shard 2 is down', response: { items: [], total: 0 } };
    on.answer(instead(synthflowWorld({ cases: [synthflowCase(1)] }), at200('/simulation_suites', body)));
    expectDoubt(await on.call('list_tests', {}));
  });

  it('a session whose rows come beside an error', async () => {
    const id = uuid('D beside');
    const rows = times(3, (n) => simulation(id, n));
    const envelope = ({ items }: { items: unknown[] }) => ({
      status: 'error',
      message: 'Shard 2 is down',
      response: { items, pagination: { total_records: items.length } },
    });
    on.answer(synthflowWorld({ sessions: [{ id, rows }], envelope }));
    const answer = await on.call('get_session', { session: ref(id) });
    expectDoubt(answer);
    expect(answer.text).not.toMatch(/3 of 3 passed \(100/);
  });

  it('a session that is an error itself is not queued', async () => {
    const id = uuid('D itself');
    const body = {
      status: 'error',
      message: 'Shard 2 is down',
      response: { simulation_session_id: id, simulations: [] },
    };
    on.answer(instead(synthflowWorld({ sessions: [{ id, rows: [] }] }), at200(`/session/${id}`, body)));
    const answer = await on.call('get_session', { session: ref(id) });
    expect(headline(answer)).not.toMatch(/is queued: 0 of 0/);
    expectDoubt(answer);
  });
});

describe('E: verdicts that were not understood', () => {
  const overall = (success: unknown) => ({ success, evaluations: [yes(), yes()] });
  const second = (evaluation: unknown) => ({ evaluations: [yes(), evaluation] });
  const analyses: [string, unknown][] = [
    ['one in words', second({ success: 'partially' })],
    ['one null', second({ success: null })],
    ['one in an object', second({ success: { value: false } })],
    ['one under another name', second({ passed: false })],
    ['one as a bare word', second('failed')],
    ['one as "0"', second({ success: '0' })],
    ['one in a list', second({ success: [false] })],
    ['fewer than the criteria', { evaluations: [yes()] }],
    ['the whole "no" above two that passed', overall('no')],
    ['the whole in an object', overall({ value: false })],
    ['the whole 0', overall(0)],
    ['the whole "Failed."', overall('Failed.')],
    ['the whole a share of a half', overall(0.5)],
  ];
  it.each(analyses)('%s', async (word, success_criteria_analysis) => {
    const id = uuid(`E ${word}`);
    const rows = times(3, (n) => simulation(id, n, { success_criteria_analysis }));
    on.answer(synthflowWorld({ sessions: [{ id, rows }] }));
    const answer = await on.call('get_session', { session: ref(id) });
    expect(answer.text).not.toMatch(/3 of 3 passed/);
    expect(countsOf(answer)).toMatchObject({ runs: 3, passed: 0, pending: 0 });
  });

  it('a criterion without words is not the one that is called so', async () => {
    const id = uuid('E names');
    const judged = { success: false, evaluations: [yes(), { success: false, reasoning: 'No.' }] };
    const row = simulation(id, 1, { success_criteria: ['criterion 2', ''], success_criteria_analysis: judged });
    on.answer(synthflowWorld({ sessions: [{ id, rows: [row] }] }));
    const answer = await on.call('get_session', { session: ref(id) });
    expect(list(answer.data.evaluations)).toHaveLength(2);
  });
});
