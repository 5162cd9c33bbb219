/** Everything that goes wrong between two HTTP requests of one call, as something a server does with an exchange. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Act, Answer, Exchange } from './front.ts';

export interface Fault {
  name: string;
  /** Instead of the vendor's address. */
  base?: 'refused' | 'dns' | 'tls_untrusted' | 'tls_plain' | 'tls_stall';
  /** Spoils an exchange. `real` is the vendor's answer, or something like one where it was not asked. */
  act?: (exchange: Exchange, real: Answer) => unknown;
  /** What the vendor answers is complete and right all the same. */
  harmless?: true;
  /** A read that meets it once and asks again gets the right answer. */
  passing?: true;
  /** The vendor's own answer: it says that nothing was done. */
  refusal?: true;
  /** It can be read as a list with nothing in it. */
  emptyList?: true;
  /** Sends the whole answer: a vendor that did nothing would not have said so. */
  says?: true;
  /** Only for lists of several pages. */
  pages?: true;
  /** Measured one by one, with the caps of production. */
  heavy?: true;
  /** Ends by a deadline only: short ones are waited for, and where an answer comes before them, that is well too. */
  unending?: true;
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...JSON_HEADERS, ...headers },
  body: Buffer.from(JSON.stringify(body)),
});
const status =
  (code: number, headers: Record<string, string> = {}, body?: string) =>
  (exchange: Exchange) =>
    exchange.send(
      body === undefined
        ? jsonAnswer(code, { error: { message: 'It did not work.' } }, headers)
        : { status: code, headers: { 'content-type': 'text/html', ...headers }, body: Buffer.from(body) },
    );
const body =
  (text: string | Buffer, headers: Record<string, string> = JSON_HEADERS) =>
  (exchange: Exchange) =>
    exchange.send({ status: 200, headers, body: Buffer.from(text) });
/** Behind a whole answer that was written past the server, it would answer no other request on the connection. */
const LAST = 'connection: close\r\n';
const head = (length: number, more = '') =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${more}content-length: ${length}\r\n\r\n`;
const half = (real: Answer) => real.body.subarray(0, Math.max(1, Math.floor(real.body.length / 2)));
const raw = async ({ socket }: Exchange, ...parts: (string | Buffer)[]) => {
  for (const part of parts) await new Promise<void>((resolve) => socket.write(part, () => resolve()));
  await wait(5);
};
const hold = ({ over }: Exchange) =>
  new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
/** A change inside the real answer's JSON text. */
const edited = (edit: (text: string) => string) => (exchange: Exchange, real: Answer) =>
  exchange.send({ ...real, body: Buffer.from(edit(real.body.toString('utf8'))) });

const MEGABYTE = 1024 * 1024;
const flood =
  (bytes: number, chunk: Buffer, before: string, code = 200) =>
  async (exchange: Exchange) => {
    const { outgoing, over } = exchange;
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    outgoing.writeHead(code, JSON_HEADERS);
    outgoing.write(before);
    for (let sent = 0; sent < bytes && !outgoing.destroyed && !over.aborted; sent += chunk.length) {
      if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal: gone.signal }).catch(() => undefined);
    }
    // An end would make a whole answer, megabytes long, of what is still read when another request ended the call.
    if (over.aborted) outgoing.destroy();
    else outgoing.end();
  };
let bomb: Buffer | undefined;

export const FAULTS: readonly Fault[] = [
  { name: 'connection refused', base: 'refused' },
  { name: 'name not found', base: 'dns', unending: true },
  { name: 'TLS: certificate not trusted', base: 'tls_untrusted' },
  { name: 'TLS: plain HTTP answers', base: 'tls_plain' },
  { name: 'TLS: handshake stalls', base: 'tls_stall', unending: true },

  { name: 'reset before the answer', passing: true, act: ({ socket }) => socket.resetAndDestroy() },
  {
    name: 'reset in the head',
    passing: true,
    act: async (x) => {
      await raw(x, 'HTTP/1.1 200 OK\r\ncontent-ty');
      x.socket.resetAndDestroy();
    },
  },
  {
    name: 'reset in the body',
    passing: true,
    act: async (x, real) => {
      await raw(x, head(real.body.length), half(real));
      x.socket.resetAndDestroy();
    },
  },
  {
    name: 'reset after the body',
    says: true,
    passing: true,
    act: async (x, real) => {
      await raw(x, head(real.body.length), real.body);
      x.socket.resetAndDestroy();
    },
  },
  { name: 'closed before the answer', passing: true, act: ({ socket }) => socket.destroy() },
  {
    name: 'closed in the body',
    passing: true,
    act: async (x, real) => {
      await raw(x, head(real.body.length), half(real));
      x.socket.end();
    },
  },
  {
    name: 'closed in a body without length',
    act: async (x, real) => {
      await raw(x, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n', half(real));
      x.socket.end();
    },
  },

  { name: 'stall before the answer', unending: true, act: hold },
  {
    name: 'stall in the head',
    unending: true,
    act: async (x) => {
      await raw(x, 'HTTP/1.1 200 OK\r\ncontent-');
      await hold(x);
    },
  },
  {
    name: 'stall before the body',
    unending: true,
    act: async (x, real) => {
      await raw(x, head(real.body.length));
      await hold(x);
    },
  },
  {
    name: 'stall in the body',
    unending: true,
    act: async (x, real) => {
      await raw(x, head(real.body.length), half(real));
      await hold(x);
    },
  },
  {
    name: 'stall before the last byte',
    unending: true,
    act: async (x, real) => {
      await raw(x, head(real.body.length + 1), real.body);
      await hold(x);
    },
  },
  {
    name: 'slow drip',
    unending: true,
    act: async (x, real) => {
      x.outgoing.writeHead(real.status, { ...real.headers, 'content-length': String(real.body.length) });
      const step = Math.max(1, Math.ceil(real.body.length / 200));
      for (let sent = 0; sent < real.body.length && !x.over.aborted && !x.outgoing.destroyed; sent += step) {
        x.outgoing.write(real.body.subarray(sent, sent + step));
        await wait(100);
      }
      x.outgoing.end();
    },
  },

  { name: '429, 1 second', refusal: true, passing: true, act: status(429, { 'retry-after': '1' }) },
  {
    name: '429, a date',
    refusal: true,
    passing: true,
    act: (x) =>
      status(429, { date: 'Sun, 22 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 10:00:01 GMT' })(x),
  },
  { name: '429, a year', refusal: true, act: status(429, { 'retry-after': '99999999999999999999' }) },
  { name: '429, nonsense', refusal: true, passing: true, act: status(429, { 'retry-after': '-5' }) },
  { name: '429, no Retry-After', refusal: true, passing: true, act: status(429) },
  { name: '400', refusal: true, act: status(400) },
  { name: '401', refusal: true, act: status(401) },
  { name: '402', refusal: true, act: status(402) },
  { name: '403', refusal: true, act: status(403) },
  { name: '404', refusal: true, act: status(404) },
  { name: '409', refusal: true, act: status(409) },
  { name: '418 HTML', refusal: true, act: status(418, {}, '<h1>teapot</h1>') },
  { name: '500', act: status(500) },
  { name: '502 HTML', passing: true, act: status(502, {}, '<html><body>Bad gateway</body></html>') },
  { name: '503', passing: true, act: status(503) },
  { name: '504', passing: true, act: status(504, {}, '') },
  { name: '520 empty', act: status(520, {}, '') },
  {
    name: '304',
    act: (x) => {
      x.outgoing.writeHead(304);
      x.outgoing.end();
    },
  },
  { name: '999', act: (x) => raw(x, `HTTP/1.1 999 What\r\n${LAST}content-length: 0\r\n\r\n`) },

  { name: 'JSON cut off', passing: true, act: (x, real) => x.send({ ...real, body: half(real) }) },
  { name: 'web page with 200', act: body('<!doctype html><title>Log in</title>', { 'content-type': 'text/html' }) },
  { name: 'JSON called text/html', act: (x, real) => x.send({ ...real, headers: { 'content-type': 'text/html' } }) },
  {
    name: 'JSON called octet-stream',
    harmless: true,
    act: (x, real) => x.send({ ...real, headers: { 'content-type': 'application/octet-stream' } }),
  },
  { name: 'no content type', harmless: true, act: (x, real) => x.send({ ...real, headers: {} }) },
  {
    name: 'byte order mark',
    harmless: true,
    act: (x, real) => x.send({ ...real, body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), real.body]) }),
  },
  { name: 'UTF-16', act: (x, real) => x.send({ ...real, body: Buffer.from(real.body.toString('utf8'), 'utf16le') }) },
  { name: 'empty 200', says: true, act: body('') },
  {
    name: '204',
    says: true,
    act: (x) => {
      x.outgoing.writeHead(204);
      x.outgoing.end();
    },
  },
  { name: 'JSON null', says: true, act: body('null') },
  { name: 'JSON text', says: true, act: body('"ok"') },
  { name: 'JSON number', says: true, act: body('42') },
  { name: 'JSON {}', says: true, act: body('{}') },
  { name: 'JSON []', says: true, emptyList: true, act: body('[]') },
  { name: 'JSON [null]', says: true, act: body('[null, 1, "x", []]') },
  { name: 'an error with 200', act: body('{"error":{"code":"nope","message":"It did not work."}}') },
  { name: 'NaN in JSON', act: body('{"items": NaN}') },
  {
    name: 'not HTTP',
    act: async (x) => {
      await raw(x, 'SSH-2.0-OpenSSH_9.6\r\n');
      x.socket.end();
    },
  },
  {
    name: 'header of 64 KB',
    act: async (x) => {
      await raw(x, `HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(65_536)}\r\ncontent-length: 2\r\n\r\n{}`);
    },
  },
  {
    name: 'two lengths',
    act: async (x) => {
      await raw(x, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\n{}');
    },
  },
  {
    name: '103 first',
    harmless: true,
    act: async (x, real) => {
      await raw(x, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', head(real.body.length, LAST), real.body);
    },
  },
  {
    name: 'unknown compression',
    act: (x, real) => x.send({ ...real, headers: { ...real.headers, 'content-encoding': 'zz' } }),
  },
  {
    name: 'damaged gzip',
    act: (x, real) => x.send({ ...real, headers: { ...real.headers, 'content-encoding': 'gzip' } }),
  },
  {
    name: 'gzip unasked',
    harmless: true,
    act: (x, real) =>
      x.send({ ...real, headers: { ...real.headers, 'content-encoding': 'gzip' }, body: gzipSync(real.body) }),
  },

  {
    name: 'redirect to itself, once',
    act: (x, real) =>
      x.url.includes('hop=1')
        ? x.send(real)
        : x.send({
            status: 307,
            headers: { location: `${x.incoming.url}${x.url.includes('?') ? '&' : '?'}hop=1` },
            body: Buffer.alloc(0),
          }),
  },
  {
    name: 'redirect in a circle',
    act: (x) => x.send({ status: 302, headers: { location: x.incoming.url ?? '/' }, body: Buffer.alloc(0) }),
  },
  {
    name: 'redirect elsewhere',
    act: (x) =>
      x.send({ status: 302, headers: { location: `http://127.0.0.1:${otherOrigin}/take` }, body: Buffer.alloc(0) }),
  },
  {
    name: 'redirect nowhere',
    act: (x) => x.send({ status: 302, headers: { location: 'http://[oops' }, body: Buffer.alloc(0) }),
  },

  {
    name: '__proto__ keys',
    harmless: true,
    act: edited((text) => text.replaceAll('{"', '{"__proto__":{"polluted":true},"constructor":"x","')),
  },
  {
    name: 'members nobody knows',
    harmless: true,
    act: edited((text) => text.replaceAll('{"', '{"zz_new_field":"x","')),
  },
  { name: '10,000-deep JSON', act: body(`${'['.repeat(10_000)}${']'.repeat(10_000)}`) },
  {
    name: '10,000-deep member',
    act: edited((text) => text.replace('{', `{"zz_deep":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)},`)),
  },

  { name: 'rows that move', pages: true, act: (x, real) => x.send(moved(x, real)) },
  { name: 'the first page again and again', pages: true, act: (x, real) => x.send(repeated(x, real)) },
  { name: 'pages without end', pages: true, heavy: true, unending: true, act: (x, real) => x.send(endless(x, real)) },

  { name: '200 MB', heavy: true, act: flood(200 * MEGABYTE, Buffer.alloc(MEGABYTE, 97), '"') },
  {
    name: '200 MB of rows',
    heavy: true,
    act: flood(200 * MEGABYTE, Buffer.from('{"id":"x","a":[1,2,3]},'.repeat(40_000)), '{"items":['),
  },
  {
    name: 'gzip bomb of 200 MB',
    heavy: true,
    act: (x) => {
      bomb ??= gzipSync(Buffer.alloc(200 * MEGABYTE, 97), { level: 1 });
      x.send({ status: 200, headers: { ...JSON_HEADERS, 'content-encoding': 'gzip' }, body: bomb });
    },
  },
  { name: '500 with 200 MB', heavy: true, act: flood(200 * MEGABYTE, Buffer.alloc(MEGABYTE, 97), '"', 500) },
];

/** Where the redirect to another origin goes; whoever asks there has followed it. */
let otherOrigin = 9;
export function setOtherOrigin(port: number): void {
  otherOrigin = port;
}

type Row = Record<string, unknown>;

/** The list of a page: the longest array of objects, wherever it stands. */
function rowsOf(value: unknown): Row[] | undefined {
  let longest: Row[] | undefined;
  const visit = (node: unknown) => {
    if (Array.isArray(node)) {
      if (
        node.length > (longest?.length ?? 0) &&
        node.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))
      )
        longest = node;
    }
    if (typeof node === 'object' && node !== null && !Array.isArray(node))
      for (const member of Object.values(node)) visit(member);
  };
  visit(value);
  return longest;
}

const firstPages = new WeakMap<AbortSignal, Map<string, Answer>>();
const pathOf = (url: string) => url.split('?')[0] ?? '';
function firstPage(x: Exchange, real: Answer): { first: Answer; isFirst: boolean } {
  const known = firstPages.get(x.over) ?? new Map<string, Answer>();
  firstPages.set(x.over, known);
  const first = known.get(pathOf(x.url));
  if (!first) known.set(pathOf(x.url), real);
  return { first: first ?? real, isFirst: first === undefined };
}

/** A row was inserted at the front while we paged: the last row of a page comes again at the top of the next. */
function moved(x: Exchange, real: Answer): Answer {
  const { first, isFirst } = firstPage(x, real);
  if (isFirst) return real;
  const value: unknown = JSON.parse(real.body.toString('utf8'));
  const rows = rowsOf(value);
  const last = rowsOf(JSON.parse(first.body.toString('utf8')))?.at(-1);
  if (rows && last && rows.length > 1) rows.unshift(last);
  return { ...real, body: Buffer.from(JSON.stringify(value)) };
}

function repeated(x: Exchange, real: Answer): Answer {
  return firstPage(x, real).first;
}

/** Every page is full of rows never seen before, and there is always another. */
function endless(x: Exchange, real: Answer): Answer {
  const { first } = firstPage(x, real);
  const value: unknown = JSON.parse(first.body.toString('utf8'));
  const rename = (node: unknown, inRow: boolean): unknown => {
    if (Array.isArray(node)) return node.map((one) => rename(one, true));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, member]) => {
        if (typeof member === 'number' && !inRow && /total|count|pages/i.test(key)) return [key, 1_000_000];
        if (typeof member === 'string' && !inRow && /next.*token|token|cursor/i.test(key))
          return [key, `${member}${x.index}`];
        if (!inRow && key === 'next') return [key, `http://127.0.0.1/?page=${x.index + 2}`];
        if (typeof member === 'string' && inRow && /(^|_)id$/i.test(key)) return [key, renumbered(member, x.index)];
        return [key, rename(member, inRow)];
      }),
    );
  };
  return { ...first, body: Buffer.from(JSON.stringify(rename(value, false))) };
}

/** Another id of the same form. */
function renumbered(id: string, index: number): string {
  const tail = index.toString(16).padStart(6, '0');
  return id.length > 12 ? `${id.slice(0, -6)}${tail}` : `${id}${tail}`;
}

/** When in a call the fault strikes. */
export const MODES = ['once', 'later', 'always'] as const;
export type Mode = (typeof MODES)[number] | 'not done' | 'done, answer lost';

const PRETENDED: Answer = jsonAnswer(200, { status: 'ok', response: { id: 'x' } });

/** What the front does under a fault in a mode. */
export function actOf(fault: Fault, mode: Mode): Act {
  const act = fault.act;
  if (!act) return async (x) => x.send(await x.handle());
  return async (x) => {
    const changes = x.method !== 'GET';
    const strikes =
      mode === 'always' ||
      (mode === 'once' && x.index === 0) ||
      (mode === 'later' && x.index > 0) ||
      ((mode === 'not done' || mode === 'done, answer lost') && changes);
    if (!strikes) return x.send(await x.handle());
    const handled = !changes || mode !== 'not done';
    const hop = x.url.replace(/[?&]hop=1$/, '');
    return act(x, handled ? await { ...x, url: hop }.handle() : PRETENDED);
  };
}
