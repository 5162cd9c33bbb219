/** Reading runs and their transcripts. The list sends whole runs, turns included. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Coverage, coverageOf, type Gap, withFound, withGaps } from '../../model/coverage.ts';
import { Problem } from '../../model/problem.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, Provider, RunDepth, RunPage } from '../provider.ts';
import { orUnknown } from '../shared/choose.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import type { List } from '../shared/list.ts';
import { walk } from '../shared/pages.ts';
import { runAtDepth, wantsTranscript } from '../shared/run-depth.ts';
import { asText, instant } from '../shared/scalars.ts';
import { unreadable } from './answers.ts';
import type { SimulatorClient } from './client.ts';
import { isRefusal } from './faults.ts';
import { listOf } from './lists.ts';
import { batchStatus, claimedRuns, totalOf } from './map-batch.ts';
import { baseOf, type RunContext, toRun } from './map-run.ts';
import type { Place } from './places.ts';
import { PLATFORM } from './platform.ts';
import type { Scenarios } from './scenarios.ts';
import { conversationOf } from './turns.ts';
import { type BatchPhase, isJudged, runState } from './verdict.ts';
import { idOf, type WireBatch, type WireRun } from './wire.ts';

/** A batch may say that it ended before its last runs can be read: for so long after its end they are waited for. */
const SETTLING_MS = 60_000;
/** Pauses before the list of such a batch is read again, when it is short. */
const PAUSES_MS = [500, 1500];
/** Full pages in a row after which others are asked for ahead. */
const STEADY = 2;
/** Runs that are offered for an unknown one are chosen from so many. */
const OFFERED_FROM = 20;

export interface ReadBatch {
  place: Place;
  wire: WireBatch;
}

export interface RunSeams {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const realSleep: RunSeams['sleep'] = (ms, signal) => wait(ms, undefined, { signal });

/** `over` is what the batch has come to; `settled` = and its runs have had the time to show it. */
function phaseOf(batch: WireBatch, now: number): { over: BatchPhase; settled: boolean } {
  const status = batchStatus(batch);
  if (!isTerminal(status)) return { over: 'going', settled: false };
  const end = instant(batch.completedAt);
  // Either way round: a clock of theirs that is ahead must not keep a batch unsettled.
  const settled = end !== undefined && Math.abs(now - end) > SETTLING_MS;
  return { over: status === 'cancelled' ? 'stopped' : 'ended', settled };
}

function runList(client: SimulatorClient, { scenario, batch }: Place, signal: AbortSignal): List<WireRun> {
  return listOf({
    what: 'runs',
    fetch: (query, arrived) => client.runs.list(scenario, batch, query, signal, arrived),
    // What is over does not begin again.
    keeps: (first, later) => isOver(first) && !isOver(later),
    stateOf: ({ metrics: { success, results, isBatchStopped, errorInfo } = {} }) =>
      `${asText(success ?? '')} ${isBatchStopped} ${errorInfo?.message} ${Array.isArray(results) ? results.length : results}`,
  });
}

function isOver(wire: WireRun): boolean {
  return runState(wire, 'going').status !== 'running';
}

/**
 * Tells the runs of a batch from those of another that stand in its list. They may name it by an id that it does not tell
 * itself: where none names it by a known one, what the first of them names is it.
 */
function membership({ place, wire: { id, _id, referenceId } }: ReadBatch): (wires: readonly WireRun[]) => WireRun[] {
  const known = new Set([place.batch, id, _id, referenceId].filter((one) => one !== undefined));
  let proven = false;
  return (wires) => {
    const named = wires.flatMap(({ simulationRunBatchReference: batch }) => batch ?? []);
    const [first] = named;
    if (!proven && first !== undefined && !named.some((batch) => known.has(batch))) known.add(first);
    proven ||= first !== undefined;
    return wires.filter(({ simulationRunBatchReference: batch }) => batch === undefined || known.has(batch));
  };
}

export type ReadRuns = (batch: ReadBatch, depth: RunDepth, call: CallContext) => AsyncIterable<RunPage>;

/** Every run of a batch that was read; reasons and transcripts come with them. */
export function runsOfBatch(client: SimulatorClient, scenarios: Scenarios, { now, sleep }: RunSeams): ReadRuns {
  return async function* (read, depth, { signal }) {
    const { place, wire: batch } = read;
    const { over, settled } = phaseOf(batch, now());
    const asked = totalOf(batch);
    const claimed = over === 'going' ? undefined : claimedRuns(batch, batchStatus(batch));
    const name = batch.simulationFrozen?.name ?? (await scenarios.nameOf(place.scenario, signal));
    const given = new Set<string>();
    const ours = membership(read);
    let base: number | undefined;
    const transcript = wantsTranscript(depth);
    for (let sweep = 0; ; sweep++) {
      const pause = over !== 'going' && !settled ? PAUSES_MS[sweep] : undefined;
      // Without an end to go by, the last look is the one that counts.
      const final = settled || (pause === undefined && batch.completedAt === undefined);
      const context = { ...place, name, phase: final ? over : 'going', transcript } satisfies RunContext;
      let held = false;
      let foreign = 0;
      // What may still come is not missing yet.
      const expected = pause === undefined ? claimed : undefined;
      const rows = walk(runList(client, place, signal), { ahead: STEADY, expected });
      let step = await rows.next();
      while (!step.done) {
        const wires = ours(step.value);
        foreign += step.value.length - wires.length;
        base ??= baseOf(wires, asked);
        const ready = wires.filter((wire) => {
          const id = idOf(wire);
          if (id === undefined || given.has(id)) return false;
          const early = pause !== undefined && runState(wire, 'going').status === 'running';
          if (early) held = true;
          else given.add(id);
          return !early;
        });
        const runs = inOrder(ready).flatMap((wire) => toRun(wire, { ...context, base }) ?? []);
        if (runs.length > 0) yield { runs: runs.map((run) => runAtDepth(run, depth)) };
        step = await rows.next();
      }
      const coverage = withoutForeign(step.value, foreign, claimed);
      const there = given.size + (coverage.unreadable ?? 0);
      if (pause === undefined || !(held || there < Math.max(asked ?? 0, claimed ?? 0))) {
        const found = withFound(coverage, Math.max(0, given.size - coverage.read), 'runs');
        yield { runs: [], coverage: heldAgainst(found, asked, over === 'going' ? asked : claimed) };
        return;
      }
      await sleep(pause, signal);
    }
  };
}

/** The coverage of a list without the runs of other batches that stood in it. */
function withoutForeign(coverage: Coverage, foreign: number, claimed = 0): Coverage {
  if (foreign === 0) return coverage;
  const { expected: said = coverage.read, unreadable = 0, gaps = [] } = coverage;
  const read = coverage.read - foreign;
  const expected = Math.max(claimed, said - foreign);
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
 * What was asked for, held against what is there: runs that neither pages nor counters know (`claimed`) never ran, and no
 * more can be there than were asked for.
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

export function runOperations(
  client: SimulatorClient,
  scenarios: Scenarios,
  readBatch: (ids: readonly string[], signal: AbortSignal) => Promise<ReadBatch>,
  { now }: RunSeams,
): NonNullable<Provider['runs']> {
  async function read(ids: readonly string[], signal: AbortSignal): Promise<{ place: Place; wire: WireRun }> {
    const [scenario = '', batch, run] = ids;
    if (batch === undefined || run === undefined) {
      throw new Problem('not_found', 'A run of Cognigy is named by its scenario, its batch and itself.', {
        provider: PLATFORM.id,
        next: 'Take the reference that list_runs prints.',
        sent: 'no',
      });
    }
    const place = { scenario, batch };
    const wire = await orUnknown(client.runs.get(scenario, batch, run, signal), {
      platform: PLATFORM,
      what: 'run',
      kind: 'run',
      id: `${scenario}~${batch}~${run}`,
      isUnknown: isRefusal,
      async known() {
        const list = { ...runList(client, place, signal), size: OFFERED_FROM };
        const accept = (one: WireRun) => ({ id: `${scenario}~${batch}~${idOf(one)}` });
        return (await cursorPage(PLATFORM, [source({ list, accept })], { limit: OFFERED_FROM, most_pages: 1 })).items;
      },
      next: 'list_runs shows the runs of a session. Cognigy deletes runs after a while (expires_at), so it may have expired.',
    });
    return { place, wire: { ...wire, id: idOf(wire) ?? run } };
  }

  return {
    async get(ids, { signal }) {
      const { place, wire } = await read(ids, signal);
      const [name, batch] = await Promise.all([
        scenarios.nameOf(place.scenario, signal),
        // Whether an unjudged run goes on or was lost only its batch can tell.
        runState(wire, 'going').status === 'running'
          ? readBatch([place.scenario, place.batch], signal)
          : Promise.resolve(undefined),
      ]);
      const { over, settled } = batch ? phaseOf(batch.wire, now()) : { over: 'going' as const, settled: false };
      const phase = settled || batch?.wire.completedAt === undefined ? over : 'going';
      const run = toRun(wire, { ...place, name, phase });
      if (!run) throw unreadable('a run');
      return run;
    },

    async transcript(ids, { signal }) {
      const { wire } = await read(ids, signal);
      const { turns, speaker_inferred } = conversationOf(wire, isJudged(wire.metrics));
      return { turns, speaker_inferred: speaker_inferred ? true : undefined };
    },
  };
}

/** By the vendor's numbering: runs are executed in parallel and may be listed in any order. */
function inOrder(wires: readonly WireRun[]): WireRun[] {
  return [...wires].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
}
