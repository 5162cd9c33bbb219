/** Plays the acts of one connection to a fresh server process and judges everything it says. */
import fc from 'fast-check';
import { initialize, isRecord, type Json, NO_ID, openRaw, type RawServer } from '../support/raw-server.ts';
import { type Act, actsOf, type Connection } from './acts.ts';
import type { Known } from './arguments.ts';
import { complaints } from './judge.ts';
import type { Rubbish } from './rubbish.ts';

export interface Played {
  seed: number;
  connection: Connection;
  messages: number;
  answers: number;
  errors: number;
  toolErrors: number;
  cancelled: number;
  unanswered: number;
  slowest: number;
  seconds: number;
  failures: string[];
}

export interface Play {
  seed: number;
  connection: Connection;
  count: number;
  known: Known;
  env: Record<string, string>;
}

/** Requests that may be open at once. */
const WINDOW = 48;
const LONGEST_MS = 75_000;

type Sent = Extract<Act, { kind: 'request' }> & { sent: number; cancelled: boolean; expected: number; at: number };

export async function play({ seed, connection, count, known, env }: Play): Promise<Played> {
  const [acts = []] = fc.sample(actsOf(known, connection, count), { seed, numRuns: 1 });
  const random = mulberry(seed);
  const started = performance.now();
  const server = openRaw({ args: ['serve'], env });
  const failures: string[] = [];
  const fail = (text: string) => {
    if (failures.length < 20) failures.push(text);
  };
  // A reply that fell between two pieces of a line would be lost in it, and its call wait as long as a person may take.
  let replies: string[] | undefined;
  server.onRequest = (request) => {
    const reply = replyTo(request, random);
    if (replies) replies.push(reply);
    else void server.write(reply);
  };
  if (connection === 'classic') await initialize(server);
  if (connection === 'classic-asking') await initialize(server, { elicitation: { form: {} } });

  const sent = new Map<string, Sent>();
  const order: string[] = [];
  const open = () => {
    let waiting = 0;
    for (const key of recent) {
      const one = sent.get(key);
      if (one && !one.cancelled && !server.answers.has(key)) waiting += 1;
      else recent.delete(key);
    }
    return waiting;
  };
  const recent = new Set<string>();
  const lines: Rubbish[] = [];
  let slowest = 0;
  let line = '';
  let messages = 0;

  for (const act of acts) {
    const text = textOf(act, sent, order, recent);
    if (text === undefined) continue;
    messages += 1;
    if (act.kind === 'line') lines.push(act);
    line += `${text}\n`;
    // Sometimes several lines at once, sometimes a line in pieces, also within a character.
    if (random() < 0.4) continue;
    const bytes = Buffer.from(line, 'utf8');
    line = '';
    const cut = random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length;
    if (cut < bytes.length) replies = [];
    await server.write(bytes.subarray(0, cut));
    if (cut < bytes.length) {
      await new Promise((resolve) => (random() < 0.5 ? setImmediate(resolve) : setTimeout(resolve, 2)));
      await server.write(bytes.subarray(cut));
      const late = replies ?? [];
      replies = undefined;
      for (const reply of late) await server.write(reply);
    }
    const began = performance.now();
    if (!(await server.until(() => open() < WINDOW, LONGEST_MS))) {
      fail(server.ended() ? 'the server ended' : `stuck: ${[...recent].slice(0, 3).join(' ')}`);
      break;
    }
    slowest = Math.max(slowest, performance.now() - began);
  }
  await server.write(line);
  await server.until(() => open() === 0, LONGEST_MS);
  // Whatever was sent before, the server still answers a good request.
  const ping = connection === 'modern' ? undefined : server.request('the last', 'ping');
  await ping?.catch(() => fail('no answer to the last ping'));

  const result = judge(server, sent, lines, fail);
  judgeLines(server, lines, fail);
  const { code } = await server.end();
  if (code !== 0) fail(`exit code ${code}`);
  for (const noise of server.noise.slice(0, 5)) fail(`noise on stdout: ${noise.slice(0, 200)}`);
  const warned = /MaxListeners|Unhandled|uncaught|unhandled rejection|"kind":"internal"|DeprecationWarning/.exec(
    server.stderr(),
  );
  if (warned) fail(`stderr: ${server.stderr().slice(Math.max(0, warned.index - 200), warned.index + 1_500)}`);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { seed, connection, messages, slowest, seconds, failures, ...result };
}

function textOf(act: Act, sent: Map<string, Sent>, order: string[], recent: Set<string>): string | undefined {
  const before = (back: number) => sent.get(order[order.length - 1 - back] ?? '');
  if (act.kind === 'line') return act.text;
  if (act.kind === 'request') {
    const key = act.id;
    sent.set(key, { ...act, sent: 1, cancelled: false, expected: 1, at: performance.now() });
    order.push(key);
    recent.add(key);
    return write(act.id, act.method, act.params);
  }
  const one = before(act.back);
  if (!one) return undefined;
  if (act.kind === 'again') {
    one.sent += 1;
    return write(one.id, one.method, one.params);
  }
  one.cancelled = true;
  const meta = one.params?._meta;
  const params = JSON.stringify({ reason: 'fuzz', ...(isRecord(meta) ? { _meta: meta } : {}) });
  return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${one.id},${params.slice(1)}}`;
}

function write(id: string, method: string, params: Json | undefined): string {
  return `{"id":${id},${JSON.stringify({ jsonrpc: '2.0', method, params }).slice(1)}`;
}

function judge(server: RawServer, sent: Map<string, Sent>, lines: readonly Rubbish[], fail: (text: string) => void) {
  const sums = { answers: 0, errors: 0, toolErrors: 0, cancelled: 0, unanswered: 0 };
  for (const [key, request] of sent) {
    const answers = server.answers.get(key) ?? [];
    if (request.cancelled) sums.cancelled += 1;
    if (answers.length === 0 && !request.cancelled) {
      sums.unanswered += 1;
      fail(`no answer to ${write(request.id, request.method, request.params).slice(0, 400)}`);
    }
    if (answers.length > request.sent) fail(`${answers.length} answers to ${request.sent} of ${key} ${request.method}`);
    for (const answer of answers) {
      sums.answers += 1;
      if ('error' in answer) sums.errors += 1;
      else if (isRecord(answer.result) && answer.result.isError === true) sums.toolErrors += 1;
      for (const complaint of complaints(request, answer))
        fail(`${complaint} — in the answer to ${write(request.id, request.method, request.params).slice(0, 400)}`);
    }
  }
  const own = ['"init"', '"the last"', NO_ID, ...lines.map(({ answered }) => answered)];
  const strange = [...server.answers.keys()].filter((key) => !sent.has(key) && !own.includes(key));
  if (strange.length > 0) fail(`answers to nobody: ${strange.slice(0, 3).join(' ')}`);
  return sums;
}

/** Each line that is no good request was answered as it has to be, in the order of the lines where it has no id. */
function judgeLines(server: RawServer, lines: readonly Rubbish[], fail: (text: string) => void) {
  const wanted = lines.flatMap(({ refused }) => (refused === undefined ? [] : [refused]));
  const got = (server.answers.get(NO_ID) ?? []).map(({ error }) => (isRecord(error) ? error.code : undefined));
  const wrong = wanted.findIndex((code, index) => got[index] !== code);
  if (wrong >= 0 || got.length !== wanted.length) {
    const line = lines.filter(({ refused }) => refused !== undefined)[wrong];
    fail(`${got.length} refusals without an id for ${wanted.length}; ${got[wrong]} for ${line?.text.slice(0, 200)}`);
  }
  for (const id of new Set(lines.map(({ answered }) => answered).filter((one) => one !== undefined))) {
    const times = lines.filter(({ answered }) => answered === id).length;
    const answers = server.answers.get(id)?.length ?? 0;
    if (answers !== times) fail(`${answers} answers to ${times} lines with the id ${id}`);
  }
}

/** What a person (or a broken client) says to a question of the server. */
function replyTo(request: Json, random: () => number): string {
  const results: Json[] = [
    { result: { action: 'decline' } },
    { result: { action: 'cancel' } },
    { result: { action: 'accept', content: { proceed: false } } },
    { result: { action: 'accept', content: { proceed: 'yes' } } },
    { result: { action: 'accept' } },
    { result: { action: 'accept', content: { proceed: true } } },
    { result: {} },
    { error: { code: -32000, message: 'no' } },
    { error: { code: -32601, message: 'not here' } },
  ];
  const reply = results[Math.floor(random() * results.length)] ?? {};
  return `${JSON.stringify({ jsonrpc: '2.0', id: request.id, ...reply })}\n`;
}

/** A small seeded generator (mulberry32). */
export function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
