/** Which starts this process works on at the moment, over all of its starters, and whether the process behind a claim lives. */

import type { Clock } from '../home/moment.ts';
import { livenessOf, ownProcess } from '../home/process-identity.ts';
import { canonical } from './fingerprint.ts';
import type { EntryName } from './journal-entry.ts';
import type { Observer } from './prior-start.ts';

/** Number of calls under way by home and start; several may try one start, and one of them makes the claim. */
const working = new Map<string, number>();

type StartName = Pick<EntryName, 'fingerprint' | 'start'>;

function idOf(home: string, { fingerprint, start }: StartName): string {
  return `${home}\n${fingerprint}.${start}`;
}

/** Runs `work` while other calls of this process see its start as being worked on. */
export async function whileActive<T>(home: string, name: StartName, work: () => Promise<T>): Promise<T> {
  const id = idOf(home, name);
  working.set(id, (working.get(id) ?? 0) + 1);
  try {
    return await work();
  } finally {
    const remaining = (working.get(id) ?? 1) - 1;
    if (remaining > 0) working.set(id, remaining);
    else working.delete(id);
  }
}

/** How this process sees the claims of a home. */
export function observer(home: string, clock: Clock): Observer {
  const own = canonical(ownProcess());
  const isWorking = (name: StartName) => working.has(idOf(home, name));
  return {
    clock,
    working: isWorking,
    liveness(entry) {
      if (canonical(entry.process) !== own) return livenessOf(entry.process);
      return isWorking(entry) ? 'alive' : 'dead';
    },
  };
}
