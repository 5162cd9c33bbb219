/** Reading batches as sessions. */
import { Problem } from '../../model/problem.ts';
import type { Session, Status } from '../../model/schemas.ts';
import { handOver } from '../hand-over.ts';
import type { Provider, SessionQuery } from '../provider.ts';
import { unreadable } from './answers.ts';
import type { Batches, BatchFilter } from './batches.ts';
import type { SimulatorClient } from './client.ts';
import type { Directory } from './directory.ts';
import { batchInList, listedBatch, type Place, placeOf } from './known.ts';
import { toSession } from './map-batch.ts';
import { PROVIDER } from './name.ts';
import { readSkip } from './paging.ts';
import type { Scenarios } from './scenarios.ts';
import { idOf, type WireBatch } from './wire.ts';

/** Statuses the vendor filters by (documented). A batch that states none is what the filter found it to be. */
const FILTERS: Readonly<Partial<Record<Status, BatchFilter['status']>>> = {
  completed: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'STOPPED',
  running: 'IN_PROGRESS',
};
const MOST_PAGES = 10;

export interface ReadBatch {
  place: Place;
  wire: WireBatch;
}

export interface SessionReading extends Required<Pick<Provider, 'sessions'>> {
  /** One batch as the vendor sends it, with the ids by which it is addressed. */
  read(ids: readonly string[], signal: AbortSignal): Promise<ReadBatch>;
  /** The same, as it was read for its state a moment ago if it was. */
  reread(ids: readonly string[], signal: AbortSignal): Promise<ReadBatch>;
}

export function sessionOperations(
  client: SimulatorClient,
  directory: Directory,
  scenarios: Scenarios,
  batches: Batches,
): SessionReading {
  const justRead = handOver<ReadBatch>();
  /** Whether the host reads one batch by itself, until it has shown that it does not. */
  let single = true;

  async function mapped(wire: WireBatch, filtered: Status | undefined, signal: AbortSignal) {
    const { simulationReference: scenario } = wire;
    const name = isNameless(wire) && scenario !== undefined ? await scenarios.nameOf(scenario, signal) : undefined;
    // The flow of the frozen scenario is only its default: the batch may have run on another.
    const flow = wire.runConfig?.flowReferenceId;
    const agent = flow === undefined ? undefined : await directory.flowName(flow, signal);
    return toSession(wire, {
      ...(filtered === undefined ? {} : { filtered }),
      ...(name === undefined ? {} : { scenarioName: name }),
      ...(agent === undefined ? {} : { agent }),
    });
  }

  async function read(ids: readonly string[], signal: AbortSignal) {
    const place = await placeOf(ids, batches, signal);
    let wire: WireBatch | undefined = single ? undefined : await batchInList(place, batches, signal);
    try {
      wire ??= await client.batches.get(place.scenario, place.batch, signal);
    } catch (error) {
      wire = await listedBatch(place, batches, error, signal);
      single = false;
    }
    return { place, wire: { ...wire, id: idOf(wire) ?? place.batch, simulationReference: place.scenario } };
  }

  return {
    read,
    reread: async (ids, signal) => justRead.take(ids.join(' ')) ?? read(ids, signal),
    sessions: {
      async list(query, { signal }) {
        if (query.test?.kind === 'suite') return { items: [], total: 0 };
        const start = readSkip(query.cursor);
        if (start === undefined) throw foreignCursor();
        const scenario = query.test ? (await scenarios.find(query.test.ids[0] ?? '', signal)).key : undefined;
        const status = query.status === undefined ? undefined : FILTERS[query.status];
        const filter: BatchFilter = status === undefined ? {} : { status };
        const limit = Math.min(100, query.limit);
        const agent = query.agent === undefined ? undefined : await directory.flowName(query.agent.trim(), signal);
        const items: Session[] = [];
        const notes = new Set<string>();
        let total: number | undefined;
        let next: number | undefined = start;
        for (let request = 0; next !== undefined && items.length < query.limit && request < MOST_PAGES; request++) {
          const at: number = next;
          const page = await (scenario === undefined
            ? batches.ofProject(filter, { skip: at, limit }, signal)
            : batches.ofScenario(scenario, filter, { skip: at, limit }, signal));
          total = page.total;
          if (page.partial) notes.add(PARTIAL);
          await scenarios.prime(
            page.items.filter(isNameless).flatMap((wire) => wire.simulationReference ?? []),
            signal,
          );
          next = page.more && page.items.length > 0 ? at + page.items.length : undefined;
          for (const [index, wire] of page.items.entries()) {
            const session = await mapped(wire, status === undefined ? undefined : query.status, signal);
            if (!session || !matches(session, { ...query, agent })) continue;
            if (query.agent !== undefined && session.agent === undefined) notes.add(NO_AGENT);
            else items.push(session);
            if (items.length < query.limit) continue;
            next = index + 1 < page.items.length ? at + index + 1 : next;
            break;
          }
          const oldest = page.items.at(-1);
          if (query.since !== undefined && oldest && isBefore(oldest, query.since)) next = undefined;
        }
        const narrowed = query.status ?? query.agent ?? query.since ?? query.until;
        return {
          items,
          ...(next === undefined ? {} : { next: String(next) }),
          ...(total === undefined || narrowed !== undefined ? {} : { total }),
          ...(notes.size > 0 ? { notes: [...notes] } : {}),
        };
      },

      async get(ids, { signal }) {
        const batch = await read(ids, signal);
        const session = await mapped(batch.wire, undefined, signal);
        if (!session) throw unreadable('a batch');
        justRead.put(ids.join(' '), batch);
        return session;
      },
    },
  };
}

const PARTIAL =
  'This Cognigy host lists batches by scenario only, and not all scenarios were looked at: pass `test` for the sessions of one.';
const NO_AGENT = 'Some sessions do not tell which flow they ran on; they are left out of a list by agent.';

function isNameless(wire: WireBatch): boolean {
  return (wire.name ?? wire.runName ?? wire.simulationFrozen?.name) === undefined;
}

function foreignCursor(): Problem {
  return new Problem('invalid_input', 'That cursor belongs to another list.', {
    provider: PROVIDER,
    next: 'Repeat the call without a cursor.',
  });
}

function isBefore(wire: WireBatch, since: string): boolean {
  const created = toSession(wire)?.created_at;
  return created !== undefined && created < since;
}

function matches(session: Session, query: Omit<SessionQuery, 'agent'> & { agent: string | undefined }): boolean {
  const { agent, status, created_at: created } = session;
  if (query.status !== undefined && status !== query.status) return false;
  if (query.since !== undefined && created !== undefined && created < query.since) return false;
  if (query.until !== undefined && created !== undefined && created > query.until) return false;
  // A batch may not tell its flow; whoever filters by agent has to be told so.
  return query.agent === undefined || agent === undefined || agent.toLowerCase() === query.agent.toLowerCase();
}
