/** Cognigy: further forms of emptiness (D), verdicts (E), transcripts (F) and small things (G). */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { SESSION_READERS, standInFor } from './asking.ts';
import {
  batch,
  type CognigyBatch,
  cognigyWorld,
  criterion,
  judged,
  result,
  run,
  runRef,
  scenario,
  sessionRef,
  turns,
  UNMET,
  withPaging,
} from './cognigy-world.ts';
import { countsOf, expectDoubt, expectHonest, expectIncomplete, expectWhole, firstLine, headline } from './honesty.ts';
import { cutOffOnce, type Handler, hex24, instead, isRow, type Row, times } from './world-parts.ts';

const on = standInFor('cognigy');

type Own = Pick<CognigyBatch, 'scenario' | 'id'>;

function open(one: CognigyBatch): string {
  on.answer(cognigyWorld({ batches: [one] }));
  return sessionRef(one);
}

describe('D: empty, failed, never run', () => {
  it.each([
    ['stopped', { status: 'STOPPED', runs: 10, completedRuns: 6 }, 6],
    ['failed', { status: 'FAILED', runs: 10, completedRuns: 3, failedRuns: 0 }, 3],
  ])('of a batch that %s on its way, the rest never ran', async (word, over, came) => {
    const session = open(batch(`D ${word}`, (own) => times(came, (n) => run(own, n)), over));
    for (const tool of ['get_session', 'list_runs']) {
      const answer = await on.call(tool, { session });
      expect(answer.text).not.toMatch(/not (read|counted) yet/);
      expect(headline(answer)).toMatch(new RegExp(`\\b${10 - came}\\b[^.\\n]*(never ran|on no page)`));
    }
  });

  it.each(SESSION_READERS)('%s of a batch whose five completed runs are gone', async (tool, args) => {
    const session = open(batch(`D gone ${tool}`, () => [], { runs: 5, completedRuns: 5 }));
    const answer = await on.call(tool, { session, ...args });
    expect(answer.text).not.toMatch(/not (read|counted) yet|never ran/);
    expectIncomplete(answer, { missing: 5, says: /5 of the 5\b.*on no page/ });
  });

  const EMPTY = { data: [], pagination: { total: 0, hasNext: false } };
  const errors: [string, Row][] = [
    ['an error beside the list', { ...EMPTY, error: 'Shard 2 is down' }],
    ['a problem document', { ...EMPTY, title: 'Internal', detail: 'Shard 2 is down', status: 500, traceId: 't-9' }],
    ['a list of null', { data: null, error: { message: 'Shard 2 is down' }, pagination: { total: 0 } }],
    ['success false', { ...EMPTY, success: false, message: 'Shard 2 is down' }],
    ['a list of errors', { ...EMPTY, errors: [{ message: 'Shard 2 is down' }] }],
  ];
  it.each(errors)('runs where 200 carries %s', async (word, body) => {
    const one = batch(`D error ${word}`, (own) => times(4, (n) => run(own, n)), {
      runs: undefined,
      completedRuns: undefined,
    });
    on.answer(instead(cognigyWorld({ batches: [one] }), ({ path }) => (path.endsWith('/runs') ? { body } : undefined)));
    for (const tool of ['get_session', 'list_runs']) expectDoubt(await on.call(tool, { session: sessionRef(one) }));
  });

  it.each(errors)('list_tests and list_sessions where 200 carries %s', async (_, body) => {
    on.answer(({ path }) => (path.startsWith('/testing') ? { body } : undefined));
    expectDoubt(await on.call('list_tests', {}), /Shard 2 is down/);
    expectDoubt(await on.call('list_sessions', {}), /Shard 2 is down/);
  });

  it('rows that come beside an error', async () => {
    const one = batch('D beside', (own) => times(3, (n) => run(own, n)));
    const envelope = ({ items }: { items: unknown[] }) => ({ data: items, error: 'Shard 2 is down' });
    on.answer(
      cognigyWorld({
        batches: [one],
        envelope: (page) => (page.list === 'runs' ? envelope(page) : { data: page.items }),
      }),
    );
    expectDoubt(await on.call('get_session', { session: sessionRef(one) }));
  });
});

describe('E: verdicts that were not understood', () => {
  const second = (form: unknown) => ({ results: [result('Greets', true), form] });
  const whole = (success: unknown) => ({ success, results: [result('Greets', true), result('Books', true)] });
  const metrics: [string, Row][] = [
    ['one 0', second(result('Books', 0))],
    ['one in words', second(result('Books', 'partially'))],
    ['one in another language', second({ name: 'Books', verdict: 'nicht erfüllt' })],
    ['one in an object', second({ name: 'Books', passed: { value: false } })],
    ['one with a score alone', second({ name: 'Books', score: 0.2 })],
    ['one in a list', second({ name: 'Books', success: [false] })],
    ['one that is missing', { results: [result('Greets', true)] }],
    ['the whole 0', whole(0)],
    ['the whole "not met at all"', whole('not met at all')],
    ['the whole in an object', whole({ value: false })],
    [
      'the whole a rate of a half',
      { ...whole(undefined), successRate: { percentage: 50, numerator: 1, denominator: 2 } },
    ],
    [
      'an error in an object beside a success',
      { ...whole(true), errorInfo: { message: { text: 'The LLM timed out' } } },
    ],
    ['an error in a list beside a success', { ...whole(true), errorInfo: ['The LLM timed out'] }],
  ];
  it.each(metrics)('%s', async (word, given) => {
    const session = open(batch(`E ${word}`, (own) => times(3, (n) => judged(own, n, given))));
    const answer = await on.call('get_session', { session });
    expect(answer.text).not.toMatch(/3 of 3 passed/);
    expect(countsOf(answer)).toMatchObject({ runs: 3, passed: 0, pending: 0 });
  });

  it('names that look like numbered repeats stay apart', async () => {
    const names = ['A', 'A (2)', 'A'];
    const over = {
      successCriteria: names.map(criterion),
      metrics: { success: false, results: [true, true, false].map((success) => ({ success, reason: 'So.' })) },
    };
    const answer = await on.call('get_session', { session: open(batch('E names', (own) => [run(own, 1, over)])) });
    expect(list(answer.data.evaluations)).toHaveLength(3);
  });
});

describe('F: transcripts', () => {
  const said = turns();
  const forms: [string, unknown][] = [
    ['JSON in a text', JSON.stringify(said)],
    ['under data', { data: said }],
    ['by number', { ...said }],
    ['under message', said.map(({ text, data }) => ({ message: text, data }))],
    [
      'under content',
      said.map(({ text, data }, index) => ({ role: isRow(data) ? data.source : '', content: text, sequence: index })),
    ],
    ['texts in objects', said.map((turn) => ({ ...turn, text: { plain: turn.text } }))],
    ['in lines', said.map(({ text }) => String(text))],
    ['nowhere, though four are counted', []],
    ['one of four a number', [...said.slice(0, 3), 42]],
  ];
  it.each(forms)('%s: four turns, or an error', async (word, given) => {
    const one = batch(`F ${word}`, (own) => [run(own, 1, { turns: given })]);
    const session = open(one);
    const answer = await on.call('get_transcript', { run: runRef(one, 1) });
    expect(answer.text).not.toMatch(/has no turns/);
    if (answer.isError) expect(answer.text).toMatch(/could not be read/);
    else expect(list(answer.data.turns)).toHaveLength(4);
    const found = await on.call('search_transcripts', { session, query: 'lighthouse' });
    expect(found.text).not.toMatch(/had no transcript/);
    expect(list(found.data.matches).length + Number(found.data.runs_unreadable ?? 0)).toBe(1);
  });

  it.each([
    ['gone', { status: 404, body: { title: 'Not Found', detail: 'expired', traceId: 't-2' } }],
    ['refused', { status: 410, body: { title: 'Gone', detail: 'expired', traceId: 't-3' } }],
  ])('a run that is %s is counted by the search as unreadable', async (word, reply) => {
    const one = batch(`F lost ${word}`, (own) => times(3, (n) => run(own, n)));
    const last = hex24(one.id, 'run', 3);
    const special: Handler = ({ path }) => (path.endsWith(last) ? reply : undefined);
    on.answer(instead(cognigyWorld({ batches: [one] }), special));
    const answer = await on.call('search_transcripts', { session: sessionRef(one), query: 'lighthouse' });
    expect(answer.text).not.toMatch(/had no transcript/);
    if (!answer.isError) expect(list(answer.data.matches).length + Number(answer.data.runs_unreadable ?? 0)).toBe(3);
  });
});

describe('G: small', () => {
  const unjudged = (own: Own, n: number) => run(own, n, { metrics: {}, turns: [], totalTurns: 0 });
  it.each([
    ['unjudged first', (own: Own) => [unjudged(own, 1), run(own, 2), judged(own, 1, UNMET)], 2],
    ['judged first', (own: Own) => [judged(own, 1, UNMET), run(own, 2), unjudged(own, 1)], 3],
    ['three times', (own: Own) => [unjudged(own, 1), unjudged(own, 1), judged(own, 1, UNMET), run(own, 2)], 2],
  ])('the same run more than once, %s', async (word, rows, total) => {
    const one = batch(`G ${word}`, rows, { runs: 2, completedRuns: 2 });
    on.answer(cognigyWorld({ batches: [one], envelope: (page) => withPaging({ total })(page) }));
    const answer = await on.call('list_runs', { session: sessionRef(one) });
    expect(answer.isError, answer.text).toBe(false);
    const verdicts = list(answer.data.runs).map((each) => [at(each, 'ref'), at(each, 'verdict')]);
    expect(Object.fromEntries(verdicts)).toEqual({ [runRef(one, 1)]: 'failed', [runRef(one, 2)]: 'passed' });
  });

  it.each(['get_run', 'get_transcript', 'list_sessions', 'list_tests', 'get_test', 'search_transcripts'])(
    '%s asks again for JSON that breaks off',
    async (tool) => {
      const one = batch(`G cut ${tool}`, (own) => [run(own, 1)]);
      on.answer(cutOffOnce(cognigyWorld({ batches: [one] })));
      const args: Record<string, Row> = {
        get_run: { run: runRef(one, 1) },
        get_transcript: { run: runRef(one, 1) },
        get_test: { test: `cognigy/case/${one.scenario}` },
        search_transcripts: { session: sessionRef(one), query: 'lighthouse' },
      };
      const answer = await on.call(tool, args[tool]);
      expect(answer.isError, answer.text).toBe(false);
      expect(firstLine(answer)).not.toMatch(/^Incomplete/);
    },
  );

  it('only the second page breaks off once', async () => {
    const one = batch('G second', (own) => times(130, (n) => run(own, n)));
    const world = cognigyWorld({ batches: [one] });
    let cut = false;
    on.answer((asked) => {
      const reply = world(asked);
      if (cut || !reply || asked.query.get('skip') !== '100') return reply;
      cut = true;
      return { raw: JSON.stringify(reply.body).slice(0, 900) };
    });
    expectWhole(await on.call('get_session', { session: sessionRef(one) }), { runs: 130, passed: 130 });
  });

  it('the closest known scenario stands on a later page', async () => {
    const scenarios = times(60, (n) => scenario(hex24('G closest', n), `Scenario ${n}`));
    const near = hex24('G closest', 47);
    on.answer(cognigyWorld({ scenarios, clamp: 10, envelope: withPaging(undefined) }));
    const wrong = `${near.slice(0, -1)}${near.endsWith('0') ? '1' : '0'}`;
    const answer = await on.call('get_test', { test: `cognigy/case/${wrong}` });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(`cognigy/case/${near}`);
  });

  it('a run twice, under both of its ids, is one run', async () => {
    const one = batch('G both', (own) => [
      run(own, 1),
      judged(own, 2, UNMET),
      { ...run(own, 1), id: null, _id: run(own, 1).id },
    ]);
    on.answer(cognigyWorld({ batches: [{ ...one, over: { runs: 2, completedRuns: 2 } }] }));
    const answer = await on.call('get_session', { session: sessionRef(one) });
    expect(answer.isError, answer.text).toBe(false);
    expectHonest(answer, { runs: 2, passed: 1, failed: 1 });
  });
});
