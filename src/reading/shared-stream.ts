/**
 * One stream of pages for several readers: the fastest one drives it, the others find the pages waiting. It ends early
 * only when the last reader has left, so that one cancelled call does not spoil another one's answer.
 */

export interface SharedStream<T> {
  /** Every page from the first on. Rejects with the stream's problem or with the reason of `signal`. */
  read(signal: AbortSignal): AsyncGenerator<T>;
  /** False once the last reader has left: the stream has ended and can be read no more. */
  isOpen(): boolean;
  /** Says that no further reader will join: pages that all readers have read are released from now on. */
  seal(): void;
}

/** `open` begins the stream; its signal aborts when the last reader has left. */
export function shareStream<T>(open: (signal: AbortSignal) => AsyncIterable<T>): SharedStream<T> {
  const end = new AbortController();
  const readers = new Set<{ at: number }>();
  const pages: T[] = [];
  /** Number of pages released: `pages` begins with the page of this index. */
  let released = 0;
  let sealed = false;
  let source: AsyncIterator<T> | undefined;
  let pendingPage: Promise<boolean> | undefined;

  /** Asks for the next page; resolves to false at the end. All readers that wait for it share one request. */
  const readPage = (): Promise<boolean> => {
    source ??= open(end.signal)[Symbol.asyncIterator]();
    const iterator = source;
    pendingPage ??= iterator.next().then(({ value, done }) => {
      if (done === true) return false;
      pages.push(value);
      pendingPage = undefined;
      return true;
    });
    return pendingPage;
  };

  const releaseReadPages = () => {
    const readByAll = Math.min(...[...readers].map(({ at }) => at));
    if (!sealed || !Number.isFinite(readByAll) || readByAll <= released) return;
    pages.splice(0, readByAll - released);
    released = readByAll;
  };

  return {
    async *read(signal) {
      const reader = { at: 0 };
      readers.add(reader);
      try {
        for (;;) {
          while (reader.at < released + pages.length) {
            const page = pages[reader.at - released];
            reader.at += 1;
            releaseReadPages();
            if (page !== undefined) yield page;
          }
          if (!(await orAborted(readPage(), signal))) return;
        }
      } finally {
        readers.delete(reader);
        releaseReadPages();
        if (readers.size === 0) {
          end.abort();
          void source?.return?.().catch(() => undefined);
        }
      }
    },
    isOpen: () => !end.signal.aborted,
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
