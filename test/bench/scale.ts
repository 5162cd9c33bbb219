/**
 * A session of many runs through the reading tools, against the floor: the very requests that the tool makes, fetched and
 * parsed by a bare client with the concurrency it has. The platform is a process that serves the sandbox's noted answers
 * from memory; what it answers takes no time of the measured processes.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { VENDORS } from '../support/platforms.ts';
import { isRecord, openRaw, type RawServer } from '../support/raw-server.ts';
import { openSandboxProcess } from '../support/sandbox-process.ts';
import { pairedRatio, quantile, table } from './numbers.ts';
import { mapValues } from './overhead.ts';
import { type Lane, openRecorder, requestsOf } from './recorder.ts';

const CALLS: readonly [tool: string, args: (session: string, other: string) => Record<string, unknown>][] = [
  ['get_session', (session) => ({ session })],
  ['list_runs', (session) => ({ session, verdict: 'failed' })],
  ['get_failure_clusters', (session) => ({ session })],
  ['list_failures', (session) => ({ session })],
  ['search_transcripts', (session) => ({ session, query: 'appointment' })],
  ['compare_sessions', (session, other) => ({ before: other, after: session })],
];

interface Spent {
  ms: number;
  /** Milliseconds of CPU, of all threads. */
  cpu: number;
}

interface ScaleOptions {
  runs?: number | undefined;
  rounds?: number | undefined;
  only?: RegExp | undefined;
  /** How many ms after the request the platform answers. */
  latency?: number | undefined;
  /** The tool has answered before, of another, small session. */
  warm?: boolean | undefined;
}

export async function benchScale({
  runs = 10_000,
  rounds = 3,
  only = /(?:)/,
  latency = 0,
  warm = false,
}: ScaleOptions = {}): Promise<string> {
  const sandbox = await openSandboxProcess({ scale: runs });
  const recorder = await openRecorder(sandbox.url);
  const rows: string[][] = [];
  try {
    for (const provider of VENDORS) {
      const calls = CALLS.filter(([tool]) => only.test(`${tool} on ${provider}`));
      if (calls.length === 0) continue;
      const { session, other, small } = await scaled(sandbox.env, provider, runs);
      for (const [tool, args] of calls) {
        const measured = { provider, tool, args: args(session, other), before: warm ? args(...small) : undefined };
        recorder.reset();
        const through = mapValues(sandbox.env, (value) => recorder.through(value));
        let before: Lane[] = [];
        await fresh(through, measured, () => {
          before = recorder.lanes();
          recorder.reset();
        });
        const lanes = recorder.lanes();
        const replay = await recorder.replay(latency);
        const env = mapValues(sandbox.env, (value) => value.replace(sandbox.url, replay.url));
        const ours: (Spent & { peak: number })[] = [];
        const floor: Spent[] = [];
        for (let round = 0; round < rounds; round += 1) {
          floor.push(await raw(replay.url, warm ? before : [], lanes));
          ours.push(await fresh(env, measured));
        }
        await replay.close();
        const row = [
          `\`${tool}\` on ${provider}`,
          requestsOf(lanes).toLocaleString('en'),
          lanes.map(({ requests, atOnce }) => `${requests.length}${atOnce > 1 ? ` by ${atOnce}` : ''}`).join(' + '),
          ...compared(ours, floor, ({ ms }) => ms),
          ...compared(ours, floor, ({ cpu }) => cpu),
          (
            quantile(
              ours.map(({ peak }) => peak),
              0.5,
            ) / 1024
          ).toFixed(0),
        ];
        process.stderr.write(`${row.join('  ')}\n`);
        rows.push(row);
      }
    }
    const head = [
      'tool',
      'requests',
      'of each endpoint, at once',
      'raw, ms',
      'tool, ms',
      'ratio',
      'raw, CPU ms',
      'tool, CPU ms',
      'ratio of CPU',
      'peak, MB',
    ];
    const count = runs.toLocaleString('en');
    const state = warm
      ? 'has answered the same of a small session (nothing cached of this one)'
      : 'has listed one session (nothing cached of this one)';
    const same = warm ? 'in a fresh process that has fetched what that took' : 'in a fresh process as well';
    const [load = 0] = loadavg();
    return `${table(head, rows)}\n\nA session of ${count} runs, every answer from memory ${latency} ms after the request, ${rounds} rounds in turns (ratios: median of the rounds, and their middle half), each in a fresh server that ${state}; raw = the same requests by a bare client that parses every body, ${same}, all endpoints at once, each with as many requests under way as the tool had. CPU is that of the server's process, or the client's, with all its threads. Node ${process.version}, ${availableParallelism()} cores, ${load.toFixed(1)} processes wanting them at the end.`;
  } finally {
    await recorder.close();
    await sandbox.close();
  }
}

/** Medians of the floor and of ours, and the ratio of each round. */
function compared<T extends Spent>(ours: readonly T[], floor: readonly Spent[], of: (spent: Spent) => number) {
  const { median, low, high } = pairedRatio(ours.map(of), floor.map(of));
  const ms = (all: readonly Spent[]) => quantile(all.map(of), 0.5).toFixed(0);
  return [ms(floor), ms(ours), `${median.toFixed(2)} × (${low.toFixed(2)}–${high.toFixed(2)})`];
}

/** The requests by a bare client in a fresh process. */
async function raw(origin: string, before: readonly Lane[], lanes: readonly Lane[]): Promise<Spent> {
  const child = fork(join(import.meta.dirname, 'raw-client.cjs'));
  const gone = once(child, 'exit');
  child.send({ origin, before, lanes });
  const [spent] = await once(child, 'message');
  await gone;
  return { ms: Number(spent.ms), cpu: Number(spent.cpu) };
}

interface Measured {
  provider: string;
  tool: string;
  args: Record<string, unknown>;
  /** Of the call before it, if any. */
  before: Record<string, unknown> | undefined;
}

/** One call in a fresh server that knows its provider already, by a list that is read; with peak kilobytes. */
async function fresh(
  env: Record<string, string>,
  { provider, tool, args, before }: Measured,
  ready = () => {},
): Promise<Spent & { peak: number }> {
  const server = await opened(env);
  try {
    await call(server, 'list_sessions', { provider, limit: 1 });
    if (before) await call(server, tool, before);
    ready();
    const spent = cpuOf(server);
    const began = performance.now();
    await call(server, tool, args);
    const ms = performance.now() - began;
    return { ms, cpu: cpuOf(server) - spent, peak: peakKilobytes(server) };
  } finally {
    await server.end();
  }
}

/** The session of `runs` runs, another one to compare it with, and two small ones beside. */
async function scaled(env: Record<string, string>, provider: string, runs: number) {
  const server = await opened(env);
  try {
    let cursor: unknown;
    let session: string | undefined;
    const others: string[] = [];
    for (let page = 0; page < 20; page += 1) {
      const data = await call(server, 'list_sessions', { provider, limit: 50, ...(cursor ? { cursor } : {}) });
      for (const one of Array.isArray(data.sessions) ? data.sessions : []) {
        if (one?.counts?.runs === runs) session = String(one.ref);
        else if (one?.status === 'completed') others.push(String(one?.ref));
      }
      const [other, one, another] = others;
      if (session !== undefined && other !== undefined && one !== undefined && another !== undefined)
        return { session, other, small: [one, another] as const };
      cursor = data.next_cursor;
      if (cursor === undefined) break;
    }
    throw new Error(`${provider} lists no session of ${runs} runs.`);
  } finally {
    await server.end();
  }
}

async function opened(env: Record<string, string>): Promise<RawServer> {
  const server = openRaw({ env: { HOME: '/nonexistent', AGENT_SIM_LOG: 'silent', ...env } });
  await server.request('init', 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  });
  await server.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  return server;
}

let calls = 0;
async function call(server: RawServer, name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  calls += 1;
  const { result } = await server.request(calls, 'tools/call', { name, arguments: args });
  if (!isRecord(result) || result.isError === true) throw new Error(`${name}: ${JSON.stringify(result).slice(0, 500)}`);
  return isRecord(result.structuredContent) ? result.structuredContent : {};
}

/** Milliseconds of CPU that the process has used, its threads included. */
function cpuOf({ child }: RawServer): number {
  const tasks = `/proc/${child.pid}/task`;
  try {
    return readdirSync(tasks).reduce(
      (sum, task) => sum + Number.parseInt(readFileSync(join(tasks, task, 'schedstat'), 'utf8'), 10) / 1e6,
      0,
    );
  } catch {
    return Number.NaN;
  }
}

function peakKilobytes({ child }: RawServer): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}
