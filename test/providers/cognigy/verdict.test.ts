/** What became of a run, in the order in which its members are asked. */
import { describe, expect, it } from 'vitest';
import { type BatchPhase, statusOf, toRun } from '../../../src/providers/cognigy/map-run.ts';
import { runReader } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const TALK = [{ text: 'Hello!' }, { text: 'Good morning.' }];
const RESULTS = [{ name: 'Polite', success: true }];
const CRITERIA = [{ type: 'text', params: { name: 'Polite', text: 'Stays polite.' } }];

function judged(metrics: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const wire = mustRead(runReader, { id: 'r', successCriteria: CRITERIA, ...more, metrics });
  return toRun(wire, { scenario: 's', batch: 'b', phase: 'ended' });
}

function state(wire: Record<string, unknown>, phase: BatchPhase = 'ended') {
  return statusOf(mustRead(runReader, { id: 'r', ...wire }), phase);
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

  it.each([[{}], [{ message: '' }], [{ message: '  ' }], [null]])('but %j is none', (none) => {
    expect(judged({ success: true, errorInfo: none })?.verdict).toBe('passed');
  });
});

it('a success beside details of an error, and no message, is no pass', () => {
  expect(judged({ success: true, errorInfo: { technicalDetails: 'ETIMEDOUT' } })?.verdict).toBe('inconclusive');
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
  it.each([[true], ['TRUE'], ['passed'], [1], ['1'], ['Yes'], [[true]], [{ passed: true }]])(
    '%j is a pass',
    (success) => {
      expect(judged({ success, isConversationEnded: true, results: RESULTS })).toMatchObject({
        status: 'completed',
        verdict: 'passed',
        ended_reason: 'conversation ended',
      });
    },
  );

  it.each([[false], ['False'], ['Not passed'], [0], ['0'], ['No'], [['failed']], [{ result: false }]])(
    '%j is a failure, whatever the criteria say',
    (success) => {
      expect(judged({ success, results: RESULTS })?.verdict).toBe('failed');
    },
  );

  it.each([
    ['maybe', 'an unknown word'],
    ['', 'an empty text'],
    [2, 'a number'],
    [0.5, 'a number'],
    [{}, 'an empty object'],
    [{ percentage: 100 }, 'an object'],
    [{ passed: true, result: 'failed' }, 'an object'],
    [[true, false], 'a list'],
    [[], 'an empty list'],
    ['constructor', 'an unknown word'],
  ])('%j is neither: the run is inconclusive, and the form is named', (success, form) => {
    const run = judged({ success, results: RESULTS });
    expect(run).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
    const [polite, overall] = run?.evaluations ?? [];
    expect(polite).toMatchObject({ name: 'Polite', verdict: 'passed' });
    expect(overall).toMatchObject({ verdict: 'unscored', unread: form });
    expect(overall?.reason).toContain(typeof success === 'string' ? success : JSON.stringify(success));
    // What failed has failed all the same.
    expect(judged({ success, results: [{ name: 'Polite', success: false }] })?.verdict).toBe('failed');
  });

  it('true beside a criterion that failed says two things: no pass, and the reason is told', () => {
    const run = judged({ success: true, results: [{ name: 'Polite', success: 'Failed.' }] });
    expect(run).toMatchObject({ verdict: 'inconclusive', failed_evaluations: ['Polite'] });
    expect(run?.evaluations.at(-1)).toMatchObject({
      verdict: 'unscored',
      unread: 'a success beside a criterion that failed',
      reason: expect.stringContaining('"Polite" failed'),
    });
    expect(judged({ success: true, results: [...RESULTS, { name: 'Other', success: false }] })?.verdict).toBe(
      'inconclusive',
    );
  });

  it.each([
    ['fewer than all', { numerator: 1, denominator: 2, percentage: 50 }, 'inconclusive'],
    ['all', { numerator: 2, denominator: 2, percentage: 100 }, 'passed'],
    ['none counted', { numerator: 0, denominator: 0, percentage: 0 }, 'passed'],
  ])('true beside a count of met criteria (%s)', (_, successRate, verdict) => {
    expect(judged({ success: true, results: RESULTS, successRate })?.verdict).toBe(verdict);
  });

  it.each([
    ['a half', 50, 'inconclusive'],
    ['a half, counted', { numerator: 1, denominator: 2 }, 'inconclusive'],
    ['all', 100, 'passed'],
    ['nothing', undefined, 'passed'],
  ])('none beside results that all passed, and a rate of %s', (_, successRate, verdict) => {
    expect(judged({ results: RESULTS, successRate })?.verdict).toBe(verdict);
  });

  it.each([
    ['at the limit', { totalTurns: 10, maxTurns: 10 }, 'turn limit'],
    ['beyond it', { totalTurns: 11, maxTurns: 10 }, 'turn limit'],
    ['counted from the turns', { turns: TALK, maxTurns: 2 }, 'turn limit'],
    ['below it', { totalTurns: 9, maxTurns: 10 }, undefined],
    ['without a limit', { totalTurns: 9 }, undefined],
  ])('false is a failure; %s', (_, wire, ended_reason) => {
    const read = judged({ success: false, isConversationEnded: false }, wire);
    expect(read?.verdict).toBe('failed');
    expect(read?.ended_reason).toBe(ended_reason);
  });

  it('false after an ended conversation is no matter of turns', () => {
    const read = judged({ success: false, isConversationEnded: true }, { totalTurns: 10, maxTurns: 10 });
    expect(read).toMatchObject({ verdict: 'failed', ended_reason: 'conversation ended' });
  });
});

describe('and last the results alone', () => {
  const TWO = [...CRITERIA, { type: 'text', params: { name: 'Books', text: 'Books the slot.' } }];

  it.each([
    ['all met', [...RESULTS, { name: 'Books', success: true }], 'passed'],
    [
      'met in other words',
      [
        { name: 'Polite', success: 1 },
        { name: 'Books', verdict: 'Passed.' },
      ],
      'passed',
    ],
    ['by name', { Polite: true, Books: { passed: true } }, 'passed'],
    ['under a member', { items: [true, true] }, 'passed'],
    ['one missed', [...RESULTS, { name: 'Books', success: false }], 'failed'],
    [
      'one missed beside one unreadable',
      [
        { name: 'Polite', success: 'perhaps' },
        { name: 'Books', success: 0 },
      ],
      'failed',
    ],
    ['one without a result', RESULTS, 'inconclusive'],
    ['one skipped', [...RESULTS, { name: 'Books', status: 'skipped' }], 'inconclusive'],
    ['one in error', [...RESULTS, { name: 'Books', error: 'quota' }], 'inconclusive'],
    ['one with a score alone', [...RESULTS, { name: 'Books', score: 0.9 }], 'inconclusive'],
    ['one in an unknown word', [...RESULTS, { name: 'Books', success: 'perhaps' }], 'inconclusive'],
    ['one that says two things', [...RESULTS, { name: 'Books', success: true, passed: false }], 'inconclusive'],
    ['one in a nested form', [...RESULTS, { name: 'Books', success: { value: 'ok?' } }], 'inconclusive'],
    ['one that is nothing', [...RESULTS, null], 'inconclusive'],
    ['one more, unreadable', [...RESULTS, { name: 'Books', success: true }, { weight: 1 }], 'inconclusive'],
    ['unreadable', [{ weight: 1 }], 'inconclusive'],
    ['a text', 'all fine', 'inconclusive'],
    ['a truth', true, 'inconclusive'],
  ])('%s', (_, results, verdict) => {
    const run = judged({ results }, { successCriteria: TWO });
    expect(run?.verdict).toBe(verdict);
    // Every evaluation that is neither understood nor said to be open names its form.
    for (const one of run?.evaluations ?? [])
      if (one.verdict === 'unscored' && one.score === undefined) expect(one.unread).toBeTruthy();
  });

  it('but never overrule success', () => {
    const wire = { id: 'r', successCriteria: CRITERIA, metrics: { success: false, results: RESULTS } };
    expect(toRun(mustRead(runReader, wire), { scenario: 's', batch: 'b', phase: 'ended' })?.verdict).toBe('failed');
    const unread = { id: 'r', successCriteria: CRITERIA, metrics: { success: true, results: [{ weight: 1 }] } };
    expect(toRun(mustRead(runReader, unread), { scenario: 's', batch: 'b', phase: 'ended' })?.verdict).toBe('passed');
  });
});
