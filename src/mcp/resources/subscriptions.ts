/**
 * Subscriptions to sessions: each subscribed session is polling (one loop with those who wait for it), and subscribers
 * hear when counts or status change. Ends with the last subscriber, when the session has ended, or with the server.
 */
import { parseRef } from '../../model/refs.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Registry } from '../../providers/registry.ts';
import { createPoller, type Poller, type Polling } from '../../reading/poller.ts';
import { parseUri } from './resources.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** A platform that fails this often in a row is not asked any more. */
const MOST_FAILURES = 8;
const MOST_WATCHED = 50;

export interface Subscriptions {
  /** `owner` is one subscription; the URIs that name no session are passed over. */
  subscribe(owner: string, uris: readonly string[]): void;
  unsubscribe(owner: string): void;
  close(): void;
}

export interface SubscriptionOptions {
  registry: Registry;
  onUpdate(uri: string): void;
  /** Shared with the tools that wait; default: one of its own. */
  poller?: Poller;
  /** Milliseconds before the second look; tests shorten it. */
  firstPause?: number;
}

export function createSubscriptions(options: SubscriptionOptions): Subscriptions {
  const { registry, onUpdate, poller = createPoller(), firstPause = FIRST_PAUSE_MS } = options;
  const wanted = new Map<string, Set<string>>();
  const watched = new Map<string, { polling?: Polling }>();

  const isWanted = (uri: string) => [...wanted.values()].some((uris) => uris.has(uri));

  const watch = async (uri: string, text: string, watch: { polling?: Polling }) => {
    const ref = parseRef(text);
    if (!ref) return end(uri);
    const provider = await registry.provider(ref.provider);
    if (!provider.sessions) return end(uri);
    if (watched.get(uri) !== watch) return;
    let last: string | undefined;
    let failures = 0;
    const pace = { first: firstPause, longest: LONGEST_PAUSE_MS };
    const polling = poller.poll(provider, ref.ids, pace, (session) => {
      failures = session ? 0 : failures + 1;
      if (failures >= MOST_FAILURES) end(uri);
      if (!session) return;
      const now = JSON.stringify([session.status, session.counts]);
      if (last !== undefined && now !== last) {
        polling.hurry();
        onUpdate(uri);
      }
      last = now;
      if (isTerminal(session.status) && session.counts.pending === 0) end(uri);
    });
    watch.polling = polling;
    polling.look(new AbortController().signal).catch(() => undefined);
  };

  const begin = (uri: string) => {
    const ref = sessionOf(uri);
    if (ref === undefined || watched.has(uri) || watched.size >= MOST_WATCHED) return;
    const entry = {};
    watched.set(uri, entry);
    watch(uri, ref, entry).catch(() => watched.get(uri) === entry && end(uri));
  };

  const end = (uri: string) => {
    watched.get(uri)?.polling?.stop();
    watched.delete(uri);
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
      for (const uri of [...watched.keys()]) end(uri);
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
