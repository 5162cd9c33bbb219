/**
 * From spawn to the first useful answer: `initialize`, tools/list, `list_sessions`, `get_session`; and, in a server of its
 * own, a first call that is written 300 ms after tools/list was answered, with the CPU time and the memory that it takes.
 * The platforms are a process that serves noted answers from memory. Contestants take turns in every round. Builds run
 * from a copy that has no node_modules beside it, as an install without the keychain's package.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BIN } from '../support/clients.ts';
import { isRecord, type Json, openRaw, type RawServer, toolResult } from '../support/raw-server.ts';
import { openSandboxProcess } from '../support/sandbox-process.ts';
import { pairedRatio, spread, table } from './numbers.ts';
import { mapValues } from './overhead.ts';
import { installPeers } from './peers.ts';
import { type Lane, openRecorder, type Recorder } from './recorder.ts';

interface Contestant {
  name: string;
  bin: string;
  args: string[];
  env: Record<string, string>;
  /** Its first calls, the cheapest list first. */
  calls: readonly Call[];
}

interface Call {
  name: string;
  arguments: Json;
}

/** Milliseconds since the spawn, but for `late` and `cpu`: those of the call alone; megabytes. */
interface Round {
  initialize: number;
  list: number;
  first: number;
  second: number | undefined;
  late: number;
  cpu: number;
  idle: number;
  after: number;
}

const PAUSE_MS = 300;

export async function benchFirstAnswer({
  rounds = 15,
  other,
}: {
  rounds?: number | undefined;
  /** The main.cjs of another build. */
  other?: string | undefined;
} = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-sim-first-'));
  const sandbox = await openSandboxProcess({ scale: 100 });
  const recorder = await openRecorder(sandbox.url);
  const builds = [
    { name: '**this build**', bin: copyOf(BIN, join(folder, 'this')) },
    ...(other === undefined ? [] : [{ name: 'the other build', bin: copyOf(other, join(folder, 'other')) }]),
  ];
  try {
    const through = mapValues(sandbox.env, (value) => recorder.through(value));
    const servers: Omit<Contestant, 'env'>[] = [];
    let lanes: Noted['lanes'] | undefined;
    for (const build of builds) {
      const noted = await note(build.bin, through, recorder);
      lanes ??= noted.lanes;
      servers.push({ ...build, args: ['serve'], calls: noted.calls });
    }
    const replay = await recorder.replay(0);
    const env = mapValues(sandbox.env, (value) => value.replace(sandbox.url, replay.url));
    const requests = join(folder, 'requests.json');
    writeFileSync(requests, JSON.stringify({ origin: replay.url, calls: lanes }));
    const floor: Contestant = {
      name: 'floor (no SDK, the same requests)',
      bin: join(import.meta.dirname, 'first-answer-floor.cjs'),
      args: [],
      env: { FLOOR_REQUESTS: requests },
      calls: servers[0]?.calls ?? [],
    };
    try {
      const all = [floor, ...servers.map((server) => ({ ...server, env })), ...peers(replay.url)];
      return await measure(all, rounds);
    } finally {
      await replay.close();
    }
  } finally {
    await recorder.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peers that reach a platform over HTTP, at the replaying process: what they ask is not noted, and they say that as an answer. */
function peers(url: string): Contestant[] {
  const calls: Record<string, { env: Record<string, string>; call: Call }> = {
    '@notionhq/notion-mcp-server': {
      env: { NOTION_TOKEN: 'ntn_fake', BASE_URL: url },
      call: { name: 'API-get-users', arguments: {} },
    },
    '@upstash/context7-mcp': {
      env: { CONTEXT7_API_URL: url, CONTEXT7_API_KEY: 'ctx7sk-fake' },
      call: { name: 'resolve-library-id', arguments: { query: 'react', libraryName: 'react' } },
    },
  };
  return installPeers(Object.keys(calls)).flatMap(({ name, args: [bin = '', ...args] }) => {
    const found = calls[name.replace(/ \S+$/, '')];
    return found ? [{ name, bin, args, env: found.env, calls: [found.call] }] : [];
  });
}

/** A copy of the folder of a build; its main file. */
function copyOf(main: string, folder: string): string {
  cpSync(dirname(main), folder, { recursive: true });
  return join(folder, 'main.cjs');
}

interface Noted {
  calls: Call[];
  lanes: Record<string, Lane[]>;
}

/** What a build requests for its first two calls; the second is for the newest session that the first lists. */
async function note(bin: string, env: Record<string, string>, recorder: Recorder): Promise<Noted> {
  const server = openRaw({ bin, env: quiet(env) });
  try {
    await handshake(server);
    const lanes: Noted['lanes'] = {};
    const noted = async (call: Call) => {
      recorder.reset();
      const { data, isError, text } = await answer(server, call);
      if (isError || data.not_answering !== undefined) throw new Error(`${call.name}: ${text.slice(0, 500)}`);
      lanes[call.name] = recorder.lanes();
      return data;
    };
    const list = { name: 'list_sessions', arguments: {} };
    const { sessions } = await noted(list);
    const newest: unknown = Array.isArray(sessions) ? sessions[0] : undefined;
    if (!isRecord(newest)) throw new Error('No session is listed.');
    const get = { name: 'get_session', arguments: { session: newest.ref } };
    await noted(get);
    return { calls: [list, get], lanes };
  } finally {
    await server.end();
  }
}

const quiet = (env: Record<string, string>) => ({ HOME: '/nonexistent', AGENT_SIM_LOG: 'silent', CI: '1', ...env });

async function measure(contestants: readonly Contestant[], rounds: number): Promise<string> {
  const found = contestants.map((): Round[] => []);
  // The first round fills the caches of the disk and does not count.
  for (let round = -1; round < rounds; round += 1)
    for (let turn = 0; turn < contestants.length; turn += 1) {
      // Another one begins each round: what runs before it weighs on a measurement.
      const index = (turn + round + 1) % contestants.length;
      const contestant = contestants[index];
      if (!contestant) continue;
      const one = { ...(await straight(contestant)), ...(await paused(contestant)) };
      if (round >= 0) found[index]?.push(one);
    }
  const cell = (of: Round[], member: keyof Round) => {
    const values = of.map((one) => one[member]).filter((value) => value !== undefined);
    if (values.length === 0) return '–';
    const { median, low, high } = spread(values);
    return `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
  };
  const members = ['initialize', 'list', 'first', 'second', 'late', 'cpu', 'idle', 'after'] as const;
  const rows = contestants.map(({ name }, index) => [
    name,
    ...members.map((member) => cell(found[index] ?? [], member)),
  ]);
  const head = [
    'server',
    'initialize, ms',
    'tools/list, ms',
    'first list, ms',
    'then `get_session`, ms',
    'call after 300 ms, ms',
    'its CPU, ms',
    'before it, MB',
    'after it, MB',
  ];
  return `${table(head, rows)}\n${ratios(contestants, found)}\nNode ${process.version}, ${rounds} rounds in turns: median (middle half). The first four count from spawn. The call after 300 ms is the first one of a server, written that long after its answer to tools/list; CPU is that of all its threads. Our list is \`list_sessions\` over four platforms; a peer's is its cheapest call that makes a request.`;
}

/** This build against the other one: the median over the rounds of the ratio, and the middle half of it. */
function ratios(contestants: readonly Contestant[], found: readonly Round[][]): string {
  const ours = found[contestants.findIndex(({ name }) => name.includes('this'))];
  const theirs = found[contestants.findIndex(({ name }) => name.includes('other'))];
  if (!ours || !theirs) return '';
  const members = ['initialize', 'list', 'first', 'second', 'late', 'cpu'] as const;
  const said = members.map((member) => {
    const of = (rounds: Round[]) => rounds.map((round) => round[member] ?? Number.NaN);
    const { median, low, high } = pairedRatio(of(theirs), of(ours));
    return `${member} ${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  });
  return `\nThe other build ÷ this one, paired by round: ${said.join(', ')}.\n`;
}

/** Calls as soon as the answer before is there. */
async function straight({
  bin,
  args,
  env,
  calls,
}: Contestant): Promise<Omit<Round, 'late' | 'cpu' | 'idle' | 'after'>> {
  const began = performance.now();
  const server = openRaw({ bin, args, env: quiet(env) });
  try {
    await server.request(1, 'initialize', HELLO);
    const initialize = performance.now() - began;
    await server.write(INITIALIZED);
    await server.request(2, 'tools/list');
    const list = performance.now() - began;
    const times: number[] = [];
    for (const call of calls) {
      await answer(server, call);
      times.push(performance.now() - began);
    }
    return { initialize, list, first: times[0] ?? Number.NaN, second: times[1] };
  } finally {
    await server.end();
  }
}

/** One call, some time after the tools were listed. */
async function paused({ bin, args, env, calls }: Contestant): Promise<Pick<Round, 'late' | 'cpu' | 'idle' | 'after'>> {
  const server = openRaw({ bin, args, env: quiet(env) });
  try {
    await handshake(server);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const [call] = calls;
    const before = usage(server);
    const began = performance.now();
    if (call) await answer(server, call);
    const late = performance.now() - began;
    const behind = usage(server);
    return { late, cpu: behind.cpu - before.cpu, idle: before.memory, after: behind.memory };
  } finally {
    await server.end();
  }
}

const HELLO = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}\n';

async function handshake(server: RawServer): Promise<void> {
  await server.request(1, 'initialize', HELLO);
  await server.write(INITIALIZED);
  await server.request(2, 'tools/list');
}

async function answer(server: RawServer, { name, arguments: args }: Call) {
  return toolResult(await server.request(`call ${name}`, 'tools/call', { name, arguments: args }));
}

/** CPU milliseconds of all threads so far, and resident megabytes; both only where /proc is. */
function usage({ child }: RawServer): { cpu: number; memory: number } {
  try {
    const threads = readdirSync(`/proc/${child.pid}/task`);
    const times = threads.map((id) => readFileSync(`/proc/${child.pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return {
      cpu: times.reduce((sum, time) => sum + Number(time) / 1e6, 0),
      memory: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    };
  } catch {
    return { cpu: Number.NaN, memory: Number.NaN };
  }
}
