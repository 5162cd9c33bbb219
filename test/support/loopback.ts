/** Servers on loopback. */
import type { Server, Socket } from 'node:net';

export interface Loopback {
  port: number;
  /** `http://127.0.0.1:PORT`. */
  origin: string;
  /** Ends at once, whatever connections are open. */
  close(): Promise<void>;
}

/** Starts any server on a free port of loopback. What goes wrong on its connections is no error of the test. */
export async function onLoopback(server: Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    port: address.port,
    origin: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
