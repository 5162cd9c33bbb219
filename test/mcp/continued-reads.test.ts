/** Reading that outlasts its call goes on, and the same call, made again, gets its answer: real HTTP, a real client. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSandbox } from '../../src/commands/open-sandbox.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import type { VendorHttp, VendorHttpOptions } from '../../src/http/types.ts';
import { createRegistry, PROVIDERS } from '../../src/providers/registry.ts';
import { createContinuedReads, KEPT_MS, type Work } from '../../src/reading/continued-reads.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { at, text } from '../support/data.ts';
import { loadersOver } from '../support/loaders.ts';
import { ROOT } from '../support/root.ts';
import { turns, until } from '../support/waiting.ts';
import { connectInMemory, stopTime } from './in-memory.ts';

const RUNS = 2_500;
const DEADLINE_MS = 56_000;
/** Time that passes after some requests: well within the quarter of a deadline in which something has to come. */
const STEP_MS = 10_000;
const REQUESTS_A_STEP = 2;

let sandbox: Sandbox;
let env: Record<string, string>;
let session: string;
/** Requests to the platforms: those that may still be sent, that are under way, that wait to be sent, that were sent. */
const requests = { allowed: Number.POSITIVE_INFINITY, under_way: 0, waiting: 0, sent: 0 };

beforeAll(async () => {
  sandbox = await openSandbox({
    playbook: join(ROOT, 'src/sandbox/playbook.md'),
    home: '',
    port: 0,
    scale: RUNS,
    speed: 1,
  });
  env = {};
  for (const { id, load } of PROVIDERS) {
    const { url = '', credentials = {} } = sandbox.dialects.get(id) ?? {};
    Object.assign(env, (await load()).sandboxEnv(url, credentials));
  }
  const { call, close } = await open();
  const { said } = await call('list_sessions', { provider: 'coval', limit: 50 });
  const [, ref] = new RegExp(`(coval/session/\\S+).*\\b${RUNS}\\b`).exec(said) ?? [];
  session = text(ref);
  await close();
});
afterAll(() => sandbox.close());
afterEach(() => {
  sandbox.faults.clear();
  requests.allowed = Number.POSITIVE_INFINITY;
  vi.useRealTimers();
});

/** Sends when it may, which is before any deadline of the HTTP client begins. */
function counted(options: VendorHttpOptions, make: (options: VendorHttpOptions) => VendorHttp): VendorHttp {
  const http = make(options);
  return {
    ...http,
    async request(request) {
      requests.waiting += 1;
      await until('it may be sent', () => requests.allowed > 0);
      requests.waiting -= 1;
      requests.allowed -= 1;
      requests.sent += 1;
      requests.under_way += 1;
      return http.request(request).finally(() => {
        requests.under_way -= 1;
      });
    },
  };
}

async function open() {
  const registry = createRegistry({
    settings: async () => ({ env }),
    defaults: DEFAULTS,
    registerSecret: () => undefined,
    providers: loadersOver(counted),
  });
  const { call, close } = await connectInMemory(registry);
  /** The platforms answer a few requests, time passes, and so on. */
  const callSlowly: typeof call = async (...args) => {
    requests.allowed = 0;
    let over = false;
    const answering = call(...args).finally(() => {
      over = true;
    });
    while (!over) {
      requests.allowed = REQUESTS_A_STEP;
      const idle = () => requests.allowed <= 0 && requests.under_way === 0 && requests.waiting > 0;
      await until('nothing is under way', () => over || idle());
      if (!over) await vi.advanceTimersByTimeAsync(STEP_MS);
    }
    return answering;
  };
  return {
    call,
    callSlowly,
    registry,
    async close() {
      await close();
      await registry.close();
    },
  };
}

const countsIn = (data: unknown) => at(at(data, 'session'), 'counts');
const runsRead = (said: string) => Number(/(\d+) runs are read so far/.exec(said)?.[1] ?? 0);

describe('a call that has to be made again', () => {
  beforeEach(stopTime);

  it('says how far it got, and gets the whole answer without asking for anything twice', async () => {
    const patient = await open();
    const before = requests.sent;
    const whole = await patient.call('get_session', { session });
    const needed = requests.sent - before;
    await patient.close();

    const { callSlowly, close } = await open();
    const begun = requests.sent;
    const answers = [await callSlowly('get_session', { session })];
    while (answers.at(-1)?.isError === true && answers.length < 20)
      answers.push(await callSlowly('get_session', { session }));
    expect(requests.sent - begun).toBe(needed);
    await close();

    expect(answers.length).toBeGreaterThan(2);
    expect(countsIn(answers.at(-1)?.data)).toEqual(countsIn(whole.data));
    const read = answers.slice(0, -1).map(({ said, isError }) => {
      expect(isError).toBe(true);
      expect(said).toMatch(
        /Not everything could be read within 56 s.*\(kind timeout\)\nNext: Make the same call again/s,
      );
      return runsRead(said);
    });
    expect(read.toSorted((a, b) => a - b)).toEqual(read);
    expect(read.at(-1)).toBeGreaterThan(0);
  });

  it('begins anew once something was started or cancelled meanwhile', async () => {
    const { call, callSlowly, close } = await open();
    const readSoFar = async () => runsRead((await callSlowly('get_session', { session })).said);
    const first = await readSoFar();
    const second = await readSoFar();
    expect(second).toBeGreaterThan(first);
    await call('start_simulation', { test: 'coval/suite/x' });
    expect(await readSoFar()).toBeLessThan(second);
    await close();
  });

  it('is at an end when it is cancelled', async () => {
    const { call, callSlowly, close } = await open();
    await callSlowly('get_session', { session });
    await until('pages wait', () => requests.waiting > 0);
    const controller = new AbortController();
    const cancelled = call('get_session', { session }, { signal: controller.signal });
    await turns();
    controller.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    requests.allowed = Number.POSITIVE_INFINITY;
    await until('what waited is gone', () => requests.waiting + requests.under_way === 0);
    const then = requests.sent;
    await call('list_tests', { provider: 'coval', limit: 1 });
    const needed = requests.sent - then;
    await call('list_tests', { provider: 'coval', limit: 1 });
    // While another call had its answers, nothing more was asked for this one.
    expect(requests.sent - then).toBe(2 * needed);
    await close();
  });

  it('says that a limit of requests holds it up', async () => {
    const { call, registry, close } = await open();
    let said = '';
    // Future AGI allows a hundred a minute.
    for (let round = 0; round <= 100 && !/holds it up/.test(said); round += 1) {
      let answered = false;
      const answering = call('list_tests', { provider: 'futureagi', limit: 1 }).finally(() => {
        answered = true;
      });
      await until('it is answered or held', async () => answered || (await registry.held()).length > 0);
      if (!answered) await vi.advanceTimersByTimeAsync(DEADLINE_MS);
      ({ said } = await answering);
    }
    expect(said).toMatch(
      /Not everything.*Make the same call again.*The limit of requests to Future AGI holds it up\./s,
    );
    await close();
  });

  it('is ended by a platform that says nothing any more', async () => {
    const { call, close } = await open();
    await call('list_sessions', { provider: 'coval' });
    sandbox.faults.add({ kind: 'stall', times: 10_000 });
    const answering = call('get_session', { session });
    await until('it stalls', () => sandbox.faults.list().some(({ times }) => times < 10_000));
    await vi.advanceTimersByTimeAsync(DEADLINE_MS);
    expect((await answering).said).toMatch(/did not answer within 56 s/);
    await close();
  });
});

describe('what is unfinished', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const work = (): Work<unknown> => ({
    answer: new Promise(() => undefined),
    over: new AbortController(),
    runs: 0,
    held: 0,
    moved_at: 0,
    progress: () => undefined,
  });

  it('is handed to one call only', () => {
    const { keep, take } = createContinuedReads();
    const one = work();
    keep('a', one);
    expect([take('b'), take('a'), take('a')]).toEqual([undefined, one, undefined]);
    expect(one.over.signal.aborted).toBe(false);
  });

  it('ends when nobody asks again in time', () => {
    vi.useFakeTimers();
    const { keep, take } = createContinuedReads();
    const [left, taken] = [work(), work()];
    keep('left', left);
    keep('taken', taken);
    take('taken');
    vi.advanceTimersByTime(KEPT_MS - 1);
    expect(left.over.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect([left.over.signal.aborted, taken.over.signal.aborted, take('left')]).toEqual([true, false, undefined]);
  });

  it('is three at most: the oldest goes', () => {
    const { keep } = createContinuedReads();
    const all = [work(), work(), work(), work()];
    for (const [index, one] of all.entries()) keep(String(index), one);
    expect(all.map(({ over }) => over.signal.aborted)).toEqual([true, false, false, false]);
  });

  it('does not bring the process down when it fails and nobody asks', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown) => void unheard.push(error);
    process.on('unhandledRejection', hear);
    const { keep } = createContinuedReads();
    keep('a', { ...work(), answer: Promise.reject(new Error('failed')) });
    await turns();
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });
});
