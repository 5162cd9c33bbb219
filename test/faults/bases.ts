/** Addresses at which there is no vendor: nobody listening, no such name, TLS that cannot be trusted, another origin. */
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type Socket } from 'node:net';
import { selfSigned } from '../http/self-signed.ts';
import { type Fault, setOtherOrigin } from './faults.ts';
import { listen } from './front.ts';

export interface Bases {
  urls: Readonly<Record<NonNullable<Fault['base']>, string>>;
  /** What arrived at the other origin, where nothing may ever arrive. */
  stolen(): string[];
  close(): Promise<void>;
}

export async function openBases(): Promise<Bases> {
  const stolen: string[] = [];
  const other = createHttp((request, response) => {
    stolen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.end('{}');
  });
  const untrusted = createHttps(selfSigned(), (_request, response) => response.end('{}'));
  const plain = createHttp((_request, response) => response.end('{}'));
  const stall = createTcp((socket) => void socket.on('error', () => undefined));
  const dead = createTcp();
  const servers = [other, untrusted, plain, stall];
  const sockets = new Set<Socket>();
  for (const server of servers)
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
    });
  const [elsewhere, untrustedPort, plainPort, stallPort] = await Promise.all(servers.map((server) => listen(server)));
  const deadPort = await listen(dead);
  await new Promise((resolve) => dead.close(resolve));
  setOtherOrigin(elsewhere ?? 0);
  return {
    urls: {
      refused: `http://127.0.0.1:${deadPort}`,
      dns: 'https://nowhere.invalid',
      tls_untrusted: `https://127.0.0.1:${untrustedPort}`,
      tls_plain: `https://127.0.0.1:${plainPort}`,
      tls_stall: `https://127.0.0.1:${stallPort}`,
    },
    stolen: () => stolen,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
