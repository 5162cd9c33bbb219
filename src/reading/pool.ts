/**
 * Several sessions read as one: counts are summed, runs are shown one session after the other, coverage is folded. What
 * started as several sessions (repetitions, sets of scenarios) is read as what it was meant to be.
 */
import { toCommaList } from '../model/comma-list.ts';
import { Problem } from '../model/problem.ts';
import { parseRef } from '../model/refs.ts';
import { type Counts, SESSION_STATUSES, type Session } from '../model/schemas.ts';
import { emptyCounts, isTerminal } from '../model/verdicts.ts';
import type { Provider } from '../providers/provider.ts';
import { poolCoverage } from './pool-coverage.ts';
import { readInOrder } from './read-in-order.ts';
import type { Opened, OpenedSession, Reading } from './reading.ts';

/** The sessions as one; of a single session itself. Throws `internal` for none. */
export function pooled(members: readonly OpenedSession[], { computedOf }: Pick<Reading, 'computedOf'>): Opened {
  const [first, ...others] = members;
  if (!first) throw new Problem('internal', 'No session to read.');
  if (others.length === 0) return first;
  const read = members.map(({ read_at }) => read_at).filter((at) => at !== undefined);
  return {
    members,
    ref: toCommaList(members.map(({ ref }) => ref)),
    session: pooledSession(members.map(({ session }) => session)),
    read_at: read.sort()[0],
    runs: async (depth, call, visit) => poolCoverage(await readInOrder(members, depth, call, visit)),
    computed: (key, make, keep) => computedOf(members, key, make, keep),
  };
}

/** The platform that a run of these sessions is at. Throws `internal` for the run of another. */
export function providerOf({ members }: Pick<Opened, 'members'>, run: string): Provider {
  const id = parseRef(run)?.provider;
  const owner = members.find(({ provider }) => provider.id === id);
  if (!owner) throw new Problem('internal', 'A run is at a platform of which no session is read.');
  return owner.provider;
}

/** Several sessions as one: the least advanced status, the sum of counts, and what all of them have in common. */
export function pooledSession(sessions: readonly Session[]): Session {
  const common = <T>(of: (session: Session) => T | undefined): T | undefined => {
    const values = new Set(sessions.map(of));
    return values.size === 1 ? [...values][0] : undefined;
  };
  const times = (of: (session: Session) => string | undefined) => sessions.map(of).filter((at) => at !== undefined);
  const ended = times(({ ended_at }) => ended_at).sort();
  return {
    ref: toCommaList(sessions.map(({ ref }) => ref)),
    provider: toCommaList([...new Set(sessions.map(({ provider }) => provider))]),
    status: pooledStatus(sessions),
    name: common(({ name }) => name),
    test: common(({ test }) => test),
    agent: common(({ agent }) => agent),
    agent_ref: common(({ agent_ref }) => agent_ref),
    created_at: times(({ created_at }) => created_at).sort()[0],
    ended_at: ended.length === sessions.length ? ended.at(-1) : undefined,
    read_at: times(({ read_at }) => read_at).sort()[0],
    counts: sumOf(sessions.map(({ counts }) => counts)),
  };
}

/**
 * Which repetition each session of a pool is where they ran the same test, by reference: the oldest is 0. Sessions of the
 * same moment stand as they were named; where one does not tell its time, all do.
 */
export function repetitionsOf(members: readonly Pick<OpenedSession, 'ref' | 'session'>[]): ReadonlyMap<string, number> {
  const timed = members.every(({ session }) => session.created_at !== undefined);
  const time = ({ session }: Pick<OpenedSession, 'session'>) => (timed ? (session.created_at ?? '') : '');
  const ordered = [...members].sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0));
  return new Map(ordered.map(({ ref }, index) => [ref, index]));
}

/** Of open sessions the least advanced; of ended ones `failed` or `cancelled` where one is. */
function pooledStatus(sessions: readonly Session[]): Session['status'] {
  const statuses = sessions.map(({ status }) => status);
  const open = SESSION_STATUSES.find((status) => !isTerminal(status) && statuses.includes(status));
  return open ?? (['failed', 'cancelled'] as const).find((status) => statuses.includes(status)) ?? 'completed';
}

function sumOf(parts: readonly Counts[]): Counts {
  const sum: Counts = emptyCounts();
  let uncounted = 0;
  for (const part of parts) {
    sum.runs += part.runs;
    sum.passed += part.passed;
    sum.failed += part.failed;
    sum.error += part.error;
    sum.inconclusive += part.inconclusive;
    sum.pending += part.pending;
    uncounted += part.uncounted ?? 0;
  }
  return uncounted > 0 ? { ...sum, uncounted } : sum;
}
