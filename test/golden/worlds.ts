/** The platforms behind the golden answers: the sandbox's own over HTTP, with a clock that stands still and one seed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULTS } from '../../src/config/settings.ts';
import type { ToolContext } from '../../src/mcp/tool.ts';
import { createRegistry, type Registry } from '../../src/providers/registry.ts';
import { createReading } from '../../src/reading/reading.ts';
import { createStarter } from '../../src/starting/starter.ts';
import type { Act, Exchange } from '../faults/front.ts';
import { openWorld, type World } from '../faults/operations.ts';
import { NOW, type Rig } from '../faults/rigs.ts';
import { createDisguise, kindOf } from '../redteam/hostile-answers.ts';
import { disguised } from '../redteam/hostile-vendors.ts';
import type { Vendor } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

export interface Platform {
  rig: Rig;
  world: World;
  /** Of a server that has just been started. */
  context(): ToolContext;
}

async function openPlatform(vendor: Vendor, scale: number): Promise<Platform> {
  const { rig, world } = await openWorld(vendor, { scale });
  return { rig, world, context: () => afresh(rig.context(noDeadline())) };
}

export interface Worlds {
  /** Sessions of 8 and of 24 runs. */
  small: Platform;
  /** A session of 250 runs. */
  large: Platform;
  /** A platform with clusters of its own. */
  clustering: Platform;
  /** A platform that says how many turns a run has. */
  counting: Platform;
  /** Where starts and cancellations are made; it can cancel. */
  changing: Platform;
  /** A server without a key. */
  nothing: Registry;
  close(): Promise<void>;
}

export async function openWorlds(): Promise<Worlds> {
  const small = await openPlatform('synthflow', 24);
  const large = await openPlatform('synthflow', 250);
  const clustering = await openPlatform('futureagi', 24);
  const counting = await openPlatform('cognigy', 24);
  const changing = await openPlatform('coval', 24);
  const nothing = createRegistry({
    settings: async () => ({ env: {} }),
    defaults: DEFAULTS,
    registerSecret: () => undefined,
  });
  return {
    small,
    large,
    clustering,
    counting,
    changing,
    nothing,
    async close() {
      await Promise.all([small, large, clustering, counting, changing].map(({ rig }) => rig.close()));
      await nothing.close();
    },
  };
}

/**
 * Runs `make` while the platform does as `act` says, or tells these lies; through a provider of its own, so that nothing
 * that was said stays known to the platform of other answers.
 */
export async function under<T>(
  platform: Platform,
  told: Act | Readonly<Record<string, unknown>>,
  make: (platform: Platform) => Promise<T>,
): Promise<T> {
  const { rig } = platform;
  const own = await rig.through(rig.front.url);
  if (typeof told === 'function') rig.front.spoil(told);
  else rig.tell(told);
  try {
    return await make({ ...platform, context: () => afresh(own.context(noDeadline())) });
  } finally {
    rig.tell();
    rig.front.spoil();
    await own.close();
  }
}

/** With nothing read yet, at the time at which the clock stands. */
function afresh(context: ToolContext): ToolContext {
  return { ...context, reading: createReading(() => NOW) };
}

/** An attacker's words in all free text of the platform. */
export const hostile = (): Act => disguised(createDisguise({ kind: 'text' }));

/** The platform's JSON with the members that `change` changes. */
const changed =
  (change: (member: string, value: unknown) => unknown): Act =>
  async (exchange: Exchange) => {
    const real = await exchange.handle();
    const body: unknown = JSON.parse(real.body.toString('utf8'));
    exchange.send({ ...real, body: Buffer.from(JSON.stringify(body, change)) });
  };

/** All free text of the platform is as long as nobody reads. */
export const wordy = changed((member, value) =>
  typeof value === 'string' && kindOf(member, value) === 'text' ? `${value}${' and so on and on'.repeat(60)}` : value,
);

/** Of every transcript the last two turns do not come. */
export const mute = changed((member, value) =>
  member === 'turns' && Array.isArray(value) ? value.slice(0, -2) : value,
);

/** A cluster of the platform's own, as it publishes one. */
export const clustered = (...calls: string[]): Act =>
  changed((member, value) =>
    member === 'eval_explanation_summary'
      ? {
          'Resolves the request': [
            {
              cluster_name: 'Pricing contradictions',
              call_execution_ids: calls,
              description: 'Agent gives different prices for the same product.',
            },
          ],
        }
      : value,
  );

/** The same platform for a caller whose starts of more than two runs need a yes; `make` gets what its tools are given. */
export async function withConfirmation<T>(
  platform: Platform,
  asking: Pick<ToolContext, 'canAsk' | 'answer'>,
  make: (context: ToolContext) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-golden-'));
  const starter = createStarter({
    home,
    confirm: 'ask',
    confirmAbove: 2,
    maxRunsPerStart: 100,
    maxRunsPerDay: 1_000,
    now: () => NOW,
    freshKey: () => 'again-1',
    lookupDelays: [0],
    busyWaits: [0],
  });
  try {
    return await make({ ...platform.context(), ...asking, starter: async () => starter });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
