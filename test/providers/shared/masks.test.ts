import { describe, expect, it } from 'vitest';
import { holdsMask, holdsRounded, isMask } from '../../../src/providers/shared/masks.ts';

describe('isMask', () => {
  it.each([
    ...[
      '****',
      'sk-****',
      '••••••1234',
      'Bearer ****',
      'XXXX',
      'abcd...wxyz',
      'sk-ab…',
      'key_4f...',
      '[REDACTED]',
      '<hidden>',
    ],
    ...['redacted', ' Bearer [masked] ', '{{redacted}}', '(not shown)', '████'],
    ...['__HIDDEN__', '<encrypted>', '...wx4z', '…4f2a', '**4f2a', 'xxxx-xxxx-1234', 'sk-xxxxxxxx'],
  ])('takes %j for one', (text) => {
    expect(isMask(text)).toBe(true);
  });

  it.each([
    '',
    'alloy',
    'gpt-realtime',
    '2026-11-28',
    'Ask for the date ... then the time',
    'a ** b',
    'hidden fees apply',
    'Hello...',
    'wait…',
    '**Never** give advice **alone**',
    '#### Prices',
    'encrypted',
    '...then',
  ])('takes %j for none', (text) => {
    expect(isMask(text)).toBe(false);
  });
});

it('looks at every depth, at values and not at names', () => {
  expect(holdsMask({ headers: [{ name: 'x', value: '****' }] })).toBe(true);
  expect(holdsMask({ key: { has_value: true, masked: true } })).toBe(true);
  expect(holdsMask({ is_set: true, label: 'a field' })).toBe(false);
  expect(holdsMask({ '****': 1, redacted: false, retries: 2, voice: 'alloy' })).toBe(false);
});

describe('a number that was not read as it stands', () => {
  it.each(['{"a":[12345678901234567890]}', '[-9007199254740993]', '{"a":{"b":1e400}}'])('is found in %s', (text) => {
    expect(holdsRounded(JSON.parse(text))).toBe(true);
  });

  it('is none of those that are sent back as they came', () => {
    expect(holdsRounded({ a: [0.7, 4000, -1, '12345678901234567890', null, true, 9007199254740991] })).toBe(false);
  });
});
