/** What became of a run, in the order in which its members are asked. */
import { describe, expect, it } from 'vitest';
import { toRun } from '../../../src/providers/cognigy/map-run.ts';
import { type BatchPhase, runState } from '../../../src/providers/cognigy/verdict.ts';
import { runReader } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const TALK = [{ text: 'Hello!' }, { text: 'Good morning.' }];
const RESULTS = [{ name: 'Polite', success: true }];
const CRITERIA = [{ type: 'text', params: { name: 'Polite', text: 'Stays polite.' } }];

function state(wire: Record<string, unknown>, phase: BatchPhase = 'ended') {
  return runState(mustRead(runReader, { id: 'r', ...wire }), phase);
}

describe('an error comes first', () => {
  const errorInfo = { message: 'No answer from the model', technicalDetails: 'ETIMEDOUT' };
  it.each([
    ['success true', { success: true, errorInfo }],
    ['success false', { success: false, errorInfo }],
    ['a stop', { isBatchStopped: true, errorInfo }],
    ['nothing else', { errorInfo }],
  ])('before %s', (_, metrics) => {
    expect(state({ metrics })).toEqual({
      status: 'failed',
      verdict: 'error',
      error: { message: 'No answer from the model', type: 'ETIMEDOUT' },
    });
  });

  it.each([[{}], [{ message: '' }], [{ message: '  ' }], [{ technicalDetails: 'x' }], [null]])(
    'but %j is none',
    (none) => {
      expect(state({ metrics: { success: true, errorInfo: none } }).verdict).toBe('passed');
    },
  );
});

describe('then a stop', () => {
  it.each([[true], [false]])('whatever success says (%s)', (success) => {
    expect(state({ metrics: { success, isBatchStopped: true } })).toMatchObject({
      status: 'cancelled',
      verdict: 'inconclusive',
    });
  });
});

describe('then whether it was judged', () => {
  it.each([
    ['no metrics', {}],
    ['empty metrics', { metrics: {} }],
    ['null success', { metrics: { success: null } }],
    ['no results', { metrics: { results: [] } }],
    ['turns only', { turns: TALK, metrics: { isConversationEnded: true } }],
  ])('%s: running while the batch goes on', (_, wire) => {
    expect(state(wire, 'going')).toEqual({ status: 'running', verdict: 'pending' });
  });

  it('lost, when the batch ended and nobody spoke', () => {
    expect(state({ metrics: {} }, 'ended')).toMatchObject({ status: 'failed', verdict: 'error' });
  });

  it('never judged, when the batch ended after a conversation', () => {
    expect(state({ turns: TALK }, 'ended')).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
  });

  it('cut off, when the batch was stopped', () => {
    expect(state({ turns: TALK }, 'stopped')).toMatchObject({ status: 'cancelled', verdict: 'inconclusive' });
  });
});

describe('then success', () => {
  it('true is a pass', () => {
    expect(state({ metrics: { success: true, isConversationEnded: true } })).toEqual({
      status: 'completed',
      verdict: 'passed',
      ended_reason: 'conversation ended',
    });
  });

  it.each([
    ['at the limit', { totalTurns: 10, maxTurns: 10 }, 'turn limit'],
    ['beyond it', { totalTurns: 11, maxTurns: 10 }, 'turn limit'],
    ['counted from the turns', { turns: TALK, maxTurns: 2 }, 'turn limit'],
    ['below it', { totalTurns: 9, maxTurns: 10 }, undefined],
    ['without a limit', { totalTurns: 9 }, undefined],
  ])('false is a failure; %s', (_, wire, ended_reason) => {
    const read = state({ ...wire, metrics: { success: false, isConversationEnded: false } });
    expect(read.verdict).toBe('failed');
    expect(read.ended_reason).toBe(ended_reason);
  });

  it('false after an ended conversation is no matter of turns', () => {
    const read = state({ totalTurns: 10, maxTurns: 10, metrics: { success: false, isConversationEnded: true } });
    expect(read).toMatchObject({ verdict: 'failed', ended_reason: 'conversation ended' });
  });
});

describe('and last the results alone', () => {
  const run = (results: unknown[]) =>
    toRun(mustRead(runReader, { id: 'r', successCriteria: CRITERIA, metrics: { results } }), {
      scenario: 's',
      batch: 'b',
      phase: 'ended',
    });

  it.each([
    ['all met', RESULTS, 'passed'],
    ['one missed', [{ name: 'Polite', success: false }], 'failed'],
    ['unreadable', [{ weight: 1 }], 'inconclusive'],
  ])('%s', (_, results, verdict) => {
    expect(run(results)?.verdict).toBe(verdict);
  });

  it('but never overrule success', () => {
    const wire = { id: 'r', successCriteria: CRITERIA, metrics: { success: false, results: RESULTS } };
    expect(toRun(mustRead(runReader, wire), { scenario: 's', batch: 'b', phase: 'ended' })?.verdict).toBe('failed');
    const unread = { id: 'r', successCriteria: CRITERIA, metrics: { success: true, results: [{ weight: 1 }] } };
    expect(toRun(mustRead(runReader, unread), { scenario: 's', batch: 'b', phase: 'ended' })?.verdict).toBe('passed');
  });
});
