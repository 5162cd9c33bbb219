/** A conversation with a server of ours over streams in memory. */

import { PassThrough } from 'node:stream';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createServer } from '../../mcp/server.ts';
import type { ServerServices } from '../../mcp/services.ts';
import { createLineReader } from '../../mcp/transport/line-reader.ts';
import { createStdioTransport } from '../../mcp/transport/stdio-transport.ts';
import { isRecord, type JsonObject } from '../../model/json.ts';

export interface Question {
  method: string;
  params?: JsonObject | undefined;
}

export interface Conversation {
  /** The result of one request, put when the one before is answered. Throws when it is refused. */
  ask(question: Question): Promise<JsonObject>;
  close(): Promise<void>;
}

export function openConversation(services: ServerServices): Conversation {
  const stdin = new PassThrough();
  let onLine: (line: string) => void = () => {};
  const transport = createStdioTransport({
    lines: createLineReader(stdin),
    write: async (text) => onLine(text),
    onUnread: () => {},
  });
  const handle = serveStdio(() => createServer(services), { transport });
  let id = 0;
  return {
    async ask(question) {
      id += 1;
      const line = await new Promise<string>((resolve) => {
        onLine = resolve;
        stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...question })}\n`);
      });
      const answer: JsonObject = JSON.parse(line);
      const { result } = answer;
      if (!isRecord(result)) throw new Error(`${question.method}: ${line}`);
      return result;
    },
    close: () => handle.close(),
  };
}
