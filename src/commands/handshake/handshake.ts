/**
 * The handshake of a connection. A host asks every server the same few questions, waits for the answers, and most of the
 * time calls nothing: so the answers of the SDK to them are recorded when the package is built, and given from the
 * record without loading the SDK, the tools or anything else. With the first message that is not one of these
 * questions the real server is loaded and gets the whole conversation from its first line: it is in the state it would
 * be in had it answered itself, and what it answers a second time is dropped on the way out (`SeenLine`).
 *
 * What this folder buys, on Node 20.20 and a machine at rest, medians of 15 rounds in turns (`npm run bench -- start` and
 * `-- first-answer`; the tables stand in docs/measurements.md):
 *  - The record: `initialize` takes 1.1 times a loop without any SDK, the SDK alone 3.0 times; tools/list the same.
 *  - The preparation after tools/list (`first-call.ts`): a first call 300 ms later, over four platforms, takes 48 ms and 59 ms
 *    of CPU; a build that prepared nothing and converted all schemas in that call, 176 and 247 (paired: 3.5 times, middle half
 *    3.2 to 3.9). It costs some 250 ms of CPU and 79 MB before the call, instead of 40. On a machine so busy that the preparation
 *    has not ended by then, it buys less (1.6 to 2.9 in two runs beside other work).
 */
import type { Config } from '../../config/config.ts';
import type { WireTool } from '../../mcp/catalogue.ts';
import { type Selectable, selectTools } from '../../mcp/selection.ts';
import type { Line, LineReader } from '../../mcp/transport/line-reader.ts';
import { readLine } from '../../mcp/transport/message.ts';
import type { SeenLine } from '../../mcp/transport/stdio-transport.ts';
import { isRecord, type JsonObject } from '../../model/json.ts';
import { areCapabilities, isEmpty, isIdentity } from './client-shape.ts';
import type { WarmUp } from './warm-up.ts';

/** What the SDK answered when the package was built, by era and method. */
export interface Recorded {
  /** Eras of `initialize`: the answers, and the versions that are answered with themselves. */
  classic: { versions: string[]; latest: string; results: Record<string, JsonObject> };
  /** The stateless era: every request says its version. */
  modern: { version: string; results: Record<string, JsonObject> };
  /** All tools in the order of lists; the answers to `tools/list` above are without them. */
  tools: (Selectable & { wire: WireTool })[];
}

/** The next step for one line: text to write (`listed`: it lists the tools), nothing to do, or the server has to be loaded. */
export type Step = { say: string; listed: boolean } | 'nothing' | 'load';

/** Characters of a handshake that are kept for the server; a longer conversation is none. */
const MOST_CHARACTERS = 256 * 1024;

/** Answers from the record. Anything unusual, down to an unexpected member of the params, is left to the server. */
export function createHandshake(
  recorded: Recorded,
  config: Pick<Config, 'toolsets' | 'tools' | 'excludeTools' | 'readOnly'>,
) {
  const tools = selectTools(config, recorded.tools).map(({ wire }) => wire);
  let era: 'classic' | 'modern' | undefined;

  const served = (method: string, result: JsonObject): JsonObject =>
    method === 'tools/list' ? { ...result, tools } : result;

  return function step(line: Line): Step {
    const message = readLine(line);
    if (message.kind === 'notification') {
      const { method, params } = message;
      return method === 'notifications/initialized' && era === 'classic' && isEmpty(params) ? 'nothing' : 'load';
    }
    if (message.kind !== 'request') return 'load';
    const { id, method, params } = message;
    const say = (result: JsonObject): Step => ({
      say: `{"result":${JSON.stringify(served(method, result))},"jsonrpc":"2.0","id":${id}}`,
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
      return result && isEmpty(params) ? say(result) : 'load';
    }
    const result = own(recorded.modern.results, method);
    if (!result || !hasEnvelope(params, recorded.modern.version)) return 'load';
    era = 'modern';
    return say(result);
  };
}

export interface HandshakeStreams {
  lines: LineReader;
  /** Writes to the real stdout. */
  write(text: string): void;
  warmUp?: Pick<WarmUp, 'start' | 'pause'> | undefined;
}

/** How the handshake came out: the server is needed, and has to be given what was seen; or the client has left. */
export interface Held {
  seen: SeenLine[];
  left: boolean;
}

/** Answers lines until the server is needed or none comes any more. Further lines wait. */
export function holdHandshake(step: (line: Line) => Step, { lines, write, warmUp }: HandshakeStreams): Promise<Held> {
  const seen: SeenLine[] = [];
  let size = 0;
  let listed = false;
  return new Promise((resolve) => {
    const onLine = (line: Line) => {
      warmUp?.pause();
      size += line.text.length;
      const next = size > MOST_CHARACTERS ? 'load' : step(line);
      seen.push({ line, answered: typeof next === 'object' });
      if (next === 'load') {
        lines.hold();
        resolve({ seen, left: false });
        return;
      }
      if (next !== 'nothing') {
        write(`${next.say}\n`);
        listed ||= next.listed;
      }
      if (listed) warmUp?.start();
    };
    lines.listen({ onLine, onEnd: () => resolve({ seen, left: true }) });
  });
}

/** The version of an `initialize` that has nothing unusual. */
function wantedVersion(params: JsonObject | undefined): string | undefined {
  if (!params || Object.keys(params).some((name) => !INITIALIZE.includes(name))) return undefined;
  const { protocolVersion, capabilities, clientInfo } = params;
  return typeof protocolVersion === 'string' && areCapabilities(capabilities) && isIdentity(clientInfo)
    ? protocolVersion
    : undefined;
}
const INITIALIZE = ['protocolVersion', 'capabilities', 'clientInfo'];

/** The `_meta` that every request of the stateless era carries, and nothing else. */
function hasEnvelope(params: JsonObject | undefined, version: string): boolean {
  if (!params || Object.keys(params).some((name) => name !== '_meta') || !isRecord(params._meta)) return false;
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

function own(results: Record<string, JsonObject>, method: string): JsonObject | undefined {
  return Object.hasOwn(results, method) ? results[method] : undefined;
}
