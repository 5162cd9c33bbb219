/** A server of the SDK behind our transport, over streams in memory: what a client writes, and what it gets. */
import { PassThrough } from 'node:stream';
import { Server, type ServerContext } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createLineReader } from '../../../src/mcp/transport/line-reader.ts';
import { createStdioTransport } from '../../../src/mcp/transport/stdio-transport.ts';
import { turns, until } from '../../support/waiting.ts';

export interface Wire {
  /** Writes lines (or bytes without a line break of their own) and gives what came back, once it is quiet. */
  send(...lines: (string | Buffer | object)[]): Promise<string[]>;
  /** Writes a message, if any, and waits for the next line that comes, however long it takes. */
  next(line?: object): Promise<string | undefined>;
  /** Ends stdin, and gives what came then. */
  end(): Promise<string[]>;
  ended: boolean;
  idle(): Promise<void>;
  /** What was told on the log. */
  unread: string[];
  close(): Promise<void>;
}

export type Handler = (args: Record<string, unknown>, ctx: ServerContext, server: Server) => Promise<string>;

/** `make` makes the server; `serverOf` one that serves a handler of calls. */
export function openWire(
  make: () => Server = serverOf(),
  onUnread: (fields: Record<string, unknown>) => void = () => {},
): Wire {
  const stdin = new PassThrough();
  const out: string[] = [];
  const unread: string[] = [];
  const transport = createStdioTransport({
    lines: createLineReader(stdin),
    write: async (text) => void out.push(text.slice(0, -1)),
    onUnread(message, fields) {
      unread.push(message);
      onUnread(fields);
    },
    onEnd: () => {
      wire.ended = true;
    },
  });
  const handle = serveStdio(make, { transport });
  const next = async (line?: object) => {
    if (line) stdin.write(`${JSON.stringify(line)}\n`);
    await until('a line', () => out.length > 0);
    return out.shift();
  };
  const settle = async () => {
    for (let quiet = 0, seen = out.length; quiet < 5; quiet = seen === out.length ? quiet + 1 : 0) {
      seen = out.length;
      await turns();
    }
    return out.splice(0);
  };
  const wire: Wire = {
    send(...lines) {
      for (const line of lines) {
        if (Buffer.isBuffer(line)) stdin.write(line);
        else stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
      }
      return settle();
    },
    end() {
      stdin.end();
      return settle();
    },
    next,
    ended: false,
    idle: () => transport.idle(),
    unread,
    close: () => handle.close(),
  };
  return wire;
}

/** A server whose calls `handler` answers, with the text of its only block. */
export function serverOf(handler: Handler = async () => 'done'): () => Server {
  return () => {
    const capabilities = { tools: {}, prompts: {}, resources: { subscribe: true } };
    const server = new Server({ name: 'wire', version: '1' }, { capabilities });
    server.setRequestHandler('tools/list', () => ({ tools: [] }));
    server.setRequestHandler('prompts/get', ({ params }) => ({
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: JSON.stringify(params) } }],
    }));
    server.setRequestHandler('resources/subscribe', async ({ params }) => {
      await server.sendResourceUpdated({ uri: params.uri });
      return {};
    });
    server.setRequestHandler('tools/call', async ({ params }, ctx) => ({
      content: [{ type: 'text' as const, text: await handler(params.arguments ?? {}, ctx, server) }],
    }));
    return server;
  };
}

export const initialize = (protocolVersion = '2025-11-25', capabilities: object = {}) => ({
  jsonrpc: '2.0',
  id: 'init',
  method: 'initialize',
  params: { protocolVersion, capabilities, clientInfo: { name: 'wire', version: '1' } },
});

/** What a line of the server says of an id and an error code. */
export function gist(line: string | undefined): unknown {
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read);
    const { id, error, result } = Object(value);
    return error ? [id, error.code] : [id, result ? 'result' : 'neither'];
  };
  return line === undefined ? undefined : read(JSON.parse(line));
}
