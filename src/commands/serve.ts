/** `serve`: MCP on stdin and stdout, both protocol eras. */
import type { Server } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Config } from '../config.ts';
import { createReader } from '../mcp/reader.ts';
import { listening } from '../mcp/resources/listening.ts';
import { createWatcher } from '../mcp/resources/watcher.ts';
import { createServer } from '../mcp/server.ts';
import { createRooms } from './rooms.ts';
import { endWithParent, guardStdout } from './stdio.ts';

export function serve(config: Config, version: string): void {
  const out = guardStdout();
  const rooms = createRooms(config);
  const reader = createReader();
  for (const problem of config.problems) rooms.log.warn(problem);
  const life = endWithParent(async () => {
    watcher.close();
    await handle.close();
    await rooms.close();
  });
  const servers: Server[] = [];
  const watcher = createWatcher({
    registry: rooms.registry,
    // A discarded probe instance is not connected; its refusal is no news.
    onUpdate: (uri) => {
      for (const server of servers) void server.sendResourceUpdated({ uri }).catch(() => {});
    },
  });
  const stdio = new StdioServerTransport(process.stdin, out);
  const makeServer = () => {
    const server = createServer({ version, config, reader, watcher, ...rooms });
    servers.push(server);
    return server;
  };
  const handle = serveStdio(makeServer, {
    transport: listening(stdio, watcher),
    onerror: (error) => {
      rooms.log.info('transport', { message: error.message });
      // A line beyond the transport's buffer closes it for good; staying alive would leave a deaf process.
      if (process.stdin.destroyed || out.destroyed) life.end();
    },
  });
  process.on('uncaughtException', (error) =>
    rooms.log.error('uncaught', { message: error.message, stack: error.stack }),
  );
  process.on('unhandledRejection', (reason) =>
    rooms.log.error('unhandled rejection', { message: reason instanceof Error ? reason.message : String(reason) }),
  );
}
