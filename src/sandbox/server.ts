/**
 * Serves the sandbox on loopback: every dialect under its own prefix of one port, faults on order, and private routes
 * under `/__test/` that tests use to order faults, turn switches and read the truth. Nothing here protects anything:
 * it listens on 127.0.0.1 only, and its keys are printed.
 */
import { setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { createEngine } from './engine/engine.ts';
import type { Dialect, Engine, EngineOptions } from './engine/types.ts';
import { type Answer, applyFault } from './fault-effects.ts';
import { createFaultQueue, type FaultQueue, faultSchema, needsAnswer } from './faults.ts';
import { createUsageMeter, type UsageMeter } from './usage.ts';

export interface SandboxOptions {
  /** An engine of your own, or what to make one with. */
  engine?: Engine | undefined;
  engineOptions?: EngineOptions | undefined;
  dialects: readonly ((engine: Engine) => Dialect)[];
  /** Default 0: any free port. */
  port?: number | undefined;
  faults?: FaultQueue | undefined;
}

export interface Sandbox {
  /** e.g. `http://127.0.0.1:40123`. */
  url: string;
  port: number;
  engine: Engine;
  /** By dialect id: its own base address and the keys it accepts. */
  dialects: Map<
    string,
    { url: string; credentials: Readonly<Record<string, string>>; switches: object; playbook: Engine['playbook'] }
  >;
  faults: FaultQueue;
  /** Ends at once, open and stalled connections included. */
  close(): Promise<void>;
}

type Env = { Bindings: HttpBindings };

/** Biggest request body it reads. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Starts the sandbox. Rejects when the port is taken or two dialects claim one prefix. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const engine = options.engine ?? (options.engineOptions && createEngine(options.engineOptions));
  if (!engine) throw new Error('The sandbox needs an engine or engineOptions.');
  const faults = options.faults ?? createFaultQueue();
  const usage = createUsageMeter();
  const closing = new AbortController();
  // Every answer that a fault holds back listens to it.
  setMaxListeners(0, closing.signal);
  const dialects = options.dialects.map((create) => {
    let id = '';
    const dialect = create(usage.engineFor(() => id, engine));
    id = dialect.id;
    return dialect;
  });
  if (new Set(dialects.map((dialect) => dialect.prefix)).size < dialects.length)
    throw new Error('Two dialects of the sandbox have the same prefix.');

  const app = new Hono<Env>();
  app.use(async (c, next) => {
    // Web pages reach loopback too (DNS rebinding); they cannot choose the Host header.
    const host = c.req.header('host')?.replace(/:\d+$/, '');
    if (host !== '127.0.0.1' && host !== 'localhost') return c.json({ error: 'Loopback only.' }, 403);
    await next();
    return undefined;
  });
  app.route('/__test', controls({ engine, faults, usage, dialects }));
  // Like a platform's storage: whoever has the address may fetch it.
  app.get('/recordings/:file', (c) => {
    engine.refresh();
    const [, run] = /^([\w-]+)\.wav$/.exec(c.req.param('file')) ?? [];
    const wav = run === undefined ? undefined : engine.recording(run);
    return wav
      ? c.body(new Uint8Array(wav), 200, { 'content-type': 'audio/wav' })
      : c.json({ error: 'There is no such recording.' }, 404);
  });
  for (const dialect of dialects) {
    const serve = (c: Context<Env>) => answer(c, dialect, { engine, faults, usage, signal: closing.signal });
    app.all(dialect.prefix, serve);
    app.all(`${dialect.prefix}/*`, serve);
  }
  app.notFound((c) => c.json({ error: 'No dialect here.', dialects: dialects.map(({ prefix }) => prefix) }, 404));
  app.onError((error, c) => c.json({ error: { message: `The sandbox failed: ${error.message}` } }, 500));

  const { server, close } = await listen(app, options.port ?? 0, closing);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  engine.serveRecordingsAt(`${url}/recordings`);
  return {
    url,
    port,
    engine,
    faults,
    dialects: new Map(
      dialects.map(({ id, prefix, credentials, switches = {} }) => [
        id,
        { url: `${url}${prefix}`, credentials, switches, playbook: engine.playbook },
      ]),
    ),
    close,
  };
}

async function listen(
  app: Hono<Env>,
  port: number,
  closing: AbortController,
): Promise<{ server: Server; close(): Promise<void> }> {
  // The process belongs to the MCP server: its global Request and Response stay as they are.
  const server = createServer(
    getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false }),
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  let closed: Promise<void> | undefined;
  return {
    server,
    close() {
      closed ??= new Promise<void>((resolve) => {
        closing.abort();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closed;
    },
  };
}

async function answer(
  c: Context<Env>,
  dialect: Dialect,
  { engine, faults, usage, signal }: { engine: Engine; faults: FaultQueue; usage: UsageMeter; signal: AbortSignal },
): Promise<Response> {
  const url = new URL(c.req.url);
  url.pathname = url.pathname.slice(dialect.prefix.length) || '/';
  const method = c.req.method;
  const body = method === 'GET' || method === 'HEAD' ? undefined : await c.req.arrayBuffer();
  if (body && body.byteLength > MAX_REQUEST_BYTES) return c.json({ error: 'Request body too large.' }, 413);
  engine.refresh();
  const handle = () =>
    usage.handle(dialect.id, () =>
      dialect.fetch(new Request(url, { method, headers: c.req.raw.headers, body: body?.byteLength ? body : null })),
    );

  const fault = faults.take({ dialect: dialect.id, method, path: `${url.pathname}${url.search}` });
  if (!fault) return handle();
  // A spoilt answer needs an answer; what changes something is only really done when the fault says so.
  const handled = fault.after_handling || ((method === 'GET' || fault.kind === 'slow') && needsAnswer(fault));
  const real = handled ? await buffered(await handle()) : undefined;
  await applyFault(fault, real, { incoming: c.env.incoming, outgoing: c.env.outgoing }, signal);
  // Tells the adapter that the connection has been dealt with.
  return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
}

async function buffered(response: Response): Promise<Answer> {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  };
}

interface Controls {
  engine: Engine;
  faults: FaultQueue;
  usage: UsageMeter;
  dialects: readonly Dialect[];
}

const faultsBody = z.union([faultSchema, z.array(faultSchema)]);
const switchesBody = z.record(z.string(), z.unknown());

/** The private routes, JSON in and out. */
function controls({ engine, faults, usage, dialects }: Controls): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/faults', (c) => c.json({ faults: faults.list() }));
  app.post('/faults', async (c) => {
    const parsed = faultsBody.safeParse(await json(c));
    if (!parsed.success) return c.json({ error: 'Not a fault.', issues: parsed.error.issues }, 400);
    for (const fault of [parsed.data].flat()) faults.add(fault);
    return c.json({ faults: faults.list() });
  });
  app.delete('/faults', (c) => {
    faults.clear();
    return c.json({ faults: [] });
  });
  app.post('/switches/:dialect', async (c) => {
    const dialect = dialects.find(({ id }) => id === c.req.param('dialect'));
    if (!dialect?.switches) return c.json({ error: 'No such dialect, or it has no switches.' }, 404);
    const parsed = switchesBody.safeParse(await json(c));
    if (!parsed.success) return c.json({ error: 'Send an object of switches.' }, 400);
    const unknown = Object.keys(parsed.data).filter((name) => !Object.hasOwn(dialect.switches ?? {}, name));
    Object.assign(dialect.switches, parsed.data);
    return c.json({ switches: dialect.switches, unknown });
  });
  app.get('/switches/:dialect', (c) => {
    const dialect = dialects.find(({ id }) => id === c.req.param('dialect'));
    return dialect?.switches ? c.json({ switches: dialect.switches }) : c.json({ error: 'No switches.' }, 404);
  });
  app.get('/usage', (c) => {
    const report = usage.report(engine);
    const all = Object.values(report);
    const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0);
    return c.json({
      messages: sum((one) => one.messages),
      completed_runs: sum((one) => one.completed_runs),
      dialects: report,
    });
  });
  app.get('/playbook', (c) => c.json(engine.playbook()));
  return app;
}

async function json(c: Context<Env>): Promise<unknown> {
  return c.req.json().catch(() => undefined);
}
