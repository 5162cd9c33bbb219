/**
 * A vendor that takes any key and repeats it wherever it can: in names and transcripts, in errors, in headers, in
 * addresses. Behind it stands the sandbox, so that every tool has something to read. A second server, of another origin,
 * must never hear of anything.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { openSandbox } from '../../src/commands/open-sandbox.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { onLoopback } from '../support/loopback.ts';
import { ROOT } from '../support/root.ts';
import { spellings } from './canaries.ts';

/** How the vendor answers. */
export type Manner =
  /** Rightly, with keys in every text. */
  | { kind: 'data' }
  /** With a refusal in JSON. */
  | { kind: 'refusal'; status: number }
  | { kind: 'page' | 'words' | 'cut off' }
  /** To the other origin, with keys in the address. */
  | { kind: 'redirect'; status: number };

export interface Echo {
  /** The settings that lead here, for every platform, without keys. */
  places: Record<string, string>;
  manner: Manner;
  /** Keys that came in, and how often. */
  heard: Map<string, number>;
  /** Keys that were written into answers. */
  repeated: number;
  /** What reached the other origin: first lines, headers and bodies. */
  elsewhere: string[];
  /** Base of the other origin. */
  other: string;
  close(): Promise<void>;
}

/** Members whose text people read; a key in an id or a status would only make answers unreadable. */
const READ_BY_PEOPLE =
  /name|title|text|content|reason|message|summary|description|transcript|label|prompt|advice|error/i;

export async function openEcho(): Promise<Echo> {
  const sandbox = await openSandbox({
    playbook: join(ROOT, 'src/sandbox/playbook.md'),
    home: '',
    port: 0,
    speed: 2_000,
  });
  const real = new Map<string, { prefix: string; headers: Record<string, string> }>();
  const places: Record<string, string> = {};
  for (const { id, load } of PROVIDERS) {
    const dialect = sandbox.dialects.get(id);
    if (!dialect) throw new Error(`${id} is not served.`);
    const env = (await load()).sandboxEnv(dialect.url, dialect.credentials);
    for (const [name, value] of Object.entries(env)) if (/_URL$|_ID$/.test(name)) places[name] = value;
    const own = {
      authorization: env.SYNTHFLOW_API_KEY && `Bearer ${env.SYNTHFLOW_API_KEY}`,
      'x-api-key': env.COGNIGY_API_KEY ?? env.COVAL_API_KEY ?? env.FI_API_KEY,
      'x-secret-key': env.FI_SECRET_KEY,
    };
    const headers = Object.entries(own).flatMap(([name, value]) => (value ? [[name, value]] : []));
    real.set(new URL(dialect.url).pathname, { prefix: dialect.url, headers: Object.fromEntries(headers) });
  }

  const echo: Echo = {
    places,
    manner: { kind: 'data' },
    heard: new Map(),
    repeated: 0,
    elsewhere: [],
    other: '',
    async close() {
      await Promise.all([atVendor.close(), atOther.close(), sandbox.close()]);
    },
  };

  const other = createServer(async (request, response) => {
    const body = await bodyOf(request);
    echo.elsewhere.push([request.method, request.url, JSON.stringify(request.rawHeaders), body].join(' '));
    response.end('{}');
  });
  const vendor = createServer(async (request, response) => {
    const keys = keysOf(request);
    for (const key of keys) echo.heard.set(key, (echo.heard.get(key) ?? 0) + 1);
    echo.repeated += keys.length;
    const said = keys.flatMap((key) => Object.values(spellings(key))).join(' ');
    const body = await bodyOf(request);
    if (echo.manner.kind === 'data') await data(request, body, response, said);
    else refuse(response, said, echo.manner, echo.other);
  });

  async function data(request: IncomingMessage, body: Buffer, response: ServerResponse, said: string): Promise<void> {
    const url = request.url ?? '/';
    const [, place] = [...real].find(([path]) => url.startsWith(`${path}/`)) ?? [];
    if (!place) return void response.writeHead(404).end('{}');
    const type = request.headers['content-type'];
    const answer = await fetch(new URL(sandbox.url).origin + url, {
      method: request.method ?? 'GET',
      headers: { ...place.headers, ...(type ? { 'content-type': type } : {}) },
      body: body.length > 0 ? new Uint8Array(body) : null,
    });
    const text = await answer.text();
    const spoilt = text === '' ? '' : JSON.stringify(addTo(JSON.parse(text), said));
    response
      .writeHead(answer.status, { 'content-type': 'application/json', 'x-request-id': oneLine(said) })
      .end(spoilt);
  }

  const [atVendor, atOther] = [await onLoopback(vendor), await onLoopback(other)];
  echo.other = atOther.origin;
  for (const [name, value] of Object.entries(places))
    places[name] = value.replace(new URL(sandbox.url).origin, atVendor.origin);
  return echo;
}

/** Every credential of a request, as the vendor would read it. */
function keysOf({ headers }: IncomingMessage): string[] {
  const bearer = headers.authorization?.replace(/^Bearer /, '');
  return [bearer, headers['x-api-key'], headers['x-secret-key']].flat().filter((key) => key !== undefined);
}

/** Appends to every text that people read. Some are read as a whole by us (a date in a name), so nothing goes in front. */
function addTo(value: unknown, said: string, read = false): unknown {
  if (typeof value === 'string') return read && value.includes(' ') ? `${value} ${said}` : value;
  if (Array.isArray(value)) return value.map((one) => addTo(one, said, read));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, addTo(one, said, READ_BY_PEOPLE.test(name))]),
  );
}

function refuse(response: ServerResponse, said: string, manner: Exclude<Manner, { kind: 'data' }>, other: string) {
  const json = { 'content-type': 'application/json', 'x-request-id': oneLine(said), 'request-id': oneLine(said) };
  // So often that whoever cuts it somewhere cuts through a key.
  const often = `${said} `.repeat(8);
  if (manner.kind === 'refusal') {
    const words = { code: said, type: said, message: `Unknown key ${often}`, field: said, param: said, traceId: said };
    const body = { ...words, detail: often, error: words, errors: [words], status: manner.status, response: words };
    return response.writeHead(manner.status, json).end(JSON.stringify(body));
  }
  if (manner.kind === 'redirect') {
    const location = `${other}/steal?key=${encodeURIComponent(said)}`;
    return response.writeHead(manner.status, { ...json, location }).end(JSON.stringify({ message: often }));
  }
  if (manner.kind === 'cut off')
    return response.writeHead(200, json).end(`{"message":"${said.replace(/["\\]/g, '\\$&')}`);
  const type = manner.kind === 'page' ? 'text/html' : 'text/plain';
  return response.writeHead(200, { 'content-type': type }).end(manner.kind === 'page' ? `<p>${often}</p>` : often);
}

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '');
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
