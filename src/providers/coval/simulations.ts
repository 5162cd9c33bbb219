/**
 * Reads all simulations of a run and compares them with the run's own record. Peculiar to Coval: a run names and counts its
 * simulations apart from their list.
 */
import { type Coverage, type Gap, leavesComplete } from '../../model/coverage.ts';
import { Problem } from '../../model/problem.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { SessionCounters } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { walk } from '../shared/pages.ts';
import { ENDPOINTS } from './endpoints.ts';
import { orUndefined } from './faults.ts';
import { allOf } from './filter.ts';
import { normalStatus, statusOf } from './map-run.ts';
import { PLATFORM } from './settings.ts';
import type { WireRun, WireSimulation } from './wire.ts';

/** Most simulations that the run names, the list did not show, and are asked for one by one. */
const MAX_STRAYS = 100;

/** The counts of simulations in the run's own record. `progress` may count test cases instead (no source says which). */
function recordOf({ status, progress, results }: WireRun) {
  const ended = isTerminal(statusOf(status));
  const { completed_test_cases: done = 0, failed_test_cases: broken = 0 } = progress ?? {};
  const sum = done + broken + (progress?.in_progress_test_cases ?? 0);
  const total = ended && progress ? Math.max(progress.total_test_cases ?? 0, sum) : undefined;
  const named = ended ? results?.output_ids?.count || undefined : undefined;
  /** Simulations that may never have begun: a run that did not complete leaves some out. */
  const idle = statusOf(status) !== 'completed' && total !== undefined ? total - sum : 0;
  const counts = [total, named].filter((one) => one !== undefined);
  return { total, named, idle, expected: counts.length > 0 ? Math.max(...counts) : undefined, broken };
}

/** The run's own counters; undefined where it may count test cases instead of simulations. */
export function countersOf(run: WireRun): SessionCounters | undefined {
  const { total, named, broken } = recordOf(run);
  return total === undefined || (named !== undefined && named !== total) ? undefined : { broken };
}

/**
 * Every simulation of the run once, oldest first, so that simulations which appear meanwhile come at the end. Rows of one
 * moment may change places between offset pages: whatever `output_ids` or the values (`valued`) name and no page showed is
 * asked for. Throws `unreadable` where simulations of another run are among them.
 */
export async function* simulationsOf(
  api: Api,
  run: WireRun,
  valued: Iterable<string>,
  signal: AbortSignal,
): AsyncGenerator<WireSimulation[], Coverage> {
  const { expected: counted, named: outputs, idle } = recordOf(run);
  const ended = isTerminal(statusOf(run.status));
  // Values name their simulations too; simulations without a value are named by `output_ids` only.
  const named = new Set(ended ? [...(run.results?.output_ids?.ids ?? []), ...valued] : []);
  const expected = counted === undefined && named.size === 0 ? undefined : Math.max(counted ?? 0, named.size);
  const filter = allOf(['run_id', '=', run.run_id]);
  const list = api.list(ENDPOINTS.listSimulations, { query: { filter, order_by: 'create_time' }, signal });
  const sure = expected === undefined ? undefined : Math.max(named.size, expected - idle);
  const steps = walk(list, { expected: sure, ahead: 1 });
  const unseen = new Set(named);
  let deleted = 0;
  let unnamed = 0;
  const withoutDeleted = (rows: readonly WireSimulation[]) => {
    // Coval's list hides deleted simulations; one that it shows all the same does not count as a result.
    const live = rows.filter(({ status }) => normalStatus(status) !== 'DELETED');
    deleted += rows.length - live.length;
    return live;
  };
  let step = await steps.next();
  while (!step.done) {
    if (step.value.some(({ run_id }) => run_id !== undefined && run_id !== run.run_id)) throw ofAnotherRun();
    for (const { simulation_id, status } of step.value) {
      unseen.delete(simulation_id);
      if (!named.has(simulation_id) && normalStatus(status) !== 'DELETED') unnamed += 1;
    }
    const live = withoutDeleted(step.value);
    if (live.length > 0) yield live;
    step = await steps.next();
  }
  const requests = [...unseen]
    .slice(0, MAX_STRAYS)
    .map((id) => api.one(ENDPOINTS.getSimulation, { params: { id }, signal }));
  const strays = (await Promise.all(requests.map(orUndefined))).filter((one) => one !== undefined);
  const found = strays.filter(({ run_id }) => run_id === undefined || run_id === run.run_id);
  const live = withoutDeleted(found);
  if (live.length > 0) yield live;
  return settled(step.value, {
    expected,
    idle,
    deleted,
    found: found.length,
    lost: unseen.size - found.length,
    unnamed: outputs === undefined ? 0 : unnamed,
    named: named.size,
  });
}

interface Facts {
  expected: number | undefined;
  /** Simulations that may never have begun. */
  idle: number;
  deleted: number;
  /** Simulations that the run names, no page showed, and that were read by their ids. */
  found: number;
  /** Simulations that the run names and that could not be read at all. */
  lost: number;
  /** Listed simulations that the run does not name. */
  unnamed: number;
  named: number;
}

/** The coverage of the walk over the list, corrected by the simulations that were read by their ids. */
function settled(walked: Coverage, facts: Facts): Coverage {
  const { idle, deleted, found, lost, unnamed, named } = facts;
  const counts = [facts.expected, walked.expected].filter((one) => one !== undefined);
  const expected = counts.length > 0 ? Math.max(...counts) : undefined;
  const read = walked.read + found;
  // Simulations read by their ids beyond the missing ones are the unusable rows of the list.
  const unusable = Math.max(0, (walked.unreadable ?? 0) - Math.max(0, found - (walked.missing ?? 0)));
  const open = Math.max(0, (expected ?? 0) - read - unusable);
  const unbegun = Math.min(idle, Math.max(0, open - lost));
  const missing = Math.max(0, open - unbegun, lost - unusable);
  const others = (walked.gaps ?? []).filter(
    ({ kind }) => kind !== 'missing' && (unusable > 0 || (kind !== 'unreadable' && kind !== 'without_id')),
  );
  const gaps = [
    ...(missing > 0 ? [lacking(missing, Math.max(expected ?? 0, named), found)] : []),
    ...others,
    ...(unbegun > 0 ? [neverBegan(unbegun, expected ?? unbegun)] : []),
    ...(deleted > 0 ? [wereDeleted(deleted)] : []),
    ...(unnamed > 0 ? [notNamed(unnamed, named)] : []),
  ];
  const live = read - deleted;
  return {
    complete: unusable === 0 && gaps.every(leavesComplete),
    // Simulations that never ran or were deleted are not expected.
    expected: expected === undefined ? undefined : deleted > 0 ? live + unusable + missing : expected - unbegun,
    read: live,
    missing: missing > 0 ? missing : undefined,
    unreadable: unusable > 0 ? unusable : undefined,
    gaps: gaps.length > 0 ? gaps : undefined,
  };
}

function lacking(count: number, all: number, found: number): Gap {
  const where = found > 0 ? 'could not be found' : `${count === 1 ? 'was' : 'were'} on no page`;
  return { kind: 'missing', count, note: `${count} of the ${all} runs that the platform counts ${where}.` };
}
const neverBegan = (count: number, all: number): Gap => ({
  kind: 'never_ran',
  count,
  note: `${count} of the ${all} runs that were asked for never ran: the session ended before.`,
});
/** The gap of deleted simulations; the coverage stays complete with it. */
const wereDeleted = (count: number): Gap => ({
  kind: 'deleted',
  count,
  note: `${count} of the runs ${count === 1 ? 'was' : 'were'} deleted at the platform and ${count === 1 ? 'is' : 'are'} not counted.`,
});
const notNamed = (count: number, named: number): Gap => ({
  kind: 'surplus',
  count,
  note: `The platform names ${named} runs, but its pages held ${count} others.`,
});

function ofAnotherRun(): Problem {
  return new Problem('unreadable', 'Coval answered with simulations of another run, so this one cannot be counted.', {
    provider: PLATFORM.id,
    sent: 'yes',
    next: 'Try again; if it stays, the filter by run is broken on the side of Coval.',
  });
}
