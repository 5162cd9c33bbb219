/**
 * One Synthflow session. The vendor gives it an id, its simulations and four counters: no name, no status, no times, no
 * suite. Status, counts and times are derived from the simulations; what they do not tell stays absent.
 */
import { formatRef } from '../../model/refs.ts';
import type { Counts, Run, Session, Status } from '../../model/schemas.ts';
import { countRun, emptyCounts, isTerminal, passRate } from '../../model/verdicts.ts';
import { defined, type MapContext, PROVIDER, toRun } from './map-run.ts';
import { iso } from './times.ts';
import type { WireSession } from './wire.ts';

/** What a session was an execution of, where somebody found out. */
export interface SessionOrigin {
  ref: string;
  name?: string;
}

/** Undefined for a session without an id. */
export function toSession(
  wire: WireSession,
  context: MapContext,
  originOf: (caseIds: readonly string[]) => SessionOrigin | undefined = () => undefined,
): Session | undefined {
  const id = wire.simulation_session_id || context.session;
  if (!id) return undefined;
  const simulations = wire.simulations ?? [];
  const runs = simulations.flatMap((simulation) => toRun(simulation, { ...context, session: id }) ?? []);
  const counts = countsOf(wire, runs);
  const status = sessionStatus(runs, counts);
  const caseIds = [...new Set(simulations.flatMap((simulation) => simulation.simulation_case_id ?? []))];
  const agents = [...new Set(runs.flatMap((run) => run.agent ?? []))];
  const first = runs.find((run) => run.test !== undefined);
  const origin = caseIds.length === 1 && first?.test ? { ref: first.test, name: first.name } : originOf(caseIds);
  const rate = counts.uncounted ? undefined : passRate(counts);
  const changes = simulations.flatMap((simulation) => iso(simulation.updated_at) ?? []).sort();
  return {
    ref: formatRef(PROVIDER, 'session', id),
    provider: PROVIDER,
    status,
    ...defined('name', origin?.name),
    ...defined('test', origin?.ref),
    ...(agents.length === 1 ? defined('agent', agents[0]) : {}),
    ...defined('created_at', runs.flatMap((run) => run.started_at ?? []).sort()[0]),
    ...(isTerminal(status) ? defined('ended_at', changes.at(-1)) : {}),
    counts,
    ...defined('pass_rate', rate),
  };
}

/**
 * Exact where the session embeds all its simulations. The rest is split by the counters: pending and broken ones are
 * known from them, the verdicts of finished ones are not.
 */
function countsOf(wire: WireSession, runs: readonly Run[]): Counts {
  const counts = emptyCounts();
  for (const run of runs) countRun(counts, run.verdict);
  let rest = (wire.total_simulations ?? 0) - runs.length;
  if (rest <= 0) return counts;
  const take = (counter: number | undefined, embedded: number) => {
    const extra = Math.min(rest, Math.max(0, (counter ?? 0) - embedded));
    rest -= extra;
    counts.runs += extra;
    return extra;
  };
  counts.pending += take(
    wire.pending_simulations,
    runs.filter((run) => run.status === 'running' || run.status === 'queued').length,
  );
  counts.error += take(wire.failed_simulations, runs.filter((run) => run.status === 'failed').length);
  counts.runs += rest;
  if (rest > 0) counts.uncounted = rest;
  return counts;
}

/** Nothing in it yet: queued. Something under way: running, then scoring. Everything broke: failed. */
export function sessionStatus(runs: readonly Pick<Run, 'status'>[], counts: Counts): Status {
  if (counts.runs === 0) return 'queued';
  const scoring = runs.filter((run) => run.status === 'scoring').length;
  const unfinished = runs.filter((run) => run.status === 'running' || run.status === 'queued').length;
  if (unfinished > 0 || counts.pending > scoring + unfinished) return 'running';
  if (scoring > 0) return 'scoring';
  return counts.error === counts.runs ? 'failed' : 'completed';
}
