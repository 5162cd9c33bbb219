/**
 * Reads sessions and their runs for the tools: finished sessions do not change, so their runs are kept for a while, and
 * equal reads under way are shared. Bounded per process; a session too large to keep is streamed each time.
 */

import { Problem } from '../model/problem.ts';
import type { Run } from '../model/schemas.ts';
import { isTerminal } from '../model/verdicts.ts';
import type { CallContext, Provider, RunDepth } from '../providers/provider.ts';

/** Runs kept over all cached sessions; about 1 kB each, and a transcript weighs as much as ten. */
const KEEP_RUNS = 20_000;
const TRANSCRIPT_WEIGHT = 10;
const DEPTHS: readonly RunDepth[] = ['verdicts', 'reasons', 'evidence'];

export interface Reader {
  /** Pages of a session's runs at least as deep as asked for. */
  pages(
    provider: Provider,
    session: readonly string[],
    depth: RunDepth,
    call: CallContext,
  ): AsyncIterable<readonly Run[]>;
  /** Forgets a session, e.g. after something was started in it or it was cancelled. */
  forget(provider: Provider, session: readonly string[]): void;
}

interface Kept {
  depth: RunDepth;
  runs: readonly Run[];
  weight: number;
}

export function createReader(): Reader {
  const kept = new Map<string, Kept>();
  let total = 0;

  const drop = (key: string) => {
    total -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
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

  return {
    async *pages(provider, session, depth, call) {
      if (!provider.runs) throw unsupported(provider, 'listing runs');
      const key = [provider.id, provider.host, ...session].join('\u0000');
      const cached = kept.get(key);
      if (cached && DEPTHS.indexOf(cached.depth) >= DEPTHS.indexOf(depth)) {
        kept.delete(key);
        kept.set(key, cached);
        yield cached.runs;
        return;
      }
      let seen: Run[] | undefined = [];
      let weight = 0;
      let ended = true;
      for await (const page of provider.runs.pages(session, depth, call)) {
        for (const run of page) {
          ended &&= isTerminal(run.status) && run.verdict !== 'pending';
          weight += run.transcript ? TRANSCRIPT_WEIGHT : 1;
        }
        if (weight <= KEEP_RUNS / 2) seen?.push(...page);
        else seen = undefined;
        yield page;
      }
      // Only a session whose runs have all ended is immutable; an empty one may still be filling.
      if (seen && ended && seen.length > 0) keep(key, { depth, runs: seen, weight });
    },
    forget(provider, session) {
      drop([provider.id, provider.host, ...session].join('\u0000'));
    },
  };
}

/** The typed "not supported by X" of a missing group of operations. */
export function unsupported(provider: Provider, what: string): Problem {
  return new Problem('unsupported', `${provider.label} does not support ${what}.`, {
    provider: provider.id,
    next: 'list_providers shows what each platform can do.',
  });
}
