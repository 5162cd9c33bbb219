import { describe, expect, it } from 'vitest';
import { readFault } from '../../../src/providers/synthflow/faults.ts';

const fault = (body: unknown, headers: Record<string, string> = {}) => readFault(400, body, headers);

describe('error bodies', () => {
  it('reads the detail object with category and request id', () => {
    const detail = { status: 'error', description: 'No such call', request_id: 'req_1', category: 'not_found' };
    expect(fault({ detail })).toEqual({ status: 400, message: 'No such call', code: 'not_found', request_id: 'req_1' });
  });

  it('reads a validation list with the field at fault', () => {
    const detail = [
      { loc: ['body', 'success_criteria', 0], msg: 'must be text', type: 'string_type' },
      { loc: ['query'], msg: 'is short' },
    ];
    expect(fault({ detail })).toMatchObject({
      message: 'success_criteria.0: must be text; query: is short',
      field: 'success_criteria.0',
      code: 'string_type',
    });
  });

  it.each([
    [{ detail: 'Not Found' }, 'Not Found', undefined],
    [{ detail: ['one', 'two'] }, 'one; two', undefined],
    [{ detail: { message: 'inner' } }, 'inner', undefined],
    [{ detail: { message: 'later', description: 'sooner' } }, 'sooner', undefined],
    [{ message: 'plain' }, 'plain', undefined],
    [{ error: 'not_found', message: 'No route matched' }, 'No route matched', 'not_found'],
    [{ error: 'broken' }, 'broken', undefined],
    [{ error: { message: { description: 'deep' } } }, 'deep', undefined],
    [{ error: { strange: 1 } }, '{"strange":1}', undefined],
    [{ detail: { description: 'first' }, message: 'second', error: 'third' }, 'first', 'third'],
    [{ unheard: 'of' }, '{"unheard":"of"}', undefined],
  ])('reads %j', (body, message, code) => {
    expect(fault(body).message).toBe(message);
    expect(fault(body).code).toBe(code);
  });

  it('never says [object Object]', () => {
    for (const body of [
      { detail: { a: { b: 1 } } },
      { error: { a: 1 } },
      { message: { a: 1 } },
      { detail: [{ a: 1 }] },
    ]) {
      expect(fault(body).message).not.toContain('[object');
    }
  });

  it('keeps the beginning of a body that is no JSON', () => {
    expect(fault(`${'x'.repeat(500)}`).message).toHaveLength(200);
  });

  it('says nothing of nothing, but keeps the request id of the headers', () => {
    expect(fault(undefined, { 'x-request-id': 'h1' })).toEqual({ status: 400, request_id: 'h1' });
    expect(fault({})).toEqual({ status: 400 });
    expect(fault(null)).toEqual({ status: 400 });
  });
});
