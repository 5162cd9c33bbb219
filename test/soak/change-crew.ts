/** Processes that change agents, of which any may be killed at any moment. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { ROOT } from '../support/root.ts';
import type { ChangeOrder, ChangeReport } from './change-worker.ts';

type Told<O> = O extends unknown ? Omit<O, 'id'> : never;

export interface ChangeCrew {
  /** Orders the same of so many processes at once, as few as there are; undefined from one that was killed meanwhile. */
  order(order: Told<ChangeOrder>, processes: number, random: () => number): Promise<(ChangeReport | undefined)[]>;
  /** Kills one of them, and hires another. */
  killOne(random: () => number): void;
  kills(): number;
  close(): Promise<void>;
}

interface Worker {
  order(order: Told<ChangeOrder>): Promise<ChangeReport | undefined>;
  kill(): Promise<unknown>;
}

export async function hireChangers(size: number, home: string, env: Record<string, string>): Promise<ChangeCrew> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-sim-changers-'));
  const file = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(ROOT, 'test/soak/change-worker.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  const hire = () => hireOne(file, home, env);
  const living = new Set(await Promise.all(Array.from({ length: size }, hire)));
  let [kills, closed] = [0, false];
  return {
    async order(order, processes, random) {
      const chosen = [...living].sort(() => random() - 0.5).slice(0, processes);
      return Promise.all(chosen.map((worker) => worker.order(order)));
    },
    killOne(random) {
      const all = [...living];
      const victim = all[Math.floor(random() * all.length)];
      if (!victim) return;
      kills += 1;
      living.delete(victim);
      setTimeout(() => void victim.kill(), random() * 40);
      void hire().then((worker) => (closed ? worker.kill() : living.add(worker)));
    },
    kills: () => kills,
    async close() {
      closed = true;
      await Promise.all([...living].map((worker) => worker.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function hireOne(file: string, home: string, env: Record<string, string>): Promise<Worker> {
  const child = spawn(process.execPath, [file, home, JSON.stringify(env)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  child.stdin.on('error', () => undefined);
  const waiting = new Map<number, (report: ChangeReport | undefined) => void>();
  let count = 0;
  let gone = false;
  void exited.then(() => {
    gone = true;
    for (const resolve of waiting.values()) resolve(undefined);
  });
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') return resolve();
      const report: ChangeReport = JSON.parse(line);
      waiting.get(report.id)?.(report);
      waiting.delete(report.id);
    });
  });
  await Promise.race([ready, exited]);
  return {
    order(order) {
      const id = count++;
      return new Promise((resolve) => {
        if (gone) return resolve(undefined);
        waiting.set(id, resolve);
        child.stdin.write(`${JSON.stringify({ ...order, id })}\n`);
      });
    },
    kill() {
      child.kill('SIGKILL');
      return exited;
    },
  };
}
