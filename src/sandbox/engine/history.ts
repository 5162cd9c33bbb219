/** Sessions of the past: all of their runs have ended when the engine is created. Played with the shipped playbook. */
import { Problem } from '../../model/problem.ts';
import { play } from './conversation.ts';
import { stableId } from './ids.ts';
import type { Policies } from './policies.ts';
import { createSchedule } from './schedule.ts';
import type { SessionStore } from './session-store.ts';
import type { EngineRun, RunOutcome, WorldCase, WorldSuite } from './types.ts';
import { AGENTS, CASES, SUITES } from './world.ts';

/** Last night's sessions began at least this long before the engine was created... */
const HISTORY_MS = 9 * 3_600_000;
/** ...at a midnight or noon (UTC), so that engines created one after the other tell the same times. */
const HISTORY_STEP_MS = 12 * 3_600_000;
/** Between the begins of two of them. */
const APART_MS = 600_000;

/** Distinct conversations per case; sessions made for measurements repeat them. */
const VARIANTS = 16;

export interface History {
  /** Everything ids and wording depend on. */
  seed: string;
  policies: Policies;
  /** In ms since the epoch. */
  now: number;
  /** Runs of a session under way at once. */
  parallel: number;
  /** Runs of one more session; 0 for none. */
  scale: number;
}

/** Adds one finished session per suite from last night and, with `scale`, one more of that many runs before them. */
export function addHistory(store: SessionStore, { seed, policies, now, parallel, scale }: History): void {
  const lastNight = Math.floor((now - HISTORY_MS) / HISTORY_STEP_MS) * HISTORY_STEP_MS;
  const common = { seed, policies };
  if (scale > 0) {
    // Wide enough to be over by now, whatever its size.
    const places = Math.max(parallel, Math.ceil(scale / 50));
    const name = `Nightly run of ${scale} calls`;
    addPast(store, {
      ...common,
      part: 'scale',
      name,
      from: lastNight - HISTORY_MS,
      count: scale,
      cases: CASES,
      parallel: places,
    });
  }
  for (const [position, suite] of SUITES.entries()) {
    const cases = CASES.filter((one) => one.suite === suite.key);
    addPast(store, {
      ...common,
      part: `history ${suite.key}`,
      name: `${suite.name}, last night`,
      suite,
      from: lastNight + position * APART_MS,
      count: cases.length,
      cases,
      parallel,
    });
  }
}

interface PastSession extends Omit<PastRuns, 'session'> {
  /** Tells it from the other sessions of the seed. */
  part: string;
  name: string;
  suite?: WorldSuite | undefined;
}

function addPast(store: SessionStore, { part, name, suite, ...past }: PastSession): void {
  const agent = AGENTS.find((one) => one.id === suite?.agent) ?? AGENTS[0];
  if (!agent) throw new Problem('internal', 'The sandbox has no agents.');
  const id = stableId(past.seed, 'session', part);
  let runs: EngineRun[] | undefined;
  store.add({ id, name, agent, suite, created_at: past.from, extra: {} }, () => {
    runs ??= pastRuns({ ...past, session: id, seed: `${past.seed}/${part}` });
    return runs;
  });
}

interface PastRuns {
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
function pastRuns({ session, seed, policies, cases, count, from, parallel }: PastRuns): EngineRun[] {
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
