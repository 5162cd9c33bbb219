import { expect, it } from 'vitest';
import { isFault } from '../../../src/providers/shared/error-body.ts';

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
