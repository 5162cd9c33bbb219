/** Reading one run, and its transcript, which is part of it. */
import { Problem } from '../../model/problem.ts';
import type { Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { orUnknown } from '../shared/choose.ts';
import { firstPage } from '../shared/pages.ts';
import { type BatchLookup, type BatchPlace, batchParams } from './batch-lookup.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusedRequest, unreadable } from './faults.ts';
import type { Lookup } from './lookup.ts';
import { isOver, toRun } from './map-run.ts';
import { phaseOf } from './map-session.ts';
import { PLATFORM } from './settings.ts';
import { conversationOf } from './transcript.ts';
import { isJudged } from './verdict.ts';
import { idOf, type WireRun } from './wire.ts';

/** Runs that are offered for an unknown one are chosen from so many. */
const OFFERED_FROM = 20;

export function createRuns(
  api: Api,
  lookup: Pick<Lookup, 'testName'>,
  batchOf: BatchLookup,
  now: () => number,
): NonNullable<Provider['runs']> {
  async function read(ids: readonly string[], signal: AbortSignal): Promise<{ place: BatchPlace; wire: WireRun }> {
    const [scenario = '', batch, run] = ids;
    if (batch === undefined || run === undefined) {
      throw new Problem('not_found', 'A run of Cognigy is named by its scenario, its batch and itself.', {
        provider: PLATFORM.id,
        next: 'Take the reference that list_runs prints.',
        sent: 'no',
      });
    }
    const place = { scenario, batch };
    const params = { ...batchParams(place), simulationRunReference: run };
    const wire = await orUnknown(api.one(ENDPOINTS.getRun, { params, signal }), {
      platform: PLATFORM,
      what: 'run',
      kind: 'run',
      id: `${scenario}~${batch}~${run}`,
      isUnknown: isRefusedRequest,
      async known() {
        const list = api.list(ENDPOINTS.listRuns, { params: batchParams(place), signal }, OFFERED_FROM);
        return (await firstPage(list)).map((one) => ({ id: `${scenario}~${batch}~${idOf(one)}` }));
      },
      next: 'list_runs shows the runs of a session. Cognigy deletes runs after a while (expires_at), so it may have expired.',
    });
    return { place, wire: { ...wire, id: idOf(wire) ?? run } };
  }

  return {
    async get(ids, { signal }) {
      const { place, wire } = await read(ids, signal);
      const [name, batch] = await Promise.all([
        lookup.testName(place.scenario, signal),
        // Whether an unjudged run goes on or was lost only its batch can tell.
        isOver(wire) ? undefined : batchOf([place.scenario, place.batch], signal),
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
