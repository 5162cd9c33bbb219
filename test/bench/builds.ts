/**
 * Two builds side by side in one run: `node test/run.mjs bench/builds.ts OTHER_MAIN [--runs N] [--rounds N] [--only PART]`. Each
 * tool call is made on a fresh server of either build in turns, over one sandbox process of the other build, so that both
 * read the same bytes; then once more on the same server. Prints times, requests and peak memory.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BIN } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { VENDORS } from '../support/platforms.ts';
import { isRecord, openRaw } from '../support/raw-server.ts';
import { openSandboxProcess } from '../support/sandbox-process.ts';
import { spread, table } from './numbers.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, rounds: { type: 'string' }, only: { type: 'string' } },
});
const [other] = positionals;
if (other === undefined) throw new Error('Name the main.cjs of the other build.');
delete process.env.NODE_EXTRA_CA_CERTS;
const RUNS = Number(values.runs ?? 10_000);
const ROUNDS = Number(values.rounds ?? 3);
const CALLS: readonly [tool: string, args: Record<string, unknown>][] = [
  ['get_session', {}],
  ['list_runs', { verdict: 'failed' }],
  ['search_transcripts', { query: 'zqxj', limit: 1 }],
  ['get_failure_clusters', {}],
];

interface Measured {
  ms: number;
  again: number;
  requests: number;
  requestsAgain: number;
  peak: number;
}

const sandbox = await openSandboxProcess({ scale: RUNS, bin: other });
const unlimited = { FI_REQUESTS_PER_MINUTE: '0', COGNIGY_REQUESTS_PER_MINUTE: '0' };

async function open(bin: string) {
  const server = openRaw({ bin, env: { HOME: '/nonexistent', AGENT_SIM_LOG: 'silent', ...sandbox.env, ...unlimited } });
  let id = 0;
  const request = async (method: string, params: Record<string, unknown>) => {
    id += 1;
    return server.request(id, method, params);
  };
  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  });
  await server.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const call = async (name: string, args: Record<string, unknown>) => {
    const began = performance.now();
    let answer = await request('tools/call', { name, arguments: args });
    // A reading that takes longer than a call goes on.
    for (let more = 0; more < 20 && JSON.stringify(answer).includes('Make the same call again'); more += 1)
      answer = await request('tools/call', { name, arguments: args });
    if (!isRecord(answer.result) || answer.result.isError === true)
      throw new Error(JSON.stringify(answer).slice(0, 600));
    const data = isRecord(answer.result.structuredContent) ? answer.result.structuredContent : {};
    return { ms: performance.now() - began, data };
  };
  return { server, call };
}

async function sessionOf(provider: string): Promise<string> {
  const { server, call } = await open(other ?? '');
  try {
    let cursor: unknown;
    for (let page = 0; page < 20; page += 1) {
      const { data } = await call('list_sessions', {
        provider,
        limit: 50,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const found = list(data.sessions).find((one) => at(at(one, 'counts'), 'runs') === RUNS);
      if (found) return text(at(found, 'ref'));
      cursor = data.next_cursor;
      if (cursor === undefined) break;
    }
    throw new Error(`No session of ${RUNS} runs on ${provider}.`);
  } finally {
    await server.end();
  }
}

async function measure(bin: string, provider: string, tool: string, args: Record<string, unknown>): Promise<Measured> {
  const { server, call } = await open(bin);
  const asked = async () => (await sandbox.usage())[provider]?.requests ?? 0;
  const before = await asked();
  const first = await call(tool, args);
  const between = await asked();
  const second = await call(tool, args);
  const after = await asked();
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  await server.end();
  const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  return { ms: first.ms, again: second.ms, requests: between - before, requestsAgain: after - between, peak };
}

const rows: string[][] = [];
try {
  await compare();
} finally {
  await sandbox.close();
}
const head = [`${RUNS} runs: other → this build`, 'requests', 'ms', 'requests, again', 'ms, again', 'peak MB'];
process.stdout.write(`${table(head, rows)}\n`);

async function compare(): Promise<void> {
  for (const provider of VENDORS) {
    const session = await sessionOf(provider);
    for (const [tool, more] of CALLS) {
      if (values.only !== undefined && !`${provider} ${tool}`.includes(values.only)) continue;
      const args = { session, ...more };
      const olds: Measured[] = [];
      const news: Measured[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        olds.push(await measure(other ?? '', provider, tool, args));
        news.push(await measure(BIN, provider, tool, args));
      }
      const cell = (of: (one: Measured) => number, digits = 0) =>
        `${spread(olds.map(of)).median.toFixed(digits)} → ${spread(news.map(of)).median.toFixed(digits)}`;
      rows.push([
        `\`${tool}\` on ${provider}`,
        cell((one) => one.requests),
        cell((one) => one.ms),
        cell((one) => one.requestsAgain),
        cell((one) => one.again),
        cell((one) => one.peak),
      ]);
      process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`);
    }
  }
}
