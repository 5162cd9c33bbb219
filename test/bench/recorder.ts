/** Between server and sandbox: notes what is requested and answered, so that the same can be fetched and served without us. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';

export interface Requested {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** The requests of one endpoint and how many of them were under way at once: pages by token come one after another. */
export interface Lane {
  requests: Requested[];
  atOnce: number;
}

export interface Recorder {
  /** A sandbox setting with its address replaced by the recorder's. */
  through(setting: string): string;
  /** A process of its own that serves every answer so far from memory, `latency` ms after the request. */
  replay(latency: number): Promise<Replay>;
  /** What was requested since the last reset. */
  lanes(): Lane[];
  reset(): void;
  close(): Promise<void>;
}

export interface Replay {
  url: string;
  close(): Promise<void>;
}

const HOP = ['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'];

export async function openRecorder(sandbox: string): Promise<Recorder> {
  const agent = new Agent({ connections: 64 });
  const lanes = new Map<string, Lane & { current: number }>();
  const answers = new Map<string, Awaited<ReturnType<typeof fetchOne>>>();
  const server = createServer(async (request, response) => {
    const key = endpointOf(request);
    const lane = lanes.get(key) ?? { requests: [], atOnce: 0, current: 0 };
    lanes.set(key, lane);
    lane.current += 1;
    lane.atOnce = Math.max(lane.atOnce, lane.current);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !HOP.includes(name) ? [[name, value]] : [],
      ),
    );
    const body = chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined;
    const one: Requested = { method: request.method ?? 'GET', path: request.url ?? '/', headers, body };
    lane.requests.push(one);
    const answer = await fetchOne(agent, sandbox, one);
    lane.current -= 1;
    answers.set(`${one.method} ${one.path}`, answer);
    response.writeHead(answer.status, { 'content-type': answer.type });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A string is the address of a pipe, which this server does not listen on.
  const { port } = server.address() as AddressInfo;
  const own = `http://127.0.0.1:${port}`;
  return {
    through: (setting) => setting.replace(sandbox, own),
    replay: (latency) => openReplay(answers, latency),
    lanes: () => [...lanes.values()].map(({ requests, atOnce }) => ({ requests, atOnce })),
    reset: () => lanes.clear(),
    async close() {
      server.closeAllConnections();
      server.close();
      await agent.close();
    },
  };
}

/** The answers go to the process through files: they are a hundred megabytes. */
async function openReplay(answers: ReadonlyMap<string, object>, latency: number): Promise<Replay> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-sim-replay-'));
  try {
    let count = 0;
    for (const [request, answer] of answers) {
      writeFileSync(join(folder, `${count}.json`), JSON.stringify({ request, ...answer }));
      count += 1;
    }
    const child = fork(join(import.meta.dirname, 'replay.cjs'), [folder, String(latency)]);
    const gone = once(child, 'exit');
    const [port] = await once(child, 'message');
    return {
      url: `http://127.0.0.1:${port}`,
      async close() {
        child.kill('SIGTERM');
        await gone;
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends one request and reads the whole body. */
export async function fetchOne(agent: Agent, origin: string, { method, path, headers, body }: Requested) {
  // Only the methods a browser knows are in undici's type; a vendor uses no others.
  const answer = await agent.request({ origin, path, method: method as 'GET', headers, body });
  return {
    status: answer.statusCode,
    type: String(answer.headers['content-type'] ?? 'application/json'),
    body: await answer.body.text(),
  };
}

/** How many requests there are. */
export function requestsOf(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, { requests }) => sum + requests.length, 0);
}

/** Fetches all lanes at once, each with as many requests under way as it had; milliseconds. */
export async function fetchAll(agent: Agent, origin: string, lanes: readonly Lane[]): Promise<number> {
  const began = performance.now();
  await Promise.all(
    lanes.flatMap(({ requests, atOnce }) => {
      const left = [...requests];
      return Array.from({ length: atOnce }, async () => {
        for (let one = left.shift(); one; one = left.shift()) await fetchOne(agent, origin, one);
      });
    }),
  );
  return performance.now() - began;
}

/** Method and path, with a mark for each part that names one thing: an id has a digit or is long. */
function endpointOf({ method, url = '/' }: IncomingMessage): string {
  const parts = new URL(url, 'http://x').pathname.split('/');
  return [method, ...parts.map((part) => (/^v\d$/.test(part) || !/\d|.{20}/.test(part) ? part : '#'))].join('/');
}
