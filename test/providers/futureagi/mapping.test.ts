import { describe, expect, it } from 'vitest';
import {
  isoTime,
  mapCall,
  mapCallDetail,
  mapExecution,
  mapExecutionMetrics,
  mapExecutionRow,
  statusOf,
} from '../../../src/providers/futureagi/map.ts';
import { mapTurns } from '../../../src/providers/futureagi/transcripts.ts';
import {
  callDetailReader,
  callRowReader,
  executionDetailReader,
  executionMetricsReader,
} from '../../../src/providers/futureagi/wire.ts';
import { executionListRowReader, transcriptRowReader } from '../../../src/providers/futureagi/wire-app.ts';
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

  it.each([
    ['2026-03-23T20:01:04.450Z', '2026-03-23T20:01:04.450Z'],
    ['2026-03-23T20:01:04.450123Z', '2026-03-23T20:01:04.450Z'],
    ['2026-03-23T20:01:04Z', '2026-03-23T20:01:04.000Z'],
    ['2026-03-23T22:01:04+02:00', '2026-03-23T20:01:04.000Z'],
    ['2026-03-23T20:01:04', '2026-03-23T20:01:04.000Z'],
    ['soon', undefined],
    [undefined, undefined],
    ['', undefined],
  ])('%s is %s', (text, time) => {
    expect(isoTime(text)).toBe(time);
  });
});

describe('sessions', () => {
  const execution = (fields: object) =>
    mapExecution(mustRead(executionDetailReader, { execution_id: 'e', status: 'completed', ...fields }));

  it('counts listed calls rather than counters, which stay 0 for chats', () => {
    const chat = execution({ total_calls: 0, completed_at: null, call_results: { count: 12, results: [] } });
    expect(chat.counts).toMatchObject({ runs: 12, error: 0, unread: 12 });
    expect(chat).not.toHaveProperty('ended_at');
    expect(execution({ total_calls: 30, call_results: { count: 28, results: [] } }).counts.runs).toBe(28);
    expect(execution({ total_calls: 30 }).counts.runs).toBe(30);
  });

  it('takes failed_calls for broken runs and leaves the verdicts of the others unread', () => {
    const { counts } = execution({ total_calls: 30, completed_calls: 26, failed_calls: 4 });
    expect(counts).toEqual({ runs: 30, passed: 0, failed: 0, error: 4, inconclusive: 0, pending: 0, unread: 26 });
  });

  it('has pending runs while it is not over', () => {
    const { counts } = execution({ status: 'running', total_calls: 10, completed_calls: 3, failed_calls: 1 });
    expect(counts).toMatchObject({ runs: 10, error: 1, pending: 6, unread: 3 });
  });

  it('adds up, whatever the counters claim', () => {
    const { counts } = execution({ total_calls: 2, failed_calls: 9, completed_calls: 9 });
    expect(counts.error + counts.pending + (counts.unread ?? 0)).toBe(counts.runs);
  });

  it('reads metrics in their place', () => {
    const session = mapExecutionMetrics(
      mustRead(executionMetricsReader, {
        execution_id: 'e',
        status: 'completed',
        total_calls: 0,
        metrics: { calls: { total: 7, failed: 2 }, latency: { customer_latency_metrics: {} } },
      }),
    );
    expect(session.counts).toMatchObject({ runs: 7, error: 2, unread: 5 });
  });

  it('reads list rows in both cases and never takes success_rate for quality', () => {
    const row = mustRead(executionListRowReader, {
      id: 'e',
      status: 'Completed',
      start_time: '2026-03-23T20:01:04Z',
      calls: 0,
      total_chats: 12,
      success_rate: 100,
      agent_definition: 'Front desk',
    });
    const session = mapExecutionRow(row, { run_test: 'r', name: 'Nightly', agent: 'Other' });
    expect(session).toMatchObject({
      status: 'completed',
      test: 'futureagi/suite/r',
      name: 'Nightly',
      agent: 'Front desk',
      counts: { runs: 12, passed: 0, unread: 12 },
    });
    expect(session).not.toHaveProperty('pass_rate');
  });
});

describe('runs', () => {
  const facts = { session: 'e', depth: 'reasons', names: new Map([['c1', 'Price']]) } as const;
  const call = (fields: object, more: object = {}) =>
    mapCall(
      mustRead(callRowReader, {
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
    expect(mapCallDetail(detail, 'e', new Map())).toMatchObject({
      cost: { amount: 0.24, unit: 'USD' },
      latency_seconds: 1.5,
      started_at: '2026-03-23T20:01:04.450Z',
      error: { message: 'no-answer' },
      evaluations: [{ name: 'Price', reason: 'Fine.' }],
    });
  });
});

describe('transcripts', () => {
  const turns = (rows: object[]) => mapTurns(rows.map((row) => mustRead(transcriptRowReader, row)));

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

  it('shows tool calls of a chat message and drops rows without text', () => {
    expect(
      turns([
        {
          role: 'assistant',
          messages: [],
          content: [{ tool_calls: [{ function: { name: 'book', arguments: '{"a":1}' } }] }],
        },
        { role: 'assistant', messages: [''], content: null, tool_calls: [{ name: 'look', arguments: { b: 2 } }] },
        { role: 'user', messages: [] },
      ]),
    ).toEqual([
      { index: 0, speaker: 'tool', text: 'book({"a":1})' },
      { index: 1, speaker: 'tool', text: 'look({"b":2})' },
    ]);
  });
});
