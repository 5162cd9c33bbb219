/** Statuses and progress of runs and simulations, made of the states of the engine's runs. */
import { parentCounts } from '../lying-pages.ts';
import type { Platform, RunRecord, Simulation } from './store.ts';
import type { CovalSwitches } from './switches.ts';

/** A status as it is written. */
export function spelled(status: string, switches: CovalSwitches): string {
  return switches.status_spelling === 'spaces' ? status : status.replaceAll(' ', '_');
}

export function simulationState({ engine }: Platform, { run }: Simulation): string {
  switch (engine.state(run)) {
    case 'queued':
      return engine.now() < (run.created_at + run.starts_at) / 2 ? 'PENDING' : 'IN QUEUE';
    case 'running':
      return 'IN PROGRESS';
    case 'broken':
      return 'FAILED';
    case 'cancelled':
      return 'CANCELLED';
    default:
      return 'COMPLETED';
  }
}

export function runState(platform: Platform, record: RunRecord): string {
  const { engine, store, switches } = platform;
  if (store.isDeleted(record)) return 'DELETED';
  if (record.launch.crashed) return 'FAILED';
  const states = record.simulations().map((one) => simulationState(platform, one));
  if (record.session.runs.some((run) => run.cancelled_at !== undefined)) return 'CANCELLED';
  if (count(states, 'PENDING', 'IN QUEUE', 'IN PROGRESS') === 0) {
    const judging = record.session.runs.some((run) => engine.state(run) === 'scoring');
    if (judging && switches.run_completes === 'after_metrics') return 'IN PROGRESS';
    return count(states, 'FAILED') === states.length && states.length > 0 ? switches.all_broken : 'COMPLETED';
  }
  if (count(states, 'IN PROGRESS', 'COMPLETED', 'FAILED') > 0) return 'IN PROGRESS';
  return count(states, 'IN QUEUE') > 0 ? 'IN QUEUE' : 'PENDING';
}

/** How many simulations, or test cases where the switches say so, are in which state. A crashed run has none. */
export function progressOf(platform: Platform, record: RunRecord) {
  if (record.launch.crashed)
    return { total_test_cases: 0, completed_test_cases: 0, failed_test_cases: 0, in_progress_test_cases: 0 };
  const { switches } = platform;
  let list = record.simulations();
  if (switches.progress_counts === 'cases') {
    list = [...new Map(list.map((one) => [one.run.case.key, one])).values()];
  }
  const states = list.map((one) => simulationState(platform, one));
  const [completed, broken] = [count(states, 'COMPLETED'), count(states, 'FAILED')];
  const counts = parentCounts(switches, { total: list.length, completed, broken });
  return {
    total_test_cases: counts.total,
    completed_test_cases: counts.completed,
    failed_test_cases: counts.broken,
    in_progress_test_cases: count(states, 'IN PROGRESS'),
  };
}

function count(states: readonly string[], ...words: string[]): number {
  return states.filter((state) => words.includes(state)).length;
}
