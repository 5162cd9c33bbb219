/** A started session: its runs are a pure function of the events that are kept of it. */
import { play } from './conversation.ts';
import { stableId } from './ids.ts';
import { outcomeOf } from './outcomes.ts';
import { parsePlaybook } from './playbook.ts';
import type { Policies } from './policies.ts';
import { createSchedule, stateAt } from './schedule.ts';
import type { FirstEvent, SessionEvent, StartEvent } from './session-events.ts';
import type { EngineOptions, EngineRun, RunOutcome, WorldCase } from './types.ts';
import { CASES } from './world.ts';

export interface StartedSession {
  id: string;
  /** As the events so far say. */
  readonly extra: Record<string, unknown>;
  /** Made at the first call; the same array ever after, which further events add to. */
  runs(): readonly EngineRun[];
  add(event: SessionEvent): void;
}

type Forced = Pick<EngineOptions, 'outcomes' | 'broken_rate'>;

/** `forced` is what the engine was told to make of runs, beside what is kept. */
export function startedSession(first: FirstEvent, forced: Forced): StartedSession {
  const { id, key } = first;
  const runs: EngineRun[] = [];
  let waiting: SessionEvent[] | undefined = [];
  const extra: Record<string, unknown> = {};
  const apply = (event: SessionEvent) => {
    if (event.do === 'start') runs.push(...startedRuns({ id, key, runs }, event, forced));
    if (event.do === 'cancel') cancelAt(runs, event.at);
  };
  const add = (event: SessionEvent) => {
    if (event.do !== 'cancel') Object.assign(extra, event.extra);
    if (waiting) waiting.push(event);
    else apply(event);
  };
  add(first);
  return {
    id,
    extra,
    add,
    runs() {
      for (const event of waiting?.splice(0) ?? []) apply(event);
      waiting = undefined;
      return runs;
    },
  };
}

/** Plays what was asked for; each run has its times. */
function startedRuns(
  session: { id: string; key: string; runs: readonly EngineRun[] },
  event: StartEvent,
  forced: Forced,
): EngineRun[] {
  const { at, repeat, variables = {}, max_turns, origins = [] } = event;
  const policies = policiesOf(event.playbook);
  const schedule = createSchedule(at, event.parallel, event.speed);
  const started: EngineRun[] = [];
  for (const [position, caseKey] of event.cases.entries()) {
    const worldCase = CASES_BY_KEY.get(caseKey);
    if (!worldCase) continue;
    const before = [...session.runs, ...started].filter((run) => run.case.key === caseKey).length;
    for (let iteration = before; iteration < before + repeat; iteration++) {
      const key = `${session.key}.${iteration}`;
      const outcome = outcomeOf(forced, worldCase, key, (): RunOutcome => {
        const conversation = play({ case: worldCase, policies, key, iteration, max_turns, variables });
        return { kind: 'conversation', conversation };
      });
      const index = session.runs.length + started.length;
      started.push({
        id: stableId(session.id, 'run', index),
        session: session.id,
        case: worldCase,
        iteration,
        index,
        outcome,
        variables: { ...variables },
        origin: origins[position],
        created_at: at,
        ...schedule(outcome, `${key}/${caseKey}`),
      });
    }
  }
  return started;
}

function cancelAt(runs: readonly EngineRun[], at: number): void {
  for (const run of runs) if (!isOver(run, at)) run.cancelled_at = at;
}

/** True for a run that cannot be cancelled any more. */
export function isOver(run: EngineRun, at: number): boolean {
  const state = stateAt(run, at);
  return state === 'completed' || state === 'broken' || state === 'cancelled';
}

const CASES_BY_KEY = new Map<string, WorldCase>(CASES.map((one) => [one.key, one]));

/** Most sessions follow one of few texts. */
const REMEMBERED_TEXTS = 20;
const policiesByText = new Map<string, Policies>();

function policiesOf(text: string): Policies {
  const known = policiesByText.get(text);
  if (known) return known;
  const { policies } = parsePlaybook(text);
  if (policiesByText.size >= REMEMBERED_TEXTS) policiesByText.clear();
  policiesByText.set(text, policies);
  return policies;
}
