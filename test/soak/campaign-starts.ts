/** Racing server processes with one home against vendors that lose answers, killed at random; the books are compared in the end. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '../../src/starting/journal-entry.ts';
import { mulberry } from '../fuzz/connection.ts';
import { type Connected, connect, ERAS } from '../support/clients.ts';
import { openSandboxProcess } from '../support/sandbox-process.ts';
import { until } from '../support/waiting.ts';
import { type Books, compareBooks } from './books.ts';
import { openFront, SPOILS, type Spoil } from './front.ts';
import { lookAround, type Offered, tellerOf, type Want, wantsOf } from './wants.ts';

export interface StartsOptions {
  wants: number;
  seed: number;
  /** Server processes at once. */
  crew: number;
  /** One of the servers is killed whenever so many starts have arrived. */
  kill_every?: number;
}

export interface StartsResult extends Books {
  wants: number;
  calls: number;
  kills: number;
  processes: number;
  spoilt: Record<Spoil, number>;
  /** Starts that the vendors took, as each counts them itself. */
  counted: Record<string, number>;
  outcomes: Record<string, number>;
  /** What wants without a key answered that were called once more in the end, while their sessions run; without those of lost answers. */
  once_more: Record<string, number>;
  /** Starts seen by the network between. */
  seen: number;
}

const WEIGHTS: readonly [Spoil, number][] = [
  ['answered', 42],
  ['answered late', 10],
  ['reset after', 10],
  ['truncated', 6],
  ['500 after', 6],
  ['stalled', 6],
  ['reset before', 8],
  ['502 before', 6],
  ['refused', 6],
];
const AT_ONCE = 6;
/** Simulated seconds per second: sessions outlast the campaign, so that no equal start without a key is due again. */
const SLOW = 0.01;
const SETTLED = ['started', 'partly_started', 'already_started', 'unknown'];

export async function campaignStarts({ wants, seed, crew, kill_every = 22 }: StartsOptions): Promise<StartsResult> {
  const random = mulberry(seed);
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-starts-'));
  const sandbox = await openSandboxProcess({ speed: SLOW });
  const all = wantsOf(wants, await offeredBy(sandbox.env));
  const teller = tellerOf(all);
  const living = new Set<Connected>();
  const sum = { kills: 0, calls: 0, processes: 0 };
  const outcomes: Record<string, number> = {};
  const settled = new Set<string>();
  let arrived = 0;
  let ending = false;
  const front = await openFront({
    target: sandbox.url,
    choose: () => (ending ? 'answered' : pick(random())),
    wantOf: teller.inRequest,
    onStart() {
      const victims = [...living];
      const victim = victims[Math.floor(random() * victims.length)];
      arrived += 1;
      if (ending || arrived % kill_every !== 0 || !victim) return;
      sum.kills += 1;
      living.delete(victim);
      setTimeout(() => kill(victim), random() * 40);
    },
  });
  const env = throughFront(sandbox.env, sandbox.url, front.url);
  const orders = async (server: Connected) => {
    while (living.has(server) && settled.size < all.length) {
      // Several processes often get the same want at the same moment.
      const open = all.filter(({ name }) => !settled.has(name)).slice(0, crew * AT_ONCE * 2);
      const want = open[Math.floor(random() * open.length)];
      if (!want) return;
      sum.calls += 1;
      const outcome = await outcomeOf(server, want.args);
      count(outcomes, outcome);
      if (SETTLED.includes(outcome)) settled.add(want.name);
    }
  };
  const lane = async () => {
    while (settled.size < all.length) {
      const server = await connect({ args: ['serve'], home, env, era: ERAS[sum.processes++ % ERAS.length] });
      living.add(server);
      try {
        await Promise.all(Array.from({ length: AT_ONCE }, () => orders(server)));
      } finally {
        living.delete(server);
        await server.close().catch(() => undefined);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: crew }, lane));
    ending = true;
    const last = await connect({ args: ['serve'], home, env });
    await reconcile(last, home, all);
    const once_more: Record<string, number> = {};
    // Of several calls for one want the last to answer need not be the one that knows: the journal does.
    const lost = new Set(
      journalOf(home)
        .filter(({ state }) => state === 'unknown')
        .map(teller.inJournal),
    );
    for (const { name, keyed, args } of all)
      if (!keyed && !lost.has(name)) count(once_more, await outcomeOf(last, args));
    await last.close();

    const counted = Object.entries(await sandbox.usage()).map(([id, { starts }]) => [id, starts] as const);
    const books = compareBooks(all, front.counted, journalOf(home), teller);
    const seen = front.counted.length;
    return {
      wants,
      ...sum,
      spoilt: front.spoilt,
      counted: Object.fromEntries(counted),
      seen,
      outcomes,
      once_more,
      ...books,
    };
  } finally {
    for (const server of living) kill(server);
    await front.close();
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function offeredBy(env: Record<string, string>): Promise<Offered> {
  const server = await connect({ args: ['serve'], env });
  try {
    return await lookAround(server);
  } finally {
    await server.close();
  }
}

/** Settings of the servers: the sandbox behind the front, asked as often as they like, and nobody asked for a yes. */
function throughFront(env: Record<string, string>, sandbox: string, front: string): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace(sandbox, front)])),
    COGNIGY_REQUESTS_PER_MINUTE: '0',
    FI_REQUESTS_PER_MINUTE: '0',
    AGENT_SIM_CONFIRM: 'off',
    AGENT_SIM_MAX_RUNS_PER_DAY: '1000000',
  };
}

/** A last server: its first start at each platform makes it look up what the killed ones left open. */
async function reconcile(last: Connected, home: string, wants: readonly Want[]): Promise<void> {
  const first = new Map(wants.map(({ provider, args }) => [provider, args]));
  for (const args of first.values()) await last.call('start_simulation', { ...args, dry_run: true });
  await until('no start is open', () => journalOf(home).every(({ state }) => state !== 'open'));
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

async function outcomeOf(server: Connected, args: Record<string, unknown>): Promise<string> {
  try {
    const { data, text, isError } = await server.call('start_simulation', args, { timeout: 70_000 });
    return isError ? (/\(kind (\w+)/.exec(text)?.[1] ?? 'error') : String(data.outcome);
  } catch {
    return 'server gone';
  }
}

function pick(dice: number): Spoil {
  const all = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
  let left = dice * all;
  for (const [spoil, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return spoil;
  }
  return SPOILS[0];
}

function kill({ pid }: Connected): void {
  if (pid === null) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function journalOf(home: string): Entry[] {
  const folder = join(home, 'starts');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return text === '' ? [] : [JSON.parse(text)];
    });
}
