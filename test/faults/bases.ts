/** Addresses at which there is no vendor: nobody listening, no such name, TLS that cannot be trusted, another origin. */
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { selfSigned } from '../http/self-signed.ts';
import { type Loopback, onLoopback } from '../support/loopback.ts';
import { type Fault, setOtherOrigin } from './faults.ts';

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
  const stall = createTcp();
  const [elsewhere, untrusting, plainly, stalling, refusing] = await Promise.all(
    [other, untrusted, plain, stall, createTcp()].map(onLoopback),
  );
  await refusing?.close();
  const at = (protocol: string, place: Loopback | undefined) => `${protocol}://127.0.0.1:${place?.port}`;
  setOtherOrigin(elsewhere?.port ?? 0);
  return {
    urls: {
      refused: at('http', refusing),
      dns: 'https://nowhere.invalid',
      tls_untrusted: at('https', untrusting),
      tls_plain: at('https', plainly),
      tls_stall: at('https', stalling),
    },
    stolen: () => stolen,
    async close() {
      await Promise.all([elsewhere, untrusting, plainly, stalling].map((place) => place?.close()));
    },
  };
}
