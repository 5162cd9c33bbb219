/** One simulation run as a run. */
import { formatRef } from '../../model/refs.ts';
import type { Evaluation, Run, RunVerdict } from '../../model/schemas.ts';
import { failedEvaluations } from '../../model/verdicts.ts';
import { iso } from '../shared/scalars.ts';
import { toEvaluations } from './evaluations.ts';
import { PLATFORM } from './platform.ts';
import { seconds } from './times.ts';
import { toConversation, toOutline, turnsIn } from './turns.ts';
import { type BatchPhase, judgementOf, runState } from './verdict.ts';
import { idOf, type WireRun } from './wire.ts';

export interface RunContext {
  scenario: string;
  batch: string;
  /** Name of the scenario. */
  name?: string;
  phase: BatchPhase;
  /** What the first run of the batch is numbered; the vendor does not say whether 0 or 1. */
  base?: number;
  agent?: string;
  /** Whether a run of this verdict is to carry its transcript; always when left out. */
  transcript?: (verdict: RunVerdict) => boolean;
}

/** Name of what the platform says of a run as a whole, where that is told as an evaluation. */
const OVERALL = 'the run as a whole';

/** Undefined for an item without an id, which nobody could refer to. */
export function toRun(wire: WireRun, context: RunContext): Run | undefined {
  const id = idOf(wire);
  if (id === undefined) return undefined;
  const { scenario, batch } = context;
  const state = runState(wire, context.phase);
  const evaluations = evaluationsOf(wire, state.status);
  let { verdict } = state;
  if (verdict === undefined) {
    const judged = judgementOf(wire.metrics, evaluations);
    verdict = judged.verdict;
    if (judged.overall) evaluations.push({ name: OVERALL, ...judged.overall });
  }
  const rows = wire.turns === undefined ? undefined : turnsIn(wire.turns);
  const conversation = context.transcript?.(verdict) === false ? undefined : toConversation(rows ?? []);
  const outline = conversation ? { ...conversation, turns: conversation.turns.length } : toOutline(rows ?? []);
  const iteration =
    context.base === undefined || wire.sequence === undefined ? undefined : wire.sequence - context.base;
  const started = outline.began === undefined ? iso(wire.createdAt) : new Date(outline.began).toISOString();
  const { summary } = wire.metrics ?? {};
  // No spreads: 10,000 runs are mapped by cold code, in which each costs as much as the rest of the run (measured).
  return {
    ref: formatRef(PLATFORM.id, 'run', scenario, batch, id),
    session: formatRef(PLATFORM.id, 'session', scenario, batch),
    status: state.status,
    verdict,
    test: formatRef(PLATFORM.id, 'case', scenario),
    name: context.name,
    failed_evaluations: failedEvaluations(evaluations),
    started_at: started,
    duration_seconds: state.status === 'running' ? undefined : seconds(wire.duration, outline.span),
    // Its own count, unless all that it counts is here: turns in which nothing is said are none.
    turns: rows === undefined || (wire.totalTurns ?? 0) > rows.length ? wire.totalTurns : outline.turns,
    evaluations,
    error: state.error,
    ended_reason: state.ended_reason,
    agent: context.agent,
    iteration: iteration !== undefined && Number.isInteger(iteration) && iteration >= 0 ? iteration : undefined,
    summary,
    expires_at: iso(wire.expiresAt),
    transcript: conversation && conversation.turns.length > 0 ? conversation.turns : undefined,
    speaker_inferred: conversation?.speaker_inferred ? true : undefined,
  };
}

function evaluationsOf(wire: WireRun, status: Run['status']): Evaluation[] {
  const criteria = wire.successCriteria ?? [];
  if (status === 'running') return toEvaluations(criteria, undefined, 'pending');
  if (status !== 'completed') return toEvaluations(criteria, undefined, 'skipped');
  return toEvaluations(criteria, wire.metrics?.results);
}

/** The number of the first run, guessed from those at hand: a 0 proves itself, the highest one against the total too. */
export function baseOf(wires: readonly Pick<WireRun, 'sequence'>[], total: number | undefined): number | undefined {
  const numbers = wires.flatMap(({ sequence }) => sequence ?? []);
  if (numbers.length === 0) return undefined;
  if (numbers.includes(0)) return 0;
  if (numbers.includes(1)) return 1;
  return total !== undefined && Math.max(...numbers) === total - 1 ? 0 : 1;
}
