import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import { advise, isRefusedRequest, namedMember, readFault } from '../../../src/providers/cognigy/faults.ts';

describe('error bodies', () => {
  it('are read as RFC 7807 with the trace to quote to support', () => {
    const body = {
      type: 'Not Found',
      title: 'Not Found Error',
      status: 404,
      detail: 'The flow does not exist',
      instance: '/v2.0/flows/5ce7',
      code: '1002',
      traceId: 'api--f84324f4',
      details: {},
    };
    expect(readFault(404, body, {})).toEqual({
      status: 404,
      message: 'The flow does not exist',
      code: '1002',
      request_id: 'api--f84324f4',
    });
  });

  it.each([
    ['a number as code', { detail: 'x', code: 1002 }, { message: 'x', code: '1002' }],
    ['a title alone', { title: 'Conflict Error' }, { message: 'Conflict Error' }],
    ['a message', { message: 'x', statusCode: 400 }, { message: 'x' }],
    ['an error object', { error: { message: 'x', code: 7 } }, { message: 'x', code: '7' }],
    ['a list of errors', { errors: [{ message: 'x' }, 'y'] }, { message: 'x y' }],
    ['an error text', { error: 'Unauthorized' }, { message: 'Unauthorized' }],
    [
      'details that name a member',
      { detail: 'x', details: { field: 'maxTurns' } },
      { message: 'x', field: 'maxTurns' },
    ],
    [
      'details of a validator',
      { detail: 'x', details: [{ path: ['runConfig', 'entrypoint'] }] },
      { message: 'x', field: 'runConfig.entrypoint' },
    ],
    ['details alone', { details: { reason: 'x' } }, { message: '{"reason":"x"}' }],
    ['a text', '<h1>Bad gateway</h1>', { message: '<h1>Bad gateway</h1>' }],
    ['nothing', undefined, {}],
    ['an empty object', {}, {}],
  ])('%s', (_, body, fault) => {
    expect(readFault(400, body, {})).toEqual({ status: 400, ...fault });
  });

  it('fall back to the trace in the headers', () => {
    expect(readFault(502, undefined, { 'x-cognigy-trace-id': 't' }).request_id).toBe('t');
  });
});

describe('what to do', () => {
  it('names the host and the other hosts for a refused key', () => {
    expect(advise(401, 'api-trial.cognigy.ai')).toMatch(/api-trial\.cognigy\.ai refused.*api-app-us/);
  });
  it('names roles for a 403 and the plan for a 402', () => {
    expect(advise(403, 'h')).toMatch(/roles/);
    expect(advise(402, 'h')).toMatch(/quota/);
    expect(advise(500, 'h')).toBeUndefined();
  });
});

describe('refusals', () => {
  const problem = (status: number, vendor: Record<string, string> = {}) =>
    new Problem('invalid_input', 'no', { vendor: { status, ...vendor } });

  it.each([
    [400, true],
    [404, true],
    [405, true],
    [422, true],
    [401, false],
    [403, false],
    [429, false],
    [500, false],
  ])('%s: %s', (status, refusal) => {
    expect(isRefusedRequest(problem(status))).toBe(refusal);
  });

  it('of an id name the member, in field or message', () => {
    expect(namedMember(problem(400, { field: 'runConfig.flowReferenceId' }))).toBe('flowReferenceId');
    expect(namedMember(problem(404, { message: 'localeReferenceId is unknown' }))).toBe('localeReferenceId');
    expect(namedMember(problem(400, { message: 'no' }))).toBeUndefined();
    expect(namedMember(problem(502, { message: 'flowReferenceId' }))).toBeUndefined();
    expect(namedMember(new Error('flowReferenceId'))).toBeUndefined();
  });
});
