/**
 * One Synthflow session. The vendor gives it an id, its simulations and four counters: no name, no status, no times, no
 * suite. Status, counts and times are derived from the simulations; what they do not tell stays absent.
 */
import type { Gap } from '../../model/coverage.ts';
import { formatRef } from '../../model/refs.ts';
import type { Counts, Run, Session, Status } from '../../model/schemas.ts';
import { countRun, emptyCounts, isTerminal, passRate } from '../../model/verdicts.ts';
import { iso } from '../shared/scalars.ts';
import { type MapContext, toRun } from './map-run.ts';
import { PLATFORM } from './settings.ts';
import type { WireSession, WireSimulation } from './wire.ts';

/** The test that a session executed. */
export interface SessionOrigin {
  ref: string;
  name?: string | undefined;
}

/** Undefined for a session without an id. */
export function toSession(
  wire: WireSession,
  context: MapContext,
  originOf: (caseIds: readonly string[]) => SessionOrigin | undefined = () => undefined,
): Session | undefined {
  const id = wire.simulation_session_id || context.session;
  if (!id) return undefined;
  const simulations = [...embeddedIn(wire).values()];
  const bare = { ...context, session: id, transcript: false };
  const runs = simulations.flatMap((simulation) => toRun(simulation, bare) ?? []);
  const counts = countsOf(wire, runs);
  const status = sessionStatus(runs, counts);
  const caseIds = caseIdsOf(wire);
  const agents = [...new Set(runs.flatMap((run) => run.agent ?? []))];
  const first = runs.find((run) => run.test !== undefined);
  const origin = caseIds.length === 1 && first?.test ? { ref: first.test, name: first.name } : originOf(caseIds);
  const changes = simulations.flatMap((simulation) => iso(simulation.updated_at) ?? []).sort();
  return {
    ref: formatRef(PLATFORM.id, 'session', id),
    provider: PLATFORM.id,
    status,
    name: origin?.name,
    test: origin?.ref,
    agent: agents.length === 1 ? agents[0] : undefined,
    agent_ref: agentRefOf(simulations),
    created_at: runs.flatMap((run) => run.started_at ?? []).sort()[0],
    ended_at: isTerminal(status) ? changes.at(-1) : undefined,
    counts,
    pass_rate: counts.uncounted ? undefined : passRate(counts),
  };
}

/** The agent that all of these name (`target_agent_id`); undefined where one of them names another one, or none does. */
export function agentRefOf(simulations: readonly WireSimulation[]): string | undefined {
  const [only, ...others] = new Set(simulations.flatMap(({ target_agent_id }) => target_agent_id ?? []));
  return only === undefined || others.length > 0 ? undefined : formatRef(PLATFORM.id, 'agent', only);
}

/** The simulations that a session embeds, by id, without those that name another session; of two with one id the later counts. */
export function embeddedIn({ simulations = [], simulation_session_id: own }: WireSession): Map<string, WireSimulation> {
  const byId = new Map<string, WireSimulation>();
  for (const one of simulations) {
    if (one?.simulation_id && isOf(one.simulation_session_id, own)) byId.set(one.simulation_id, one);
  }
  return byId;
}

/** Whether a simulation belongs to a session: ids are compared without case and blanks; one that names no session belongs to it. */
function isOf(named: string | undefined, session: string | undefined): boolean {
  return !named || !session || named.trim().toLowerCase() === session.trim().toLowerCase();
}

export function caseIdsOf({ simulations = [] }: WireSession): string[] {
  return [...new Set(simulations.flatMap((one) => one?.simulation_case_id ?? []))];
}

/** Number of simulations that the session counts; undefined where it has no counter. */
export function totalOf(wire: WireSession): number | undefined {
  return wire.total_simulations ?? (byState(wire) || undefined);
}

/** Lower bound of the number of simulations by state: whether broken ones count as completed too is not documented. */
function byState({
  completed_simulations: completed = 0,
  failed_simulations: failed = 0,
  ...wire
}: WireSession): number {
  return (wire.pending_simulations ?? 0) + Math.max(completed, failed);
}

/** Gaps of an ended session whose counters contradict one another, or the simulations that it embeds. */
export function counterGaps(wire: WireSession): Gap[] {
  const { total_simulations: total = byState(wire), pending_simulations: pending = 0 } = wire;
  const over = byState(wire) - total;
  if (over > 0)
    return [disagreeing(over, `The session counts ${total} runs in all, and ${over} more by their states.`)];
  if (pending === 0) return [];
  return [
    disagreeing(pending, `The session counts ${pending} runs as pending, and every run that it shows has ended.`),
  ];
}

function disagreeing(count: number, note: string): Gap {
  return { kind: 'counters_disagree', count, note };
}

/**
 * Counts of a session; exact where it embeds all its simulations. The others are split by the counters, which tell pending
 * and broken ones, but not the verdicts of finished or unreadable ones: these are `uncounted`.
 */
function countsOf(wire: WireSession, runs: readonly Run[]): Counts {
  const counts = emptyCounts();
  for (const run of runs) countRun(counts, run.verdict);
  const unreadable = (wire.simulations ?? []).filter((one) => !one?.simulation_id).length;
  let notEmbedded = Math.max(totalOf(wire) ?? 0, runs.length + unreadable) - runs.length;
  if (notEmbedded <= 0) return counts;
  const take = (counter: number | undefined, embedded: number) => {
    const extra = Math.min(notEmbedded, Math.max(0, (counter ?? 0) - embedded));
    notEmbedded -= extra;
    counts.runs += extra;
    return extra;
  };
  counts.pending += take(
    wire.pending_simulations,
    runs.filter((run) => run.status === 'running' || run.status === 'queued').length,
  );
  counts.error += take(wire.failed_simulations, runs.filter((run) => run.status === 'failed').length);
  counts.runs += notEmbedded;
  if (notEmbedded > 0) counts.uncounted = notEmbedded;
  return counts;
}

/** The status by the runs: none yet = queued; some under way = running, then scoring; all broken = failed. */
export function sessionStatus(runs: readonly Pick<Run, 'status'>[], counts: Counts): Status {
  if (counts.runs === 0) return 'queued';
  const scoring = runs.filter((run) => run.status === 'scoring').length;
  const unfinished = runs.filter((run) => run.status === 'running' || run.status === 'queued').length;
  if (unfinished > 0 || counts.pending > scoring + unfinished) return 'running';
  if (scoring > 0) return 'scoring';
  return counts.error === counts.runs ? 'failed' : 'completed';
}
