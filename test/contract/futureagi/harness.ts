/** The real provider on the real HTTP client against the dialect on loopback, with a clock that tests move. */

import { afterAll } from 'vitest';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { createVendorHttp } from '../../../src/http/client.ts';
import type { VendorHttp } from '../../../src/http/types.ts';
import type { Coverage } from '../../../src/model/coverage.ts';
import type { Run, Session } from '../../../src/model/schemas.ts';
import { createProvider, definition } from '../../../src/providers/futureagi/index.ts';
import type { CallContext, OpenSession, Provider, RunDepth } from '../../../src/providers/provider.ts';
import { createFutureAgiDialect, type FutureAgiDialect } from '../../../src/sandbox/dialects/futureagi/index.ts';
import { createEngine } from '../../../src/sandbox/engine/engine.ts';
import type { Engine, EngineOptions } from '../../../src/sandbox/engine/types.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { readOpened } from '../../support/whole-session.ts';
import { type Seed, withFixtures } from './fixtures-world.ts';

export const START = Date.parse('2026-06-01T12:00:00Z');

export interface Bench {
  provider: Provider;
  /** As the registry configures it. */
  configured: Provider;
  dialect: FutureAgiDialect & { seed: Seed };
  engine: Engine;
  http: VendorHttp;
  call: CallContext;
  url: string;
  now: number;
  /** Waits that the HTTP client asked for, in ms. */
  waits: number[];
  /** What the provider said is never to be shown. */
  secrets: string[];
  /** Answers of this request (`METHOD path`, without the prefix of the dialect) are lost, once; `done` = it was handled. */
  lose(request: string, done: boolean): void;
  /** Requests the dialect saw since the last call of `since`. */
  since(): string[];
  /** All runs of a session. */
  runs(session: string, depth?: RunDepth): Promise<Run[]>;
  /** The same with what the reading found of what there is. */
  read(session: string, depth?: RunDepth): Promise<ReadSession>;
  close(): Promise<void>;
}

export interface ReadSession {
  session: Session;
  open: OpenSession;
  runs: Run[];
  coverage: Coverage;
}

/** A session and everything in it; the last page carries the coverage. */
export async function readSession(
  provider: Provider,
  session: string,
  depth: RunDepth,
  call: CallContext,
): Promise<ReadSession> {
  const open = await has(provider.sessions).open([session], call);
  return { session: open.session, open, ...(await readOpened(open, depth, call)) };
}

const open: Bench[] = [];

/** One bench a test file may ask for as often as it likes; all are closed after the file. */
export async function bench(
  options: Partial<EngineOptions> & { rate?: { requests: number; interval_ms: number } } = {},
) {
  const made: Partial<Bench> & { now: number } = { now: START };
  const { rate, ...engineOptions } = options;
  const engine = createEngine({
    playbook: 'src/sandbox/playbook.md',
    seed: 7,
    speed: 30,
    now: () => made.now,
    ...engineOptions,
  });
  const dialects: Bench['dialect'][] = [];
  const sandbox = await startSandbox({
    engine,
    dialects: [
      (shared) => {
        const created = withFixtures(createFutureAgiDialect(shared));
        dialects.push(created);
        return created;
      },
    ],
  });
  const [dialect] = dialects;
  const address = sandbox.dialects.get('futureagi');
  if (!dialect || !address) throw new Error('The dialect did not start.');
  const waits: number[] = [];
  const secrets: string[] = [];
  const redact = (text: string) => secrets.reduce((all, secret) => all.replaceAll(secret, '[redacted]'), text);
  const clients: VendorHttp[] = [];
  const deps = {
    createHttp: (http: Parameters<typeof createVendorHttp>[0]) => {
      const client = createVendorHttp(
        { ...http, redact },
        {
          sleep: async (ms) => {
            waits.push(ms);
          },
          random: () => 0,
        },
      );
      clients.push(client);
      return client;
    },
    defaults: DEFAULTS,
    registerSecret: (secret: string) => secrets.push(secret),
    sandbox: true,
    now: () => made.now,
  };
  const provider = createProvider(
    {
      base_url: address.url,
      api_key: 'sandbox-futureagi-key',
      secret_key: 'sandbox-futureagi-secret',
      rate,
    },
    deps,
  );
  const outcome = definition.configure(definition.sandboxEnv(address.url, address.credentials), deps);
  if ('problem' in outcome) throw new Error(outcome.problem);
  const [http] = clients;
  if (!http) throw new Error('No HTTP client was made.');
  const call = { signal: new AbortController().signal };
  let mark = 0;
  const whole: Bench = Object.assign(made, {
    provider,
    configured: outcome.provider,
    dialect,
    engine,
    http,
    call,
    url: address.url,
    waits,
    secrets,
    lose: (request: string, done: boolean) => {
      const [method = '', path = ''] = request.split(' ');
      sandbox.faults.add({ dialect: 'futureagi', method, path, kind: 'reset', after_handling: done });
    },
    since() {
      const fresh = dialect.requests.slice(mark);
      mark = dialect.requests.length;
      return fresh;
    },
    read: (session: string, depth: RunDepth = 'reasons') => readSession(provider, session, depth, call),
    runs: async (session: string, depth: RunDepth = 'reasons') =>
      (await readSession(provider, session, depth, call)).runs,
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await sandbox.close();
    },
  });
  open.push(whole);
  return whole;
}

afterAll(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A group of operations that the provider must have. */
export function has<T>(group: T | undefined): T {
  if (group === undefined) throw new Error('The provider lacks a group of operations.');
  return group;
}

/** A plain request to the dialect, with keys unless `headers` says otherwise. */
export async function raw(one: Bench, path: string, init: RequestInit = {}) {
  const headers = { 'X-Api-Key': 'sandbox-futureagi-key', 'X-Secret-Key': 'sandbox-futureagi-secret' };
  const response = await fetch(`${one.url}${path}`, { redirect: 'manual', headers, ...init });
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: the text itself is looked at.
  }
  return { status: response.status, headers: response.headers, body };
}
