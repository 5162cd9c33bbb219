/** The provider against the dialect over real HTTP on loopback, with a clock that only moves when told to. */

import { createServer } from 'node:http';
import { afterEach } from 'vitest';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { createVendorHttp } from '../../../src/http/client.ts';
import type { VendorHttp } from '../../../src/http/types.ts';
import { parseRef } from '../../../src/model/refs.ts';
import type { Run } from '../../../src/model/schemas.ts';
import { createApi } from '../../../src/providers/cognigy/api.ts';
import { ENDPOINTS } from '../../../src/providers/cognigy/endpoints.ts';
import { createProvider } from '../../../src/providers/cognigy/index.ts';
import type { Settings } from '../../../src/providers/cognigy/settings.ts';
import type { WireScenario } from '../../../src/providers/cognigy/wire.ts';
import type { Provider, ProviderDeps, RunDepth, StartReceipt, StartRequest } from '../../../src/providers/provider.ts';
import type { Api } from '../../../src/providers/shared/api.ts';
import { createCognigyDialect } from '../../../src/sandbox/dialects/cognigy/index.ts';
import type { CognigySwitches } from '../../../src/sandbox/dialects/cognigy/switches.ts';
import { PROJECT } from '../../../src/sandbox/dialects/cognigy/world.ts';
import { createEngine } from '../../../src/sandbox/engine/engine.ts';
import type { Engine, EngineOptions } from '../../../src/sandbox/engine/types.ts';
import type { FaultQueue } from '../../../src/sandbox/faults.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { onLoopback } from '../../support/loopback.ts';
import { noDeadline } from '../../support/waiting.ts';
import { readWhole as readSession } from '../../support/whole-session.ts';

export type Full = Required<Pick<Provider, 'tests' | 'sessions' | 'runs' | 'start' | 'cancel' | 'agents'>> & Provider;

export interface World {
  provider: Full;
  /** Over the connection of the provider. */
  api: Api;
  /** Scenarios as somebody writes them at the vendor. */
  author: Author;
  http: VendorHttp;
  engine: Engine;
  faults: FaultQueue;
  switches: CognigySwitches;
  url: string;
  call: { signal: AbortSignal };
  clock: { now: number };
  /** Pauses the provider made, in ms; each moves the clock. */
  slept: number[];
  /** What the provider registered as secrets. */
  secrets: Set<string>;
  sent(): Record<string, number>;
  total(): number;
  /** A provider of its own, e.g. with other settings, that has seen nothing yet. */
  connect(settings?: Partial<Settings>): { provider: Full; http: VendorHttp };
}

type Body = Readonly<Record<string, unknown>>;

/** What no tool does yet, to set scenes. */
export interface Author {
  createScenario(body: Body): Promise<WireScenario>;
  /** What the vendor answers: the scenario or nothing. */
  updateScenario(id: string, body: Body): Promise<unknown>;
  cloneScenario(id: string, body: Body): Promise<WireScenario>;
  deleteScenario(id: string): Promise<unknown>;
}

function authorOver(api: Api, signal: AbortSignal): Author {
  const at = (id: string) => ({ params: { simulationReference: id }, signal });
  return {
    createScenario: (body) => api.one(ENDPOINTS.createScenario, { body, signal }),
    updateScenario: (id, body) => api.body(ENDPOINTS.updateScenario, { ...at(id), body }),
    cloneScenario: (id, body) => api.one(ENDPOINTS.cloneScenario, { ...at(id), body }),
    deleteScenario: (id) => api.body(ENDPOINTS.deleteScenario, at(id)),
  };
}

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export async function openWorld(
  switches: Partial<CognigySwitches> = {},
  engineOptions: Partial<EngineOptions> = {},
): Promise<World> {
  const clock = { now: Date.parse('2026-11-20T08:00:00Z') };
  const engine = createEngine({
    playbook: SHIPPED_PLAYBOOK,
    seed: 7,
    speed: 1,
    now: () => clock.now,
    ...engineOptions,
  });
  let dialect: ReturnType<typeof createCognigyDialect> | undefined;
  const sandbox = await startSandbox({
    engine,
    dialects: [
      (seen) => {
        dialect = createCognigyDialect(seen, switches);
        return dialect;
      },
    ],
  });
  open.push(() => sandbox.close());
  const entry = sandbox.dialects.get('cognigy');
  if (!entry || !dialect) throw new Error('The dialect is not served.');
  const slept: number[] = [];
  const secrets = new Set<string>();
  const settings: Settings = {
    base_url: entry.url,
    auth: { key: entry.credentials.COGNIGY_API_KEY ?? '' },
    project: PROJECT,
  };
  const connect = (other: Partial<Settings> = {}) =>
    connectTo(
      { ...settings, ...other },
      clock,
      async (ms) => {
        slept.push(ms);
        clock.now += ms;
      },
      (secret) => void secrets.add(secret),
    );
  const { provider, http } = connect();
  const api = createApi(http, async () => PROJECT);
  const call = { signal: noDeadline() };
  return {
    provider,
    http,
    api,
    author: authorOver(api, call.signal),
    engine,
    faults: sandbox.faults,
    switches: dialect.switches,
    url: entry.url,
    call,
    clock,
    slept,
    secrets,
    sent: () => Object.fromEntries(http.sent),
    total: () => [...http.sent.values()].reduce((sum, count) => sum + count, 0),
    connect,
  };
}

/** A provider over any address, and the client below it. */
export function connectTo(
  settings: Settings,
  clock: { now: number } = { now: Date.parse('2026-11-20T08:00:00Z') },
  sleep: (ms: number, signal: AbortSignal) => Promise<void> = async () => undefined,
  registerSecret: (secret: string) => void = () => undefined,
): { provider: Full; http: VendorHttp } {
  let http: VendorHttp | undefined;
  const deps: ProviderDeps = {
    createHttp(options) {
      http = createVendorHttp(options, { sleep: async () => undefined });
      return http;
    },
    defaults: DEFAULTS,
    registerSecret,
    sandbox: true,
    now: () => clock.now,
  };
  const provider = full(createProvider(settings, deps, sleep));
  if (!http) throw new Error('No client was made.');
  const made = http;
  open.push(() => made.close());
  return { provider, http: made };
}

function full(provider: Provider): Full {
  const { tests, sessions, runs, start, cancel, agents } = provider;
  if (!tests || !sessions || !runs || !start || !cancel || !agents) throw new Error('An operation group is missing.');
  return { ...provider, tests, sessions, runs, start, cancel, agents };
}

export function idsOf(ref: string | undefined): readonly string[] {
  const parsed = ref === undefined ? undefined : parseRef(ref);
  if (!parsed) throw new Error(`Not a reference: ${ref}`);
  return parsed.ids;
}

/** The parameters of a path that leads to a session or below it. */
export function placeOf([scenario = '', batch = '']: readonly string[]) {
  return { simulationReference: scenario, simulationRunBatchReference: batch };
}

/** Id of the scenario with this name. */
export async function scenarioNamed({ provider, call }: World, name: string): Promise<string> {
  const { items } = await provider.tests.list({ limit: 100 }, call);
  const found = items.find((one) => one.name === name);
  return idsOf(found?.ref)[0] ?? '';
}

export const BOOKING = 'Book a cleaning';

/** Plans and sends a start of the booking scenario; the ids of its session. */
export async function launch(
  world: World,
  request: Partial<StartRequest> = {},
  correlation_id?: string,
): Promise<StartReceipt> {
  const test = request.test ?? { kind: 'case' as const, ids: [await scenarioNamed(world, BOOKING)] };
  const plan = await world.provider.start.plan({ repeat: 3, ...request, test }, world.call);
  const [step] = plan.steps;
  if (!step) throw new Error('No step was planned.');
  return world.provider.start.send({ ...step, correlation_id }, world.call, []);
}

/** Starts, and lets the clock run until everything is over. */
export async function finished(world: World, request: Partial<StartRequest> = {}): Promise<readonly string[]> {
  const { session } = await launch(world, request);
  if (!session) throw new Error('The start named no session.');
  world.clock.now += 3_600_000;
  return session;
}

/** A session read to its end, and what the reading found of it. */
export const readWhole = (
  { provider, call }: Pick<World, 'provider' | 'call'>,
  session: readonly string[],
  depth: RunDepth = 'reasons',
) => readSession(provider, session, depth, call);

export async function readRuns(
  world: Pick<World, 'provider' | 'call'>,
  session: readonly string[],
  depth: RunDepth = 'reasons',
): Promise<Run[]> {
  return (await readWhole(world, session, depth)).runs;
}

/** Every run with its transcript, which only a run that is read by itself has. */
export async function readConversations(
  world: Pick<World, 'provider' | 'call'>,
  session: readonly string[],
): Promise<Run[]> {
  const runs = await readRuns(world, session);
  return Promise.all(
    runs.map(async (run) => {
      const { transcript, speaker_inferred } = await world.provider.runs.get(idsOf(run.ref), world.call);
      return { ...run, transcript, speaker_inferred };
    }),
  );
}

export interface Recorded {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

/** A server of its own that answers as told and shows what came in. */
export async function recorder(
  answer: (request: Recorded) => { status?: number; body: unknown; headers?: Record<string, string> },
): Promise<{ requests: Recorded[]; url: string }> {
  const requests: Recorded[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]));
      const recorded: Recorded = {
        url: request.url ?? '',
        method: request.method ?? '',
        headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
      requests.push(recorded);
      const { status = 200, body, headers: sent } = answer(recorded);
      const type = typeof body === 'string' ? 'text/html' : 'application/json';
      response
        .writeHead(status, { 'content-type': type, ...sent })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  const { origin, close } = await onLoopback(server);
  open.push(close);
  return { requests, url: origin };
}
