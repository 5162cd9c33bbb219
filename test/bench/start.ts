/**
 * From spawn to the answers of `initialize`, tools/list and a first tool call; memory of an idle server; size of the
 * tool list. Candidates take turns in every round, so that a busy machine weighs on all of them alike.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BIN } from '../support/clients.ts';
import { ROOT } from '../support/root.ts';
import { pairedRatio, quantile, spread, table } from './numbers.ts';
import { type Candidate, installPeers } from './peers.ts';

export interface Start {
  initialize: number;
  list: number;
  /** Of the tool list as JSON. */
  bytes: number;
  tools: number;
  /** Resident kilobytes when idle; only where /proc is. */
  memory?: number;
}

export const FLOOR: Candidate = { name: 'floor (no SDK)', args: [join(ROOT, 'test/bench/floor.cjs')] };
export const OURS: Candidate = { name: '**agent-simulation-mcp**', args: [BIN, 'serve'] };

const MOST_MS = 60_000;
const IDLE_MS = 300;

/** One start in an empty home folder. Throws when the server ends before it has answered. */
export function startOnce({ name, args }: Candidate, options: { idle?: boolean } = {}): Promise<Start> {
  const home = mkdtempSync(join(tmpdir(), 'bench-home-'));
  const env = { PATH: process.env.PATH ?? '', HOME: home, AGENT_SIM_HOME: home, NO_UPDATE_NOTIFIER: '1', CI: '1' };
  const began = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise<Start>((resolve, reject) => {
    let initialize = 0;
    let rest = '';
    let stderr = '';
    const fail = (why: string) => reject(new Error(`${name}: ${why} ${stderr.slice(-300)}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`no answer in ${MOST_MS / 1000} s.`);
    }, MOST_MS);
    const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    child.stdin.on('error', () => {});
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.stdout.on('data', (chunk) => {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const now = performance.now() - began;
        const message = JSON.parse(line);
        if (message.id === 1) {
          initialize = now;
          send({ method: 'notifications/initialized' });
          send({ id: 2, method: 'tools/list' });
        } else if (message.id === 2) {
          const { tools } = message.result;
          const answer = {
            initialize,
            list: now,
            bytes: Buffer.byteLength(JSON.stringify(tools)),
            tools: tools.length,
          };
          const end = () => {
            resolve({ ...answer, memory: options.idle ? residentKilobytes(child.pid) : undefined });
            child.kill('SIGKILL');
          };
          if (options.idle) setTimeout(end, IDLE_MS);
          else end();
        }
      }
    });
    child.on('exit', () => {
      clearTimeout(timer);
      rmSync(home, { recursive: true, force: true });
      fail('ended before it had answered.');
    });
    send({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
    });
  });
}

function residentKilobytes(pid: number | undefined): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** The same SDK with an empty tool list as one minified CommonJS file: what the SDK costs by itself. */
async function bareSdk(folder: string): Promise<Candidate> {
  const source = `import { Server } from '@modelcontextprotocol/server';
    import { serveStdio } from '@modelcontextprotocol/server/stdio';
    serveStdio(() => {
      const server = new Server({ name: 'bare', version: '1' }, { capabilities: { tools: {} } });
      server.setRequestHandler('tools/list', () => ({ tools: [] }));
      return server;
    });`;
  const file = join(folder, 'bare.cjs');
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    write: false,
  });
  writeFileSync(file, outputFiles[0]?.contents ?? '');
  return { name: 'SDK alone, no tools', args: [file] };
}

/** Measures in turns and renders the table. */
export async function benchStart({ rounds = 15, peers = true } = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const candidates = [FLOOR, OURS, await bareSdk(folder), ...(peers ? installPeers() : [])];
    const found = candidates.map((): Start[] => []);
    const idle: Start[] = [];
    for (const candidate of candidates) idle.push(await startOnce(candidate, { idle: true }));
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, candidate] of candidates.entries()) found[index]?.push(await startOnce(candidate));
    }
    const [floor = []] = found;
    const time = (starts: Start[], of: 'initialize' | 'list') => {
      const { median, low, high } = spread(starts.map((start) => start[of]));
      return `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
    };
    const ratio = (starts: Start[], of: 'initialize' | 'list') =>
      `${pairedRatio(
        starts.map((start) => start[of]),
        floor.map((start) => start[of]),
      ).median.toFixed(1)} ×`;
    const rows = candidates.map((candidate, index) => {
      const starts = found[index] ?? [];
      const rest = idle[index];
      const bytes = quantile(
        starts.map((start) => start.bytes),
        0.5,
      );
      return [
        candidate.name,
        time(starts, 'initialize'),
        ratio(starts, 'initialize'),
        time(starts, 'list'),
        ratio(starts, 'list'),
        rest?.memory === undefined ? '–' : (rest.memory / 1024).toFixed(0),
        String(rest?.tools ?? 0),
        (bytes / 1024).toFixed(1),
        Math.round(bytes / 4).toLocaleString('en'),
      ];
    });
    const head = [
      'server',
      'initialize, ms',
      '÷ floor',
      'tools/list, ms',
      '÷ floor',
      'idle, MB',
      'tools',
      'list, kB',
      '≈ tokens',
    ];
    return `${table(head, rows)}\n\nNode ${process.version}, ${rounds} rounds in turns, from spawn to the answer: median (middle half); ÷ floor is the median over the rounds; tokens are bytes ÷ 4.`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
