/** One batch (the vendor's "simulation") as a session. */
import { formatRef } from '../../model/refs.ts';
import type { Counts, Session, Status } from '../../model/schemas.ts';
import { emptyCounts, isTerminal, passRate } from '../../model/verdicts.ts';
import type { SessionCounters } from '../provider.ts';
import { withoutMark } from '../shared/marked-name.ts';
import { instant, iso } from '../shared/scalars.ts';
import type { BatchPhase } from './map-run.ts';
import { PLATFORM } from './settings.ts';
import { idOf, type WireBatch } from './wire.ts';

/**
 * Documented as filter values: IN_PROGRESS, COMPLETED, FAILED, STOPPED. RUNNING and PENDING come from field code. COMPLETED
 * says that the batch ended, not that it passed; FAILED is taken for a batch that could not be executed (INFERRED).
 */
const STATUS_WORDS: ReadonlyMap<string, Status> = new Map(
  Object.entries({
    in_progress: 'running',
    running: 'running',
    pending: 'queued',
    queued: 'queued',
    scheduled: 'queued',
    completed: 'completed',
    failed: 'failed',
    stopped: 'cancelled',
  } satisfies Record<string, Status>),
);

/** A batch may say that it ended before its last runs can be read: they are waited for this long after its end. */
const SETTLING_MS = 60_000;

export interface BatchContext {
  /** Scenario the batch was read from, for answers that leave it out. */
  scenario?: string;
  batch?: string;
  /** Name of the scenario. */
  scenarioName?: string;
  agent?: string;
  /** Reference of the flow (`flowOfBatch`). */
  flow?: string | undefined;
  /** Status that the vendor's own filter selected, for batches that do not state one. */
  filtered?: Status;
}

/** Runs asked for; the vendor has three names for this number, of which the highest value counts. */
export function totalOf(wire: WireBatch): number | undefined {
  const totals = totalsOf(wire);
  return totals.length > 0 ? Math.max(...totals) : undefined;
}

function totalsOf({ runs, numberOfExecutions, numberOfRuns }: WireBatch): number[] {
  return [runs, numberOfExecutions, numberOfRuns].filter((one) => one !== undefined);
}

/**
 * From the status where it is stated and known. A batch without one, or with an unknown word, ended when it has an end
 * or, for the former, when its counters reach the total; a stop and a failure cannot be seen that way.
 */
export function batchStatus(wire: WireBatch, filtered?: Status): Status {
  const word = wire.status
    ?.trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  const status = word === undefined ? filtered : STATUS_WORDS.get(word);
  if (status) return status;
  if (wire.completedAt !== undefined) return 'completed';
  if (word !== undefined) return 'running';
  const total = totalOf(wire);
  const counted = (wire.completedRuns ?? 0) + (wire.failedRuns ?? 0);
  return total !== undefined && total > 0 && counted >= total ? 'completed' : 'running';
}

/** How the batch ended, in `over`; `settled` = its runs have had the time to show it too. */
export function phaseOf(batch: WireBatch, now: number): { over: BatchPhase; settled: boolean } {
  const status = batchStatus(batch);
  if (!isTerminal(status)) return { over: 'going', settled: false };
  const end = instant(batch.completedAt);
  // The difference counts in both directions: a vendor clock that is ahead must not keep a batch unsettled.
  const settled = end !== undefined && Math.abs(now - end) > SETTLING_MS;
  return { over: status === 'cancelled' ? 'stopped' : 'ended', settled };
}

/** Undefined for a batch that cannot be addressed. */
export function toSession(wire: WireBatch, context: BatchContext = {}): Session | undefined {
  const scenario = wire.simulationReference ?? context.scenario;
  const batch = idOf(wire) ?? context.batch;
  if (scenario === undefined || batch === undefined) return undefined;
  const status = batchStatus(wire, context.filtered);
  const counts = countsOf(wire, status);
  const rate = counts.uncounted ? undefined : passRate(counts);
  return {
    ref: formatRef(PLATFORM.id, 'session', scenario, batch),
    provider: PLATFORM.id,
    status,
    name: withoutMark(wire.name ?? wire.runName) ?? context.scenarioName ?? wire.simulationFrozen?.name,
    test: formatRef(PLATFORM.id, 'case', scenario),
    agent: context.agent,
    agent_ref: context.flow && formatRef(PLATFORM.id, 'agent', context.flow),
    created_at: iso(wire.createdAt),
    ended_at: isTerminal(status) ? iso(wire.completedAt) : undefined,
    vendor_status: statusText(wire, status),
    counts,
    pass_rate: isTerminal(status) ? rate : undefined,
  };
}

/**
 * The flow that the batch ran on, where it tells (`runConfig`), else that of the scenario as it was frozen; by one of its two
 * ids. The latter is only the scenario's default, so it is good for a key and is not shown as the name of the agent.
 */
export function flowOfBatch({ runConfig, simulationFrozen: frozen }: WireBatch): string | undefined {
  return runConfig?.flowReferenceId ?? frozen?.flowReferenceId ?? frozen?.flowId;
}

/** Runs that are known to have ended. `completedRuns` may or may not hold the failed ones: at least the bigger of both. */
export function endedRuns(wire: WireBatch): number | undefined {
  const { completedRuns, failedRuns, batchMetrics } = wire;
  if (completedRuns !== undefined || failedRuns !== undefined) return (completedRuns ?? 0) + (failedRuns ?? 0);
  const results = batchMetrics?.runResults;
  if (results?.succeeded === undefined && results?.failed === undefined) return undefined;
  return (results.succeeded ?? 0) + (results.failed ?? 0);
}

/**
 * Runs that an ended batch must have, by its own counters; what was asked for beyond them never ran. One that completed
 * without counting has them all; of one that failed or was stopped it cannot be told.
 */
export function claimedRuns(wire: WireBatch, status: Status): number | undefined {
  const total = totalOf(wire);
  const { succeeded, failed } = wire.batchMetrics?.runResults ?? {};
  const judged = succeeded === undefined && failed === undefined ? undefined : (succeeded ?? 0) + (failed ?? 0);
  const ended = endedRuns(wire);
  if (ended === undefined) return status === 'completed' ? total : undefined;
  const told = Math.max(ended, judged ?? 0);
  if (total === undefined) return told;
  // Where all have ended by one of its numbers, another one that is higher is no word of runs that did not begin.
  return told >= Math.min(...totalsOf(wire)) ? total : told;
}

/** What an ended batch counts of its runs. `failedRuns` may mean that they broke or that they missed their criteria. */
export function countersOf({ failedRuns, batchMetrics }: WireBatch): SessionCounters {
  return { unsuccessful: failedRuns, passed: batchMetrics?.runResults?.succeeded };
}

/**
 * Only `runResults` tell verdicts. The documented counters do not: `failedRuns` may mean runs that broke. Nor does
 * `runResults.failed` where it may hold runs that broke or were cut off: in a batch that was stopped or failed, and where it
 * overlaps with `failedRuns`. What has ended without a known verdict is `uncounted`.
 */
function countsOf(wire: WireBatch, status: Status): Counts {
  const results = wire.batchMetrics?.runResults;
  const passed = results?.succeeded ?? 0;
  const ended = endedRuns(wire) ?? 0;
  const total = totalOf(wire);
  const unmet = results?.failed ?? 0;
  const apart = total !== undefined && passed + unmet + (wire.failedRuns ?? 0) <= total;
  const failed = status === 'completed' && (apart || !wire.failedRuns) ? unmet : 0;
  const runs = Math.max(total ?? ended, passed + failed);
  const rest = runs - passed - failed;
  const open = isTerminal(status) ? 0 : runs - Math.max(Math.min(ended, runs), passed + failed);
  const pending = Math.max(0, open);
  return { ...emptyCounts(), runs, passed, failed, pending, uncounted: rest > pending ? rest - pending : undefined };
}

/** The vendor's word, and how many runs it is short of where it says so. */
function statusText(wire: WireBatch, status: Status): string | undefined {
  const total = totalOf(wire);
  const ended = endedRuns(wire);
  if (!isTerminal(status) || total === undefined || ended === undefined || ended >= total) return wire.status;
  return `${wire.status ?? 'ended'}, ${ended} of ${total} runs ended`;
}
