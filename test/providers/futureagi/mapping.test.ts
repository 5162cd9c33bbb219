import { describe, expect, it } from 'vitest';
import { statusOf, toRun, toRunInFull } from '../../../src/providers/futureagi/map-run.ts';
import {
  isSettled,
  toListedSession,
  toSession,
  toSessionOfMetrics,
} from '../../../src/providers/futureagi/map-session.ts';
import { rowsOf, toTurns } from '../../../src/providers/futureagi/transcript.ts';
import {
  callDetailReader,
  callReader,
  executionReader,
  listedExecutionReader,
  metricsReader,
} from '../../../src/providers/futureagi/wire.ts';
import { mustRead } from '../../support/data.ts';

describe('words and times', () => {
  it.each([
    ['pending', 'queued'],
    ['queued', 'queued'],
    ['ongoing', 'running'],
    ['Running', 'running'],
    ['cancelling', 'running'],
    ['evaluating', 'scoring'],
    ['analyzing', 'scoring'],
    ['COMPLETED', 'completed'],
    ['Completed', 'completed'],
    ['failed', 'failed'],
    ['Cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['something new', 'running'],
    [undefined, 'running'],
  ] as const)('%s is %s', (word, status) => {
    expect(statusOf(word)).toBe(status);
  });

  it.each(['constructor', 'toString', '__proto__'])('%s is no word', (word) => {
    expect(statusOf(word)).toBe('running');
  });

  const at = Date.parse('2026-03-23T20:00:00Z');
  const minutes = (count: number) => new Date(at - count * 60_000).toISOString();
  it.each([
    ['ended a while ago', { status: 'Completed', completed_at: minutes(16) }, true],
    ['just ended', { status: 'completed', completed_at: minutes(14) }, false],
    ['a chat that began an hour ago', { status: 'completed', started_at: minutes(61) }, true],
    ['a chat that began before', { status: 'completed', started_at: minutes(59) }, false],
    ['without any time', { status: 'completed', completed_at: 'soon' }, true],
    ['cancelled long ago', { status: 'cancelled', started_at: minutes(90) }, true],
    ['under way for long', { status: 'running', started_at: minutes(600), completed_at: minutes(90) }, false],
  ])('is settled or not: %s', (_what, execution, settled) => {
    expect(isSettled(execution, at)).toBe(settled);
  });
});

describe('sessions', () => {
  const execution = (fields: object) =>
    toSession(mustRead(executionReader, { execution_id: 'e', status: 'completed', ...fields }));

  it('counts listed calls rather than counters, which stay 0 for chats', () => {
    const chat = execution({ total_calls: 0, completed_at: null, call_results: { count: 12, results: [] } });
    expect(chat.counts).toMatchObject({ runs: 12, error: 0, uncounted: 12 });
    expect(chat.ended_at).toBeUndefined();
    expect(execution({ total_calls: 30, call_results: { count: 28, results: [] } }).counts.runs).toBe(28);
    expect(execution({ total_calls: 30 }).counts.runs).toBe(30);
  });

  it('takes failed_calls for broken runs and leaves the verdicts of the others uncounted', () => {
    const { counts } = execution({ total_calls: 30, completed_calls: 26, failed_calls: 4 });
    expect(counts).toEqual({ runs: 30, passed: 0, failed: 0, error: 4, inconclusive: 0, pending: 0, uncounted: 26 });
  });

  it('has pending runs while it is not over', () => {
    const { counts } = execution({ status: 'running', total_calls: 10, completed_calls: 3, failed_calls: 1 });
    expect(counts).toMatchObject({ runs: 10, error: 1, pending: 6, uncounted: 3 });
  });

  it('adds up, whatever the counters claim', () => {
    const { counts } = execution({ total_calls: 2, failed_calls: 9, completed_calls: 9 });
    expect(counts.error + counts.pending + (counts.uncounted ?? 0)).toBe(counts.runs);
  });

  it('reads metrics in their place', () => {
    const session = toSessionOfMetrics(
      mustRead(metricsReader, {
        execution_id: 'e',
        status: 'completed',
        total_calls: 0,
        metrics: { calls: { total: 7, failed: 2 }, latency: { customer_latency_metrics: {} } },
      }),
    );
    expect(session.counts).toMatchObject({ runs: 7, error: 2, uncounted: 5 });
  });

  it('reads list rows in both cases and never takes success_rate for quality', () => {
    const row = mustRead(listedExecutionReader, {
      id: 'e',
      status: 'Completed',
      start_time: '2026-03-23T20:01:04Z',
      calls: 0,
      total_chats: 12,
      success_rate: 100,
      agent_definition: 'Front desk',
    });
    const session = toListedSession(row, { run_test: 'r', name: 'Nightly', agent: 'Other' });
    expect(session).toMatchObject({
      status: 'completed',
      test: 'futureagi/suite/r',
      name: 'Nightly',
      agent: 'Front desk',
      counts: { runs: 12, passed: 0, uncounted: 12 },
    });
    expect(session.pass_rate).toBeUndefined();
  });
});

describe('runs', () => {
  const facts = { session: 'e', depth: 'reasons', names: new Map([['c1', 'Price']]) } as const;
  const call = (fields: object, more: object = {}) =>
    toRun(
      mustRead(callReader, {
        call_execution_id: 'x',
        scenario_id: 's',
        scenario_name: 'Billing',
        status: 'completed',
        ...fields,
      }),
      { ...facts, ...more },
    );
  const passed = { output: 'Passed', name: 'Price', reason: 'Fine.' };
  const failed = { output: 'Failed', name: 'Price', reason: 'Two prices.' };

  it('names its scenario and its session', () => {
    expect(call({ eval_outputs: { c1: failed } })).toMatchObject({
      ref: 'futureagi/run/x',
      session: 'futureagi/session/e',
      test: 'futureagi/case/s',
      name: 'Billing',
      verdict: 'failed',
      failed_evaluations: ['Price'],
    });
  });

  it.each([
    ['all passed', { c1: passed }, 'passed'],
    ['an evaluator error beside a pass', { c1: passed, c2: { output: null, name: 'T' } }, 'inconclusive'],
    ['an evaluator error beside a failure', { c1: failed, c2: { output: null, name: 'T' } }, 'failed'],
    ['a score only', { c1: { output: 0.1, name: 'Q' } }, 'inconclusive'],
    ['a skipped evaluation beside a pass', { c1: passed, c2: { skipped: true, name: 'T' } }, 'passed'],
    ['nothing judged', {}, 'inconclusive'],
  ])('%s', (_what, eval_outputs, verdict) => {
    expect(call({ eval_outputs }).verdict).toBe(verdict);
  });

  it('is scoring while an evaluation is a placeholder', () => {
    expect(call({ eval_outputs: { c1: { status: 'pending' } } })).toMatchObject({
      status: 'scoring',
      verdict: 'pending',
      evaluations: [{ name: 'Price', verdict: 'pending' }],
    });
  });

  it('waits for nothing that never comes', () => {
    const settled = { settled: true, execution: 'completed' as const };
    const open = call({ eval_outputs: { c1: passed, c2: { status: 'pending' } } }, settled);
    expect(open).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
    expect(open.evaluations[1]).toMatchObject({ verdict: 'unscored', unread: 'no result' });
    expect(call({ status: 'ongoing', eval_outputs: {} }, settled)).toMatchObject({
      status: 'running',
      verdict: 'inconclusive',
    });
  });

  it('keeps the form of what was not understood at every depth', () => {
    const odd = { eval_outputs: { c1: { ...passed, output: 'Passed?!x' } } };
    for (const depth of ['verdicts', 'reasons'])
      expect(call(odd, { depth })).toMatchObject({
        verdict: 'inconclusive',
        evaluations: [{ unread: 'an unknown word' }],
      });
  });

  it('waits for evaluations of a finished chat call only while its execution is under way', () => {
    expect(call({ eval_outputs: {} }, { execution: 'running' })).toMatchObject({ status: 'scoring' });
    expect(call({ eval_outputs: {} }, { execution: 'completed' })).toMatchObject({ status: 'completed' });
  });

  it('does not take evaluations of other scenarios for missing ones in a voice execution', () => {
    const names = new Map([
      ['c1', 'Price'],
      ['c2', 'Tone'],
    ]);
    const some = { eval_outputs: { c1: passed } };
    expect(call(some, { execution: 'running', names }).verdict).toBe('passed');
    expect(call(some, { execution: 'running', names, chat: true }).verdict).toBe('pending');
  });

  it('is an error when the call failed, whatever was judged', () => {
    expect(call({ status: 'failed', eval_outputs: { c1: passed } }).verdict).toBe('error');
  });

  it('keeps reasons of what did not pass, as deep as asked', () => {
    expect(call({ eval_outputs: { c1: failed } }).evaluations[0]?.reason).toBe('Two prices.');
    expect(call({ eval_outputs: { c1: passed } }).evaluations[0]?.reason).toBeUndefined();
    expect(call({ eval_outputs: { c1: failed } }, { depth: 'verdicts' }).evaluations[0]?.reason).toBeUndefined();
  });

  it('reads a call in full, with money in dollars and time in seconds', () => {
    const detail = mustRead(callDetailReader, {
      call_execution_id: 'x',
      execution_id: 'e',
      status: 'failed',
      started_at: '2026-03-23T20:01:04.450Z',
      ended_reason: 'no-answer',
      eval_outputs: { c1: passed },
      latency: { avg_agent_latency_ms: null, response_time_ms: 1500 },
      cost: { total_cost_cents: 24 },
    });
    expect(toRunInFull(detail, 'e', {})).toMatchObject({
      cost: { amount: 0.24, unit: 'USD' },
      latency_seconds: 1.5,
      started_at: '2026-03-23T20:01:04.450Z',
      error: { message: 'no-answer' },
      evaluations: [{ name: 'Price', reason: 'Fine.' }],
    });
  });
});

describe('transcripts', () => {
  const turns = (rows: unknown[]) => toTurns(rows);

  it('takes the assistant for the agent under test, in voice and chat', () => {
    expect(
      turns([
        { speaker_role: 'assistant', content: 'Hello.', start_time_seconds: 0.5 },
        { speaker_role: 'user', content: 'Hi.', start_time_ms: 1500 },
        { role: 'tool', messages: ['{"ok":true}'], content: [] },
        { role: 'assistant', messages: ['Done.'], content: [{ role: 'assistant', content: 'Done.' }] },
        { speaker_role: 'SYSTEM', content: 'Be kind.' },
        { speaker_role: 'narrator', content: 'Silence.' },
      ]),
    ).toEqual([
      { index: 0, speaker: 'agent', at_seconds: 0.5, text: 'Hello.' },
      { index: 1, speaker: 'caller', at_seconds: 1.5, text: 'Hi.' },
      { index: 2, speaker: 'tool', text: '{"ok":true}' },
      { index: 3, speaker: 'agent', text: 'Done.' },
      { index: 4, speaker: 'system', text: 'Be kind.' },
      { index: 5, speaker: 'unknown', text: 'Silence.' },
    ]);
  });

  it('keeps the order of rows that carry one time', () => {
    const created_at = '2026-01-01T00:00:00Z';
    const rows = ['one', 'two', 'three'].map((text) => ({ role: 'user', messages: [text], created_at }));
    expect(turns(rows).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  it('shows tool calls of a chat message, and a turn for a row without text', () => {
    expect(
      turns([
        {
          role: 'assistant',
          messages: [],
          content: [{ tool_calls: [{ function: { name: 'book', arguments: '{"a":1}' } }] }],
        },
        { role: 'assistant', messages: [''], content: null, tool_calls: [{ name: 'look', arguments: { b: 2 } }] },
        { role: 'user', messages: [] },
        { role: 'assistant', tool_calls: { name: 'ask', arguments: { c: 3 } } },
        { role: 'assistant', tool_calls: { first: { name: 'one' }, second: { name: 'two' } } },
      ]),
    ).toEqual([
      { index: 0, speaker: 'tool', text: 'book({"a":1})' },
      { index: 1, speaker: 'tool', text: 'look({"b":2})' },
      { index: 2, speaker: 'caller', text: '[empty turn]' },
      { index: 3, speaker: 'tool', text: 'ask({"c":3})' },
      { index: 4, speaker: 'tool', text: 'one()\ntwo()' },
    ]);
  });

  it.each([
    ['an object', { role: 'tool', content: { found: true } }, '{"found":true}'],
    ['a number', { role: 'tool', content: 42 }, '42'],
    ['a truth', { role: 'tool', content: false }, 'false'],
    ['a text in a text', { role: 'user', content: { text: { value: 'My money.' } } }, 'My money.'],
    ['a member `message`', { role: 'user', message: 'Hello.' }, 'Hello.'],
    ['parts', { role: 'user', content: { parts: ['One', { text: 'two' }] } }, 'One\ntwo'],
    ['an object in a list', { role: 'tool', content: [{ role: 'tool', content: { found: 0 } }] }, '{"found":0}'],
    ['a bare text', 'Hello.', 'Hello.'],
    ['nothing', null, '[row that cannot be shown]'],
    ['a role only', { role: 'user', id: 'x' }, '[empty turn]'],
  ])('loses no row: %s', (_what, row, text) => {
    expect(turns([row])).toMatchObject([{ text }]);
  });

  it.each([
    ['a list', [{ role: 'user', content: 'Hi.' }], 1],
    ['wrapped', { messages: [{ role: 'user', content: 'Hi.' }] }, 1],
    ['JSON as text', '[{"role":"user","content":"Hi."}]', 1],
    ['plain text', 'Agent: Hi.\nUser: Bye.\n', 2],
    ['an empty list', [], 0],
    ['nothing', null, undefined],
    ['blank', '', undefined],
    ['an object without rows', { error: 'No.' }, undefined],
    ['a number', 3, undefined],
  ])('finds the rows in %s', (_what, transcript, rows) => {
    expect(rowsOf(transcript)?.length).toBe(rows);
  });
});
