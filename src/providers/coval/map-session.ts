/** Coval's runs as sessions, in our words. Pure; what a list does not tell is left out. */
import { formatRef } from '../../model/refs.ts';
import type { Counts, Session } from '../../model/schemas.ts';
import { emptyCounts, isTerminal } from '../../model/verdicts.ts';
import { withoutMark } from '../shared/marked-name.ts';
import { instant, iso } from '../shared/scalars.ts';
import { statusOf } from './map-run.ts';
import { PLATFORM } from './settings.ts';
import type { WireRun } from './wire.ts';

/** What the run itself does not tell. */
export interface SessionExtras {
  /** Name of the agent; its id where absent. */
  agent?: string | undefined;
  /** Metrics of a completed run are known to be pending. */
  scoring?: boolean;
}

export function toSession(run: WireRun, { agent = run.agent_id, scoring = false }: SessionExtras = {}): Session {
  const status = statusOf(run.status);
  return {
    ref: formatRef(PLATFORM.id, 'session', run.run_id),
    provider: PLATFORM.id,
    status: status === 'completed' && scoring ? 'scoring' : status,
    name: withoutMark(run.display_name),
    test: run.test_set_id && formatRef(PLATFORM.id, 'suite', run.test_set_id),
    agent,
    agent_ref: run.agent_id && formatRef(PLATFORM.id, 'agent', run.agent_id),
    created_at: iso(run.create_time),
    vendor_status: vendorStatus(run),
    counts: sessionCounts(run),
  };
}

/** The vendor's status with its own explanation behind it, e.g. `FAILED (SETUP_ERROR): worker crashed`. */
function vendorStatus(run: WireRun): string | undefined {
  if (!run.status) return undefined;
  return `${run.status}${run.error_status ? ` (${run.error_status})` : ''}${run.error ? `: ${run.error}` : ''}`;
}

/**
 * Counts from `progress`, which may count test cases instead of simulations (nothing says which). Once the outputs are
 * named their number decides; where the two disagree, nothing but that number is believed.
 */
export function sessionCounts(run: WireRun): Counts {
  const counts = emptyCounts();
  const named = run.results?.output_ids?.count;
  const { failed_test_cases: broken = 0, completed_test_cases: done = 0 } = run.progress ?? {};
  const total = run.progress?.total_test_cases ?? broken + done;
  counts.runs = named || total;
  const trusted = counts.runs === total;
  const ended = isTerminal(statusOf(run.status));
  counts.error = trusted ? Math.min(broken, total) : 0;
  const completed = trusted ? Math.min(done, total - counts.error) : 0;
  const rest = counts.runs - counts.error - completed;
  if (ended && (statusOf(run.status) === 'completed' || !trusted)) return { ...counts, uncounted: completed + rest };
  if (ended) counts.inconclusive = rest;
  else counts.pending = rest;
  return { ...counts, uncounted: completed };
}

/** A run that ended longer ago is not asked any more whether its metrics are pending: they would hang for ever. */
const SCORING_MS = 15 * 60_000;

/** When a run that has ended did so, as far as it tells. */
export function endOf({ update_time, create_time }: WireRun): number | undefined {
  return instant(update_time) ?? instant(create_time);
}

/** Is one of these moments so close that what hangs on it may still come? Never where none of them is known. */
export function isRecent(now: number, ...moments: readonly (number | undefined)[]): boolean {
  return moments.some((at) => at !== undefined && Math.abs(now - at) <= SCORING_MS);
}
