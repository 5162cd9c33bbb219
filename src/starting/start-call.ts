/** Next steps that are calls, as they stand: `start_simulation test=… key=…`. */
import { toCommaList } from '../model/comma-list.ts';
import { nextCall } from '../model/next-call.ts';
import { formatRef } from '../model/refs.ts';
import type { Provider, StartRequest } from '../providers/provider.ts';
import type { Attempt } from './attempt.ts';

const PLAIN = /^[\p{L}\p{N} .,'()_~/:@+-]{0,80}$/u;

/** Refs of the tests, separated by commas. */
export function testRefs(provider: Provider, attempts: readonly { request: StartRequest }[]): string {
  return toCommaList(attempts.map(({ request: { test } }) => formatRef(provider.id, test.kind, ...test.ids)));
}

/**
 * The call that starts these tests with the arguments of the call at hand, and `more`. Arguments that have no short plain
 * form are not repeated: the call then says that they stay as they were.
 */
export function startCall(
  provider: Provider,
  attempts: readonly Attempt[],
  more: { key?: string | undefined; confirm?: string | undefined },
  why: string,
): string {
  const { test: _test, repeat, ...rest } = attempts[0]?.request ?? { test: undefined, repeat: 1 };
  const given = Object.entries({ ...rest, repeat: repeat === 1 ? undefined : repeat }).filter(
    ([, value]) => value !== undefined,
  );
  const shown = given.filter(([, value]) => isPlain(value));
  const args = { test: testRefs(provider, attempts), ...Object.fromEntries(shown), ...more };
  const left = shown.length < given.length ? `with the other arguments as they were ${why}` : why;
  return nextCall('start_simulation', args, left);
}

/** Values that may stand in our own words: what callers pass may have come from a platform's text. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return PLAIN.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return JSON.stringify(value).length <= 200 && Object.entries(value).every((member) => member.every(isPlain));
}
