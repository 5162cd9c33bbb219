/** Reading runs and their transcripts. The list sends whole runs, turns included, so its pages are small. */
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '../../model/problem.ts';
import { isTerminal } from '../../model/verdicts.ts';
import { cut, wantsTranscript } from '../shared/depth.ts';
import type { Provider } from '../provider.ts';
import { unreadable } from './answers.ts';
import type { SimulatorClient } from './client.ts';
import { type Place, unknownRun } from './known.ts';
import { batchStatus, totalOf } from './map-batch.ts';
import { baseOf, type RunContext, toRun } from './map-run.ts';
import { PROVIDER } from './name.ts';
import { BIGGEST_PAGE, everyPage } from './paging.ts';
import type { Scenarios } from './scenarios.ts';
import type { SessionReading } from './sessions.ts';
import { instant } from './times.ts';
import { toConversation } from './turns.ts';
import { type BatchPhase, runState } from './verdict.ts';
import { idOf, type WireBatch, type WireRun } from './wire.ts';

/** A batch may say that it ended before its last runs can be read: for so long after its end they are waited for. */
const SETTLING_MS = 60_000;
/** Pauses before the list of such a batch is read again, when it is short. */
const PAUSES_MS = [500, 1500];

export interface RunSeams {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const realSleep: RunSeams['sleep'] = (ms, signal) => wait(ms, undefined, { signal });

export function runOperations(
  client: SimulatorClient,
  scenarios: Scenarios,
  sessions: SessionReading,
  { now, sleep }: RunSeams,
): NonNullable<Provider['runs']> {
  /** `over` is what the batch has come to; `settled` = and its runs have had the time to show it. */
  function stateOf(batch: WireBatch): { over: BatchPhase; settled: boolean } {
    const status = batchStatus(batch);
    if (!isTerminal(status)) return { over: 'going', settled: false };
    const end = instant(batch.completedAt);
    // Either way round: a clock of theirs that is ahead must not keep a batch unsettled.
    const settled = end !== undefined && Math.abs(now() - end) > SETTLING_MS;
    return { over: status === 'cancelled' ? 'stopped' : 'ended', settled };
  }

  async function read(ids: readonly string[], signal: AbortSignal): Promise<{ place: Place; wire: WireRun }> {
    const [scenario = '', batch, run] = ids;
    if (batch === undefined || run === undefined) {
      throw new Problem('not_found', 'A run of Cognigy is named by its scenario, its batch and itself.', {
        provider: PROVIDER,
        next: 'Take the reference that list_runs prints.',
        sent: 'no',
      });
    }
    const place = { scenario, batch };
    const wire = await client.runs
      .get(scenario, batch, run, signal)
      .catch((error: unknown) => unknownRun(place, run, client, error, signal));
    return { place, wire: { ...wire, id: idOf(wire) ?? run } };
  }

  return {
    /** One request for the batch and one for each 50 runs; reasons and transcripts come with them. */
    async *pages(session, depth, { signal }) {
      const { place, wire: batch } = await sessions.reread(session, signal);
      const { over, settled } = stateOf(batch);
      const expected = totalOf(batch);
      const name = batch.simulationFrozen?.name ?? (await scenarios.nameOf(place.scenario, signal));
      const given = new Set<string>();
      let base: number | undefined;
      const transcript = wantsTranscript(depth);
      for (let sweep = 0; ; sweep++) {
        const pause = over !== 'going' && !settled ? PAUSES_MS[sweep] : undefined;
        // Without an end to go by, the last look is the one that counts.
        const final = settled || (pause === undefined && batch.completedAt === undefined);
        const context = { ...place, name, phase: final ? over : 'going', transcript } satisfies RunContext;
        let held = false;
        const pages = everyPage(
          (page, arrived) => client.runs.list(place.scenario, place.batch, page, signal, arrived),
          idOf,
          BIGGEST_PAGE,
          { ahead: true, expected: context.phase === 'ended' ? expected : undefined },
        );
        for await (const { items, total } of pages) {
          base ??= baseOf(items, total ?? expected);
          const ready = items.filter((wire) => {
            const id = idOf(wire);
            if (id === undefined || given.has(id)) return false;
            const early = pause !== undefined && runState(wire, 'going').status === 'running';
            if (early) held = true;
            else given.add(id);
            return !early;
          });
          const runs = inOrder(ready).flatMap((wire) => toRun(wire, { ...context, base }) ?? []);
          if (runs.length > 0) yield runs.map((run) => cut(run, depth));
        }
        const short = expected !== undefined && given.size < expected;
        if (pause === undefined || !(held || short)) return;
        await sleep(pause, signal);
      }
    },

    async get(ids, { signal }) {
      const { place, wire } = await read(ids, signal);
      const [name, batch] = await Promise.all([
        scenarios.nameOf(place.scenario, signal),
        // Whether an unjudged run goes on or was lost only its batch can tell.
        runState(wire, 'going').status === 'running'
          ? sessions.read([place.scenario, place.batch], signal)
          : Promise.resolve(undefined),
      ]);
      const { over, settled } = batch === undefined ? { over: 'going' as const, settled: false } : stateOf(batch.wire);
      const phase = settled || batch?.wire.completedAt === undefined ? over : 'going';
      const run = toRun(wire, { ...place, ...(name === undefined ? {} : { name }), phase });
      if (!run) throw unreadable('a run');
      return run;
    },

    async transcript(ids, { signal }) {
      const { turns, speaker_inferred } = toConversation((await read(ids, signal)).wire.turns);
      return { turns, ...(speaker_inferred ? { speaker_inferred } : {}) };
    },
  };
}

/** By the vendor's numbering: runs are executed in parallel and may be listed in any order. */
function inOrder(wires: readonly WireRun[]): WireRun[] {
  return [...wires].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
}
