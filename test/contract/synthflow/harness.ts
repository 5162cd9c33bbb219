/** The provider against the dialect over real HTTP on loopback, with a clock that the test moves. */
import { DEFAULTS } from '../../../src/config/settings.ts';
import { createVendorHttp } from '../../../src/http/client.ts';
import type { VendorHttp } from '../../../src/http/types.ts';
import { type Coverage, withGaps } from '../../../src/model/coverage.ts';
import type { Run } from '../../../src/model/schemas.ts';
import type { OpenSession, Provider, RunDepth, StartReceipt, StartRequest } from '../../../src/providers/provider.ts';
import type { Api } from '../../../src/providers/shared/api.ts';
import { requestOf } from '../../../src/providers/shared/endpoint.ts';
import { createApi } from '../../../src/providers/synthflow/api.ts';
import { ENDPOINTS } from '../../../src/providers/synthflow/endpoints.ts';
import { definition } from '../../../src/providers/synthflow/index.ts';
import type { WireCase, WireSuite } from '../../../src/providers/synthflow/wire.ts';
import type { Agents } from '../../../src/sandbox/dialects/synthflow/agents.ts';
import { createSynthflowDialect } from '../../../src/sandbox/dialects/synthflow/index.ts';
import type { SynthflowSwitches } from '../../../src/sandbox/dialects/synthflow/switches.ts';
import { createEngine } from '../../../src/sandbox/engine/engine.ts';
import type { Engine, EngineOptions } from '../../../src/sandbox/engine/types.ts';
import type { FaultQueue } from '../../../src/sandbox/faults.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { readWhole } from '../../support/whole-session.ts';

export interface Rig {
  provider: Provider;
  tests: NonNullable<Provider['tests']>;
  sessions: NonNullable<Provider['sessions']>;
  runs: NonNullable<Provider['runs']>;
  start: NonNullable<Provider['start']>;
  agents: NonNullable<Provider['agents']>;
  /** The agents as they stand at the vendor. */
  workspace: Agents;
  /** What the provider registered so that nothing ever shows it. */
  secrets: readonly string[];
  /** Over the connection of the provider. */
  api: Api;
  /** Definitions as somebody writes them at the vendor. */
  author: Author;
  switches: SynthflowSwitches;
  engine: Engine;
  faults: FaultQueue;
  /** Address of the dialect, without `/v2`. */
  url: string;
  /** Requests of the provider and of `api`, by `METHOD template`. */
  sent: ReadonlyMap<string, number>;
  call: { signal: AbortSignal };
  /** Moves the clock. */
  pass(seconds: number): void;
  now(): number;
  /** A provider over other settings, e.g. another base URL. */
  configure(env: Record<string, string>): Provider;
  /** Plans and sends every step; the receipts in order. */
  startAll(request: Partial<StartRequest> & Pick<StartRequest, 'test'>): Promise<StartReceipt[]>;
  /** Opens a session and reads its runs; `sizes` = of the pages. */
  read(session: readonly string[], depth?: RunDepth): Promise<ReadSession>;
  /** Its runs alone. */
  allRuns(session: readonly string[], depth?: RunDepth): Promise<Run[]>;
  close(): Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

/** What no tool does yet, to set scenes. */
export interface Author {
  createCase(body: Body): Promise<WireCase>;
  updateCase(id: string, body: Body): Promise<WireCase>;
  deleteCase(id: string): Promise<unknown>;
  /** Values as the vendor streams them; lines that are no JSON as strings. */
  generateCases(body: Body): Promise<unknown[]>;
  createSuite(body: Body): Promise<WireSuite>;
  updateSuite(id: string, body: Body): Promise<WireSuite>;
  deleteSuite(id: string): Promise<unknown>;
}

function authorOver(http: VendorHttp, signal: AbortSignal): Author {
  const api = createApi(http);
  const ofCase = (id: string) => ({ params: { simulation_case_id: id }, signal });
  const ofSuite = (id: string) => ({ params: { suite_id: id }, signal });
  return {
    createCase: (body) => api.one(ENDPOINTS.createCase, { body, signal }),
    updateCase: (id, body) => api.one(ENDPOINTS.updateCase, { ...ofCase(id), body }),
    deleteCase: (id) => api.body(ENDPOINTS.deleteCase, ofCase(id)),
    async generateCases(body) {
      const { intent } = ENDPOINTS.generateCases;
      const lines: unknown[] = [];
      for await (const line of http.lines({ ...requestOf(ENDPOINTS.generateCases), body, signal, intent }))
        lines.push(line);
      return lines;
    },
    createSuite: (body) => api.one(ENDPOINTS.createSuite, { body, signal }),
    updateSuite: (id, body) => api.one(ENDPOINTS.updateSuite, { ...ofSuite(id), body }),
    deleteSuite: (id) => api.body(ENDPOINTS.deleteSuite, ofSuite(id)),
  };
}

export interface ReadSession {
  opened: OpenSession;
  runs: Run[];
  /** With the gaps that were known before any run was read. */
  coverage: Coverage;
  sizes: number[];
}

export async function startRig(options: Partial<EngineOptions> = {}): Promise<Rig> {
  let now = Date.parse('2026-11-22T10:00:00Z');
  const engine = createEngine({ playbook: SHIPPED_PLAYBOOK, seed: 7, speed: 1, now: () => now, ...options });
  let switches: SynthflowSwitches | undefined;
  let workspace: Agents | undefined;
  const sandbox = await startSandbox({
    engine,
    dialects: [
      (one) => {
        const dialect = createSynthflowDialect(one);
        switches = dialect.switches;
        workspace = dialect.agents;
        return dialect;
      },
    ],
  });
  const served = sandbox.dialects.get('synthflow');
  if (!served || !switches || !workspace) throw new Error('The dialect is not served.');
  const clients: VendorHttp[] = [];
  const secrets: string[] = [];
  const deps = {
    createHttp(http: Parameters<typeof createVendorHttp>[0]) {
      const made = createVendorHttp(http, { sleep: async () => undefined });
      clients.push(made);
      return made;
    },
    defaults: DEFAULTS,
    registerSecret: (secret: string) => {
      secrets.push(secret);
    },
    sandbox: true,
    now: () => now,
  };
  const configure = (env: Record<string, string>): Provider => {
    const configured = definition.configure(env, deps);
    if ('problem' in configured) throw new Error(configured.problem);
    return configured.provider;
  };
  const provider = configure(definition.sandboxEnv(served.url, served.credentials));
  const [http] = clients;
  const { tests, sessions, runs, start, agents } = provider;
  if (!http || !tests || !sessions || !runs || !start || !agents) throw new Error('An operation group is missing.');
  const call = { signal: new AbortController().signal };
  const read = async (session: readonly string[], depth: RunDepth = 'verdicts'): Promise<ReadSession> => {
    const { opened, coverage, ...rest } = await readWhole(provider, session, depth, call);
    return { opened, ...rest, coverage: withGaps(coverage, opened.gaps ?? []) };
  };
  return {
    provider,
    tests,
    sessions,
    runs,
    start,
    agents,
    workspace,
    secrets,
    api: createApi(http),
    author: authorOver(http, call.signal),
    switches,
    engine,
    faults: sandbox.faults,
    url: served.url,
    sent: http.sent,
    call,
    pass(seconds) {
      now += seconds * 1000;
    },
    now: () => now,
    configure,
    async startAll(request) {
      const plan = await start.plan({ repeat: 1, ...request }, call);
      const receipts: StartReceipt[] = [];
      for (const step of plan.steps) receipts.push(await start.send(step, call, receipts));
      return receipts;
    },
    read,
    async allRuns(session, depth) {
      return (await read(session, depth)).runs;
    },
    async close() {
      await Promise.all(clients.map((one) => one.close()));
      await sandbox.close();
    },
  };
}

/** The last id of a reference that the provider printed. */
export function idOf(ref: string | undefined): string {
  return decodeURIComponent(ref?.split('/').at(-1) ?? '');
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It was not rejected.');
}
