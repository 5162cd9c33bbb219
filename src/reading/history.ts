/** The newest finished sessions of a test or an agent, from the platform's own list. */
import { type Coverage, foldCoverages, withGaps } from '../model/coverage.ts';
import type { Session } from '../model/schemas.ts';
import { isTerminal } from '../model/verdicts.ts';
import type { CallContext, Page, Provider, SessionQuery } from '../providers/provider.ts';
import { unsupported } from './reading.ts';

/** Pages of the list that are read at most, and the milliseconds after which no further one is asked for. */
const MOST_PAGES = 20;
const LONGEST_MS = 15_000;
/** Sessions asked for beyond those wanted, since some may be going on. */
const SPARE = 4;

export interface History {
  /** Newest first. */
  sessions: Session[];
  /** Sessions that go on, among those that were looked at. */
  running: number;
  /** There are, or may be, older ones. */
  more: boolean;
  /** Of the list, not of the runs in its sessions. */
  coverage: Coverage;
  /** Trusted sentences of the platform's list. */
  notes: string[];
}

/** Throws what the platform's list throws, and `unsupported`. */
export async function historyOf(
  provider: Provider,
  query: Omit<SessionQuery, 'limit' | 'cursor'>,
  wanted: number,
  call: CallContext,
): Promise<History> {
  const { sessions: operations } = provider;
  if (!operations) throw unsupported(provider, 'lists of sessions');
  const until = performance.now() + LONGEST_MS;
  const pages: Page<Session>[] = [];
  const found = new Map<string, Session>();
  const ended = () => [...found.values()].filter(({ status }) => isTerminal(status));
  let cursor: string | undefined;
  do {
    const page = await operations.list({ ...query, limit: wanted + SPARE, cursor }, call);
    pages.push(page);
    for (const session of page.items) found.set(session.ref, session);
    cursor = page.next;
  } while (cursor !== undefined && ended().length < wanted && pages.length < MOST_PAGES && performance.now() < until);
  const sessions = newestFirst(ended());
  const coverage = foldCoverages(pages.map((page) => page.coverage));
  const short = cursor !== undefined && sessions.length < wanted;
  return {
    sessions: sessions.slice(0, wanted),
    running: found.size - sessions.length,
    more: cursor !== undefined || sessions.length > wanted,
    coverage: short
      ? withGaps(coverage, [
          { kind: 'capped', note: 'The list of sessions is long, and older ones in it were not looked at.' },
        ])
      : coverage,
    notes: [...new Set(pages.flatMap(({ notes = [] }) => notes))],
  };
}

/** By time where each tells it; else as the platform lists them. */
function newestFirst(sessions: readonly Session[]): Session[] {
  if (sessions.some(({ created_at }) => created_at === undefined)) return [...sessions];
  return sessions.toSorted((a, b) => ((a.created_at ?? '') < (b.created_at ?? '') ? 1 : -1));
}
