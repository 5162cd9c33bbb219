import { expect, it } from 'vitest';
import { handOver } from '../../src/providers/hand-over.ts';

it('hands over what was put a moment ago, once, and to nobody else', () => {
  let now = 1_000;
  const hands = handOver<string>(() => now);
  expect(hands.take('a')).toBeUndefined();
  hands.put('a', 'first');
  hands.put('a', 'second');
  hands.put('b', 'other');
  now += 250;
  expect(hands.take('a')).toBe('second');
  expect(hands.take('a')).toBeUndefined();
  now += 1;
  expect(hands.take('b')).toBeUndefined();
});
