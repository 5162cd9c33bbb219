/**
 * The life of the stdio process. stdout carries JSON-RPC and nothing else: from the first import on, whatever any code
 * prints goes to stderr. The process ends when stdin ends or closes, on EPIPE and on signals, and keeps itself alive for
 * nothing.
 */

const real = process.stdout.write.bind(process.stdout);

/** The one way to stdout. */
export interface Output {
  /** Rejects when the reader is gone. */
  write(text: string): Promise<void>;
  /** Resolves when everything so far was taken by the reader, or never will be. */
  written(): Promise<void>;
}

/** Sends every stray print to stderr. A stderr that is gone takes nothing and ends nothing. */
export function guardStdout(): Output {
  process.stdout.write = process.stderr.write.bind(process.stderr);
  process.stderr.on('error', () => {});
  let last: Promise<unknown> = Promise.resolve();
  return {
    write(text) {
      const written = new Promise<void>((resolve, reject) => {
        real(text, (error) => (error ? reject(error) : resolve()));
      });
      last = written.catch(() => {});
      return written;
    },
    written: async () => void (await last),
  };
}

/** Time for open answers, from the end of stdin. */
const ANSWERS_MS = 4_700;
/** Time for files and connections to be closed after the end was decided. */
const GRACE_MS = 1_500;
const LAST_MS = 300;

export interface Life {
  /** Ends at once: closes what is open, then exits whatever happens. */
  end(code?: number): void;
  /** Ends after `answered`, and 5 s from now at the latest. */
  finish(answered: Promise<unknown>): void;
}

/** `close` is called once when the process has to end. */
export function liveWithParent(close: () => Promise<unknown>): Life {
  let ending = false;
  const end = (code = 0, grace = GRACE_MS) => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(code), grace).unref();
    close()
      .catch(() => {})
      .finally(() => process.exit(code));
  };
  process.stdout.on('error', () => end());
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => end(128 + number));
  }
  return {
    end: (code) => end(code),
    finish(answered) {
      const late = setTimeout(() => end(0, LAST_MS), ANSWERS_MS);
      answered
        .catch(() => {})
        .finally(() => {
          clearTimeout(late);
          end();
        });
    },
  };
}
