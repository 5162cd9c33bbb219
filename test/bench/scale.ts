/**
 * A session of many runs through the reading tools, against the floor: the very requests that the tool makes, fetched and
 * parsed by a bare client with the concurrency it has. The platform is a process that serves the sandbox's noted answers
 * from memory; what it answers takes no time of the measured processes.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VENDORS } from '../support/platforms.ts';
import { isRecord, openRaw, type RawServer } from '../support/raw-server.ts';
import { openSandboxProcess } from '../support/sandbox-process.ts';
import { quantile, table } from './numbers.ts';
import { mapValues } from './overhead.ts';
import { type Lane, openRecorder, requestsOf } from './recorder.ts';

const CALLS: readonly [tool: string, args: (session: string, other: string) => Record<string, unknown>][] = [
  ['get_session', (session) => ({ session })],
  ['list_runs', (session) => ({ session, verdict: 'failed' })],
  ['get_failure_clusters', (session) => ({ session })],
  ['search_transcripts', (session) => ({ session, query: 'appointment' })],
  ['compare_sessions', (session, other) => ({ before: other, after: session })],
];

/** `latency`: how many ms after the request the platform answers. */
export async function benchScale({ runs = 10_000, rounds = 3, only = /(?:)/, latency = 0 } = {}): Promise<string> {
  const sandbox = await openSandboxProcess({ scale: runs });
  const recorder = await openRecorder(sandbox.url);
  const rows: string[][] = [];
  try {
    for (const provider of VENDORS) {
      const calls = CALLS.filter(([tool]) => only.test(`${tool} on ${provider}`));
      if (calls.length === 0) continue;
      const { session, other } = await scaled(sandbox.env, provider, runs);
      for (const [tool, args] of calls) {
        recorder.reset();
        const through = mapValues(sandbox.env, (value) => recorder.through(value));
        await fresh(through, provider, tool, args(session, other), () => recorder.reset());
        const lanes = recorder.lanes();
        const replay = await recorder.replay(latency);
        const env = mapValues(sandbox.env, (value) => value.replace(sandbox.url, replay.url));
        const ours: number[] = [];
        const floor: number[] = [];
        const peaks: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          floor.push(await raw(replay.url, lanes));
          const { ms, peak } = await fresh(env, provider, tool, args(session, other));
          ours.push(ms);
          peaks.push(peak);
        }
        await replay.close();
        const ratio = quantile(
          ours.map((ms, round) => ms / (floor[round] ?? Number.NaN)),
          0.5,
        );
        const row = [
          `\`${tool}\` on ${provider}`,
          requestsOf(lanes).toLocaleString('en'),
          lanes.map(({ requests, atOnce }) => `${requests.length}${atOnce > 1 ? ` by ${atOnce}` : ''}`).join(' + '),
          quantile(floor, 0.5).toFixed(0),
          quantile(ours, 0.5).toFixed(0),
          `${ratio.toFixed(2)} ×`,
          (quantile(peaks, 0.5) / 1024).toFixed(0),
        ];
        process.stderr.write(`${row.join('  ')}\n`);
        rows.push(row);
      }
    }
    const head = ['tool', 'requests', 'of each endpoint, at once', 'raw, ms', 'tool, ms', 'ratio', 'peak, MB'];
    const count = runs.toLocaleString('en');
    return `${table(head, rows)}\n\nA session of ${count} runs, every answer from memory ${latency} ms after the request, ${rounds} rounds in turns, each in a fresh server that has listed one session (nothing cached of this one); raw = the same requests by a bare client that parses every body, in a fresh process as well, all endpoints at once, each with as many requests under way as the tool had.`;
  } finally {
    await recorder.close();
    await sandbox.close();
  }
}

/** The requests by a bare client in a fresh process; milliseconds. */
async function raw(origin: string, lanes: readonly Lane[]): Promise<number> {
  const child = fork(join(import.meta.dirname, 'raw-client.cjs'));
  const gone = once(child, 'exit');
  child.send({ origin, lanes });
  const [ms] = await once(child, 'message');
  await gone;
  return Number(ms);
}

/** One call in a fresh server that knows its provider already, by a list that is read; milliseconds and peak kilobytes. */
async function fresh(
  env: Record<string, string>,
  provider: string,
  tool: string,
  args: Record<string, unknown>,
  ready = () => {},
) {
  const server = await opened(env);
  try {
    await call(server, 'list_sessions', { provider, limit: 1 });
    ready();
    const began = performance.now();
    await call(server, tool, args);
    const ms = performance.now() - began;
    return { ms, peak: peakKilobytes(server) };
  } finally {
    await server.end();
  }
}

/** The session of `runs` runs, and another one to compare it with. */
async function scaled(env: Record<string, string>, provider: string, runs: number) {
  const server = await opened(env);
  try {
    let cursor: unknown;
    let session: string | undefined;
    let other: string | undefined;
    for (let page = 0; page < 20; page += 1) {
      const data = await call(server, 'list_sessions', { provider, limit: 50, ...(cursor ? { cursor } : {}) });
      for (const one of Array.isArray(data.sessions) ? data.sessions : []) {
        if (one?.counts?.runs === runs) session = String(one.ref);
        else other ??= String(one?.ref);
      }
      if (session !== undefined && other !== undefined) return { session, other };
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

function peakKilobytes({ child }: RawServer): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}
