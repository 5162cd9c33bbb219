/**
 * Looking for what a start whose answer was lost may have caused. The vendor keeps neither names nor marks, so a start is
 * recognised by what it would have made: candidates, for somebody who knows the other starts to choose from.
 */
import { isSameValue } from '../../model/hidden.ts';
import { Problem } from '../../model/problem.ts';
import type { CallContext, StartReceipt, StartStep } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import type { List } from '../shared/list.ts';
import { each, walk } from '../shared/pages.ts';
import { instant, isInWindow } from '../shared/scalars.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type CaseStep, readStep, type SuiteStep } from './plan.ts';
import { PLATFORM } from './settings.ts';
import type { WireSession, WireSimulation } from './wire.ts';

type Window = { since: Date; until: Date };
/** Never `certain`: an equal start from elsewhere in the same minute looks exactly like ours. */
type Found = { receipt: StartReceipt; certain: false };

/** What a step may have caused inside the window, likeliest first; what earlier steps started is not this one's. */
export async function findStart(
  api: Api,
  step: StartStep,
  window: Window,
  earlier: readonly StartReceipt[],
  call: CallContext,
): Promise<Found[]> {
  const body = readStep(step);
  return body.kind === 'suite'
    ? findSuiteStart(api, body, window, earlier, call)
    : findCaseStart(api, body, window, earlier, call);
}

function filters(window: Window, agent: string) {
  return {
    start_date: window.since.toISOString(),
    end_date: window.until.toISOString(),
    target_agent_id: agent,
  };
}

/** Created in the window, or at a time the vendor does not tell. */
function inside(wire: WireSimulation, { since, until }: Window): boolean {
  return isInWindow(instant(wire.created_at), since.getTime(), until.getTime());
}

/** Runs of the case, with the same variables, that no earlier step started; latest first. */
async function findCaseStart(
  api: Api,
  step: CaseStep,
  window: Window,
  earlier: readonly StartReceipt[],
  { signal }: CallContext,
): Promise<Found[]> {
  const known = new Set(earlier.flatMap((receipt) => receipt.run ?? []));
  const list = api.list(ENDPOINTS.listSimulations, { query: filters(window, step.agent), signal });
  const matches = await matching(
    list,
    (wire) =>
      wire.simulation_case_id === step.case &&
      (wire.target_agent_id ?? step.agent) === step.agent &&
      sameVariables(wire.custom_variables, step.variables ?? {}) &&
      inside(wire, window) &&
      !known.has(wire.simulation_id ?? ''),
  );
  return latestFirst(matches, (wire) => [wire]).flatMap(({ simulation_id: run, simulation_session_id: session }) =>
    run ? [{ receipt: { run: [run], session: session ? [session] : undefined }, certain: false as const }] : [],
  );
}

/**
 * Sessions of nothing but cases of the suite, each at most once (a session may still be filling), that no earlier step
 * started; complete ones first, then the latest.
 */
async function findSuiteStart(
  api: Api,
  step: SuiteStep,
  window: Window,
  earlier: readonly StartReceipt[],
  { signal }: CallContext,
): Promise<Found[]> {
  const known = new Set(earlier.flatMap((receipt) => receipt.session ?? []));
  const wanted = new Set(step.cases);
  const list = api.list(ENDPOINTS.listSessions, { query: filters(window, step.agent), signal });
  const matches = await matching(list, (wire) => {
    const runs = embedded(wire);
    const cases = new Set(runs.map((run) => run.simulation_case_id ?? ''));
    return (
      runs.length > 0 &&
      cases.size === runs.length &&
      Math.max(runs.length, wire.total_simulations ?? 0) <= wanted.size &&
      [...cases].every((id) => wanted.has(id)) &&
      runs.every((run) => inside(run, window)) &&
      !known.has(wire.simulation_session_id ?? '')
    );
  });
  const complete = (wire: WireSession) => (embedded(wire).length === wanted.size ? 0 : 1);
  return latestFirst(matches, embedded)
    .sort((a, b) => complete(a) - complete(b))
    .flatMap(({ simulation_session_id: id }) => (id ? [{ receipt: { session: [id] }, certain: false as const }] : []));
}

/** The rows that fit. Throws `unreadable` where none does and not all could be read: that nothing was started is not known. */
async function matching<T>(list: List<T>, fits: (row: T) => boolean): Promise<T[]> {
  const matches: T[] = [];
  const coverage = await each(walk(list), (rows) => void matches.push(...rows.filter(fits)));
  if (matches.length > 0 || coverage.complete) return matches;
  throw new Problem('unreadable', `Not all ${list.what} that may be the one started could be read.`, {
    provider: PLATFORM.id,
    next: 'Try again in a minute.',
    sent: 'yes',
  });
}

function embedded({ simulations = [] }: WireSession): WireSimulation[] {
  return simulations.filter((one) => one !== undefined);
}

/** What was sent is echoed; the vendor may add variables of its own, write values as text, or not echo at all. */
function sameVariables(
  echoed: Readonly<Record<string, unknown>> | undefined,
  sent: Readonly<Record<string, unknown>>,
): boolean {
  if (echoed === undefined || Object.keys(echoed).length === 0) return true;
  return Object.entries(sent).every(([name, value]) => Object.hasOwn(echoed, name) && isSameValue(value, echoed[name]));
}

function latestFirst<T>(matches: readonly T[], runsOf: (item: T) => readonly WireSimulation[]): T[] {
  const at = (item: T) => Math.max(0, ...runsOf(item).map((run) => instant(run.created_at) ?? 0));
  return [...matches].sort((a, b) => at(b) - at(a));
}
