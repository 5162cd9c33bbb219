/** The provider against the dialect over real HTTP on loopback, with a clock that the test moves. */
import { createVendorHttp } from '../../../src/http/client.ts';
import type { VendorHttp } from '../../../src/http/types.ts';
import { type Coverage, withGaps } from '../../../src/model/coverage.ts';
import type { Run } from '../../../src/model/schemas.ts';
import type { OpenSession, Provider, RunDepth, StartReceipt, StartRequest } from '../../../src/providers/provider.ts';
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
  /** Opens a session and reads its runs; `sizes` = of the pages. */
  read(session: readonly string[], depth?: RunDepth): Promise<ReadSession>;
  /** Its runs alone. */
  allRuns(session: readonly string[], depth?: RunDepth): Promise<Run[]>;
  close(): Promise<void>;
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
  const read = async (session: readonly string[], depth: RunDepth = 'verdicts'): Promise<ReadSession> => {
    const opened = await sessions.open(session, call);
    const all: Run[] = [];
    const sizes: number[] = [];
    let coverage: Coverage | undefined;
    for await (const page of opened.runs(depth, call)) {
      if (coverage) throw new Error('A page came behind the last.');
      all.push(...page.runs);
      sizes.push(page.runs.length);
      coverage = page.coverage;
    }
    if (!coverage) throw new Error('The reading does not say what it found.');
    return { opened, runs: all, coverage: withGaps(coverage, opened.gaps ?? []), sizes };
  };
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
