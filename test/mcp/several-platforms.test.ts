/** Lists over all platforms: merged newest first, and a platform that fails or hangs does not spoil what the others say. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { newestSessions } from '../../src/mcp/resources/resources.ts';
import { listSessions } from '../../src/mcp/tools/list-sessions.ts';
import type { Provider } from '../../src/providers/provider.ts';
import type { FaultInput } from '../../src/sandbox/faults.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { VENDORS } from '../support/platforms.ts';
import { noDeadline, turns, until } from '../support/waiting.ts';

let room: InProcess;
const undo: (() => void)[] = [];
beforeAll(async () => {
  room = await openInProcess();
});
afterEach(() => {
  room.sandbox.faults.clear();
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const one of undo.splice(0)) one();
});
afterAll(() => room.close());

const MANY = 10_000;
/** Every request to this platform goes wrong. */
function spoil(dialect: string, fault: Omit<FaultInput, 'dialect' | 'times'>): void {
  room.sandbox.faults.add({ dialect, times: MANY, ...fault });
}
/** Every `AbortSignal.timeout` passes when the test says so. */
function timeoutsInHand(): { asked: number[]; pass(): void } {
  const asked: number[] = [];
  const controllers: AbortController[] = [];
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    asked.push(ms);
    const controller = new AbortController();
    controllers.push(controller);
    return controller.signal;
  });
  return {
    asked,
    pass() {
      for (const controller of controllers) controller.abort(new DOMException('The time is over.', 'TimeoutError'));
    },
  };
}

/** The platforms that have answered this operation from now on. */
function answeredBy(groupOf: (provider: Provider) => object | undefined, operation: string): Set<string> {
  const answered = new Set<string>();
  for (const provider of room.providers) {
    const group = groupOf(provider) ?? {};
    const real: unknown = Reflect.get(group, operation);
    if (typeof real !== 'function') throw new Error(`${provider.id} has no ${operation}.`);
    Reflect.set(group, operation, async (...args: unknown[]) => {
      const answer = await Reflect.apply(real, group, args);
      answered.add(provider.id);
      return answer;
    });
    undo.push(() => Reflect.set(group, operation, real));
  }
  return answered;
}

const refs = (data: Record<string, unknown>, key: string) => list(data[key]).map((one) => text(at(one, 'ref')));
const platformOf = (ref: string) => ref.split('/')[0];

/** The newest sessions of these platforms, each asked by itself; what has the same time takes turns. */
async function newest(ids: readonly string[], limit: number): Promise<string[]> {
  const sessions = await Promise.all(
    room.providers
      .filter((provider) => ids.includes(provider.id))
      .map(async (provider) => (await provider.sessions?.list({ limit }, room.context))?.items ?? []),
  );
  const time = (one: { created_at?: string }) => Date.parse(one.created_at ?? '');
  return sessions
    .flatMap((items) => items.map((one, rank) => ({ one, rank })))
    .sort((a, b) => time(b.one) - time(a.one) || a.rank - b.rank)
    .slice(0, limit)
    .map(({ one }) => one.ref);
}

describe('sessions of all platforms', () => {
  it.each([3, 10, 15])('stand newest first, as one list: %i of them', async (limit) => {
    const { data, text: words } = await room.answer('list_sessions', { limit });
    const times = list(data.sessions).map((one) => Date.parse(text(at(one, 'created_at'))));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(refs(data, 'sessions')).toEqual(await newest(VENDORS, limit));
    expect(data.not_answering).toBeUndefined();
    expect(data.coverage).toMatchObject({ complete: true, read: limit });
    // There are more: one cursor goes on over all platforms.
    expect(words).toContain(`more follow with cursor ${text(data.next_cursor)}`);
  });

  it('come one page after the other, newest first, each once', async () => {
    const seen: string[] = [];
    const times: number[] = [];
    let cursor: string | undefined;
    do {
      const { data } = await room.answer('list_sessions', { limit: 7, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...refs(data, 'sessions'));
      times.push(...list(data.sessions).map((one) => Date.parse(text(at(one, 'created_at')))));
      cursor = data.next_cursor === undefined ? undefined : text(data.next_cursor);
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const each = await Promise.all(
      room.providers.map(
        async (provider) => (await provider.sessions?.list({ limit: 100 }, room.context))?.items ?? [],
      ),
    );
    expect(seen.toSorted()).toEqual(
      each
        .flat()
        .map(({ ref }) => ref)
        .toSorted(),
    );
  });

  it('come from all of them', async () => {
    const { data } = await room.answer('list_sessions', { limit: 15 });
    expect(new Set(refs(data, 'sessions').map(platformOf))).toEqual(new Set(VENDORS));
  });

  it.each([
    ['synthflow', { kind: 'status', status: 401 }],
    ['cognigy', { kind: 'html' }],
    ['coval', { kind: 'truncate' }],
    ['futureagi', { kind: 'status', status: 403 }],
    ['coval', { kind: 'status', status: 200, body: { runs: 'none' } }],
  ] as const)('without %s, which answers %o, are those of the others', async (broken, fault) => {
    const others = VENDORS.filter((id) => id !== broken);
    const expected = await newest(others, 12);
    spoil(broken, fault);
    const { data, text: words } = await room.answer('list_sessions', { limit: 12 });
    expect(refs(data, 'sessions')).toEqual(expected);
    expect(data.not_answering).toEqual([broken]);
    expect(words).toContain(`Not answering: ${broken}.`);
    expect(words.split('\n')[0]).toMatch(/^Incomplete: .+ did not answer: .{10,}/);
    // How many there are in all is not known then.
    expect(data.total).toBeUndefined();
  });

  it('do not wait for a platform that hangs until the whole call is over', async () => {
    const expected = await newest(
      VENDORS.filter((id) => id !== 'futureagi'),
      12,
    );
    spoil('futureagi', { kind: 'stall' });
    const timeouts = timeoutsInHand();
    const answered = answeredBy(({ sessions }) => sessions, 'list');
    const answering = room.answer('list_sessions', { limit: 12 });
    await until('all others have answered', () => answered.size === VENDORS.length - 1);
    await turns();
    timeouts.pass();
    const { data } = await answering;
    expect(refs(data, 'sessions')).toEqual(expected);
    expect(data.not_answering).toEqual(['futureagi']);
    expect(JSON.stringify(data.coverage)).toContain('did not answer within 15 s');
    // Hosts give up after 60 s.
    expect(Math.max(...timeouts.asked)).toBeLessThan(30_000);
  });

  it('are an error when no platform answers', async () => {
    for (const id of VENDORS) spoil(id, { kind: 'status', status: 401 });
    await expect(room.answer('list_sessions', {})).rejects.toMatchObject({ kind: 'unauthorized' });
  });

  it('end with the call', async () => {
    const gone = new AbortController();
    for (const id of VENDORS) spoil(id, { kind: 'stall' });
    const context = { ...room.context, signal: gone.signal };
    const listing = Promise.resolve(listSessions.run({}, context));
    await until('all of them hang', () => room.sandbox.faults.list().every(({ times }) => times < MANY));
    gone.abort();
    await expect(listing).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

it('tests of all platforms take turns, without the one that fails', async () => {
  const whole = await room.answer('list_tests', { kind: 'case', limit: VENDORS.length });
  expect(refs(whole.data, 'tests').map(platformOf)).toEqual([...VENDORS]);
  spoil('cognigy', { kind: 'status', status: 401 });
  const { data } = await room.answer('list_tests', { kind: 'case', limit: 6 });
  expect(new Set(refs(data, 'tests').map(platformOf))).toEqual(new Set(VENDORS.filter((id) => id !== 'cognigy')));
  expect(data.not_answering).toEqual(['cognigy']);
});

it('resources/list shows what the others said within 2 s, and nothing of a platform that hangs', async () => {
  spoil('coval', { kind: 'stall' });
  const answered = answeredBy(({ sessions }) => sessions, 'list');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const listing = newestSessions(room.context.registry, noDeadline());
  await until('all others have answered', () => answered.size === VENDORS.length - 1);
  await turns();
  vi.advanceTimersByTime(1_999);
  const listed = (await listing).map(({ provider }) => provider);
  expect(listed).toHaveLength(8);
  expect(listed).toContain('synthflow');
  expect(listed).not.toContain('coval');
});

describe('checking every key', () => {
  const all = (one: boolean) => Object.fromEntries(VENDORS.map((id) => [id, one]));
  const accepted = (data: Record<string, unknown>) =>
    Object.fromEntries(list(data.providers).map((one) => [at(one, 'id'), at(one, 'key_accepted')]));

  it('tells the refused one from the others', async () => {
    spoil('coval', { kind: 'status', status: 401 });
    const { data } = await room.answer('list_providers', { check: true });
    expect(accepted(data)).toEqual({ ...all(true), coval: false });
  });

  it('does not wait for one that hangs until the whole call is over', async () => {
    spoil('synthflow', { kind: 'stall' });
    const timeouts = timeoutsInHand();
    const answered = answeredBy((provider) => provider, 'check');
    const answering = room.answer('list_providers', { check: true });
    await until('all others have answered', () => answered.size === VENDORS.length - 1);
    await turns();
    timeouts.pass();
    const { data, text: words } = await answering;
    // Whoever does not answer has not refused the key.
    expect(accepted(data)).toEqual({ ...all(true), synthflow: undefined });
    expect(words).toContain('key could NOT be tried');
    expect(at(list(data.providers)[0], 'problem')).toMatch(/in time|within 15 s/);
  });
});
