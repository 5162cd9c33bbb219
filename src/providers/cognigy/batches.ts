/**
 * Lists of batches, newest first: of one scenario (documented), of the whole project (field code only), and of the whole
 * project put together from its scenarios where the host does not have the former.
 */
import { isProblem } from '../../model/problem.ts';
import { mapLimited } from '../shared/concurrency.ts';
import type { BatchQuery, SimulatorClient } from './client.ts';
import { isRefusal } from './faults.ts';
import { BIGGEST_PAGE, moreFollows, type PageQuery } from './paging.ts';
import type { Scenarios } from './scenarios.ts';
import { instant } from './times.ts';
import { idOf, type WireBatch, type WirePage, type WireScenario } from './wire.ts';

const NEWEST = 'createdAt:desc';
/** Scenarios whose batches are looked at when the host has no list of its own; most recently changed first. */
const MOST_SCENARIOS = 50;
const AT_ONCE = 5;
const MOST_HEADS = 1000;

export type BatchFilter = Pick<BatchQuery, 'status'>;

export interface Slice {
  skip: number;
  limit: number;
}

export interface BatchPage {
  items: WireBatch[];
  /** More may follow. */
  more: boolean;
  total?: number;
  /** Some scenarios were not looked at. */
  partial: boolean;
}

export interface Batches {
  ofScenario(scenario: string, filter: BatchFilter, slice: Slice, signal: AbortSignal): Promise<BatchPage>;
  /** Over all scenarios of the project. */
  ofProject(filter: BatchFilter, slice: Slice, signal: AbortSignal): Promise<BatchPage>;
}

export function createBatches(client: SimulatorClient, scenarios: Scenarios): Batches {
  /** Undefined until the host has shown whether it knows batches of a project. */
  let projectList: boolean | undefined;
  /** The order is asked for but promised nowhere: a host that lists the oldest first is read from its end. */
  let oldestFirst = false;
  /** What stood first in the list of a scenario (or of the project): seen again past the start, `skip` has no effect. */
  const heads = new Map<string, string>();

  async function newest(
    what: string,
    fetch: (page: PageQuery) => Promise<WirePage<WireBatch>>,
    slice: Slice,
  ): Promise<BatchPage> {
    const { skip, limit } = slice;
    const page = await fetch({ skip, limit });
    const [first] = page.items;
    const head = first && idOf(first);
    if (skip === 0 && head !== undefined) {
      if (heads.size > MOST_HEADS) heads.clear();
      heads.set(what, head);
    }
    // Field code found a list that comes whole, whatever is asked for.
    if (!page.paged && (page.arrived > limit || (skip > 0 && head !== undefined && heads.get(what) === head))) {
      const rest = newestFirst(page.items).slice(skip);
      return { items: rest.slice(0, limit), more: rest.length > limit, total: page.arrived, partial: false };
    }
    const { total } = page;
    const told = total === undefined ? {} : { total };
    oldestFirst ||= ascends(page.items);
    if (oldestFirst && total !== undefined && total > limit) {
      const end = Math.max(0, total - skip);
      const start = Math.max(0, end - limit);
      const last = end === start ? undefined : await fetch({ skip: start, limit: end - start });
      return { items: newestFirst(last?.items ?? []), more: start > 0, ...told, partial: false };
    }
    return { items: newestFirst(page.items), more: moreFollows(page, skip, limit), ...told, partial: false };
  }

  async function ofScenario(
    scenario: string,
    filter: BatchFilter,
    slice: Slice,
    signal: AbortSignal,
  ): Promise<BatchPage> {
    const page = await newest(
      `${scenario} ${filter.status ?? ''}`,
      (asked) => client.batches.list(scenario, { ...filter, sort: NEWEST, ...asked }, signal),
      slice,
    );
    return { ...page, items: page.items.map((wire) => ({ ...wire, simulationReference: scenario })) };
  }

  async function merged(filter: BatchFilter, { skip, limit }: Slice, signal: AbortSignal): Promise<BatchPage> {
    const listed = await client.scenarios.list({ sort: 'lastChanged:desc', skip: 0, limit: BIGGEST_PAGE }, signal);
    scenarios.remember(listed.items);
    const recent = [...listed.items].sort((a, b) => changedAt(b) - changedAt(a)).slice(0, MOST_SCENARIOS);
    const wanted = skip + limit;
    const pages = await mapLimited(recent, AT_ONCE, async (scenario) => {
      const id = idOf(scenario);
      return id === undefined ? undefined : upTo(id, filter, wanted, signal);
    });
    const all = newestFirst(pages.flatMap((page) => page?.items ?? []));
    return {
      items: all.slice(skip, wanted),
      more: all.length > wanted || pages.some((page) => page?.more === true),
      partial: (listed.total ?? listed.arrived) > recent.length,
    };
  }

  /** The newest `wanted` batches of a scenario. */
  async function upTo(scenario: string, filter: BatchFilter, wanted: number, signal: AbortSignal): Promise<BatchPage> {
    const items: WireBatch[] = [];
    let more = true;
    while (more && items.length < wanted) {
      const slice = { skip: items.length, limit: Math.min(BIGGEST_PAGE, wanted - items.length) };
      const page = await ofScenario(scenario, filter, slice, signal);
      items.push(...page.items);
      more = page.more && page.items.length > 0;
    }
    return { items, more, partial: false };
  }

  return {
    ofScenario,
    async ofProject(filter, slice, signal) {
      if (projectList !== false) {
        try {
          const page = await newest(
            ` ${filter.status ?? ''}`,
            (asked) => client.batches.ofProject({ ...filter, sort: NEWEST, ...asked }, signal),
            slice,
          );
          projectList = true;
          return page;
        } catch (error) {
          // A host without that list takes the word for the id of a scenario, and says so in its own way.
          const strange = isProblem(error) && error.kind === 'unreadable';
          if (projectList === true || !(isRefusal(error) || strange)) throw error;
        }
      }
      const page = await merged(filter, slice, signal);
      projectList = false;
      return page;
    },
  };
}

function newestFirst(items: readonly WireBatch[]): WireBatch[] {
  return [...items].sort((a, b) => (instant(b.createdAt) ?? 0) - (instant(a.createdAt) ?? 0));
}

/** True for a page that plainly runs from old to new. */
function ascends(items: readonly WireBatch[]): boolean {
  const times = items.map((wire) => instant(wire.createdAt) ?? 0);
  return (
    (times.at(0) ?? 0) < (times.at(-1) ?? 0) && times.every((at, index) => index === 0 || at >= (times[index - 1] ?? 0))
  );
}

function changedAt(wire: WireScenario): number {
  return Math.max(instant(wire.lastChanged) ?? 0, instant(wire.updatedAt) ?? 0);
}
