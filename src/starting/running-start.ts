/** Equal starts without a key that still run at their platform: while one does, the same start is not sent again. */
import { isProblem, Problem } from '../model/problem.ts';
import { isTerminal } from '../model/verdicts.ts';
import type { CallContext, Provider } from '../providers/provider.ts';
import type { Entry } from './journal-entry.ts';
import { claimedFor, DAY_MS, latestAttempts, type PriorStart, startsOf } from './prior-start.ts';
import type { StartContext } from './start-context.ts';

/** The newest equal starts of the last day, and the newest sessions of each, that the platform is asked about. */
const STARTS_LOOKED_AT = 2;
const SESSIONS_LOOKED_AT = 5;

/**
 * The newest equal start of which a session still runs; undefined where none does, and where the platform keeps no
 * sessions to look at. Throws what the look throws, but for a session that is not there any more: nothing was sent.
 */
export async function runningStart(
  { clock }: Pick<StartContext, 'clock'>,
  provider: Provider,
  entries: readonly Entry[],
  call: CallContext,
): Promise<Extract<PriorStart, { kind: 'answered' }> | undefined> {
  const begun = entries.filter(
    (entry) => ['started', 'found'].includes(entry.state) && !claimedFor(entry, DAY_MS, clock),
  );
  for (const [start, own] of startsOf(begun).slice(0, STARTS_LOOKED_AT)) {
    const sessions = new Map(
      own.map(({ receipt }) => receipt?.session ?? []).map((ids) => [ids.join('\n'), ids] as const),
    );
    sessions.delete('');
    for (const ids of [...sessions.values()].slice(-SESSIONS_LOOKED_AT).reverse())
      if (await runs(provider, ids, call))
        return { kind: 'answered', start, entries: latestAttempts(own), missing: [] };
  }
  return undefined;
}

async function runs(provider: Provider, ids: readonly string[], call: CallContext): Promise<boolean> {
  if (!provider.sessions) return false;
  try {
    return !isTerminal((await provider.sessions.get(ids, call)).status);
  } catch (error) {
    if (!isProblem(error)) throw error;
    if (error.kind === 'not_found') return false;
    throw new Problem(error.kind, `Whether an equal start still runs could not be read: ${error.message}`, {
      ...error.details,
      sent: 'no',
      next: 'Call again, or with a new `key` to start another whatever became of the earlier one.',
    });
  }
}
