/** The provider against the dialect over real HTTP, with a clock that only moves when told to. */

import { createServer } from 'node:http';
import { afterEach } from 'vitest';
import * as z from 'zod/v4';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { createVendorHttp } from '../../../src/http/client.ts';
import { createRedactor } from '../../../src/http/secrets/redact.ts';
import type { VendorHttp } from '../../../src/http/types.ts';
import type { Run } from '../../../src/model/schemas.ts';
import { definition } from '../../../src/providers/coval/index.ts';
import type { Provider, RunDepth, StartOperations, StartRequest } from '../../../src/providers/provider.ts';
import { createCovalDialect } from '../../../src/sandbox/dialects/coval/index.ts';
import type { CovalSwitches } from '../../../src/sandbox/dialects/coval/switches.ts';
import { createEngine } from '../../../src/sandbox/engine/engine.ts';
import type { Engine, EngineOptions } from '../../../src/sandbox/engine/types.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { onLoopback } from '../../support/loopback.ts';
import { noDeadline } from '../../support/waiting.ts';
import { readWhole } from '../../support/whole-session.ts';

const KEY = 'coval_sk_sandbox_0001';
/** Header of requests that a test sends itself. */
export const BY_TEST = 'x-by-test';
const outputsSchema = z.object({ metrics: z.array(z.object({ metric_id: z.string() })) });

export type Full = Required<Pick<Provider, 'tests' | 'sessions' | 'runs' | 'start' | 'cancel'>> & Provider;

export interface World {
  provider: Full;
  sandbox: Sandbox;
  engine: Engine;
  switches: CovalSwitches;
  url: string;
  call: { signal: AbortSignal };
  clock: { now: number };
  /** Bodies of the PATCH requests that the provider sent. */
  patches: unknown[];
  sent(): Record<string, number>;
  total(): number;
}

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export async function openWorld(
  switches: Partial<CovalSwitches> = {},
  engineOptions: Partial<EngineOptions> = {},
  env: Record<string, string> = {},
  registerSecret?: (secret: string) => void,
): Promise<World> {
  const clock = { now: Date.parse('2026-11-20T08:00:00Z') };
  const engine = createEngine({
    playbook: SHIPPED_PLAYBOOK,
    seed: 7,
    now: () => clock.now,
    speed: 1,
    ...engineOptions,
  });
  let dialect: ReturnType<typeof createCovalDialect> | undefined;
  const patches: unknown[] = [];
  const sandbox = await startSandbox({
    engine,
    dialects: [
      (seen) => {
        dialect = createCovalDialect(seen, switches);
        const { fetch } = dialect;
        return {
          ...dialect,
          async fetch(request) {
            if (request.method === 'PATCH' && !request.headers.has(BY_TEST)) patches.push(await request.clone().json());
            return fetch(request);
          },
        };
      },
    ],
  });
  open.push(() => sandbox.close());
  const entry = sandbox.dialects.get('coval');
  if (!entry || !dialect) throw new Error('no dialect');
  const { provider, http } = connect(
    { ...definition.sandboxEnv(entry.url, entry.credentials), ...env },
    () => clock.now,
    registerSecret,
  );
  return {
    provider,
    sandbox,
    engine,
    switches: dialect.switches,
    url: entry.url,
    call: { signal: noDeadline() },
    clock,
    patches,
    sent: () => Object.fromEntries(http.sent),
    total: () => [...http.sent.values()].reduce((sum, count) => sum + count, 0),
  };
}

/** A configured provider and the client below it. */
export function connect(
  env: Record<string, string>,
  now: () => number = Date.now,
  registerSecret: (secret: string) => void = () => {},
): { provider: Full; http: VendorHttp } {
  let http: VendorHttp | undefined;
  const redactor = createRedactor();
  const configured = definition.configure(env, {
    createHttp(options) {
      // Answers are redacted as those that the server reads.
      http = createVendorHttp({ ...options, redact: (text) => redactor.redact(text) }, { sleep: async () => {} });
      return http;
    },
    defaults: DEFAULTS,
    registerSecret(secret) {
      redactor.register(secret);
      registerSecret(secret);
    },
    sandbox: true,
    now,
  });
  if ('problem' in configured) throw new Error(configured.problem);
  if (!http) throw new Error('no client');
  const made = http;
  open.push(() => made.close());
  return { provider: full(configured.provider), http: made };
}

function full(provider: Provider): Full {
  const { tests, sessions, runs, start, cancel } = provider;
  if (!tests || !sessions || !runs || !start || !cancel) throw new Error('a group is missing');
  return { ...provider, tests, sessions, runs, start, cancel };
}

export function idOf(ref: string | undefined): string {
  const id = ref?.split('/').at(-1);
  if (!id) throw new Error(`no id in ${ref}`);
  return id;
}

/** A session read to its end: its runs, and what the reading found of what there is. */
export const readSession = (
  { provider, call }: Pick<World, 'provider' | 'call'>,
  session: string,
  depth: RunDepth = 'verdicts',
) => readWhole(provider, [session], depth, call);

/** The runs of a session that can be read whole. */
export async function readRuns(
  world: Pick<World, 'provider' | 'call'>,
  session: string,
  depth?: RunDepth,
): Promise<Run[]> {
  const { runs, coverage } = await readSession(world, session, depth);
  if (!coverage.complete || coverage.read !== runs.length) throw new Error(`not whole: ${JSON.stringify(coverage)}`);
  return runs;
}

/** Id of the newest session whose name contains the text. */
export async function sessionNamed({ provider, call }: World, text: string): Promise<string> {
  const { items } = await provider.sessions.list({ limit: 50 }, call);
  return idOf(items.find((session) => session.name?.includes(text))?.ref);
}

/** A suite id, an agent and a persona to start with. */
export async function startable(world: World): Promise<{ suite: string; request: StartRequest }> {
  const { items } = await world.provider.tests.list({ kind: 'suite', limit: 10 }, world.call);
  const suite = idOf(items[0]?.ref);
  return {
    suite,
    request: { test: { kind: 'suite', ids: [suite] }, persona: 'Relaxed regular patient', repeat: 1 },
  };
}

/** Plans and sends one start; the id of the new session. */
export async function launch(world: World, request: Partial<StartRequest> = {}): Promise<string> {
  const { request: base } = await startable(world);
  const start: StartOperations = world.provider.start;
  const plan = await start.plan({ ...base, ...request }, world.call);
  const step = plan.steps[0];
  if (!step) throw new Error('no step');
  const { session } = await start.send(step, world.call, []);
  return idOf(session?.[0]);
}

/** Starts a run and waits until it has just ended and everything is judged; the id of the session. */
export async function launchToEnd(world: World, request: Partial<StartRequest> = {}): Promise<string> {
  const session = await launch(world, request);
  const [started] = world.engine.sessions();
  world.clock.now = Math.max(...(started?.runs ?? []).map((run) => run.scored_at)) + 1000;
  return session;
}

/** Id of a metric that has an output on a simulation, straight from the wire. */
export async function metricOf({ url }: World, id: string): Promise<string> {
  const answer = await fetch(`${url}/v1/simulations/${id}/metrics`, { headers: { 'x-api-key': KEY } });
  const [first] = outputsSchema.parse(await answer.json()).metrics;
  if (!first) throw new Error('no output');
  return first.metric_id;
}

export interface Recorded {
  url: string;
  method: string;
  rawHeaders: string[];
}

/** A server of its own that answers as told and shows what came in, spelled as it was on the wire. */
export async function recorder(
  answer: (path: string, method: string) => { status?: number; body: string; headers?: Record<string, string> },
): Promise<{ requests: Recorded[]; url: string }> {
  const requests: Recorded[] = [];
  const server = createServer((request, response) => {
    const { url = '', method = '', rawHeaders } = request;
    requests.push({ url, method, rawHeaders });
    const { status = 200, body, headers } = answer(url, method);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  const { origin, close } = await onLoopback(server);
  open.push(close);
  return { requests, url: origin };
}
