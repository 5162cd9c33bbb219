/** Reading all runs of one batch, page by page. The list sends whole runs, turns included. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Coverage, coverageOf, type Gap, withFound, withGaps } from '../../model/coverage.ts';
import type { CallContext, RunDepth, RunPage } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { walk } from '../shared/pages.ts';
import { runAtDepth } from '../shared/run-depth.ts';
import { batchParams, type ReadBatch } from './batch-lookup.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { baseOf, isOver, type RunContext, toRun } from './map-run.ts';
import { batchStatus, claimedRuns, phaseOf, totalOf } from './map-session.ts';
import { idOf, type WireRun } from './wire.ts';

/** Pauses before the list of a batch that has only just ended is read again, when it is short. */
const PAUSES_MS = [500, 1500];
/** Full pages in a row after which others are asked for ahead. */
const STEADY = 2;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const realSleep: Clock['sleep'] = (ms, signal) => wait(ms, undefined, { signal });

export type RunReader = (batch: ReadBatch, depth: RunDepth, call: CallContext) => AsyncIterable<RunPage>;

/** Every run of a batch that was read; reasons come with them. */
export function createRunReader(api: Api, lookup: Pick<Lookup, 'testName'>, { now, sleep }: Clock): RunReader {
  return async function* (read, depth, { signal }) {
    const { place, wire: batch } = read;
    const { over, settled } = phaseOf(batch, now());
    const asked = totalOf(batch);
    const claimed = over === 'going' ? undefined : claimedRuns(batch, batchStatus(batch));
    const name = batch.simulationFrozen?.name ?? (await lookup.testName(place.scenario, signal));
    /** Ids of the runs handed out. */
    const given = new Set<string>();
    const ours = membership(read);
    let base: number | undefined;
    for (let sweep = 0; ; sweep++) {
      const pause = over !== 'going' && !settled ? PAUSES_MS[sweep] : undefined;
      // Where the batch states no end, the last pass counts as final.
      const final = settled || (pause === undefined && batch.completedAt === undefined);
      const context = { ...place, name, phase: final ? over : 'going', transcript: false } satisfies RunContext;
      let hasUnfinished = false;
      let foreign = 0;
      // Runs that may still come are not missing yet.
      const expected = pause === undefined ? claimed : undefined;
      const list = api.list(ENDPOINTS.listRuns, { params: batchParams(place), signal });
      const rows = walk(list, { ahead: STEADY, expected });
      let step = await rows.next();
      while (!step.done) {
        const wires = ours(step.value);
        foreign += step.value.length - wires.length;
        base ??= baseOf(wires, asked);
        const ready = wires.filter((wire) => {
          const id = idOf(wire);
          if (id === undefined || given.has(id)) return false;
          const early = pause !== undefined && !isOver(wire);
          if (early) hasUnfinished = true;
          else given.add(id);
          return !early;
        });
        const runs = inOrder(ready).flatMap((wire) => toRun(wire, { ...context, base }) ?? []);
        if (runs.length > 0) yield { runs: runs.map((run) => runAtDepth(run, depth)) };
        step = await rows.next();
      }
      const coverage = withoutForeign(step.value, foreign, claimed);
      const there = given.size + (coverage.unreadable ?? 0);
      if (pause === undefined || !(hasUnfinished || there < Math.max(asked ?? 0, claimed ?? 0))) {
        const found = withFound(coverage, Math.max(0, given.size - coverage.read), 'runs');
        yield { runs: [], coverage: heldAgainst(found, asked, over === 'going' ? asked : claimed) };
        return;
      }
      await sleep(pause, signal);
    }
  };
}

/**
 * Tells the runs of a batch from runs of another batch in its list. Runs may name their batch by an id that the batch
 * itself does not show: where no run names a known id, the id that the first of them names counts as one.
 */
function membership({ place, wire: { id, _id, referenceId } }: ReadBatch): (wires: readonly WireRun[]) => WireRun[] {
  const ownIds = new Set([place.batch, id, _id, referenceId].filter((one) => one !== undefined));
  let proven = false;
  return (wires) => {
    const named = wires.flatMap(({ simulationRunBatchReference: batch }) => batch ?? []);
    const [first] = named;
    if (!proven && first !== undefined && !named.some((batch) => ownIds.has(batch))) ownIds.add(first);
    proven ||= first !== undefined;
    return wires.filter(({ simulationRunBatchReference: batch }) => batch === undefined || ownIds.has(batch));
  };
}

/** The coverage of a list after the runs of other batches were taken out. */
function withoutForeign(coverage: Coverage, foreign: number, claimed = 0): Coverage {
  if (foreign === 0) return coverage;
  const { expected: counted = coverage.read, unreadable = 0, gaps = [] } = coverage;
  const read = coverage.read - foreign;
  const expected = Math.max(claimed, counted - foreign);
  const short = expected - read - unreadable;
  const note = `${short} of the ${expected} runs that the platform counts were on no page.`;
  const missing: Gap[] = short > 0 ? [{ kind: 'missing', count: short, note }] : [];
  const others = `${foreign} of the runs that were listed belong to another session and are left out.`;
  return coverageOf({
    read,
    expected,
    unusable: unreadable,
    gaps: [
      ...gaps.filter(({ kind }) => kind !== 'missing'),
      ...missing,
      { kind: 'surplus', count: foreign, note: others },
    ],
  });
}

/**
 * Compares the runs asked for with the runs found: runs that neither pages nor counters (`claimed`) know never ran, and
 * more runs than were asked for are a contradiction.
 */
function heldAgainst(coverage: Coverage, asked: number | undefined, claimed = 0): Coverage {
  if (asked === undefined) return coverage;
  const { expected = 0, read, unreadable = 0, gaps = [] } = coverage;
  const there = read + unreadable;
  const never = asked - Math.max(expected, claimed, there);
  if (never > 0) {
    const note = `${never} of the ${asked} runs that were asked for never ran.`;
    return withGaps(coverage, [{ kind: 'never_ran', count: never, note }]);
  }
  if (there <= asked || gaps.some(({ kind }) => kind === 'surplus')) return coverage;
  const note = `The platform counts ${asked} runs, but its pages held ${there}.`;
  return withGaps(coverage, [{ kind: 'surplus', count: there - asked, note }]);
}

/** Sorts runs by the vendor's numbering: they are executed in parallel and may be listed in any order. */
function inOrder(wires: readonly WireRun[]): WireRun[] {
  return [...wires].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
}
