/** Compares what the vendors counted with the journal of starts. Pure. */
import type { Entry } from '../../src/starting/journal-entry.ts';
import type { Counted } from './front.ts';
import type { Teller, Want } from './wants.ts';

export interface Books {
  /** Claims by platform and state; `found` as `proven` or `found by time`. */
  states: Record<string, Record<string, number>>;
  /** Wants that were counted more than once, though nothing allowed it. */
  twice: string[];
  /** Wants without a key that were rightly counted again: a minute later, the first one known to no claim. */
  again: number;
  /** Wants that the vendor counted and the journal does not know as started, found or unknown. */
  unaccounted: string[];
  /** Claims that name another session than the vendor's, of those that are proven. */
  wrong: string[];
  /** Of the sessions that were found by time alone: how many are the start's own. */
  by_time: { right: number; wrong: number };
  /** Claims still open. */
  open: number;
  /** Claims that are for no want. */
  foreign: number;
}

const MINUTE_MS = 60_000;

export function compareBooks(
  wants: readonly Want[],
  counted: readonly Counted[],
  journal: readonly Entry[],
  teller: Teller,
): Books {
  const claims = new Map<string, Entry[]>();
  let foreign = 0;
  const books: Books = {
    states: {},
    twice: [],
    again: 0,
    unaccounted: [],
    wrong: [],
    by_time: { right: 0, wrong: 0 },
    open: 0,
    foreign: 0,
  };
  for (const entry of journal) {
    const want = teller.inJournal(entry);
    if (want === undefined) foreign += 1;
    else claims.set(want, [...(claims.get(want) ?? []), entry]);
    const states = books.states[entry.provider] ?? {};
    books.states[entry.provider] = states;
    const state = stateOf(entry);
    states[state] = (states[state] ?? 0) + 1;
    if (entry.state === 'open') books.open += 1;
  }
  for (const { name, keyed } of wants) {
    const own = counted.filter(({ want }) => want === name);
    const entries = claims.get(name) ?? [];
    const extra = own.slice(1).map((later, index) => isAllowed(later, own[index], entries, keyed));
    books.again += extra.filter(Boolean).length;
    if (extra.includes(false)) books.twice.push(name);
    if (own.length > 0 && !entries.some(({ state }) => ['started', 'found', 'unknown'].includes(state)))
      books.unaccounted.push(name);
    for (const entry of entries) {
      if (entry.state !== 'started' && entry.state !== 'found') continue;
      const right = own.some(({ answer }) => names(answer, entry));
      if (entry.certain === false) books.by_time[right ? 'right' : 'wrong'] += 1;
      else if (!right) books.wrong.push(`${name}: ${JSON.stringify(entry.receipt)}`);
    }
  }
  return { ...books, foreign };
}

/**
 * Whether an equal start may be counted after another one: with a key never, without one after a minute, and only if no
 * claim knew a session of it by then. The sessions of a campaign all still run.
 */
function isAllowed(later: Counted, before: Counted | undefined, entries: readonly Entry[], keyed: boolean): boolean {
  if (keyed || before === undefined || later.at - before.at < MINUTE_MS) return false;
  return !entries.some(
    ({ state, settled_at }) =>
      (state === 'started' || state === 'found') && settled_at !== undefined && Date.parse(settled_at) < later.at,
  );
}

/** Whether the vendor's answer to a start names what the claim does: the run where it has one, else the session. */
function names(answer: Counted['answer'], { receipt }: Entry): boolean {
  const id = receipt?.run?.at(-1) ?? receipt?.session?.at(-1);
  return id !== undefined && JSON.stringify(answer).includes(id);
}

function stateOf({ state, certain }: Entry): string {
  if (state !== 'found') return state;
  return certain ? 'proven' : 'found by time';
}
