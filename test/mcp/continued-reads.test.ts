/** Reading that outlasts its call goes on, and the same call, made again, gets its answer: real HTTP, a real client. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createSubscriptions } from '../../src/mcp/resources/subscriptions.ts';
import { createServer } from '../../src/mcp/server.ts';
import { createRegistry } from '../../src/providers/registry.ts';
import { createContinuedReads, KEPT_MS, type Work } from '../../src/reading/continued-reads.ts';
import { createReading } from '../../src/reading/reading.ts';
import { at, text } from '../support/data.ts';
import { openSandboxProcess, type SandboxProcess } from '../support/sandbox-process.ts';

const RUNS = 2_500;
/** 25 pages, one after the other, of this long each: several deadlines, and a page well within a quarter of one. */
const PAGE_MS = 100;
const DEADLINE_MS = 800;

const home = mkdtempSync(join(tmpdir(), 'agent-sim-unfinished-'));
let sandbox: SandboxProcess;
let session: string;

beforeAll(async () => {
  sandbox = await openSandboxProcess({ scale: RUNS });
  const { call, close } = await open();
  const { content } = await call('list_sessions', { provider: 'coval', limit: 50 });
  const [, ref] = new RegExp(`(coval/session/\\S+).*\\b${RUNS}\\b`).exec(content) ?? [];
  session = text(ref);
  await close();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});
afterEach(() => sandbox.clearFaults());

/** A server whose calls last so long, and a client on it. */
async function open(callDeadlineMs = 30_000) {
  const registry = createRegistry({ settings: async () => ({ env: sandbox.env }), registerSecret: () => undefined });
  const server = createServer({
    version: '0',
    config: readConfig(['serve', '--home', home], {}),
    registry,
    reading: createReading(),
    continued: createContinuedReads(),
    starter: () => Promise.reject(new Error('no starter')),
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    redact: (one) => one,
    subscriptions: createSubscriptions({ registry, onUpdate: () => undefined }),
    callDeadlineMs,
  });
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  return {
    async call(name: string, args: Record<string, unknown>, options: { signal?: AbortSignal } = {}) {
      const { content, structuredContent, isError } = await client.callTool({ name, arguments: args }, options);
      const [block] = content;
      return { content: block?.type === 'text' ? block.text : '', data: structuredContent, isError };
    },
    async close() {
      await client.close();
      await registry.close();
    },
  };
}

const asked = async () => (await sandbox.usage()).coval?.requests ?? 0;
const countsIn = (data: unknown) => at(at(data, 'session'), 'counts');
const slow = () => sandbox.fault({ kind: 'slow', delay_ms: PAGE_MS, times: 10_000 });

describe('a call that has to be made again', () => {
  it('says how far it got, and gets the whole answer without asking for anything twice', async () => {
    const patient = await open();
    const before = await asked();
    const whole = await patient.call('get_session', { session });
    const needed = (await asked()) - before;
    await patient.close();

    await slow();
    const { call, close } = await open(DEADLINE_MS);
    const begun = await asked();
    const answers = [await call('get_session', { session })];
    while (answers.at(-1)?.isError === true && answers.length < 20)
      answers.push(await call('get_session', { session }));
    expect((await asked()) - begun).toBe(needed);
    await close();

    expect(answers.length).toBeGreaterThan(2);
    expect(countsIn(answers.at(-1)?.data)).toEqual(countsIn(whole.data));
    const read = answers.slice(0, -1).map(({ content, isError }) => {
      expect(isError).toBe(true);
      expect(content).toMatch(
        /Not everything could be read within 0\.8 s.*\(kind timeout\)\nNext: Make the same call again/s,
      );
      return Number(/(\d+) runs are read so far/.exec(content)?.[1] ?? 0);
    });
    expect(read.toSorted((a, b) => a - b)).toEqual(read);
    expect(read.at(-1)).toBeGreaterThan(0);
  });

  it('begins anew once something was started or cancelled meanwhile', async () => {
    await slow();
    const { call, close } = await open(DEADLINE_MS);
    const readSoFar = async () => {
      const { content } = await call('get_session', { session });
      return Number(/(\d+) runs are read so far/.exec(content)?.[1] ?? 0);
    };
    // The first thousand is kept back: a row that comes again may be newer.
    let read = 0;
    for (let calls = 0; read < 1_000 && calls < 10; calls += 1) read = await readSoFar();
    expect(read).toBeGreaterThan(1_000);
    await call('start_simulation', { test: 'coval/suite/x' });
    expect(await readSoFar()).toBeLessThan(read);
    await close();
  });

  it('is at an end when it is cancelled', async () => {
    await slow();
    const { call, close } = await open(DEADLINE_MS);
    await call('get_session', { session });
    const controller = new AbortController();
    const cancelled = call('get_session', { session }, { signal: controller.signal });
    await wait(100);
    controller.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    await wait(2 * PAGE_MS);
    const then = await asked();
    await wait(3 * PAGE_MS);
    expect(await asked()).toBe(then);
    await close();
  });

  it('says that a limit of requests holds it up', async () => {
    const { call, close } = await open(DEADLINE_MS);
    let content = '';
    // Future AGI allows a hundred a minute.
    for (let round = 0; round <= 100 && !/holds it up/.test(content); round += 1)
      ({ content } = await call('list_tests', { provider: 'futureagi', limit: 1 }));
    expect(content).toMatch(
      /Not everything.*Make the same call again.*The limit of requests to Future AGI holds it up\./s,
    );
    await close();
  });

  it('is ended by a platform that says nothing any more', async () => {
    const { call, close } = await open(DEADLINE_MS);
    await call('list_sessions', { provider: 'coval' });
    await wait(DEADLINE_MS / 2);
    await sandbox.fault({ kind: 'stall', times: 10_000 });
    const { content } = await call('get_session', { session });
    expect(content).toMatch(/did not answer within 0\.8 s/);
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
    await wait(20);
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });
});
