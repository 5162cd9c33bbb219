/**
 * One stream of pages for several readers: the fastest one drives it, the others find the pages waiting. It ends early
 * only when the last reader has gone, so that one cancelled call does not spoil another one's answer.
 */

export interface SharedStream<T> {
  /** Every page from the first on. Rejects with the stream's problem or with the reason of `signal`. */
  read(signal: AbortSignal): AsyncGenerator<T>;
  /** False once the last reader has gone: it cannot be read any more. */
  isOpen(): boolean;
  /** No more readers from the start: pages that all readers have read are let go. */
  seal(): void;
}

/** `open` begins the stream; its signal aborts when the last reader has gone. */
export function shareStream<T>(open: (signal: AbortSignal) => AsyncIterable<T>): SharedStream<T> {
  const over = new AbortController();
  const readers = new Set<{ at: number }>();
  const pages: T[] = [];
  /** Pages let go. */
  let gone = 0;
  let sealed = false;
  let source: AsyncIterator<T> | undefined;
  let pull: Promise<boolean> | undefined;

  /** One more page; false at the end. Shared by all readers that wait for it. */
  const more = (): Promise<boolean> => {
    source ??= open(over.signal)[Symbol.asyncIterator]();
    const from = source;
    pull ??= from.next().then(({ value, done }) => {
      if (done === true) return false;
      pages.push(value);
      pull = undefined;
      return true;
    });
    return pull;
  };

  const letGo = () => {
    const read = Math.min(...[...readers].map(({ at }) => at));
    if (!sealed || !Number.isFinite(read) || read <= gone) return;
    pages.splice(0, read - gone);
    gone = read;
  };

  return {
    async *read(signal) {
      const reader = { at: 0 };
      readers.add(reader);
      try {
        for (;;) {
          while (reader.at < gone + pages.length) {
            const page = pages[reader.at - gone];
            reader.at += 1;
            letGo();
            if (page !== undefined) yield page;
          }
          if (!(await orAborted(more(), signal))) return;
        }
      } finally {
        readers.delete(reader);
        letGo();
        if (readers.size === 0) {
          over.abort();
          void source?.return?.().catch(() => undefined);
        }
      }
    },
    isOpen: () => !over.signal.aborted,
    seal() {
      sealed = true;
    },
  };
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
