/** The provider against the dialect over real HTTP on loopback, with a clock that the test moves. */
import { createVendorHttp } from '../../../src/http/client.ts';
import type { VendorHttp } from '../../../src/http/types.ts';
import type { Run } from '../../../src/model/schemas.ts';
import type { Provider, StartReceipt, StartRequest } from '../../../src/providers/provider.ts';
import { createClient, type SynthflowClient } from '../../../src/providers/synthflow/client.ts';
import { definition } from '../../../src/providers/synthflow/index.ts';
import { createSynthflowDialect } from '../../../src/sandbox/dialects/synthflow/index.ts';
import type { SynthflowSwitches } from '../../../src/sandbox/dialects/synthflow/switches.ts';
import { createEngine } from '../../../src/sandbox/engine/engine.ts';
import type { Engine, EngineOptions } from '../../../src/sandbox/engine/types.ts';
import type { FaultQueue } from '../../../src/sandbox/faults.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';

export interface Rig {
  provider: Provider;
  tests: NonNullable<Provider['tests']>;
  sessions: NonNullable<Provider['sessions']>;
  runs: NonNullable<Provider['runs']>;
  start: NonNullable<Provider['start']>;
  client: SynthflowClient;
  switches: SynthflowSwitches;
  engine: Engine;
  faults: FaultQueue;
  /** Address of the dialect, without `/v2`. */
  url: string;
  /** Requests of the provider and of `client`, by `METHOD template`. */
  sent: ReadonlyMap<string, number>;
  call: { signal: AbortSignal };
  /** Moves the clock. */
  pass(seconds: number): void;
  now(): number;
  /** A provider over other settings, e.g. another base URL. */
  configure(env: Record<string, string>): Provider;
  /** Plans and sends every step; the receipts in order. */
  startAll(request: Partial<StartRequest> & Pick<StartRequest, 'test'>): Promise<StartReceipt[]>;
  allRuns(session: readonly string[], depth?: 'verdicts' | 'reasons' | 'evidence'): Promise<Run[]>;
  close(): Promise<void>;
}

export async function startRig(options: Partial<EngineOptions> = {}): Promise<Rig> {
  let now = Date.parse('2026-11-22T10:00:00Z');
  const engine = createEngine({ playbook: SHIPPED_PLAYBOOK, seed: 7, speed: 1, now: () => now, ...options });
  let switches: SynthflowSwitches | undefined;
  const sandbox = await startSandbox({
    engine,
    dialects: [
      (one) => {
        const dialect = createSynthflowDialect(one);
        switches = dialect.switches;
        return dialect;
      },
    ],
  });
  const served = sandbox.dialects.get('synthflow');
  if (!served || !switches) throw new Error('The dialect is not served.');
  const clients: VendorHttp[] = [];
  const deps = {
    createHttp(http: Parameters<typeof createVendorHttp>[0]) {
      const made = createVendorHttp(http, { sleep: async () => undefined });
      clients.push(made);
      return made;
    },
    registerSecret: () => undefined,
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
  const { tests, sessions, runs, start } = provider;
  if (!http || !tests || !sessions || !runs || !start) throw new Error('An operation group is missing.');
  const call = { signal: new AbortController().signal };
  return {
    provider,
    tests,
    sessions,
    runs,
    start,
    client: createClient(http),
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
    async allRuns(session, depth = 'verdicts') {
      const all: Run[] = [];
      for await (const page of runs.pages(session, depth, call)) all.push(...page);
      return all;
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
