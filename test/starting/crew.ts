/** Real processes and a real vendor on loopback for the race tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { onLoopback } from '../support/loopback.ts';
import { ROOT } from '../support/root.ts';
import type { Order, Report } from './worker.ts';

/** Bundles a worker once; returns the file to run and a way to remove it. */
export async function bundleWorker(entry = 'worker.ts'): Promise<{ file: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'starting-worker-'));
  const file = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(ROOT, 'test/starting', entry)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface Worker {
  order(...orders: Order[]): void;
  reconcile(): void;
  /** The next report; undefined when the process has ended. */
  report(): Promise<Report | undefined>;
  reports(count: number): Promise<Report[]>;
  kill(): Promise<void>;
  end(): Promise<void>;
}

export async function hire(file: string, home: string, url: string): Promise<Worker> {
  const child: ChildProcess = spawn(process.execPath, [file, home, url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  child.stdin?.on('error', () => undefined);
  if (!child.stdout) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const report = async (): Promise<Report | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  return {
    order: (...orders) => child.stdin?.write(`${JSON.stringify(orders)}\n`),
    reconcile: () => child.stdin?.write('reconcile\n'),
    report,
    async reports(count) {
      const all: Report[] = [];
      while (all.length < count) {
        const next = await report();
        if (!next) throw new Error('the worker ended');
        all.push(next);
      }
      return all;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async end() {
      child.stdin?.end();
      await exited;
    },
  };
}

export interface Counted {
  session: string;
  step: { want: string; index: number };
  correlation_id?: string;
  at: number;
}

export interface LoopbackVendor {
  url: string;
  /** Every start that the vendor took. */
  counted: Counted[];
  /** What it does with a start: decides whether it counts and how it answers. */
  behave: (start: () => Counted, response: ServerResponse) => void | Promise<void>;
  close(): Promise<void>;
}

export function answerWith(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export async function openVendor(): Promise<LoopbackVendor> {
  const counted: Counted[] = [];
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://vendor');
    if (pathname === '/sessions') {
      const correlation_id = searchParams.get('correlation_id');
      const [since, until] = [Number(searchParams.get('since')), Number(searchParams.get('until'))];
      const fits = counted.filter((one) =>
        correlation_id ? one.correlation_id === correlation_id : one.at >= since && one.at <= until,
      );
      return answerWith(response, 200, fits);
    }
    const { step, correlation_id } = JSON.parse(body);
    const start = (): Counted => {
      const session: Counted = { session: `session-${counted.length + 1}`, step, correlation_id, at: Date.now() };
      counted.push(session);
      return session;
    };
    await vendor.behave(start, response);
  });
  const { origin, close } = await onLoopback(server);
  const vendor: LoopbackVendor = {
    url: origin,
    counted,
    behave: (start, response) => answerWith(response, 200, start()),
    close,
  };
  return vendor;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** A small seeded generator (mulberry32), so that a failure can be looked at again. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
