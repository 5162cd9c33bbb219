/**
 * The handshake of a connection. A host asks every server the same few questions, waits for the answers, and most of the
 * time calls nothing: so the answers of the SDK to them are recorded when the package is built, and given from the
 * record without loading the SDK, the tools or anything else. With the first message that is not one of these
 * questions the real server is loaded and gets the whole conversation from its first byte: it is in the state it would
 * be in had it answered itself, and what it answers a second time is dropped on the way out (`Given`).
 *
 * What this folder buys, on Node 20.20 and a machine at rest, medians of 15 rounds in turns (`npm run bench -- start` and
 * `-- first-answer`; the tables stand in docs/measurements.md):
 *  - The record: `initialize` takes 1.1 times a loop without any SDK, the SDK alone 3.0 times; tools/list the same.
 *  - The preparation after tools/list (`first-call.ts`): a first call 300 ms later, over four platforms, takes 48 ms and 59 ms
 *    of CPU; a build that prepared nothing and converted all schemas in that call, 176 and 247 (paired: 3.5 times, middle half
 *    3.2 to 3.9). It costs some 250 ms of CPU and 79 MB before the call, instead of 40. On a machine so busy that the preparation
 *    has not ended by then, it buys less (1.6 to 2.9 in two runs beside other work).
 */
import type { Readable } from 'node:stream';
import type { Config } from '../../config.ts';
import type { WireTool } from '../../mcp/catalogue.ts';
import { type Selectable, selectTools } from '../../mcp/selection.ts';
import type { WarmUp } from './warm-up.ts';

type Json = Record<string, unknown>;

/** What the SDK answered when the package was built, by era and method. */
export interface Recorded {
  /** Eras of `initialize`: the answers, and the versions that are answered with themselves. */
  classic: { versions: string[]; latest: string; results: Record<string, Json> };
  /** The stateless era: every request says its version. */
  modern: { version: string; results: Record<string, Json> };
  /** All tools in the order of lists; the answers to `tools/list` above are without them. */
  tools: (Selectable & { wire: WireTool })[];
}

/** The next step for one message: a line to write (`listed`: it lists the tools), nothing to do, or the server has to be loaded. */
export type Step = { say: string; id: string | number; listed: boolean } | 'nothing' | 'load';

/** Bytes of a handshake that are kept for the server; a longer conversation is none. */
const MOST_BYTES = 256 * 1024;

/** Answers from the record. Anything unusual, down to an unexpected member, is left to the server. */
export function createHandshake(
  recorded: Recorded,
  config: Pick<Config, 'toolsets' | 'tools' | 'excludeTools' | 'readOnly'>,
) {
  const tools = selectTools(config, recorded.tools).map(({ wire }) => wire);
  let era: 'classic' | 'modern' | undefined;

  const served = (method: string, result: Json): Json => (method === 'tools/list' ? { ...result, tools } : result);

  return function step(line: string): Step {
    const message = parse(line);
    if (message?.jsonrpc !== '2.0' || typeof message.method !== 'string') return 'load';
    const { id, method, params } = message;
    if (id === undefined) return method === 'notifications/initialized' && era === 'classic' ? 'nothing' : 'load';
    if (typeof id !== 'string' && !Number.isSafeInteger(id)) return 'load';
    const say = (result: Json): Step => ({
      say: JSON.stringify({ result: served(method, result), jsonrpc: '2.0', id }),
      id: typeof id === 'string' ? id : Number(id),
      listed: method === 'tools/list',
    });

    if (method === 'initialize') {
      const version = era === undefined ? wantedVersion(params) : undefined;
      const result = recorded.classic.results.initialize;
      if (version === undefined || !result) return 'load';
      era = 'classic';
      const { versions, latest } = recorded.classic;
      return say({ ...result, protocolVersion: versions.includes(version) ? version : latest });
    }
    if (era === 'classic') {
      const result = own(recorded.classic.results, method);
      return result && (params === undefined || isEmpty(params)) ? say(result) : 'load';
    }
    const result = own(recorded.modern.results, method);
    if (!result || !hasEnvelope(params, recorded.modern.version)) return 'load';
    era = 'modern';
    return say(result);
  };
}

/** Answers that were given from the record, so that the server's own are dropped. */
export interface Given {
  /** True once for each time that `id` was answered. */
  take(id: unknown): boolean;
}

export interface HandshakeStreams {
  stdin: Readable;
  /** Writes to the real stdout. */
  write(text: string): void;
  warmUp?: Pick<WarmUp, 'start' | 'pause'> | undefined;
}

/** Answers on the streams until the server is needed; resolves when it is, with stdin paused and rewound to its first byte. */
export function holdHandshake(
  step: (line: string) => Step,
  { stdin, write, warmUp }: HandshakeStreams,
): Promise<Given> {
  const given = new Map<string | number, number>();
  const take = (id: unknown) => {
    if (typeof id !== 'string' && typeof id !== 'number') return false;
    const times = given.get(id) ?? 0;
    if (times > 0) given.set(id, times - 1);
    return times > 0;
  };
  return new Promise((resolve) => {
    const seen: Buffer[] = [];
    let size = 0;
    let rest = '';
    let listed = false;
    const onData = (chunk: Buffer) => {
      warmUp?.pause();
      seen.push(chunk);
      size += chunk.length;
      // Only whole lines are read as text, and their bytes are kept: a character cut in two is the server's to join.
      rest += chunk.toString('latin1');
      let load = size > MOST_BYTES;
      for (let end = rest.indexOf('\n'); end >= 0 && !load; end = rest.indexOf('\n')) {
        const line = Buffer.from(rest.slice(0, end), 'latin1').toString('utf8');
        rest = rest.slice(end + 1);
        const next = step(line);
        if (next === 'load') load = true;
        else if (next !== 'nothing') {
          given.set(next.id, (given.get(next.id) ?? 0) + 1);
          write(`${next.say}\n`);
          listed ||= next.listed;
        }
      }
      if (!load) {
        if (listed) warmUp?.start();
        return;
      }
      stdin.off('data', onData);
      stdin.pause();
      stdin.unshift(Buffer.concat(seen));
      resolve({ take });
    };
    stdin.on('data', onData);
  });
}

function parse(line: string): Json | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return isObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** The version of an `initialize` that has nothing unusual. */
function wantedVersion(params: unknown): string | undefined {
  if (!isObject(params) || Object.keys(params).some((name) => !INITIALIZE.includes(name))) return undefined;
  const { protocolVersion, capabilities, clientInfo } = params;
  return typeof protocolVersion === 'string' && areCapabilities(capabilities) && isIdentity(clientInfo)
    ? protocolVersion
    : undefined;
}
const INITIALIZE = ['protocolVersion', 'capabilities', 'clientInfo'];

/** The `_meta` that every request of the stateless era carries, and nothing else. */
function hasEnvelope(params: unknown, version: string): boolean {
  if (!isObject(params) || Object.keys(params).some((name) => name !== '_meta') || !isObject(params._meta))
    return false;
  const meta = params._meta;
  return (
    Object.keys(meta).every((name) => ENVELOPE.includes(name)) &&
    meta[`${MCP}protocolVersion`] === version &&
    areCapabilities(meta[`${MCP}clientCapabilities`]) &&
    isIdentity(meta[`${MCP}clientInfo`])
  );
}
const MCP = 'io.modelcontextprotocol/';
const ENVELOPE = ['protocolVersion', 'clientInfo', 'clientCapabilities'].map((name) => MCP + name);

/** Members of capabilities are objects of flags and objects; anything else is for the server to judge. */
function areCapabilities(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((member) => isObject(member));
}

function isIdentity(value: unknown): boolean {
  return isObject(value) && typeof value.name === 'string' && typeof value.version === 'string';
}

function isEmpty(params: unknown): boolean {
  return isObject(params) && Object.keys(params).length === 0;
}

function own(results: Record<string, Json>, method: string): Json | undefined {
  return Object.hasOwn(results, method) ? results[method] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
