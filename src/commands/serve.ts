/** `serve`: MCP on stdin and stdout, both protocol eras. */
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Config } from '../config.ts';
import { createReader } from '../mcp/reader.ts';
import { createServer } from '../mcp/server.ts';
import { createRooms } from './rooms.ts';
import { endWithParent, guardStdout } from './stdio.ts';

export function serve(config: Config, version: string): void {
  const out = guardStdout();
  const rooms = createRooms(config);
  const reader = createReader();
  for (const problem of config.problems) rooms.log.warn(problem);
  const life = endWithParent(async () => {
    await handle.close();
    await rooms.close();
  });
  const transport = new StdioServerTransport(process.stdin, out);
  const handle = serveStdio(() => createServer({ version, config, reader, ...rooms }), {
    transport,
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
