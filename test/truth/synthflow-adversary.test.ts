/** Forms on Synthflow that a stranger to the mechanism thought of: runs of others, unknown words, errors beside passes. */
import { describe, expect, it } from 'vitest';
import { standInFor } from './asking.ts';
import { expectIncomplete, expectWhole, refsOf, walk } from './honesty.ts';
import { failing, simulation, synthflowWorld } from './synthflow-world.ts';
import { type Row, times, uuid } from './world-parts.ts';

const on = standInFor('synthflow');

function read(word: string, rows: (id: string) => Row[], over?: Row) {
  const id = uuid('adversary', word);
  on.answer(synthflowWorld({ sessions: [{ id, rows: rows(id), ...(over ? { over } : {}) }] }));
  return on.call('get_session', { session: `synthflow/session/${id}` });
}

describe('runs that name another session', () => {
  const mixed = (id: string) =>
    times(6, (n) => (n > 4 ? simulation(id, n, { simulation_session_id: uuid('elsewhere') }) : simulation(id, n)));

  it('are none of this one, also where it embeds them', async () => {
    expectIncomplete(await read('foreign', mixed), { missing: 2, rate: 4 / 6 });
  });
  it('lack nowhere where the session does not count them', async () => {
    expectWhole(await read('foreign, not counted', mixed, { total_simulations: 4, completed_simulations: 4 }), {
      runs: 4,
      passed: 4,
    });
  });
  it('are its own where only the case of the id differs', async () => {
    const rows = (id: string) => times(3, (n) => simulation(id, n, { simulation_session_id: id.toUpperCase() }));
    expectWhole(await read('upper case', rows), { runs: 3, passed: 3 });
  });
});

describe('a run that was judged a success', () => {
  it.each<[string, Row]>([
    ['under a status that nobody knows', { status: 'timed-out' }],
    ['under another one', { status: 'Partially_Completed' }],
    ['beside an error', { error_info: { message: 'The agent hung up.', code: 1011, type: 'transport' } }],
    ['beside an error without a message', { error_info: { message: '', code: 1011, type: null } }],
  ])('%s is no pass', async (word, over) => {
    const counters = { total_simulations: 2, completed_simulations: 2, failed_simulations: 0, pending_simulations: 0 };
    const answer = await read(word, (id) => [simulation(id, 1), simulation(id, 2, over)], counters);
    expectWhole(answer, { runs: 2, passed: 1, inconclusive: 1 });
    expect(answer.text).toMatch(/an unknown status|beside an error/);
  });

  it('passes beside an error that says nothing', async () => {
    const empty = { error_info: { message: '', code: null, type: null } };
    const answer = await read('empty error', (id) => [simulation(id, 1, empty), failing(id, 2, empty)]);
    expectWhole(answer, { runs: 2, passed: 1, failed: 1 });
  });
});

describe('list_sessions of a time', () => {
  const day = (n: number) => new Date(Date.UTC(2026, 9, 1 - n, 9)).toISOString();
  const sessions = times(15, (n) => {
    const id = uuid('adversary day', n);
    return { id, rows: [simulation(id, 1, { created_at: day(n) })] };
  });
  const world = synthflowWorld({ sessions });
  it.each([
    ['heeds', (): void => {}],
    [
      'ignores',
      (query: URLSearchParams): void => {
        query.delete('start_date');
        query.delete('end_date');
      },
    ],
  ])('shows those of it where the platform %s the filter', async (_, forget) => {
    on.answer((asked) => {
      forget(asked.query);
      return world(asked);
    });
    const pages = await walk(on, 'list_sessions', { since: day(9), until: day(4), limit: 4 });
    const shown = pages.flatMap((page) => refsOf(page, 'sessions'));
    expect(shown.sort()).toEqual(
      sessions
        .slice(3, 9)
        .map(({ id }) => `synthflow/session/${id}`)
        .sort(),
    );
  });
});
