/** The steps taken in the quiet: when they begin, what ends them, and that they fail nothing. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWarmUp } from '../../src/commands/handshake/warm-up.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const steps = (taken: string[], ...names: string[]) => names.map((name) => () => void taken.push(name));
const quiet = () => vi.advanceTimersByTimeAsync(1_000);

it('takes each step once, in order, when it has been quiet', async () => {
  const taken: string[] = [];
  const warmUp = createWarmUp(steps(taken, 'a', 'b'));
  expect(taken).toEqual([]);
  warmUp.start();
  expect(taken).toEqual([]);
  await quiet();
  expect(taken).toEqual(['a', 'b']);
  warmUp.start();
  await quiet();
  expect(taken).toEqual(['a', 'b']);
});

it('takes none while something is heard again and again', async () => {
  const taken: string[] = [];
  const warmUp = createWarmUp(steps(taken, 'a'));
  for (let message = 0; message < 20; message += 1) {
    warmUp.pause();
    warmUp.start();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(taken).toEqual([]);
});

it('ends with the step under way, and goes on behind it', async () => {
  const taken: string[] = [];
  const warmUp = createWarmUp([() => warmUp.pause(), ...steps(taken, 'b', 'c')]);
  warmUp.start();
  await quiet();
  expect(taken).toEqual([]);
  warmUp.start();
  await quiet();
  expect(taken).toEqual(['b', 'c']);
});

it('does not take two steps at once when it is started during one', async () => {
  let under = 0;
  let most = 0;
  const slow = async () => {
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => setTimeout(resolve, 100));
    under -= 1;
  };
  const warmUp = createWarmUp([slow, slow]);
  warmUp.start();
  await vi.advanceTimersByTimeAsync(50);
  warmUp.pause();
  warmUp.start();
  await quiet();
  expect(most).toBe(1);
});

it('passes over a step that fails', async () => {
  const taken: string[] = [];
  const fails = () => Promise.reject(new Error('no'));
  const throws = () => {
    throw new Error('no');
  };
  createWarmUp([fails, throws, ...steps(taken, 'c')]).start();
  await quiet();
  expect(taken).toEqual(['c']);
});
