/** Further forms of the kinds E to G on Future AGI: verdicts, transcripts and small things that nobody had listed. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { appPage, entries, type Fields, futureAgi, listedExecution } from './futureagi-world.ts';
import { headline } from './honesty.ts';
import { coverage, expectError, expectNoPass, expectTruth, said, session } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('futureagi');
const passed = { name: 'politeness', output: 'Passed', output_type: 'Pass/Fail', reason: 'Polite.' };
const beside = (...others: unknown[]) =>
  futureAgi({
    calls: 3,
    call: () => ({
      eval_outputs: { ...entries(passed), ...Object.fromEntries(others.map((one, index) => [`x${index}`, one])) },
    }),
  });
const judged = (output: unknown, more: Fields = {}) =>
  beside({ name: 'resolution', output, output_type: 'Pass/Fail', reason: 'See there.', ...more });

describe('E. verdicts', () => {
  const outputs: unknown[] = [
    'Not met',
    'Fail (2/3)',
    'Passed with errors',
    'FAILED ❌',
    'N/A',
    'none',
    'Pass: no; Fail: yes',
    -1,
    [false],
    [],
    { verdict: 'fail' },
    { failure: 'true' },
    { failure: 1 },
    { score: 0.2, passed: false },
    [{ passed: false }],
    { choices: ['Failed'] },
  ];
  it.each(outputs.map((output) => [JSON.stringify(output), output]))(
    'an output of %s is no pass',
    async (_, output) => {
      const world = judged(output);
      expectNoPass(await ask(world, 'get_session', { session: world.session }), { runs: 3, pending: 0 });
    },
  );

  it.each([
    ['a word', 'Failed'],
    ['false', false],
    ['null', null],
    ['a list', [{ name: 'resolution', output: 'Failed', output_type: 'Pass/Fail' }]],
    ['JSON as text', '{"name":"resolution","output":"Failed","output_type":"Pass/Fail"}'],
  ])('an evaluation that came as %s does not vanish', async (_, entry) => {
    const world = beside(entry);
    expectNoPass(await ask(world, 'get_session', { session: world.session }), { runs: 3, pending: 0 });
  });

  it.each(['errored', 'timed out', 'cancelled', 'not_run'])(
    'an evaluation whose status is "%s" did not pass, whatever its output says',
    async (status) => {
      const world = judged('Passed', { status });
      expectNoPass(await ask(world, 'get_session', { session: world.session }), { runs: 3, failed: 0 });
    },
  );

  it.each([['0,4'], ['40 percent'], [{ score: '40%' }], [{ score: { score: 0.4 } }], ['4 of 10'], ['4 / 10'], ['NaN']])(
    'a score of %j does not reach 0.8',
    async (output) => {
      const world = beside({ name: 'quality', output, output_type: 'score', reason: 'Measured.' });
      const args = { session: world.session, thresholds: { quality: 0.8 } };
      expectNoPass(await ask(world, 'get_session', args), { runs: 3 });
    },
  );

  it.each([
    ['80 for scores of 0.9', 80, [0.9, 0.9, 0.9]],
    ['0.8 for scores of 0.9 and 90', 0.8, [0.9, 90, 0.4]],
    ['0.8 for a score of 7', 0.8, [7, 7, 7]],
  ])('a threshold of %s: the scale is said, not guessed', async (_, quality, scores) => {
    const world = futureAgi({
      calls: 3,
      call: (index) => ({
        eval_outputs: entries(passed, {
          name: 'quality',
          output: scores[index],
          output_type: 'score',
          reason: 'Measured.',
        }),
      }),
    });
    const answer = await ask(world, 'get_session', { session: world.session, thresholds: { quality } });
    expect(answer.text).toMatch(/scale/i);
  });

  it.each(['list_runs', 'get_failure_clusters', 'wait_for_session'])(
    'a threshold for a name that no evaluation has is an error of %s too',
    async (tool) => {
      const world = beside({ name: 'quality', output: 0.4, output_type: 'score', reason: 'Measured.' });
      const answer = await ask(world, tool, { session: world.session, thresholds: { Quality_: 0.8 } });
      expectError(answer, /quality/);
    },
  );
});

describe('F. transcripts', () => {
  const row = (role: string, content: unknown) => ({ role, content });
  const talk = [row('user', 'I want my money back.'), row('assistant', 'Which order is it?')];
  const transcribed = (transcript: unknown, spoken?: unknown) =>
    futureAgi({
      calls: 1,
      detail: () => ({ transcript }),
      instead: ({ path }) =>
        path.endsWith('/transcripts/') && spoken !== undefined
          ? { body: { status: 'completed', transcripts: spoken, total_transcripts: 2 } }
          : undefined,
    });
  const turnsOf = async (world: ReturnType<typeof futureAgi>) =>
    ask(world, 'get_transcript', { run: world.run(0), limit: 100 });

  it.each<[string, unknown, unknown?]>([
    ['JSON text', JSON.stringify(talk)],
    ['an object with a list', { messages: talk }],
    ['an object with numbered rows', { 0: talk[0], 1: talk[1] }],
    ['lines of text', ['user: I want my money back.', 'assistant: Which order is it?']],
    ['one text', 'user: I want my money back.\nassistant: Which order is it?'],
    ['spoken rows in an object', [], { items: talk }],
    ['spoken rows as JSON text', [], JSON.stringify(talk)],
    ['lists in a list', [[talk[0]], [talk[1]]]],
  ])('that come as %s are read, or said to be unreadable', async (_, transcript, spoken) => {
    const answer = await turnsOf(transcribed(transcript, spoken));
    expect(headline(answer)).not.toMatch(/has no turns/);
    if (answer.isError) expectError(answer, /read/i);
    else expect(answer.text).toMatch(/money back/);
  });

  it.each(['constructor', '__proto__'])('a role named %s is unknown', async (role) => {
    const answer = await turnsOf(transcribed([row(role, 'Who is there?'), ...talk]));
    expect(answer.isError, said(answer)).toBe(false);
    expect(list(at(answer.data, 'turns'))[0]).toMatchObject({ speaker: 'unknown', text: 'Who is there?' });
  });

  it('audio is not printed as speech', async () => {
    const sound = `UklGRiQAAABXQVZFZm10IBAAAAABAAEA${'QUJDREVGR0g'.repeat(40)}==`;
    const answer = await turnsOf(
      transcribed([row('assistant', `data:audio/wav;base64,${sound}`), row('user', sound), ...talk]),
    );
    expect(JSON.stringify(answer.data)).not.toMatch(/QUJDREVGR0gQUJDREVGR0g/);
    expect(list(at(answer.data, 'turns')), said(answer)).toHaveLength(4);
  });

  it('a status named constructor is no status', async () => {
    const world = futureAgi({ calls: 3, call: (index) => (index === 0 ? { status: 'constructor' } : {}) });
    const answer = await ask(world, 'list_runs', { session: world.session });
    const words = list(at(answer.data, 'runs')).map((run) => at(run, 'status'));
    expect(words, said(answer)).toEqual(expect.arrayContaining([expect.any(String)]));
    expect(words.filter((word) => typeof word === 'string')).toHaveLength(3);
  });
});

describe('G. small', () => {
  it.each<[string, unknown]>([
    ['a zone in words', '2026-11-01 10:00:00 UTC'],
    ['seconds since 1970', 1_793_527_200],
    ['milliseconds since 1970', 1_793_527_200_000],
    ['seconds since 1970 as text', '1793527200'],
  ])('a session whose time came with %s is not lost by `since`', async (_, start_time) => {
    const world = futureAgi({ calls: 1 });
    const rows = [
      listedExecution(world.world, 1, { start_time }),
      listedExecution(world.world, 2, { start_time: '2026-11-01T09:00:00Z' }),
    ];
    const reply = (asked: Asked): Reply =>
      asked.path.endsWith('/executions/') ? appPage(asked, rows, ['count', 'total_pages']) : world.reply(asked);
    const answer = await ask({ reply }, 'list_sessions', { test: world.suite, since: '2026-10-31T00:00:00Z' });
    const found = list(at(answer.data, 'sessions'));
    if (at(coverage(answer), 'complete') === false) return;
    expect(found, said(answer)).toHaveLength(2);
    const one = found.find((row) => at(row, 'ref') === `futureagi/session/${rows[0]?.id}`);
    expect([undefined, '2026-11-01T10:00:00.000Z']).toContain(at(one, 'created_at'));
  });

  it('a page behind the first whose JSON is cut off is asked for again', async () => {
    const world = futureAgi({ calls: 620, clamp: 500, fails: (index) => index >= 600 });
    let cut = false;
    const reply = (asked: Asked): Reply => {
      const usual = world.reply(asked);
      if (cut || !usual || asked.query.get('page') !== '2') return usual;
      cut = true;
      return { raw: JSON.stringify(usual.body).slice(0, -30) };
    };
    const answer = await ask({ reply }, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 620, passed: 600, failed: 20 });
  });

  it('numbers that came as text are numbers: times and costs of a run', async () => {
    const world = futureAgi({
      calls: 1,
      call: () => ({
        duration_seconds: '88',
        cost: { total_cost_cents: '24' },
        latency: { avg_agent_latency_ms: '1234' },
      }),
    });
    const answer = await ask(world, 'get_run', { run: world.run(0) });
    expect(at(at(answer.data, 'run'), 'duration_seconds')).toBe(88);
    expect(at(at(answer.data, 'cost'), 'amount')).toBeCloseTo(0.24);
    expect(at(answer.data, 'latency_seconds')).toBeCloseTo(1.234);
    expect(session(answer)).toBeUndefined();
  });

  it('one execution that is listed twice is one session', async () => {
    const world = futureAgi({ calls: 1 });
    const rows = [3, 1, 2, 3].map((index) => listedExecution(world.world, index));
    const reply = (asked: Asked): Reply =>
      asked.path.endsWith('/executions/') ? appPage(asked, rows, ['next'], 2) : world.reply(asked);
    const answer = await ask({ reply }, 'list_sessions', { test: world.suite });
    const refs = list(at(answer.data, 'sessions')).map((one) => at(one, 'ref'));
    expect(new Set(refs).size, said(answer)).toBe(3);
    expect(refs).toHaveLength(3);
  });
});
