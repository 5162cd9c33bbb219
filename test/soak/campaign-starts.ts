/** Racing server processes with one home against one vendor that loses answers, killed at random; the books are compared in the end. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSameValue } from '../../src/model/hidden.ts';
import type { Entry } from '../../src/starting/journal-entry.ts';
import { look } from '../fuzz/campaign.ts';
import { mulberry } from '../fuzz/connection.ts';
import { type Connected, connect, ERAS } from '../support/clients.ts';
import { openSandboxProcess } from '../support/sandbox-process.ts';
import { until } from '../support/waiting.ts';
import { openFront, SPOILS, type Spoil } from './front.ts';

export interface StartsOptions {
  wants: number;
  seed: number;
  /** Server processes at once. */
  crew: number;
}

export interface StartsResult {
  wants: number;
  calls: number;
  kills: number;
  processes: number;
  spoilt: Record<Spoil, number>;
  /** Starts that the vendor took, as it counts them itself. */
  counted: number;
  outcomes: Record<string, number>;
  states: Record<string, number>;
  /** Wants that the vendor counted more than once. */
  twice: string[];
  /** Wants that the vendor counted and the journal does not know as started, found or unknown. */
  unaccounted: string[];
  /** Claims that name another session than the vendor's. */
  wrong: string[];
  /** Claims still open in the end. */
  open: number;
  /** Starts seen by the network between. */
  seen: number;
}

interface Want {
  name: string;
  args: Record<string, unknown>;
  keyed: boolean;
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
const KILLED_AT = 0.045;
const AT_ONCE = 6;
const SETTLED = ['started', 'partly_started', 'already_started', 'unknown'];

export async function campaignStarts({ wants, seed, crew }: StartsOptions): Promise<StartsResult> {
  const random = mulberry(seed);
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-starts-'));
  const sandbox = await openSandboxProcess();
  const living = new Set<Connected>();
  const sum = { kills: 0, calls: 0, processes: 0 };
  const outcomes: Record<string, number> = {};
  const front = await openFront({
    target: sandbox.url,
    choose: () => pick(random()),
    onStart() {
      const victims = [...living];
      const victim = victims[Math.floor(random() * victims.length)];
      if (random() >= KILLED_AT || !victim) return;
      sum.kills += 1;
      living.delete(victim);
      setTimeout(() => kill(victim), random() * 40);
    },
  });
  try {
    const known = await look({ ...sandbox.env, HOME: home });
    const {
      FI_API_KEY: _,
      COGNIGY_API_KEY: __,
      ...pointed
    } = Object.fromEntries(
      Object.entries(sandbox.env).map(([name, value]) => [name, value.replace(sandbox.url, front.url)]),
    );
    const env = {
      ...pointed,
      AGENT_SIM_CONFIRM: 'off',
      AGENT_SIM_MAX_RUNS_PER_DAY: '1000000',
    };
    const all = wantsOf(wants, known.case);
    const settled = new Set<string>();
    const open = () => all.filter(({ name }) => !settled.has(name));

    const lane = async () => {
      while (settled.size < all.length) {
        const server = await connect({ args: ['serve'], home, env, era: ERAS[sum.processes++ % ERAS.length] });
        living.add(server);
        try {
          while (living.has(server) && settled.size < all.length) {
            // Several processes often get the same want at the same moment.
            const rest = open().slice(0, crew * AT_ONCE * 2);
            const orders = rest.sort(() => random() - 0.5).slice(0, AT_ONCE);
            await Promise.all(
              orders.map(async ({ name, args, keyed }) => {
                sum.calls += 1;
                // Without a key the same call after a minute is another start: it is made once.
                if (!keyed) settled.add(name);
                const outcome = await outcomeOf(server, args);
                outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
                if (SETTLED.includes(outcome)) settled.add(name);
              }),
            );
          }
        } finally {
          living.delete(server);
          await server.close().catch(() => undefined);
        }
      }
    };
    await Promise.all(Array.from({ length: crew }, lane));
    await reconcile(env, home, all[0]?.args);

    const journal = journalOf(home);
    const usage = await sandbox.usage();
    return { wants, ...sum, spoilt: front.spoilt, outcomes, ...books(front.counted, journal), counted: total(usage) };
  } finally {
    for (const server of living) kill(server);
    await front.close();
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** A last server: its first start makes it look up what the killed ones left open. */
async function reconcile(env: Record<string, string>, home: string, args: Record<string, unknown> = {}): Promise<void> {
  const last = await connect({ args: ['serve'], home, env });
  await last.call('start_simulation', { ...args, dry_run: true });
  await until('no start is open', () => journalOf(home).every(({ state }) => state !== 'open'));
  await last.close();
}

async function outcomeOf(server: Connected, args: Record<string, unknown>): Promise<string> {
  try {
    const { data, text, isError } = await server.call('start_simulation', args, { timeout: 70_000 });
    return isError ? (/\(kind (\w+)/.exec(text)?.[1] ?? 'error') : String(data.outcome);
  } catch {
    return 'server gone';
  }
}

function wantsOf(count: number, cases: readonly string[]): Want[] {
  const of = (vendor: string) => cases.filter((ref) => ref.startsWith(`${vendor}/`));
  const [synthflow, coval] = [of('synthflow'), of('coval')];
  return Array.from({ length: count }, (_, index) => {
    const name = `want-${index}`;
    const keyed = index % 5 !== 0;
    const key = keyed ? { key: name } : {};
    // Sessions of one vendor carry a mark, those of the other do not.
    const args =
      index % 2 === 0
        ? { test: synthflow[index % synthflow.length], variables: { want: name }, ...key }
        : {
            test: coval[index % coval.length],
            persona: 'Relaxed regular patient',
            provider_options: { customer: { want: name } },
            ...key,
          };
    return { name, args, keyed };
  });
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

/** Whether a body has the value somewhere: what a caller passed stands there so that it can only be recognised. */
function holds(body: unknown, value: string): boolean {
  if (typeof body !== 'object' || body === null) return isSameValue(body, value);
  return Object.values(body).some((member) => holds(member, value));
}

/** The vendor's book against the journal. */
function books(counted: readonly { want: string; answer: unknown }[], journal: readonly Entry[]) {
  const times = new Map<string, number>();
  for (const { want } of counted) times.set(want, (times.get(want) ?? 0) + 1);
  const entriesOf = (want: string) => journal.filter(({ body }) => holds(body, want));
  const states: Record<string, number> = {};
  for (const { state } of journal) states[state] = (states[state] ?? 0) + 1;
  const wrong: string[] = [];
  for (const { state, certain, receipt, body } of journal) {
    if (state !== 'started' && !(state === 'found' && certain)) continue;
    const ids = [...(receipt?.session ?? []), ...(receipt?.run ?? [])];
    const own = counted.find(({ want }) => holds(body, want));
    if (!own || !ids.some((id) => JSON.stringify(own.answer).includes(id)))
      wrong.push(`${own?.want ?? 'a start that was not counted'}: ${ids.join(' ')}`);
  }
  const known = (want: string) => entriesOf(want).some(({ state }) => ['started', 'found', 'unknown'].includes(state));
  return {
    states,
    twice: [...times].filter(([, count]) => count > 1).map(([want]) => want),
    unaccounted: [...times.keys()].filter((want) => !known(want)),
    wrong,
    open: states.open ?? 0,
    seen: counted.length,
  };
}

function total(usage: Record<string, { starts: number }>): number {
  return Object.values(usage).reduce((sum, { starts }) => sum + starts, 0);
}
