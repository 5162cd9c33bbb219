import { describe, expect, it } from 'vitest';
import { PROBLEM_KINDS, Problem, toProblem } from '../../src/model/problem.ts';

describe('Problem', () => {
  it('always says what to do, except after the caller gave up or where only the caller knows', () => {
    const silent = PROBLEM_KINDS.filter((kind) => new Problem(kind, 'It broke.').details.next === undefined);
    expect(silent).toEqual([
      'invalid_input',
      'wrong_kind',
      'ambiguous',
      'unconfigured',
      'payment_required',
      'cancelled',
      'refused',
      'local_io',
    ]);
  });

  it('is an error of its name, and keeps its cause where it has one', () => {
    const cause = new Error('under it');
    expect(new Problem('network', 'It broke.', { cause })).toMatchObject({
      name: 'Problem',
      message: 'It broke.',
      cause,
    });
    expect(new Problem('network', 'It broke.')).not.toHaveProperty('cause');
  });

  it('prefers what the thrower knows', () => {
    expect(new Problem('unreadable', 'It broke.', { next: 'Do this.' }).details.next).toBe('Do this.');
  });

  it('keeps every other detail as it was given', () => {
    const details = { provider: 'acme', vendor: { status: 500 }, sent: 'yes' as const };
    expect(new Problem('vendor_error', 'It broke.', details).details).toMatchObject(details);
  });
});

describe('toProblem', () => {
  it('lets nothing of a foreign error out', () => {
    const problem = toProblem(new Error('key sk-123 leaked'));
    expect([problem.kind, problem.message]).toEqual(['internal', 'Something failed inside this server.']);
    expect(problem.details.next).toContain('AGENT_SIM_LOG=debug');
  });

  it.each(['text', undefined, { name: 'AbortError' }])('takes %j, which is no error, for a fault of ours', (thrown) => {
    expect(toProblem(thrown)).toMatchObject({ kind: 'internal' });
  });

  it('lets a Problem through as it is', () => {
    const problem = new Problem('not_found', 'No such run.');
    expect(toProblem(problem)).toBe(problem);
  });

  it.each([
    ['AbortError', 'cancelled'],
    ['TimeoutError', 'timeout'],
  ])('%s is %s', (name, kind) => {
    const thrown = new DOMException('x', name);
    expect(toProblem(thrown)).toMatchObject({ kind, cause: thrown, message: expect.stringMatching(/^The call /) });
  });
});
