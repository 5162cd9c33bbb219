import { describe, expect, it } from 'vitest';
import { toTurns } from '../../../src/providers/synthflow/transcript.ts';
import { judge } from '../../../src/providers/synthflow/verdict.ts';
import {
  caseReader,
  executedReader,
  pageIn,
  simulationReader,
  simulationSessionReader,
  suiteReader,
  unwrap,
} from '../../../src/providers/synthflow/wire.ts';
import { mustRead } from '../../support/data.ts';
import listSessions from './fixtures/list-sessions.response.json' with { type: 'json' };
import startReply from './fixtures/start-simulation.response.json' with { type: 'json' };

describe('the published payloads', () => {
  it('reads the list of sessions with everything in it', () => {
    const page = pageIn(listSessions, simulationSessionReader);
    expect(page).toMatchObject({ total: 1, rows: { length: 1 } });
    expect(page?.rows[0]).toMatchObject({ simulation_session_id: 'string', pending_simulations: 1 });
    const [run] = page?.rows[0]?.simulations ?? [];
    expect(run).toMatchObject({ status: 'in-progress', error_info: { message: 'string', code: '1' } });
    expect(toTurns(run?.timeline)).toEqual([{ index: 0, speaker: 'unknown', at_seconds: 1.1, text: 'string' }]);
    expect(run && judge(run, 'completed')).toEqual({
      verdict: 'passed',
      evaluations: [{ name: 'string', verdict: 'passed', reason: 'string' }],
    });
  });

  it('reads the reply to a start, which is an id and nothing else', () => {
    const run = mustRead(simulationReader, unwrap(startReply, ['simulation']));
    expect(run.simulation_id).toBe('b29da8ff-c89e-4628-94b6-d81193f883c7');
    expect(run.simulation_session_id).toBeUndefined();
  });
});

describe('lenient reading', () => {
  const nothing = simulationReader.keys;

  it.each([
    ['null', Object.fromEntries(nothing.map((key) => [key, null]))],
    ['absent', {}],
    ['of the wrong type', Object.fromEntries(nothing.map((key) => [key, [['?']]]))],
  ])('takes a simulation whose fields are all %s', (_, value) => {
    const read = mustRead(simulationReader, value);
    expect(read.status).toBeUndefined();
    expect(read.custom_variables).toBeUndefined();
  });

  it('keeps words that nobody documented', () => {
    expect(mustRead(simulationReader, { status: 'queued', call_success_type: 'most' })).toMatchObject({
      status: 'queued',
      call_success_type: 'most',
    });
    expect(mustRead(caseReader, { type: 'imported' }).type).toBe('imported');
  });

  it('keeps ids that arrive as numbers', () => {
    expect(mustRead(simulationReader, { simulation_id: 17 }).simulation_id).toBe('17');
  });

  it('keeps the place of a malformed item of a list, and its neighbours', () => {
    const page = pageIn(
      { response: { items: [{ simulation_id: 'a' }, 'x', null, { simulation_id: 'b' }] } },
      simulationReader,
    );
    expect(page?.rows.map((one) => one?.simulation_id)).toEqual(['a', undefined, undefined, 'b']);
    const session = mustRead(simulationSessionReader, { simulations: [null, { simulation_id: 'a' }] });
    expect(session.simulations?.map((one) => one?.simulation_id)).toEqual([undefined, 'a']);
  });

  it('keeps the positions of criteria and evaluations, because they belong together by position', () => {
    const run = mustRead(simulationReader, {
      success_criteria: ['one', null, 'three'],
      success_criteria_analysis: {
        success: 'false',
        evaluations: [{ success: true }, 'x', { success: 'FALSE', reasoning: 'no' }],
      },
    });
    expect(run.success_criteria).toEqual(['one', '', 'three']);
    expect(judge(run, 'completed').evaluations).toEqual([
      { name: 'one', verdict: 'passed' },
      { name: 'criterion 2', verdict: 'unscored', unread: 'an unknown word', reason: 'Not understood: x' },
      { name: 'three', verdict: 'failed', reason: 'no' },
    ]);
  });

  it('reads an error that is a text and one whose message is an object', () => {
    expect(mustRead(simulationReader, { error_info: 'boom' }).error_info).toMatchObject({ message: 'boom' });
    expect(mustRead(simulationReader, { error_info: { message: { why: 1 } } }).error_info?.message).toBe('{"why":1}');
  });

  it('reads the agent of a case, of a suite and of the list of agents alike', () => {
    expect(mustRead(caseReader, { base_agent: { model_id: 'm', agent_name: 'N' } }).base_agent).toMatchObject({
      id: 'm',
      name: 'N',
    });
    expect(mustRead(suiteReader, { agent: { id: 'm', name: 'N' } }).agent).toMatchObject({ id: 'm', name: 'N' });
  });

  it.each([
    ['session_id', { session_id: 's' }],
    ['simulation_session_id', { simulation_session_id: 's' }],
  ])('finds the session of an execution under %s', (_, body) => {
    expect(mustRead(executedReader, body).session_id).toBe('s');
  });
});

describe('envelopes and pages', () => {
  it('unwraps an envelope and leaves a bare answer', () => {
    expect(unwrap({ status: 'ok', response: { a: 1 } })).toEqual({ a: 1 });
    expect(unwrap({ session_id: 's', status: 'started' })).toEqual({ session_id: 's', status: 'started' });
  });

  it('does not take an empty envelope for an object without fields', () => {
    expect(unwrap({ status: 'ok' })).toBeUndefined();
    expect(unwrap({})).toBeUndefined();
    expect(unwrap({ status: 'ok', response: null })).toBeNull();
  });

  it('goes one level deeper where an object is nested under its name', () => {
    expect(unwrap({ response: { simulation_case: { name: 'n' } } }, ['simulation_case'])).toEqual({ name: 'n' });
    expect(unwrap({ response: { name: 'n' } }, ['simulation_case'])).toEqual({ name: 'n' });
  });

  const one = { id: 'a' };
  it.each([
    ['offset', { response: { pagination: { total_records: 7, limit: 5, offset: 0 }, items: [one] } }, { total: 7 }],
    ['number', { response: { items: [one], total: 7, page_number: 1, page_size: 5 } }, { total: 7 }],
    ['a count as text', { response: { items: [one], total: '7' } }, { total: 7 }],
    ['a bare array with a count beside it', { response: [one], total: 7 }, { total: 7 }],
    ['bare array', { response: [one] }, { total: undefined }],
    ['no envelope', { items: [one] }, { total: undefined }],
  ])('reads a page of the form: %s', (_, body, expected) => {
    const page = pageIn(body, suiteReader);
    expect(page).toMatchObject(expected);
    expect(page?.rows[0]?.id).toBe('a');
  });

  it('reads null for a list as an empty one, with what is counted, and no list as none', () => {
    const nothing = (total_records?: number) => ({ response: { pagination: { total_records }, items: null } });
    expect(pageIn(nothing(0), suiteReader)).toEqual({ rows: [], total: 0 });
    expect(pageIn(nothing(), suiteReader)).toEqual({ rows: [] });
    expect(pageIn(nothing(7), suiteReader)).toEqual({ rows: [], total: 7 });
    expect(pageIn({ response: { pagination: { total_records: 7 } } }, suiteReader)).toBeUndefined();
    expect(pageIn({ response: { items: {} } }, suiteReader)).toBeUndefined();
    expect(pageIn({ response: { message: 'hello' } }, suiteReader)).toBeUndefined();
    expect(pageIn('hello', suiteReader)).toBeUndefined();
  });

  it('finds a list under its own name', () => {
    expect(pageIn({ response: { assistants: [one] } }, suiteReader, ['assistants'])?.rows).toHaveLength(1);
  });
});
