/**
 * What a fault does to one answer. It is applied to the raw Node response, because most of what it makes is not valid HTTP.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Fault, MAX_HOLD_MS } from './faults.ts';

const DRIP_MS = 20;
const DRIP_CHUNKS = 400;
/** Of `huge` and `gzip_bomb`, where the fault says nothing else. */
const FLOOD_BYTES = 64 * 1024 * 1024;

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

const MADE_UP: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(
    JSON.stringify({ message: 'This answer was made up by a fault of the sandbox.', items: [1, 2, 3] }),
  ),
};
const HTML = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

/**
 * Spoils one answer on the raw connection. Resolves when its part is done; a stalled connection is left open and is
 * ended by `signal` (the sandbox closes), by the client, or after two minutes.
 */
export async function applyFault(
  fault: Fault,
  answer: Answer | undefined,
  raw: { incoming: IncomingMessage; outgoing: ServerResponse },
  signal: AbortSignal,
): Promise<void> {
  const { incoming, outgoing } = raw;
  // A client that gives up must not become an unhandled error of the sandbox.
  outgoing.on('error', () => undefined);
  const real = given(fault) ?? answer ?? MADE_UP;
  const {
    'content-length': _length,
    'transfer-encoding': _encoding,
    ...headers
  } = { ...real.headers, ...lower(fault.headers) };
  const status = fault.status ?? real.status;
  if (fault.kind !== 'drip' && fault.delay_ms !== undefined) await pause(fault.delay_ms, signal);
  const half = real.body.subarray(0, Math.max(1, Math.floor(real.body.length / 2)));

  switch (fault.kind) {
    case 'status': {
      const body = given(fault)?.body ?? Buffer.from(JSON.stringify({ error: { message: 'Fault of the sandbox.' } }));
      return send(outgoing, fault.status ?? 503, { 'content-type': 'application/json', ...lower(fault.headers) }, body);
    }
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'reset_in_body':
      await head(outgoing, status, { ...headers, 'content-length': String(real.body.length) }, half);
      incoming.socket.resetAndDestroy();
      return;
    case 'stall':
      return hold(outgoing, signal);
    case 'stall_in_body':
      await head(outgoing, status, { ...headers, 'content-length': String(real.body.length) }, half);
      return hold(outgoing, signal);
    case 'truncate':
      return send(outgoing, status, headers, half);
    case 'html':
      return send(
        outgoing,
        fault.status ?? 200,
        { 'content-type': 'text/html', ...lower(fault.headers) },
        given(fault)?.body ?? Buffer.from(HTML),
      );
    case 'empty':
      return send(outgoing, status, headers, Buffer.alloc(0));
    case 'slow':
      return send(outgoing, status, headers, real.body);
    case 'drip':
      return drip(outgoing, status, headers, real.body, fault.delay_ms ?? DRIP_MS, signal);
    case 'huge':
      return flood(outgoing, status, headers, fault.bytes ?? FLOOD_BYTES, signal);
    case 'gzip_bomb': {
      const body = gzipSync(
        Buffer.concat([Buffer.from('"'), Buffer.alloc(fault.bytes ?? FLOOD_BYTES, 97), Buffer.from('"')]),
        { level: 1 },
      );
      return send(outgoing, status, { ...headers, 'content-encoding': 'gzip' }, body);
    }
    case 'redirect':
      return send(
        outgoing,
        fault.status ?? 302,
        { location: 'https://elsewhere.invalid/', ...lower(fault.headers) },
        Buffer.alloc(0),
      );
    case 'deep_json': {
      const depth = fault.bytes ?? 100_000;
      return send(outgoing, status, headers, Buffer.from('['.repeat(depth) + ']'.repeat(depth)));
    }
  }
}

/** The answer that the fault itself brings along. */
function given(fault: Fault): Answer | undefined {
  if (fault.body === undefined) return undefined;
  const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
  return { ...MADE_UP, body: Buffer.from(text) };
}

function lower(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function send(outgoing: ServerResponse, status: number, headers: Record<string, string>, body: Buffer): void {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, { ...headers, 'content-length': String(body.length) });
  outgoing.end(body);
}

/** Writes head and first bytes and waits until they are on their way, so that a reset does not overtake them. */
async function head(
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  bytes: Buffer,
): Promise<void> {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, headers);
  await new Promise<void>((resolve) => outgoing.write(bytes, () => resolve()));
  await sleep(5);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

async function hold(outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  await pause(MAX_HOLD_MS, AbortSignal.any([signal, gone.signal]));
  outgoing.destroy();
}

async function drip(
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, { ...headers, 'content-length': String(body.length) });
  const step = Math.max(1, Math.ceil(body.length / DRIP_CHUNKS));
  const until = performance.now() + MAX_HOLD_MS;
  for (let at = 0; at < body.length; at += step) {
    if (outgoing.destroyed || signal.aborted || performance.now() > until) return void outgoing.destroy();
    outgoing.write(body.subarray(at, at + step));
    await pause(everyMs, signal);
  }
  outgoing.end();
}

async function flood(
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, headers);
  const chunk = Buffer.alloc(64 * 1024, 97);
  outgoing.write('"');
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    if (outgoing.destroyed || signal.aborted) return void outgoing.destroy();
    if (outgoing.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const go = () => {
        outgoing.off('drain', go);
        outgoing.off('close', go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      outgoing.on('drain', go);
      outgoing.on('close', go);
      signal.addEventListener('abort', go);
    });
  }
  outgoing.end('"');
}
