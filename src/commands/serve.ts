/** The server on stdin and stdout, both protocol eras. It begins with the first message that the record does not answer. */
import type { Writable } from 'node:stream';
import type { Server, Transport } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Config } from '../config.ts';
import type { WireTool } from '../mcp/catalogue.ts';
import { listenTransport } from '../mcp/resources/listen-transport.ts';
import { createSubscriptions } from '../mcp/resources/subscriptions.ts';
import { createServer } from '../mcp/server.ts';
import type { ServerServices } from '../mcp/services.ts';
import { createContinuedReads } from '../reading/continued-reads.ts';
import { createReading } from '../reading/reading.ts';
import type { Given } from './handshake/handshake.ts';
import { createServices } from './services.ts';

export interface Handed {
  out: Writable;
  /** Ends the process. */
  end(): void;
  /** Answers the client already has. */
  given?: Given | undefined;
  /** The tools as lists show them, where they are recorded. */
  wireTools?: readonly WireTool[] | undefined;
}

/** Serves; returns what has to be closed in the end. */
export function serve(config: Config, version: string, { out, end, given, wireTools }: Handed): () => Promise<void> {
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
  const stdio = new StdioServerTransport(process.stdin, out);
  if (given) takeOver(stdio, given, (message) => services.log.warn('handshake', { message }));
  const makeServer = () => {
    const server = createServer({ version, config, wireTools, reading, continued, subscriptions, ...services });
    servers.push(server);
    return server;
  };
  const handle = serveStdio(makeServer, {
    transport: listenTransport(stdio, subscriptions),
    onerror: (error) => {
      services.log.info('transport', { message: error.message });
      // A line beyond the transport's buffer closes it for good; staying alive would leave a deaf process.
      if (process.stdin.destroyed || out.destroyed) end();
    },
  });
  return async () => {
    subscriptions.close();
    continued.drop();
    await handle.close();
    await services.close();
  };
}

/**
 * Goes on where the handshake stopped: lets stdin flow again, and keeps back what the client already has from the record.
 * A refusal of a recorded question is worth a line in the log.
 */
function takeOver(transport: Transport, given: Given, onRefusal: (message: string) => void): void {
  const start = transport.start.bind(transport);
  transport.start = async () => {
    await start();
    process.stdin.resume();
  };
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    const answers = 'result' in message || 'error' in message;
    if (!answers || !given.take(message.id)) return send(message, options);
    if ('error' in message) onRefusal(message.error.message);
  };
}
