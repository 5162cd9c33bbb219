/** Reading batches as sessions. */
import { withGaps } from '../../model/coverage.ts';
import type { Session, Status } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider, SessionQuery } from '../provider.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { instant, isInWindow } from '../shared/scalars.ts';
import { PAGE_SIZE } from './api.ts';
import type { BatchFilter, BatchLists } from './batch-lists.ts';
import type { BatchLookup } from './batch-lookup.ts';
import { unreadable } from './faults.ts';
import type { Lookup } from './lookup.ts';
import { countersOf, flowOfBatch, toSession } from './map-session.ts';
import type { Flow } from './named.ts';
import type { RunReader } from './session-runs.ts';
import { PLATFORM } from './settings.ts';
import type { WireBatch } from './wire.ts';

/** Statuses the vendor filters by (documented). A batch that states none has the status of the filter that found it. */
const FILTERS: Readonly<Partial<Record<Status, BatchFilter['status']>>> = {
  completed: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'STOPPED',
  running: 'IN_PROGRESS',
};

export function createSessions(
  lookup: Lookup,
  lists: BatchLists,
  batchOf: BatchLookup,
  readRuns: RunReader,
): NonNullable<Provider['sessions']> {
  async function mapped(wire: WireBatch, filtered: Status | undefined, signal: AbortSignal): Promise<Session> {
    const { simulationReference: scenario } = wire;
    const scenarioName =
      isNameless(wire) && scenario !== undefined ? await lookup.testName(scenario, signal) : undefined;
    const flow = flowOfBatch(wire);
    const { name, reference } = flow === undefined ? {} : (await lookup.flows(signal))(flow);
    // The flow of the frozen scenario is only its default: the batch may have run on another.
    const agent = wire.runConfig?.flowReferenceId === undefined ? undefined : name;
    const session = toSession(wire, { filtered, scenarioName, agent, flow: reference });
    if (!session) throw unreadable('a batch');
    return session;
  }

  return {
    async list(query, { signal }) {
      const { limit, cursor } = query;
      if (query.test?.kind === 'suite') return { items: [], total: 0, coverage: { complete: true, read: 0 } };
      const scenario = query.test ? (await lookup.test(query.test.ids[0] ?? '', signal)).key : undefined;
      const status = query.status === undefined ? undefined : FILTERS[query.status];
      const filter: BatchFilter = { status };
      const filtered = status === undefined ? undefined : query.status;
      // Who asks for an agent keeps few of many.
      const size = query.agent === undefined ? Math.min(PAGE_SIZE, limit) : PAGE_SIZE;
      const list =
        scenario === undefined
          ? lists.ofProject(filter, size, signal)
          : lists.ofScenario(scenario, filter, size, signal);
      const isOf = query.agent === undefined ? undefined : ranOn(await lookup.flows(signal), query.agent.trim());
      const flows = { told: false, untold: false };
      const accept = (wire: WireBatch) => {
        const session = toSession(wire, { filtered });
        if (!session || !matches(session, query)) return undefined;
        const flow = wire.runConfig?.flowReferenceId;
        if (!isOf) return wire;
        // The flow of a scenario is its default, on which the batch need not have run: one that tells none is left out.
        flows[flow === undefined ? 'untold' : 'told'] = true;
        return flow !== undefined && isOf(flow) ? wire : undefined;
      };
      const until = ({ createdAt }: WireBatch) =>
        list.descends() && !isInWindow(instant(createdAt), instant(query.since));
      const taken = await cursorPage(PLATFORM, [source({ list, accept, until })], { cursor, limit });
      await lookup.learnTestNames(
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
        notes: isOf && flows.untold ? [flows.told ? SOME_WITHOUT_FLOW : NONE_WITH_FLOW] : undefined,
      };
    },

    async get(ids, { signal }) {
      return mapped((await batchOf(ids, signal)).wire, undefined, signal);
    },

    async open(ids, { signal }) {
      const batch = await batchOf(ids, signal);
      const session = await mapped(batch.wire, undefined, signal);
      return {
        session,
        counters: isTerminal(session.status) ? countersOf(batch.wire) : undefined,
        runs: (depth, call) => readRuns(batch, depth, call),
      };
    },
  };
}

const SOME_WITHOUT_FLOW = 'Some sessions do not tell which flow they ran on; they are left out of a list by agent.';
const NONE_WITH_FLOW =
  'None of the sessions of Cognigy that were looked at tells which flow it ran on, so none can be found by its agent: ask by `test`.';

/** Whether a batch ran on the flow that was asked for, by id, reference or name; `named`: a flow by either of its ids. */
function ranOn(named: (id: string) => Flow, asked: string): (flow: string) => boolean {
  const wanted = named(asked);
  // What is no id of a flow is a name, which several may share.
  const byName = wanted.name === wanted.reference ? wanted.name.toLowerCase() : undefined;
  return (flow) => {
    const { name, reference } = named(flow);
    return reference === wanted.reference || name.toLowerCase() === byName;
  };
}

function isNameless(wire: WireBatch): boolean {
  return (wire.name ?? wire.runName ?? wire.simulationFrozen?.name) === undefined;
}

function matches({ status, created_at: created }: Session, query: SessionQuery): boolean {
  if (query.status !== undefined && status !== query.status) return false;
  return isInWindow(instant(created), instant(query.since), instant(query.until));
}
