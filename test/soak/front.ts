/** Stands before the sandbox process as a bad network: passes requests on, spoils the answers to starts, and remembers what was really started. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onLoopback } from '../support/loopback.ts';
import { isRecord, type Json } from '../support/raw-server.ts';

export const SPOILS = [
  /** The vendor starts, and says so. */
  'answered',
  'answered late',
  /** The vendor starts; nobody hears of it. */
  'reset after',
  'truncated',
  '500 after',
  'stalled',
  /** The vendor never gets it. */
  'reset before',
  '502 before',
  'refused',
] as const;
export type Spoil = (typeof SPOILS)[number];

export interface Counted {
  /** Which wanted start it was, read from the request. */
  want: string;
  /** When it arrived, in ms since the epoch. */
  at: number;
  /** The vendor's own answer. */
  answer: Json;
}

export interface StartRequest {
  method: string;
  /** With its query. */
  path: string;
  /** The JSON of the request; undefined where it has none. */
  body: unknown;
}

export interface Front {
  url: string;
  counted: Counted[];
  spoilt: Record<Spoil, number>;
  /** Requests in all, and those that the sandbox has not answered yet, whoever still waits for them. */
  requests(): number;
  underWay(): number;
  close(): Promise<void>;
}

export interface FrontOptions {
  /** The sandbox. */
  target: string;
  /** What happens to the next start. */
  choose(): Spoil;
  /** Which wanted start a request is; by default the word `want-<number>`, wherever in the body it stands. */
  wantOf?(request: StartRequest): string | undefined;
  /** Called when a start arrives, before anything is done with it. */
  onStart?(): void;
}

const LATE_MS = 80;
/** A stalled answer is cut off after this; servers that were killed do not hear it. */
const STALL_MS = 700;

export async function openFront({ target, choose, wantOf = wordOf, onStart }: FrontOptions): Promise<Front> {
  const counted: Counted[] = [];
  const spoilt = Object.fromEntries(SPOILS.map((spoil) => [spoil, 0])) as Record<Spoil, number>;
  let requests = 0;
  let underWay = 0;

  const pass = async (incoming: IncomingMessage, body: Buffer) => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (
        !['host', 'connection', 'content-length', 'transfer-encoding', 'expect'].includes(name) &&
        value !== undefined
      )
        headers.set(name, String(value));
    }
    const method = incoming.method ?? 'GET';
    const answer = await fetch(`${target}${incoming.url}`, {
      method,
      headers,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    return {
      status: answer.status,
      type: answer.headers.get('content-type') ?? '',
      text: Buffer.from(await answer.arrayBuffer()),
    };
  };
  const send = (
    outgoing: ServerResponse,
    status: number,
    type: string,
    text: Buffer | string,
    declared = Buffer.byteLength(text),
  ) => outgoing.writeHead(status, { 'content-type': type, 'content-length': String(declared) }).end(text);

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer) => {
    const want = wantOf({ method: incoming.method ?? 'GET', path: incoming.url ?? '', body: jsonOf(body) });
    const at = Date.now();
    if (want === undefined) {
      const { status, type, text } = await pass(incoming, body);
      send(outgoing, status, type, text);
      return;
    }
    onStart?.();
    const spoil = choose();
    spoilt[spoil] += 1;
    if (spoil === 'reset before') return void incoming.socket.resetAndDestroy();
    if (spoil === '502 before') return void send(outgoing, 502, 'text/html', '<h1>Bad Gateway</h1>');
    if (spoil === 'refused') return void send(outgoing, 429, 'application/json', '{"error":"slow down"}');
    const { status, type, text } = await pass(incoming, body);
    const parsed = jsonOf(text);
    if (status < 300) counted.push({ want, at, answer: isRecord(parsed) ? parsed : {} });
    if (spoil === 'answered late') await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    if (spoil === 'stalled') await new Promise((resolve) => setTimeout(resolve, STALL_MS));
    if (spoil === 'reset after' || spoil === 'stalled') return void incoming.socket.resetAndDestroy();
    if (spoil === '500 after') return void send(outgoing, 500, 'application/json', '{"error":"oops"}');
    if (spoil === 'truncated') return void send(outgoing, status, type, text.subarray(0, text.length >> 1));
    send(outgoing, status, type, text);
  };

  const server = createServer((incoming, outgoing) => {
    requests += 1;
    incoming.on('error', () => undefined);
    outgoing.on('error', () => undefined);
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      underWay += 1;
      answer(incoming, outgoing, Buffer.concat(parts))
        .catch(() => incoming.socket.destroy())
        .finally(() => {
          underWay -= 1;
        });
    });
  });
  server.keepAliveTimeout = 60_000;
  const { origin, close } = await onLoopback(server);
  return {
    url: origin,
    counted,
    spoilt,
    requests: () => requests,
    underWay: () => underWay,
    close,
  };
}

function wordOf({ method, body }: StartRequest): string | undefined {
  return method === 'POST' ? /want-\d+/.exec(JSON.stringify(body) ?? '')?.[0] : undefined;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
