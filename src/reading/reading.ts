/**
 * Reads sessions: opens one, hands its runs on with what the reading found of what there is, keeps
 * finished sessions and what was computed of them for a while, and shares equal reads under way. Bounded per process.
 */
import { type Coverage, withGaps } from '../model/coverage.ts';
import { Problem } from '../model/problem.ts';
import { formatRef } from '../model/refs.ts';
import type { Run, Session } from '../model/schemas.ts';
import { countRun, emptyCounts, isTerminal } from '../model/verdicts.ts';
import type { CallContext, OpenSession, Provider, RunDepth, RunPage } from '../providers/provider.ts';
import { counterGaps } from './counter-gaps.ts';
import { createPoller, type Poller } from './poller.ts';
import { createSessionCache } from './session-cache.ts';
import { type SharedStream, shareStream } from './shared-stream.ts';
import { createShownRows, type ShownRows } from './shown-rows.ts';

/** The call on whose behalf is read. */
export interface ReadingCall extends CallContext {
  /** When the call began to look (`performance.now()`): it may join reads begun since. Without it, it joins none. */
  began?: number | undefined;
  /** Hears how many runs were read and are held back. */
  onHeld?: ((runs: number) => void) | undefined;
  /** Hears what was found of each session, once it is read. */
  onCovered?: ((session: OpenedSession, coverage: Coverage) => void) | undefined;
}

/** Is shown runs of one session; those of several come session by session, in the order in which they were named. */
export type RunVisitor = (runs: readonly Run[], of: OpenedSession) => void;

/** One session that is being read, or several as one (`pool.ts`). */
export interface Opened {
  /** The sessions it stands for, in the order they were named; of one session, itself. */
  readonly members: readonly OpenedSession[];
  /** Printed reference; of several sessions theirs, separated by commas. */
  readonly ref: string;
  /** State; counts as far as the platform's own record tells them. */
  readonly session: Session;
  /** When it was read (ISO 8601); only where it comes from the cache. Of several sessions the earliest. */
  readonly read_at: string | undefined;
  /** Shows every run once to `visit`, at least as deep as asked for; resolves with what the reading found of what there is. */
  runs(depth: RunDepth, call: ReadingCall, visit: RunVisitor): Promise<Coverage>;
  /**
   * What `make` computes of the session. Of a finished session it is kept, where `keep` allows it (default: always); of
   * several, while all of them are finished and none is read anew.
   */
  computed<T>(key: string, make: () => Promise<T>, keep?: (value: T) => boolean): Promise<T>;
}

/** One session of one platform. */
export interface OpenedSession extends Opened {
  readonly provider: Provider;
  readonly ids: readonly string[];
}

export interface Reading extends Poller {
  /** Opens a session. Throws what the platform's reading of it throws, and `unsupported`. */
  open(provider: Provider, ids: readonly string[], call: ReadingCall): Promise<OpenedSession>;
  /** What `make` computes of several sessions together: kept as `Opened.computed` says. */
  computedOf<T>(
    members: readonly OpenedSession[],
    key: string,
    make: () => Promise<T>,
    keep?: (value: T) => boolean,
  ): Promise<T>;
  /** A listed session with the counts of its runs, where they were read before and it has not changed since. */
  counted(session: Session): Session;
  /** What pages of lists have shown. */
  readonly shown: ShownRows;
  /** Forgets a session, e.g. after something was started in it or it was cancelled. */
  forget(provider: Provider, ids: readonly string[]): void;
}

/** A read of runs under way, which others may join. */
interface Stream {
  depth: RunDepth;
  began: number;
  shared: SharedStream<RunPage>;
  /** The session was changed while it was read: what is read is not kept. */
  forgotten?: boolean | undefined;
}

/** The reading of a process: all connections share what it keeps. `now` in ms since the epoch. */
export function createReading(now: () => number = Date.now): Reading {
  const cache = createSessionCache(now);
  const streams = new Map<string, Stream>();

  const stream = (key: string, opened: OpenSession, depth: RunDepth): Stream => {
    const shared = shareStream((signal) => pass(signal));
    const own: Stream = { depth, began: performance.now(), shared };
    const unlist = () => {
      if (streams.get(key) === own) streams.delete(key);
    };
    async function* pass(signal: AbortSignal): AsyncGenerator<RunPage> {
      const collected = cache.collect(opened.session.counts.runs);
      const counts = emptyCounts();
      let coverage: Coverage | undefined;
      let ended = isTerminal(opened.session.status);
      try {
        for await (const page of opened.runs(depth, { signal })) {
          for (const run of page.runs) {
            countRun(counts, run.verdict);
            ended &&= isTerminal(run.status) && run.verdict !== 'pending';
          }
          if (!collected.add(page.runs)) {
            unlist();
            shared.seal();
          }
          coverage = page.coverage ?? coverage;
          if (page.runs.length > 0 || page.held !== undefined) yield { runs: page.runs, held: page.held };
        }
        if (!coverage) throw new Problem('internal', 'A session was read without saying what was found of it.');
        const found = withGaps(coverage, [...(opened.gaps ?? []), ...counterGaps(opened.counters, counts, coverage)]);
        // Only a session whose runs have all ended is immutable; an empty one may still be filling.
        if (ended && counts.runs > 0 && !own.forgotten) {
          const { session } = opened;
          if (found.complete) cache.keep(key, { session, depth, runs: collected.runs(), counts, coverage: found });
          else cache.count(session.ref, counts, Math.max(counts.runs, found.expected ?? 0));
        }
        yield { runs: [], coverage: found };
      } finally {
        unlist();
      }
    }
    streams.set(key, own);
    return own;
  };

  const openedOf = (
    provider: Provider,
    ids: readonly string[],
    key: string,
    first: OpenSession | undefined,
  ): OpenedSession => {
    const kept = first ? undefined : cache.get(key);
    const session = first?.session ?? (kept && { ...kept.session, read_at: kept.read_at });
    if (!session) throw new Problem('internal', 'A session was opened without its state.');
    let open = first;
    const own: OpenedSession = {
      get members() {
        return [own];
      },
      provider,
      ids,
      ref: formatRef(provider.id, 'session', ...ids),
      session,
      read_at: kept?.read_at,
      async runs(depth, call, visit) {
        const held = cache.get(key);
        if (held?.runs && isAsDeep(held.depth, depth)) {
          visit(held.runs, own);
          call.onCovered?.(own, held.coverage);
          return held.coverage;
        }
        const joined = joinable(streams.get(key), depth, call);
        if (!joined) open ??= await openAt(provider, ids, call);
        const { shared } = joined ?? stream(key, open ?? (await openAt(provider, ids, call)), depth);
        let coverage: Coverage | undefined;
        for await (const page of shared.read(call.signal)) {
          if (page.held !== undefined) call.onHeld?.(page.held);
          if (page.runs.length > 0) visit(page.runs, own);
          coverage = page.coverage ?? coverage;
        }
        if (!coverage) throw new Problem('internal', 'A session was read without saying what was found of it.');
        call.onCovered?.(own, coverage);
        return coverage;
      },
      computed: (name, make, keep) => cache.computed([key], name, make, keep),
    };
    return own;
  };

  return {
    ...createPoller(),
    async open(provider, ids, call) {
      const key = keyOf(provider, ids);
      if (cache.get(key)) return openedOf(provider, ids, key, undefined);
      return openedOf(provider, ids, key, await openAt(provider, ids, call));
    },
    computedOf(members, name, make, keep) {
      const keys = members.map(({ provider, ids }) => keyOf(provider, ids));
      return cache.computed(keys, `${name} of ${keys.join(' ')}`, make, keep);
    },
    counted: (session) => cache.counted(session),
    shown: createShownRows(),
    forget(provider, ids) {
      const key = keyOf(provider, ids);
      cache.forget(key, formatRef(provider.id, 'session', ...ids));
      const own = streams.get(key);
      if (own) own.forgotten = true;
      streams.delete(key);
    },
  };
}

function openAt(provider: Provider, ids: readonly string[], call: CallContext): Promise<OpenSession> {
  if (!provider.sessions) throw unsupported(provider, 'reading sessions');
  return provider.sessions.open(ids, { signal: call.signal });
}

/** The stream under way, where the call may join it: it began after the call and reads deep enough. */
function joinable(own: Stream | undefined, depth: RunDepth, { began }: ReadingCall): Stream | undefined {
  if (!own?.shared.isOpen() || began === undefined || own.began < began) return undefined;
  return isAsDeep(own.depth, depth) ? own : undefined;
}

function isAsDeep(depth: RunDepth, wanted: RunDepth): boolean {
  return depth === wanted || depth === 'reasons';
}

function keyOf(provider: Provider, session: readonly string[]): string {
  return [provider.id, provider.host, ...session].join('\u0000');
}

/** The problem of a provider without a group of operations; `what` it does not support. */
export function unsupported(provider: Provider, what: string): Problem {
  return new Problem('unsupported', `${provider.label} does not support ${what}.`, {
    provider: provider.id,
    next: 'list_providers shows what each platform can do.',
  });
}
