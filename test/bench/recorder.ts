/** Between server and sandbox: notes what is requested, so that the same can be fetched without us. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';

export interface Requested {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Recorder {
  /** A sandbox setting with its address replaced by the recorder's. */
  through(setting: string): string;
  requested: Requested[];
  /** Most requests that were under way at once since the last reset. */
  mostAtOnce(): number;
  reset(): void;
  close(): Promise<void>;
}

const HOP = ['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'];

export async function openRecorder(sandbox: string): Promise<Recorder> {
  const agent = new Agent({ connections: 64 });
  const requested: Requested[] = [];
  let current = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    current += 1;
    most = Math.max(most, current);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !HOP.includes(name) ? [[name, value]] : [],
      ),
    );
    const body = chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined;
    const one: Requested = { method: request.method ?? 'GET', path: request.url ?? '/', headers, body };
    requested.push(one);
    const answer = await fetchOne(agent, sandbox, one);
    current -= 1;
    response.writeHead(answer.status, { 'content-type': answer.type });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A string is the address of a pipe, which this server does not listen on.
  const { port } = server.address() as AddressInfo;
  const own = `http://127.0.0.1:${port}`;
  return {
    through: (setting) => setting.replace(sandbox, own),
    requested,
    mostAtOnce: () => most,
    reset() {
      requested.length = 0;
      most = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await agent.close();
    },
  };
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

/** Fetches everything with at most `atOnce` requests under way; milliseconds. */
export async function fetchAll(
  agent: Agent,
  origin: string,
  all: readonly Requested[],
  atOnce: number,
): Promise<number> {
  const began = performance.now();
  const left = [...all];
  await Promise.all(
    Array.from({ length: Math.max(1, atOnce) }, async () => {
      for (let one = left.shift(); one; one = left.shift()) await fetchOne(agent, origin, one);
    }),
  );
  return performance.now() - began;
}
