/** One vendor behind a front: the real provider and the real tools, over a clock that stands still. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createChanger } from '../../src/changing/create-changer.ts';
import { DIALECTS } from '../../src/commands/open-sandbox.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import { createVendorHttp } from '../../src/http/client.ts';
import type { VendorHttp, VendorHttpOptions } from '../../src/http/types.ts';
import type { ToolContext } from '../../src/mcp/tool.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createRegistry, type Registry } from '../../src/providers/registry.ts';
import { createReading } from '../../src/reading/reading.ts';
import { createEngine } from '../../src/sandbox/engine/engine.ts';
import type { Engine } from '../../src/sandbox/engine/types.ts';
import { createStarter, type Starter } from '../../src/starting/starter.ts';
import { bookInMemory } from '../support/book.ts';
import { loadersOver } from '../support/loaders.ts';
import { noChanges } from '../support/no-changes.ts';
import type { Vendor } from '../support/platforms.ts';
import { type Front, openFront } from './front.ts';

export type Limits = NonNullable<VendorHttpOptions['limits']>;

/** For what only a deadline ends: short, so that thousands of cells fit into minutes. */
export const SHORT: Limits = { connect_ms: 500, headers_ms: 500, body_ms: 500, deadline_ms: 2_000 };
/** For everything else: so long that no machine is too slow. */
const LONG: Limits = { connect_ms: 120_000, headers_ms: 120_000, body_ms: 120_000, deadline_ms: 120_000 };
/** Requests that the product puts to a vendor at most (the sandbox has no such limit): they bound a reading without end. One without a row has no such limit. */
const PACES: Readonly<Partial<Record<Vendor, Limits['rate']>>> = {
  cognigy: { requests: 1000, interval_ms: 300_000 },
  futureagi: { requests: 100, interval_ms: 60_000 },
};

export interface RigOptions {
  /** Runs of an extra finished session. */
  scale?: number;
  /** File that the agent follows; default the shipped one. */
  playbook?: string;
  /** Longest wait of the client between two attempts; the vendor's wishes are measured by what the client decides. */
  longestWait?: number;
  /** `through` keeps the vendor's pace, as the product does. */
  paced?: boolean;
}

export interface Rig {
  vendor: Vendor;
  engine: Engine;
  front: Front;
  provider: Provider;
  registry: Registry;
  home: string;
  /** From now on the vendor tells these lies, and no others; its own switches by their names. */
  tell(lies?: Readonly<Record<string, unknown>>): void;
  /** Moves the clock, which otherwise stands still. */
  pass(seconds: number): void;
  starter(): Promise<Starter>;
  /** What a tool gets, ended by `signal`. */
  context(signal: AbortSignal): ToolContext;
  /** The same vendor through another address; without `limits`, none of them ends a call. */
  through(url: string, limits?: Limits): Promise<Pick<Rig, 'registry' | 'context' | 'close'>>;
  close(): Promise<void>;
}

const PLAYBOOK = join(import.meta.dirname, '../../src/sandbox/playbook.md');
/** Where the clock of a rig stands until it is moved. */
export const NOW = Date.parse('2026-11-22T10:00:00Z');

export async function openRig(vendor: Vendor, options: RigOptions = {}): Promise<Rig> {
  let now = NOW;
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-faults-'));
  // What changes the agent writes this file.
  const playbook = options.playbook ?? join(home, 'playbook.md');
  if (!options.playbook) copyFileSync(PLAYBOOK, playbook);
  const engine = createEngine({
    playbook,
    seed: 7,
    speed: 1,
    now: () => now,
    scale: options.scale,
  });
  const dialect = DIALECTS[vendor](engine);
  const honest = structuredClone({ ...dialect.switches });
  const front = await openFront(dialect);
  const config = readConfig(['serve', '--home', home], {});
  const longest = options.longestWait ?? 5;

  const open = async (url: string, limits: Limits) => {
    const clients: VendorHttp[] = [];
    const registry = createRegistry({
      settings: async () => ({ env: {} }),
      defaults: DEFAULTS,
      registerSecret: () => undefined,
      sandbox: async () => new Map([[vendor, { url, credentials: dialect.credentials }]]),
      now: () => now,
      providers: loadersOver((http) => {
        const client = createVendorHttp(
          { ...http, limits: { ...http.limits, ...limits } },
          { sleep: (ms, signal) => wait(Math.min(ms, longest), undefined, { signal, ref: false }) },
        );
        clients.push(client);
        return client;
      }, vendor),
    });
    let starter: Starter | undefined;
    const starters = async () => {
      starter ??= createStarter({
        home,
        confirm: 'ask',
        freshKey: () => 'again-1',
        confirmAbove: 1_000,
        maxRunsPerStart: 1_000,
        maxRunsPerDay: 100_000,
        now: () => now,
        lookupDelays: [0, 20],
        busyWaits: [20],
      });
      return starter;
    };
    const changer = createChanger({
      home,
      confirm: 'off',
      liveChanges: true,
      redact: (one) => one,
      now: () => now,
      sleep: async () => undefined,
    });
    return {
      registry,
      starter: starters,
      context: (signal: AbortSignal) => ({
        ...contextOf(config, registry, starters, signal),
        changer: async () => changer,
      }),
      close: async () => {
        await Promise.allSettled(clients.map((client) => client.close()));
      },
    };
  };

  const own = await open(front.url, { ...LONG, rate: undefined });
  const provider = await own.registry.provider(vendor);
  return {
    vendor,
    engine,
    front,
    provider,
    registry: own.registry,
    home,
    tell: (lies = {}) => void Object.assign(dialect.switches, structuredClone(honest), lies),
    pass(seconds) {
      now += seconds * 1000;
    },
    starter: own.starter,
    context: own.context,
    through: (url, limits = LONG) => open(url, { ...limits, rate: options.paced ? PACES[vendor] : undefined }),
    async close() {
      front.spoil();
      await own.close();
      await front.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function contextOf(
  config: Config,
  registry: Registry,
  starter: () => Promise<Starter>,
  signal: AbortSignal,
): ToolContext {
  // A reading of its own: what an earlier cell has read must not answer for this one.
  return {
    config,
    registry,
    reading: createReading(),
    modes: bookInMemory(),
    changer: noChanges(),
    redact: (one) => one,
    starter,
    signal,
    progress: () => undefined,
    runsRead: () => undefined,
    runsHeld: () => undefined,
    atWork: () => undefined,
    canAsk: false,
  };
}
