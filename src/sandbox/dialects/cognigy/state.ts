/** What a batch and its runs have come to, at this moment of the clock. */
import type { Engine, EngineRun } from '../../engine/types.ts';
import { type BatchRecord, stoppedAt } from './records.ts';
import type { Store } from './store.ts';
import type { CognigySwitches } from './switches.ts';

export type BatchStatus = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'STOPPED';

export interface BatchState {
  status: BatchStatus;
  requested: number;
  /** Runs that have ended, by what became of them. */
  succeeded: number;
  unmet: number;
  broken: number;
  started_at?: number;
  completed_at?: number;
}

export interface States {
  of(batch: BatchRecord): BatchState;
  /** Runs that exist: all but the lost ones. */
  happening(batch: BatchRecord): readonly EngineRun[];
  /** Runs that a reader may see now. */
  visible(batch: BatchRecord): readonly EngineRun[];
  isLost(batch: BatchRecord, run: EngineRun): boolean;
}

export function createStates(engine: Engine, store: Store, switches: CognigySwitches): States {
  /** Batches of which nothing can change any more. */
  const final = new Map<BatchRecord, BatchState>();

  const keptOf = (batch: BatchRecord) => Math.max(0, store.runsOf(batch).length - batch.lost);
  const happening = (batch: BatchRecord) =>
    batch.lost === 0 ? store.runsOf(batch) : store.runsOf(batch).slice(0, keptOf(batch));

  function of(batch: BatchRecord): BatchState {
    if (switches.never_ran) {
      const at = batch.created_at;
      const requested = store.runsOf(batch).length;
      return { status: 'FAILED', requested, succeeded: 0, unmet: 0, broken: 0, started_at: at, completed_at: at };
    }
    const known = final.get(batch);
    if (known) return known;
    const now = engine.now();
    const state: BatchState = {
      status: 'IN_PROGRESS',
      requested: store.runsOf(batch).length,
      succeeded: 0,
      unmet: 0,
      broken: 0,
    };
    let open = 0;
    let last = batch.created_at;
    let first = Number.POSITIVE_INFINITY;
    for (const run of happening(batch)) {
      first = Math.min(first, run.starts_at);
      switch (engine.state(run)) {
        case 'completed':
          if (run.outcome.kind === 'conversation' && run.outcome.conversation.passed) state.succeeded += 1;
          else state.unmet += 1;
          last = Math.max(last, run.scored_at);
          break;
        case 'broken':
          state.broken += 1;
          last = Math.max(last, run.ends_at);
          break;
        case 'cancelled':
          break;
        default:
          open += 1;
      }
    }
    if (first <= now) state.started_at = first;
    const stopped_at = stoppedAt(batch);
    if (stopped_at !== undefined) {
      const over = stopped_at + switches.stop_lag_ms;
      if (now < over) return state;
      state.status = 'STOPPED';
      state.completed_at = Math.max(last, over);
    } else {
      if (open > 0) return state;
      state.status = state.succeeded + state.unmet === 0 && state.broken > 0 ? 'FAILED' : 'COMPLETED';
      state.completed_at = last;
    }
    final.set(batch, state);
    return state;
  }

  function visible(batch: BatchRecord): readonly EngineRun[] {
    if (switches.never_ran) return [];
    const state = of(batch);
    const all = switches.lost_listed ? store.runsOf(batch) : happening(batch);
    if (state.status === 'COMPLETED' && switches.run_lag_ms === 0) return all;
    const seen = (run: EngineRun) => {
      const at = engine.state(run);
      if (at === 'cancelled') return switches.stopped_runs === 'flagged';
      if (at === 'completed') return run.scored_at + switches.run_lag_ms <= engine.now();
      return at === 'broken' || switches.run_list === 'all';
    };
    return all.filter(seen);
  }

  return {
    of,
    happening,
    visible,
    isLost: (batch, run) => batch.lost > 0 && store.runsOf(batch).indexOf(run) >= keptOf(batch),
  };
}
