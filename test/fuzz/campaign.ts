/** A campaign: connections of all kinds, one after the other on a few lanes, against one sandbox process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, list, text } from '../support/data.ts';
import { initialize, type Json, openRaw, toolResult } from '../support/raw-server.ts';
import { openSandboxProcess } from '../support/sandbox-process.ts';
import { CONNECTIONS } from './acts.ts';
import type { Known } from './arguments.ts';
import { type Played, play } from './connection.ts';

export interface Campaign {
  messages: number;
  seed: number;
  /** Messages of one connection. */
  each: number;
  lanes: number;
  onPlayed?: (played: Played) => void;
}

export async function campaign({ messages, seed, each, lanes, onPlayed }: Campaign): Promise<Played[]> {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-fuzz-'));
  const sandbox = await openSandboxProcess({ speed: 600 });
  try {
    const env: Record<string, string> = {
      ...sandbox.env,
      HOME: home,
      AGENT_SIM_HOME: home,
      AGENT_SIM_LOG: 'warn',
      AGENT_SIM_CONFIRM_ABOVE: '9',
      // Enough starts to matter, few enough that the lists stay short.
      AGENT_SIM_MAX_RUNS_PER_DAY: '400',
    };
    const known = await look(env);
    const played: Played[] = [];
    // Future AGI allows 100 requests a minute, which the server keeps: it takes part in few, short connections.
    const { FI_API_KEY: _, ...quick } = env;
    const lanesOf = (index: number) => (index % 9 === 4 ? { count: 60, env } : { count: each, env: quick });
    let sent = 0;
    let next = 0;
    const lane = async () => {
      // A connection may end before it has sent all of its messages: what counts is what was sent.
      while (sent < messages) {
        const index = next++;
        const connection = CONNECTIONS[index % CONNECTIONS.length] ?? 'classic';
        const one = await play({ seed: seed + index, connection, ...lanesOf(index), known });
        played.push(one);
        sent += one.messages;
        onPlayed?.(one);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return played;
  } finally {
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** References that exist in the sandbox. */
export async function look(env: Record<string, string>): Promise<Known> {
  const server = openRaw({ env });
  await initialize(server);
  let id = 0;
  const ask = async (name: string, args: Json, member: string) =>
    list(at(toolResult(await server.request(++id, 'tools/call', { name, arguments: args })).data, member)).map((one) =>
      text(at(one, 'ref')),
    );
  const session = await ask('list_sessions', { limit: 30 }, 'sessions');
  const known = {
    session,
    run: (
      await Promise.all(session.slice(0, 6).map((one) => ask('list_runs', { session: one, limit: 8 }, 'runs')))
    ).flat(),
    suite: await ask('list_tests', { kind: 'suite', limit: 20 }, 'tests'),
    case: await ask('list_tests', { kind: 'case', limit: 20 }, 'tests'),
  };
  await server.end();
  return known;
}

export function sums(played: readonly Played[]) {
  const sum = (of: (one: Played) => number) => played.reduce((total, one) => total + of(one), 0);
  return {
    connections: played.length,
    messages: sum((one) => one.messages),
    answers: sum((one) => one.answers),
    protocol_errors: sum((one) => one.errors),
    tool_errors: sum((one) => one.toolErrors),
    cancelled: sum((one) => one.cancelled),
    unanswered: sum((one) => one.unanswered),
    slowest_ms: Math.round(Math.max(0, ...played.map((one) => one.slowest))),
    failures: sum((one) => one.failures.length),
  };
}
