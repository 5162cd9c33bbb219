import { expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import { isFault, isRefusal, isUnreadable, unreadableAnswer } from '../../../src/providers/shared/faults.ts';

it.each([
  { status: false },
  { status: 'error', response: [] },
  { status: 503 },
  { status: '503' },
  { code: 503, message: 'Service temporarily unavailable' },
  { status_code: 400 },
  { statusCode: '500' },
  { success: false },
  { ok: false },
  { error: 'Database is busy' },
  { error: { code: 'INTERNAL' } },
  { errors: [{ message: 'x' }] },
])('%j says that something failed', (envelope) => {
  expect(isFault(envelope)).toBe(true);
});

it.each([
  {},
  { status: true },
  { status: 'ok' },
  { status: 200 },
  { code: 0 },
  { code: 'AB-400' },
  { error: null, errors: [] },
  { error: '' },
  { error: {} },
  { message: 'Fine.' },
  [],
  null,
])('%j says nothing of the kind', (envelope) => {
  expect(isFault(envelope)).toBe(false);
});

it('tells a refusal by the status the platform answered with', () => {
  const refused = new Problem('not_found', 'no', { vendor: { status: 404 } });
  expect(isRefusal(refused)).toBe(true);
  expect(isRefusal(refused, 400, 404)).toBe(true);
  expect(isRefusal(refused, 400, 422)).toBe(false);
});

it.each([
  new Problem('timeout', 'late', { sent: 'yes' }),
  new Error('no'),
  { details: { vendor: { status: 404 } } },
  undefined,
])('sees no refusal where no platform answered: %s', (error) => {
  expect(isRefusal(error)).toBe(false);
  expect(isRefusal(error, 404)).toBe(false);
});

it('tells an answer that is not understood by its kind alone', () => {
  expect(isUnreadable(new Problem('unreadable', 'what?', {}))).toBe(true);
  expect(isUnreadable(new Problem('not_found', 'no', { vendor: { status: 404 } }))).toBe(false);
  expect(isUnreadable(new Error('unreadable'))).toBe(false);
});

it('says how the platform answered, and that it did unless the caller knows better', () => {
  const platform = { id: 'here', label: 'Here' };
  const problem = unreadableAnswer(platform, 'without a run');
  expect(problem).toMatchObject({ kind: 'unreadable', message: 'Here answered without a run.' });
  expect(problem.details).toMatchObject({ provider: 'here', sent: 'yes' });
  const vendor = { status: 200, message: 'busy' };
  const told = unreadableAnswer(platform, 'without a run', { sent: 'unknown', vendor, next: 'Look.' });
  expect(told.details).toMatchObject({ provider: 'here', sent: 'unknown', vendor, next: 'Look.' });
});
