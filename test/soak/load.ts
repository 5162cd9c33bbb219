/** Loads on one built server: many calls at once, many in a row, many waits for one session, slow and vanishing readers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { look } from '../fuzz/campaign.ts';
import { complaints } from '../fuzz/judge.ts';
import { ENVELOPE, initialize, type Json, openRaw, type RawServer, toolResult } from '../support/raw-server.ts';
import { openSandboxProcess, type SandboxProcess } from '../support/sandbox-process.ts';
import { until } from '../support/waiting.ts';

const LIVE_HEAP = join(import.meta.dirname, 'live-heap.cjs');

export interface Bench {
  sandbox: SandboxProcess;
  env: Record<string, string>;
  known: Awaited<ReturnType<typeof look>>;
  /** A new server; in the stateless era nobody is introduced. */
  open(options?: { era?: 'classic' | 'modern'; node?: string[] }): Promise<RawServer>;
  close(): Promise<void>;
}

/** The sandbox, a home, and servers on them. */
export async function openBench(options: { speed?: number; scale?: number } = {}): Promise<Bench> {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-soak-'));
  const sandbox = await openSandboxProcess(options);
  // The server keeps the limits of Future AGI and Cognigy (100 and 200 requests a minute): they would be all that is
  // measured here.
  const all: Record<string, string> = { ...sandbox.env, HOME: home, AGENT_SIM_HOME: home };
  const { FI_API_KEY: _, COGNIGY_API_KEY: __, ...env } = all;
  return {
    sandbox,
    env,
    known: await look(env),
    async open({ era = 'classic', node = [] } = {}) {
      const server = openRaw({ env, node });
      if (era === 'classic') await initialize(server);
      return server;
    },
    async close() {
      await sandbox.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What went wrong on stderr or stdout that a soak must not see. */
export function troubles(server: RawServer): string[] {
  const warned =
    /MaxListeners|UnhandledPromise|unhandled rejection|"uncaught"|"kind":"internal"|heap out of memory/.exec(
      server.stderr(),
    );
  return [
    ...server.noise.slice(0, 3).map((line) => `noise: ${line.slice(0, 200)}`),
    ...(warned ? [server.stderr().slice(Math.max(0, warned.index - 100), warned.index + 600)] : []),
  ];
}

/** The n-th call of an endless, mixed series of reads. */
export function nthCall(known: Bench['known'], n: number): { name: string; arguments: Json } {
  const session = known.session[n % known.session.length];
  const run = known.run[n % known.run.length];
  const calls: { name: string; arguments: Json }[] = [
    { name: 'get_session', arguments: { session } },
    { name: 'list_runs', arguments: { session, limit: 10 } },
    { name: 'get_run', arguments: { run } },
    { name: 'list_providers', arguments: {} },
    { name: 'get_transcript', arguments: { run } },
    { name: 'get_failure_clusters', arguments: { session } },
    { name: 'list_failures', arguments: { session } },
    {
      name: 'save_failure_modes',
      arguments: { session, modes: [{ title: 'Asks twice', definition: 'Asks for what the caller has said.' }] },
    },
    { name: 'list_sessions', arguments: { limit: 5 } },
    { name: 'search_transcripts', arguments: { session, query: 'the', limit: 3 } },
    { name: 'get_session', arguments: { session: `synthflow/session/none-${n}` } },
    { name: 'wait_for_session', arguments: { session, timeout_seconds: 0 } },
    { name: 'list_tests', arguments: { limit: 5 } },
    { name: 'get_run', arguments: { nonsense: n } },
  ];
  return calls[n % calls.length] ?? { name: 'list_providers', arguments: {} };
}

export interface AtOnce {
  calls: number;
  answered: number;
  /** Errors by tool and kind: two in fourteen calls are wrong on purpose. */
  errors: Record<string, number>;
  seconds: number;
  /** Processor time of the server, which other work on the machine does not change. */
  cpu_seconds: number;
  rss_mb: number;
  complaints: string[];
}

/** `count` calls written in one go. */
export async function atOnce(bench: Bench, count: number): Promise<AtOnce> {
  const server = await bench.open();
  const began = performance.now();
  const lines = Array.from(
    { length: count },
    (_, n) => `${JSON.stringify({ jsonrpc: '2.0', id: n, method: 'tools/call', params: nthCall(bench.known, n) })}\n`,
  );
  await server.write(lines.join(''));
  await server.until(() => server.answers.size > count, 120_000);
  const seconds = (performance.now() - began) / 1000;
  const rss = rssOf(server) ?? 0;
  const cpu = cpuOf(server);
  const found: string[] = [];
  const errors: Record<string, number> = {};
  for (let n = 0; n < count; n += 1) {
    const [answer] = server.answers.get(String(n)) ?? [];
    if (!answer) continue;
    const { isError, text } = toolResult(answer);
    const kind = `${nthCall(bench.known, n).name} ${/\(kind (\w+)/.exec(text)?.[1] ?? 'other'}`;
    if (isError) errors[kind] = (errors[kind] ?? 0) + 1;
    found.push(...complaints({ method: 'tools/call', params: nthCall(bench.known, n) }, answer));
  }
  await server.end();
  return {
    calls: count,
    answered: server.answers.size - 1,
    errors,
    seconds: round(seconds),
    cpu_seconds: cpu,
    rss_mb: rss,
    complaints: [...found.slice(0, 5), ...troubles(server)],
  };
}

export interface InSequence {
  calls: number;
  era: string;
  seconds: number;
  calls_a_second: number;
  /** Processor time of the server for one call. */
  cpu_ms_a_call: number;
  /** Most resident memory, in MB. */
  most_mb: number;
  /** What the server still holds after all garbage is collected, in MB: half-way, and at the end. */
  live_half_mb: number;
  live_end_mb: number;
  /** Slope of a straight line through what it holds in the second half, in MB for each 10,000 calls. */
  slope_mb_per_10k: number;
  complaints: string[];
}

/**
 * `count` calls, `width` at a time, with the resident memory of the server after every hundredth part and what it holds
 * after every fortieth of the second half: until then its caches fill.
 */
export async function inSequence(
  bench: Bench,
  count: number,
  { era = 'classic', width = 4 }: { era?: 'classic' | 'modern'; width?: number } = {},
): Promise<InSequence> {
  const server = await bench.open({ era, node: ['--expose-gc', '--require', LIVE_HEAP] });
  const live: { calls: number; mb: number }[] = [];
  const found: string[] = [];
  const began = performance.now();
  const every = (part: number) => Math.max(1, Math.floor(count / part));
  let most = 0;
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) {
      const params = { ...nthCall(bench.known, n), ...(era === 'modern' ? { _meta: ENVELOPE } : {}) };
      const answer = await server.request(n, 'tools/call', params);
      server.answers.delete(String(n));
      if (n % 50 === 0) found.push(...complaints({ method: 'tools/call', params }, answer));
      if (n % every(100) === 0) most = Math.max(most, rssOf(server) ?? 0);
      if (n >= count / 2 && n % every(40) === 0) live.push({ calls: n, mb: await liveHeapOf(server) });
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  const seconds = (performance.now() - began) / 1000;
  const cpu = cpuOf(server);
  await server.end();
  return {
    calls: count,
    era,
    seconds: round(seconds),
    calls_a_second: Math.round(count / seconds),
    cpu_ms_a_call: round((cpu * 1000) / count),
    most_mb: most,
    live_half_mb: round(live[0]?.mb ?? 0),
    live_end_mb: round(live.at(-1)?.mb ?? 0),
    slope_mb_per_10k: round(slope(live) * 10_000),
    complaints: [...found.slice(0, 5), ...troubles(server)],
  };
}

export interface Waits {
  waits: number;
  /** Requests to the platform a second while `waits` calls waited, and while one did. */
  requests_a_second: number;
  requests_a_second_of_one: number;
  complaints: string[];
}

/** Many waits may ask so many times as often as one does: each for itself, they would ask as often as they are many. */
export const MOST_TIMES = 3;

/** Many waits at once on one running session, against one wait of the same length. */
export async function manyWaits(bench: Bench, count: number, seconds: number): Promise<Waits> {
  const server = await bench.open();
  const suite = bench.known.suite.find((ref) => ref.startsWith('synthflow/'));
  const started = await server.request('start', 'tools/call', {
    name: 'start_simulation',
    arguments: { test: suite, key: `waits-${Date.now()}` },
  });
  const { session } = toolResult(started).data;
  const requests = async () => (await bench.sandbox.usage()).synthflow?.requests ?? 0;
  const wait = (id: string) =>
    server.request(id, 'tools/call', {
      name: 'wait_for_session',
      arguments: { session, timeout_seconds: seconds },
      _meta: { progressToken: id },
    });
  const rateOf = async (waiting: () => Promise<unknown>) => {
    const [before, began] = [await requests(), performance.now()];
    await waiting();
    return round(((await requests()) - before) / ((performance.now() - began) / 1000));
  };
  const requests_a_second_of_one = await rateOf(() => wait('one'));
  let answers: Json[] = [];
  const requests_a_second = await rateOf(async () => {
    answers = await Promise.all(Array.from({ length: count }, (_, index) => wait(`wait ${index}`)));
  });
  await server.end();
  const odd = answers.filter((answer) => toolResult(answer).data.done !== false).length;
  return {
    waits: count,
    requests_a_second,
    requests_a_second_of_one,
    complaints: [...(odd > 0 ? [`${odd} waits did not say that it still runs`] : []), ...troubles(server)],
  };
}

export interface Slow {
  calls: number;
  /** Most memory while nobody read, and bytes that came when somebody did. */
  most_mb: number;
  bytes: number;
  answered: number;
  complaints: string[];
}

/** A client that sends on and on and does not read. */
export async function slowReader(bench: Bench, count: number): Promise<Slow> {
  const server = await bench.open();
  server.child.stdout.pause();
  let most = 0;
  let sent = 0;
  const params = { name: 'get_failure_clusters', arguments: { session: bench.known.session[0], detail: 'full' } };
  const writing = (async () => {
    for (; sent < count; sent += 1)
      await server.write(`${JSON.stringify({ jsonrpc: '2.0', id: sent, method: 'tools/call', params })}\n`);
  })();
  for (let tick = 0; tick < 30; tick += 1) {
    await pause(100);
    most = Math.max(most, rssOf(server) ?? 0);
  }
  let bytes = 0;
  server.child.stdout.on('data', (chunk: string) => {
    bytes += chunk.length;
  });
  server.child.stdout.resume();
  await writing;
  await server.until(() => server.answers.size > count, 120_000);
  most = Math.max(most, rssOf(server) ?? 0);
  await server.end();
  const wrong = [...server.answers].filter(([id, [answer]]) => id !== '"init"' && answer && toolResult(answer).isError);
  return {
    calls: count,
    most_mb: most,
    bytes,
    answered: server.answers.size - 1,
    complaints: [...wrong.slice(0, 1).map(([, answers]) => JSON.stringify(answers).slice(0, 300)), ...troubles(server)],
  };
}

/** Resident memory of the server in MB (Linux; elsewhere absent). */
export function rssOf(server: RawServer): number | undefined {
  try {
    const pages = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1];
    return pages === undefined ? undefined : Math.round(Number(pages) / 1024);
  } catch {
    return undefined;
  }
}

/** Has the server collect its garbage; MB of what it still holds. */
async function liveHeapOf(server: RawServer): Promise<number> {
  const said = () => [...server.stderr().matchAll(/^live heap: (\d+)$/gm)];
  const before = said().length;
  server.child.kill('SIGUSR2');
  await until('it told its live heap', () => said().length > before);
  return Number(said().at(-1)?.[1]) / 1024 / 1024;
}

/** Seconds of processor time so far (Linux: ticks of a hundredth; elsewhere 0). */
function cpuOf(server: RawServer): number {
  try {
    const text = readFileSync(`/proc/${server.child.pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Least squares: MB for each call. */
function slope(samples: readonly { calls: number; mb: number }[]): number {
  const mean = (of: (one: (typeof samples)[number]) => number) =>
    samples.reduce((sum, one) => sum + of(one), 0) / Math.max(1, samples.length);
  const [x, y] = [mean((one) => one.calls), mean((one) => one.mb)];
  const spread = samples.reduce((sum, { calls }) => sum + (calls - x) ** 2, 0);
  return spread === 0 ? 0 : samples.reduce((sum, { calls, mb }) => sum + (calls - x) * (mb - y), 0) / spread;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
