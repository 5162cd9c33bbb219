/** Reading batches as sessions. */
import { withGaps } from '../../model/coverage.ts';
import type { Session, Status } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider, SessionQuery } from '../provider.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { iso } from '../shared/scalars.ts';
import { unreadable } from './answers.ts';
import type { Batches, BatchFilter } from './batches.ts';
import type { SimulatorClient } from './client.ts';
import type { Directory } from './directory.ts';
import { isRefusal } from './faults.ts';
import { BIGGEST_PAGE } from './lists.ts';
import { countersOf, toSession } from './map-batch.ts';
import { listedBatch, type Place, placeOf, unknownBatch } from './places.ts';
import { PLATFORM } from './platform.ts';
import type { ReadBatch, ReadRuns } from './runs.ts';
import type { Scenarios } from './scenarios.ts';
import { idOf, type WireBatch } from './wire.ts';

/** Statuses the vendor filters by (documented). A batch that states none is what the filter found it to be. */
const FILTERS: Readonly<Partial<Record<Status, BatchFilter['status']>>> = {
  completed: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'STOPPED',
  running: 'IN_PROGRESS',
};

/** Reads one batch as the vendor sends it, with the ids by which it is addressed. */
export type ReadOneBatch = (ids: readonly string[], signal: AbortSignal) => Promise<ReadBatch>;

export function batchReading(client: SimulatorClient, batches: Batches): ReadOneBatch {
  /** Whether the host reads one batch by itself, until it has shown that it does not. */
  let single = true;

  async function batchAt(place: Place, signal: AbortSignal): Promise<WireBatch> {
    const listed = single ? undefined : await listedBatch(place, batches, signal);
    if (listed?.found) return listed.found;
    try {
      return await client.batches.get(place.scenario, place.batch, signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { found, known } = listed ?? (await listedBatch(place, batches, signal));
      if (!found) throw await unknownBatch(place, known, error);
      single = false;
      return found;
    }
  }

  return async (ids, signal) => {
    const place = await placeOf(ids, batches, signal);
    const wire = await batchAt(place, signal);
    return { place, wire: { ...wire, id: idOf(wire) ?? place.batch, simulationReference: place.scenario } };
  };
}

export function sessionOperations(
  directory: Directory,
  scenarios: Scenarios,
  batches: Batches,
  read: ReadOneBatch,
  readRuns: ReadRuns,
): NonNullable<Provider['sessions']> {
  async function mapped(wire: WireBatch, filtered: Status | undefined, signal: AbortSignal): Promise<Session> {
    const { simulationReference: scenario } = wire;
    const scenarioName =
      isNameless(wire) && scenario !== undefined ? await scenarios.nameOf(scenario, signal) : undefined;
    // The flow of the frozen scenario is only its default: the batch may have run on another.
    const flow = wire.runConfig?.flowReferenceId;
    const agent = flow === undefined ? undefined : (await directory.flowNames(signal))(flow);
    const session = toSession(wire, { filtered, scenarioName, agent });
    if (!session) throw unreadable('a batch');
    return session;
  }

  return {
    async list(query, { signal }) {
      const { limit, cursor } = query;
      if (query.test?.kind === 'suite') return { items: [], total: 0, coverage: { complete: true, read: 0 } };
      const scenario = query.test ? (await scenarios.find(query.test.ids[0] ?? '', signal)).key : undefined;
      const status = query.status === undefined ? undefined : FILTERS[query.status];
      const filter: BatchFilter = status === undefined ? {} : { status };
      const filtered = status === undefined ? undefined : query.status;
      const size = Math.min(BIGGEST_PAGE, limit);
      const list =
        scenario === undefined
          ? batches.ofProject(filter, size, signal)
          : batches.ofScenario(scenario, filter, size, signal);
      const nameOf = query.agent === undefined ? undefined : await directory.flowNames(signal);
      const agent = nameOf?.(query.agent?.trim() ?? '').toLowerCase();
      let silent = false;
      const accept = (wire: WireBatch) => {
        const session = toSession(wire, { filtered });
        if (!session || !matches(session, query)) return undefined;
        const flow = wire.runConfig?.flowReferenceId;
        // A batch may not tell its flow; whoever filters by agent has to be told so.
        if (agent !== undefined && flow === undefined) silent = true;
        return agent === undefined || (flow !== undefined && nameOf?.(flow).toLowerCase() === agent) ? wire : undefined;
      };
      const until = ({ createdAt }: WireBatch) => list.descends() && isBefore(createdAt, query.since);
      const taken = await cursorPage(PLATFORM, [source({ list, accept, until })], { cursor, limit });
      await scenarios.prime(
        taken.items.filter(isNameless).flatMap((wire) => wire.simulationReference ?? []),
        signal,
      );
      const items: Session[] = [];
      for (const wire of taken.items) items.push(await mapped(wire, filtered, signal));
      const narrowed = query.status ?? query.agent ?? query.since ?? query.until;
      return {
        items,
        next: taken.next,
        total: narrowed === undefined ? taken.total : undefined,
        coverage: withGaps(taken.coverage, list.gaps()),
        notes: silent ? [NO_AGENT] : undefined,
      };
    },

    async get(ids, { signal }) {
      return mapped((await read(ids, signal)).wire, undefined, signal);
    },

    async open(ids, { signal }) {
      const batch = await read(ids, signal);
      const session = await mapped(batch.wire, undefined, signal);
      return {
        session,
        counters: isTerminal(session.status) ? countersOf(batch.wire) : undefined,
        runs: (depth, call) => readRuns(batch, depth, call),
      };
    },
  };
}

const NO_AGENT = 'Some sessions do not tell which flow they ran on; they are left out of a list by agent.';

function isNameless(wire: WireBatch): boolean {
  return (wire.name ?? wire.runName ?? wire.simulationFrozen?.name) === undefined;
}

function isBefore(createdAt: WireBatch['createdAt'], since: string | undefined): boolean {
  const created = iso(createdAt);
  return since !== undefined && created !== undefined && created < since;
}

function matches({ status, created_at: created }: Session, query: SessionQuery): boolean {
  if (query.status !== undefined && status !== query.status) return false;
  if (created === undefined) return true;
  return !(query.since !== undefined && created < query.since) && !(query.until !== undefined && created > query.until);
}
