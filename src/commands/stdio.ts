/**
 * The life of the stdio process. stdout carries JSON-RPC and nothing else: from the first import on, whatever any code
 * prints goes to stderr. The process ends when stdin ends or closes, on EPIPE and on signals, and keeps itself alive for
 * nothing.
 */
import { Writable } from 'node:stream';

const real = process.stdout.write.bind(process.stdout);

/** Sends every stray print to stderr and returns the one stream that reaches stdout. */
export function guardStdout(): Writable {
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const out = new Writable({
    decodeStrings: false,
    write(chunk, encoding, done) {
      real(chunk, encoding, (error) => done(error ?? null));
    },
  });
  process.stdout.on('error', (error) => out.destroy(error));
  // Each answer that waits for a slow reader listens for its turn: many at once are no leak.
  out.setMaxListeners(0);
  return out;
}

/** Time for open answers and files to be written after the end was decided. */
const GRACE_MS = 1_500;

/** Calls `close` once when the process has to end, then exits whatever happens. */
export function endWithParent(close: () => Promise<unknown>): { end(code?: number): void } {
  let ending = false;
  const end = (code = 0) => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(code), GRACE_MS).unref();
    close()
      .catch(() => {})
      .finally(() => process.exit(code));
  };
  process.stdin.on('end', () => end());
  process.stdin.on('close', () => end());
  process.stdout.on('error', () => end());
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => end(128 + number));
  }
  return { end };
}
