/**
 * Subscriptions to sessions: one poll loop per subscribed session, however many subscribe, that tells when counts or
 * status change. It ends with the last subscriber, when the session has ended, or with the server.
 */
import { parseRef } from '../../model/refs.ts';
import type { Session } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Registry } from '../../providers/registry.ts';
import { parseUri } from './resources.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** A platform that fails this often in a row is not asked any more. */
const MOST_FAILURES = 8;
const MOST_WATCHED = 50;

export interface Watcher {
  /** `owner` is one subscription; the URIs that name no session are passed over. */
  subscribe(owner: string, uris: readonly string[]): void;
  unsubscribe(owner: string): void;
  close(): void;
}

export interface WatcherOptions {
  registry: Registry;
  onUpdate(uri: string): void;
  /** Milliseconds before the first look; tests shorten it. */
  firstPause?: number;
}

export function createWatcher({ registry, onUpdate, firstPause = FIRST_PAUSE_MS }: WatcherOptions): Watcher {
  const wanted = new Map<string, Set<string>>();
  const loops = new Map<string, AbortController>();

  const isWanted = (uri: string) => [...wanted.values()].some((uris) => uris.has(uri));

  const watch = async (uri: string, ref: string, signal: AbortSignal) => {
    let last: string | undefined;
    let pause = firstPause;
    let failures = 0;
    while (!signal.aborted && failures < MOST_FAILURES) {
      const session = await read(ref, signal).catch(() => undefined);
      if (signal.aborted) return;
      if (session) {
        failures = 0;
        const now = JSON.stringify([session.status, session.counts]);
        if (last !== undefined && now !== last) {
          onUpdate(uri);
          pause = firstPause;
        }
        last = now;
        if (isTerminal(session.status) && session.counts.pending === 0) return;
      } else failures += 1;
      await rest(pause, signal);
      pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
    }
  };

  const read = async (text: string, signal: AbortSignal): Promise<Session | undefined> => {
    const ref = parseRef(text);
    if (!ref) return undefined;
    const provider = await registry.provider(ref.provider);
    return provider.sessions?.get(ref.ids, { signal });
  };

  const begin = (uri: string) => {
    const ref = sessionOf(uri);
    if (ref === undefined || loops.has(uri) || loops.size >= MOST_WATCHED) return;
    const stop = new AbortController();
    loops.set(uri, stop);
    void watch(uri, ref, stop.signal).finally(() => {
      if (loops.get(uri) === stop) loops.delete(uri);
    });
  };

  const end = (uri: string) => {
    loops.get(uri)?.abort();
    loops.delete(uri);
  };

  return {
    subscribe(owner, uris) {
      wanted.set(owner, new Set(uris));
      for (const uri of uris) begin(uri);
    },
    unsubscribe(owner) {
      const uris = wanted.get(owner) ?? [];
      wanted.delete(owner);
      for (const uri of uris) if (!isWanted(uri)) end(uri);
    },
    close() {
      wanted.clear();
      for (const uri of [...loops.keys()]) end(uri);
    },
  };
}

/** The session a URI is about; the clusters of a session change with it. */
function sessionOf(uri: string): string | undefined {
  try {
    const target = parseUri(uri);
    return target.kind === 'session' || target.kind === 'fma' ? target.ref : undefined;
  } catch {
    return undefined;
  }
}

/** A pause that keeps no process alive and ends with its signal. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done, { once: true });
  });
}
