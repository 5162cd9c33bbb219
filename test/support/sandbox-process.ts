/** The sandbox as a process of its own: a vendor that outlives the servers that are killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultInput } from '../../src/sandbox/faults.ts';
import { BIN } from './clients.ts';
import { isRecord, type Json } from './raw-server.ts';

export interface SandboxProcess {
  url: string;
  /** Settings that point a server at it, for every platform it serves. */
  env: Record<string, string>;
  fault(...faults: FaultInput[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** What each dialect was asked and what it counted. */
  usage(): Promise<Record<string, { requests: number; starts: number; sessions: number; runs: number }>>;
  close(): Promise<void>;
}

/** `bin`: another build than the one of this checkout. */
export async function openSandboxProcess({
  bin = BIN,
  ...options
}: {
  scale?: number;
  speed?: number;
  bin?: string;
} = {}): Promise<SandboxProcess> {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-sandbox-'));
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [bin, 'sandbox', '--home', home, ...flags], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('Ctrl-C')) break;
  }
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
  if (url === undefined) throw new Error(`The sandbox did not start: ${text}`);
  const env = Object.fromEntries(
    [...text.matchAll(/export (\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const exited = once(child, 'exit');
  const control = async (path: string, init?: RequestInit): Promise<Json> => {
    const answer: unknown = await (await fetch(`${url}/__test${path}`, init)).json();
    if (!isRecord(answer)) throw new Error('The sandbox answered no object.');
    return answer;
  };
  return {
    url,
    env,
    async fault(...faults) {
      await control('/faults', { method: 'POST', body: JSON.stringify(faults) });
    },
    async clearFaults() {
      await control('/faults', { method: 'DELETE' });
    },
    async usage() {
      const { dialects } = await control('/usage');
      const counts: Awaited<ReturnType<SandboxProcess['usage']>> = {};
      for (const [id, value] of Object.entries(isRecord(dialects) ? dialects : {})) {
        const number = (name: string) => (isRecord(value) ? Number(value[name]) : 0);
        counts[id] = {
          requests: number('requests'),
          starts: number('starts'),
          sessions: number('sessions'),
          runs: number('runs'),
        };
      }
      return counts;
    },
    async close() {
      child.kill('SIGTERM');
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
