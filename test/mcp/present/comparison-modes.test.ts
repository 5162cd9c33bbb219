/** How it reads why a mode is left open. */
import { expect, it } from 'vitest';
import { modeLines } from '../../../src/mcp/present/comparison-modes.ts';
import type { CompareSessions } from '../../../src/mcp/tools/compare-sessions.ts';

type Unsettled = CompareSessions['modes']['unsettled'][number];
type Why = Pick<Unsettled, 'because'> & Partial<Unsettled>;

const COUNTS = { new: 0, resolved: 0, persisting: 0, relocated: 0, unsettled: 1, untested: 0 };
const SIDE = { failures: 2, uncoded: 2, singles: 0 };

function readsFor(why: Why): string | undefined {
  const unsettled: Unsettled = {
    id: 'M-1',
    title: 'Gives no price',
    before: 3,
    after: 0,
    runs_before: 2,
    runs_after: 0,
    tests: 1,
    tests_judged: 1,
    unread: 0,
    unread_in_tests: 0,
    ...why,
  };
  const none = { new: [], resolved: [], persisting: [], relocated: [] };
  return modeLines({ ...none, unsettled: [unsettled], counts: COUNTS, before: SIDE, after: SIDE }).left[0];
}

it.each<[Why, string]>([
  [{ because: 'reading' }, 'runs after are missing or go on'],
  [
    { because: 'unread', unread: 2, unread_in_tests: 1 },
    'could be among 2 failures after that nobody has read, 1 in its tests',
  ],
  [{ because: 'reading_before' }, 'runs before are missing or go on: it may have failed in tests not judged after'],
  [
    { because: 'unread_before', unread: 1 },
    'could be among 1 failure before that nobody has read, in tests not known to be judged after',
  ],
])('says why it is open: %j', (why, words) => {
  expect(readsFor(why)).toBe(
    `mode unsettled: M-1 · Gives no price · 3 failures in 2 runs before · 1 of 1 test judged on the other side · ${words}`,
  );
});
