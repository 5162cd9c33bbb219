/** Sessions of the past: runs that ended before anybody asks, played with the shipped playbook. */
import { play } from './conversation.ts';
import { stableId } from './ids.ts';
import type { Policies } from './policies.ts';
import { createSchedule } from './schedule.ts';
import type { EngineRun, RunOutcome, WorldCase } from './types.ts';

/** Distinct conversations per case; sessions made for measurements repeat them. */
const VARIANTS = 16;

export interface PastRuns {
  session: string;
  /** Everything wording depends on. */
  seed: string;
  policies: Policies;
  cases: readonly WorldCase[];
  /** Runs in all; the cases take turns. */
  count: number;
  /** When the session began, in milliseconds since the epoch; calls take their real time. */
  from: number;
  parallel: number;
}

/** Makes the runs. 100,000 of them share a few hundred conversations, so that they fit into memory. */
export function pastRuns({ session, seed, policies, cases, count, from, parallel }: PastRuns): EngineRun[] {
  const known = new Map<string, RunOutcome>();
  const schedule = createSchedule(from, parallel, 1);
  const runs: EngineRun[] = [];
  for (let index = 0; index < count; index++) {
    const worldCase = cases[index % cases.length];
    if (!worldCase) break;
    const iteration = Math.floor(index / cases.length);
    const key = `${seed}.${iteration % VARIANTS}`;
    const memo = `${key}/${worldCase.key}`;
    let outcome = known.get(memo);
    if (!outcome) {
      outcome = { kind: 'conversation', conversation: play({ case: worldCase, policies, key, iteration }) };
      known.set(memo, outcome);
    }
    runs.push({
      id: stableId(session, 'run', index),
      session,
      case: worldCase,
      iteration,
      index,
      outcome,
      variables: {},
      created_at: from,
      ...schedule(outcome, memo),
    });
  }
  return runs;
}
