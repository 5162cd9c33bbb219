/** Synthflow: further forms of transcripts (F), and of what comes twice, cut off or late (G). */
import { describe, expect, it } from 'vitest';
import { at, list, text } from '../support/data.ts';
import { standInFor } from './asking.ts';
import { expectWhole, firstLine, headline } from './honesty.ts';
import { conversation, failing, ok, simulation, suite, synthflowCase, synthflowWorld } from './synthflow-world.ts';
import { cutOffOnce, type Handler, instead, isRow, type Row, times, uuid } from './world-parts.ts';

const on = standInFor('synthflow');

const ref = (session: string) => `synthflow/session/${session}`;
const runRef = (row: Row) => `synthflow/run/${row.simulation_id}`;

describe('F: transcripts', () => {
  function open(word: string, timeline: unknown): { run: string; session: string } {
    const id = uuid(`F ${word}`);
    const row = simulation(id, 1, { timeline });
    on.answer(synthflowWorld({ sessions: [{ id, rows: [row] }] }));
    return { run: runRef(row), session: ref(id) };
  }
  const said = conversation().map(({ value, sender_type }) => ({ value: text(value), sender_type }));

  it.each([
    ['under items', { items: conversation() }],
    ['under messages', { messages: conversation() }],
    ['by number', { ...conversation() }],
    ['in lines', said.map(({ sender_type, value }) => `${sender_type}: ${value}`)],
    ['in lists', said.map(({ sender_type, value }) => [sender_type, value])],
    ['under text', said.map(({ sender_type, value }) => ({ sender_type, text: value }))],
    ['under content', said.map(({ sender_type, value }) => ({ role: sender_type, content: value }))],
    ['one of four a number', [...conversation().slice(0, 3), 42]],
    [
      'one of four without words',
      [...conversation().slice(0, 3), { sender_type: 'agent', timestamp: 6, audio: 'a.wav' }],
    ],
  ])('%s: four turns, or an error', async (word, timeline) => {
    const { run, session } = open(word, timeline);
    const answer = await on.call('get_transcript', { run });
    expect(answer.text).not.toMatch(/has no turns/);
    if (answer.isError) expect(answer.text).toMatch(/could not be read/);
    else expect(list(answer.data.turns)).toHaveLength(4);
    const found = await on.call('search_transcripts', { session, query: 'lighthouse' });
    expect(found.text).not.toMatch(/had no transcript/);
    expect(list(found.data.matches).length + Number(found.data.runs_unreadable ?? 0)).toBe(1);
  });

  it.each([
    ['human_operator', ['unknown']],
    ['customer_service_agent', ['agent', 'unknown']],
    ['client_bot', ['agent', 'unknown']],
    ['agent_user', ['unknown']],
    ['live_agent', ['unknown']],
    ['transfer_agent', ['unknown']],
  ])('takes %s for %j', async (sender_type, wanted) => {
    const { run } = open(`speaker ${sender_type}`, [...conversation(), { sender_type, type: 'message', value: 'Hm.' }]);
    const speakers = list((await on.call('get_transcript', { run })).data.turns).map((turn) => at(turn, 'speaker'));
    expect(speakers.slice(0, 4)).toEqual(['caller', 'agent', 'caller', 'agent']);
    expect(wanted).toContain(speakers[4]);
  });

  it.each([
    ['gone', () => ({ status: 404, body: { detail: 'Not Found' } })],
    ['refused', () => ({ status: 422, body: { detail: [{ loc: ['path'], msg: 'The timeline has expired' }] } })],
    [
      'an error in 200',
      (row: Row) => ({ body: { status: 'error', message: 'Down', response: { ...row, timeline: null } } }),
    ],
  ])('a run that is %s is counted by the search as unreadable', async (word, reply) => {
    const id = uuid(`F lost ${word}`);
    const rows = times(3, (n) => simulation(id, n));
    const last = simulation(id, 3);
    const special: Handler = ({ path }) =>
      path.endsWith(`/simulations/${last.simulation_id}`) ? reply(last) : undefined;
    on.answer(instead(synthflowWorld({ sessions: [{ id, rows }] }), special));
    const answer = await on.call('search_transcripts', { session: ref(id), query: 'lighthouse' });
    expect(answer.text).not.toMatch(/had no transcript/);
    if (answer.isError) return;
    // Whoever reads the words from the list misses nothing.
    expect(list(answer.data.matches).length + Number(answer.data.runs_unreadable ?? 0)).toBe(3);
    if (answer.data.runs_unreadable !== undefined) expect(headline(answer)).toMatch(/could not be read/);
  });

  it('a run that comes without its timeline, but with an error, has not "no turns"', async () => {
    const id = uuid('F error');
    const row = simulation(id, 1);
    const body = { status: 'error', message: 'The store is down', response: { ...row, timeline: null } };
    on.answer(
      instead(synthflowWorld({ sessions: [{ id, rows: [row] }] }), ({ path }) =>
        path.endsWith(String(row.simulation_id)) ? { body } : undefined,
      ),
    );
    const answer = await on.call('get_transcript', { run: runRef(row) });
    expect(answer.text).not.toMatch(/has no turns/);
    if (answer.isError) expect(answer.text).toMatch(/store is down|could not be read/);
  });
});

describe('G: small', () => {
  const newest = (id: string, n: number) => failing(id, n, { updated_at: '2026-11-01T11:00:00Z' });
  const stale = (id: string, n: number, over: Row = {}) =>
    simulation(id, n, { updated_at: '2026-11-01T09:05:00Z', ...over });
  it.each([
    ['the newest last', (id: string) => [stale(id, 1), simulation(id, 2), newest(id, 1)], 2],
    [
      'the newest in the middle of three',
      (id: string) => [stale(id, 1), newest(id, 1), stale(id, 1), simulation(id, 2)],
      2,
    ],
    ['the newest first', (id: string) => [newest(id, 1), simulation(id, 2), stale(id, 1)], 3],
    [
      'unfinished first',
      (id: string) => [stale(id, 1, { status: 'in-progress' }), newest(id, 1), simulation(id, 2)],
      2,
    ],
  ])('the same run more than once, %s', async (word, rows, total_records) => {
    const id = uuid(`G ${word}`);
    const own = rows(id);
    const kept = [newest(id, 1), simulation(id, 2)];
    const over = { total_simulations: 2, completed_simulations: 2, pending_simulations: 0 };
    const envelope = ({ items }: { items: unknown[] }) => ok({ pagination: { total_records }, items });
    on.answer(synthflowWorld({ sessions: [{ id, rows: own, embedded: kept, over }], envelope }));
    const answer = await on.call('list_runs', { session: ref(id) });
    expect(answer.isError, answer.text).toBe(false);
    const verdicts = list(answer.data.runs).map((run) => [at(run, 'ref'), at(run, 'verdict')]);
    expect(Object.fromEntries(verdicts)).toEqual({
      [runRef(newest(id, 1))]: 'failed',
      [runRef(simulation(id, 2))]: 'passed',
    });
  });

  it.each(['get_run', 'get_transcript', 'list_sessions', 'list_tests', 'get_test', 'search_transcripts'])(
    '%s asks again for JSON that breaks off',
    async (tool) => {
      const id = uuid(`G cut ${tool}`);
      const row = simulation(id, 1);
      const own = suite(`G ${tool}`, { cases: [synthflowCase(1)] });
      on.answer(
        cutOffOnce(synthflowWorld({ sessions: [{ id, rows: [row] }], suites: [own], cases: [synthflowCase(1)] })),
      );
      const args: Record<string, Record<string, unknown>> = {
        get_run: { run: runRef(row) },
        get_transcript: { run: runRef(row) },
        get_test: { test: `synthflow/suite/${own.id}` },
        search_transcripts: { session: ref(id), query: 'lighthouse' },
      };
      const answer = await on.call(tool, args[tool]);
      expect(answer.isError, answer.text).toBe(false);
      expect(firstLine(answer)).not.toMatch(/^Incomplete/);
    },
  );

  it('only the second page breaks off once', async () => {
    const id = uuid('G second');
    const world = synthflowWorld({ sessions: [{ id, rows: times(130, (n) => simulation(id, n)) }] });
    let cut = false;
    on.answer((asked) => {
      const reply = world(asked);
      if (cut || !reply || asked.query.get('page_number') !== '2' || !isRow(reply.body)) return reply;
      cut = true;
      return { raw: JSON.stringify(reply.body).slice(0, 900) };
    });
    expectWhole(await on.call('get_session', { session: ref(id) }), { runs: 130, passed: 130 });
  });

  it('the closest known test stands on a later page', async () => {
    const cases = times(60, (n) => synthflowCase(n, { simulation_case_id: uuid('G closest', n) }));
    const near = uuid('G closest', 47);
    on.answer(synthflowWorld({ cases, clamp: 10, envelope: ({ items }) => ok({ items }) }));
    const answer = await on.call('get_test', {
      test: `synthflow/case/${near.slice(0, -1)}${near.endsWith('0') ? '1' : '0'}`,
    });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(`synthflow/case/${near}`);
  });

  it('the closest known session is not among the first fifty', async () => {
    const sessions = times(60, (n) => ({ id: uuid('G session', n), rows: [simulation(uuid('G session', n), 1)] }));
    const near = uuid('G session', 57);
    on.answer(synthflowWorld({ sessions }));
    const wrong = `${near.slice(0, -1)}${near.endsWith('0') ? '1' : '0'}`;
    const answer = await on.call('get_session', { session: ref(wrong) });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(ref(near));
  });
});
