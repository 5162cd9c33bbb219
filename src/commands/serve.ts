/** The server on stdin and stdout, both protocol eras. It begins with the first message that the record does not answer. */
import { setMaxListeners } from 'node:events';
import type { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Config } from '../config/config.ts';
import type { WireTool } from '../mcp/catalogue.ts';
import { listenTransport } from '../mcp/resources/listen-transport.ts';
import { createSubscriptions } from '../mcp/resources/subscriptions.ts';
import { createServer } from '../mcp/server.ts';
import type { ServerServices } from '../mcp/services.ts';
import type { LineReader } from '../mcp/transport/line-reader.ts';
import { createStdioTransport, type SeenLine } from '../mcp/transport/stdio-transport.ts';
import { createContinuedReads } from '../reading/continued-reads.ts';
import { createReading } from '../reading/reading.ts';
import { createServices } from './services.ts';
import type { Life, Output } from './stdio.ts';

export interface Handed {
  lines: LineReader;
  output: Output;
  life: Life;
  /** Lines that were read before, of which some are answered. */
  seen?: readonly SeenLine[] | undefined;
  /** The tools as lists show them, where they are recorded. */
  wireTools?: readonly WireTool[] | undefined;
}

/** Serves; returns what has to be closed in the end. */
export function serve(
  config: Config,
  version: string,
  { lines, output, life, seen, wireTools }: Handed,
): () => Promise<void> {
  const services = createServices(config);
  const reading = createReading();
  const continued: ServerServices['continued'] = createContinuedReads();
  for (const problem of config.problems) services.log.warn(problem);
  const servers: Server[] = [];
  const subscriptions = createSubscriptions({
    registry: services.registry,
    poller: reading,
    // A discarded probe instance is not connected; its refusal says nothing new.
    onUpdate: (uri) => {
      for (const server of servers) void server.sendResourceUpdated({ uri }).catch(() => {});
    },
  });
  const ending = new AbortController();
  // Each call that waits listens for the end of the process: many at once are no leak.
  setMaxListeners(0, ending.signal);
  const stdio = createStdioTransport({
    lines,
    seen,
    write: output.write,
    onUnread: (message, fields) => services.log.warn('not read', { message, ...fields }),
    onEnd() {
      ending.abort();
      life.finish(stdio.idle().then(output.written));
    },
  });
  const makeServer = () => {
    const parts = { version, config, wireTools, reading, continued, subscriptions, ending: ending.signal };
    const server = createServer({ ...parts, ...services });
    servers.push(server);
    return server;
  };
  const handle = serveStdio(makeServer, {
    transport: listenTransport(stdio, subscriptions),
    onerror: (error) => services.log.info('transport', { message: error.message }),
  });
  return async () => {
    subscriptions.close();
    continued.drop();
    await handle.close();
    await output.written();
    await services.close();
  };
}
