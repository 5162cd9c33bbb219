/**
 * Reads sessions and their runs for the tools: finished sessions do not change, so their runs are kept for a while, and
 * equal reads under way are shared. Bounded per process; a session too large to keep is streamed each time.
 */
import { Problem } from '../model/problem.ts';
import type { Run } from '../model/schemas.ts';
import { isTerminal } from '../model/verdicts.ts';
import type { CallContext, Provider, RunDepth } from '../providers/provider.ts';
import { createFollower, type Follower } from './follow.ts';
import { type SharedStream, shareStream } from './shared-stream.ts';

/** Runs kept over all cached sessions; about 1 kB each, and a transcript weighs as much as ten. */
const KEEP_RUNS = 20_000;
const TRANSCRIPT_WEIGHT = 10;
const DEPTHS: readonly RunDepth[] = ['verdicts', 'reasons', 'evidence'];

/** A call that reads. */
export interface ReadingCall extends CallContext {
  /** When the call began to look (`performance.now()`): it may share what was begun since. Without it, it shares nothing. */
  began?: number;
}

export interface Reader extends Follower {
  /** Pages of a session's runs at least as deep as asked for. */
  pages(
    provider: Provider,
    session: readonly string[],
    depth: RunDepth,
    call: ReadingCall,
  ): AsyncIterable<readonly Run[]>;
  /** Whether `pages` would ask nobody. */
  holds(provider: Provider, session: readonly string[], depth: RunDepth): boolean;
  /** Forgets a session, e.g. after something was started in it or it was cancelled. */
  forget(provider: Provider, session: readonly string[]): void;
}

interface Kept {
  depth: RunDepth;
  runs: readonly Run[];
  weight: number;
}

/** A read under way. */
interface Opened {
  depth: RunDepth;
  began: number;
  shared: SharedStream<readonly Run[]>;
  /** The session was changed meanwhile: what is read is not to be kept. */
  forgotten?: boolean;
}

export function createReader(): Reader {
  const kept = new Map<string, Kept>();
  let total = 0;

  const drop = (key: string) => {
    total -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
  };
  const deepEnough = (key: string, depth: RunDepth) => {
    const cached = kept.get(key);
    return cached && isAsDeep(cached.depth, depth) ? cached : undefined;
  };
  const keep = (key: string, entry: Kept) => {
    drop(key);
    kept.set(key, entry);
    total += entry.weight;
    for (const oldest of kept.keys()) {
      if (total <= KEEP_RUNS || oldest === key) break;
      drop(oldest);
    }
  };

  /** Reads under way that others may still join, by session. */
  const open = new Map<string, Opened>();

  const stream = (key: string, provider: Provider, session: readonly string[], depth: RunDepth): Opened => {
    const shared = shareStream((signal) => pass(provider, session, depth, { signal }));
    const opened: Opened = { depth, began: performance.now(), shared };
    const unlist = () => {
      if (open.get(key) === opened) open.delete(key);
    };
    async function* pass(...args: Parameters<typeof read>) {
      let seen: Run[] | undefined = [];
      let weight = 0;
      let ended = true;
      try {
        for await (const page of read(...args)) {
          for (const run of page) {
            ended &&= isTerminal(run.status) && run.verdict !== 'pending';
            weight += run.transcript ? TRANSCRIPT_WEIGHT : 1;
          }
          if (weight <= KEEP_RUNS / 2) seen?.push(...page);
          else if (seen) {
            seen = undefined;
            unlist();
            shared.seal();
          }
          yield page;
        }
        // Only a session whose runs have all ended is immutable; an empty one may still be filling.
        if (seen && ended && seen.length > 0 && !opened.forgotten) keep(key, { depth, runs: seen, weight });
      } finally {
        unlist();
      }
    }
    open.set(key, opened);
    return opened;
  };

  return {
    ...createFollower(),
    async *pages(provider, session, depth, call) {
      const key = keyOf(provider, session);
      const cached = deepEnough(key, depth);
      if (cached) {
        kept.delete(key);
        kept.set(key, cached);
        yield cached.runs;
        return;
      }
      const shared = joinable(open.get(key), depth, call) ?? stream(key, provider, session, depth).shared;
      yield* shared.read(call.signal);
    },
    holds: (provider, session, depth) => deepEnough(keyOf(provider, session), depth) !== undefined,
    forget(provider, session) {
      const key = keyOf(provider, session);
      drop(key);
      const opened = open.get(key);
      if (opened) opened.forgotten = true;
      open.delete(key);
    },
  };
}

/** The stream under way, if all of it was begun after the call began. */
function joinable(opened: Opened | undefined, depth: RunDepth, { began }: ReadingCall) {
  if (!opened?.shared.isOpen() || began === undefined || opened.began < began) return undefined;
  return isAsDeep(opened.depth, depth) ? opened.shared : undefined;
}

function read(provider: Provider, session: readonly string[], depth: RunDepth, call: CallContext) {
  if (!provider.runs) throw unsupported(provider, 'listing runs');
  return provider.runs.pages(session, depth, call);
}

function keyOf(provider: Provider, session: readonly string[]): string {
  return [provider.id, provider.host, ...session].join('\u0000');
}

function isAsDeep(depth: RunDepth, wanted: RunDepth): boolean {
  return DEPTHS.indexOf(depth) >= DEPTHS.indexOf(wanted);
}

/** The typed "not supported by X" of a missing group of operations. */
export function unsupported(provider: Provider, what: string): Problem {
  return new Problem('unsupported', `${provider.label} does not support ${what}.`, {
    provider: provider.id,
    next: 'list_providers shows what each platform can do.',
  });
}
