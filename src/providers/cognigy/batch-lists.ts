/**
 * Lists of batches, newest first. A peculiarity of this host: the vendor documents a list of batches only for one
 * scenario; field code uses a list of the whole project, and no source promises an order. Where the host has no list of
 * the project, it is merged from the lists of the scenarios.
 */
import type { Gap } from '../../model/coverage.ts';
import type { Api } from '../shared/api.ts';
import { mapLimited } from '../shared/concurrency.ts';
import { cursorPage, source, type Taken } from '../shared/cursor-page.ts';
import { isRefusal, isUnreadable } from '../shared/faults.ts';
import type { List, Place, RawPage } from '../shared/list.ts';
import { instant } from '../shared/scalars.ts';
import { PAGE_SIZE } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusedRequest } from './faults.ts';
import type { Lookup } from './lookup.ts';
import { createResumedLists } from './resumed-list.ts';
import { PLATFORM } from './settings.ts';
import { idOf, type WireBatch, type WireScenario } from './wire.ts';

const NEWEST = 'createdAt:desc';
/** Scenarios whose batches are looked at when the host has no list of its own; most recently changed first. */
const MOST_SCENARIOS = 50;
const AT_ONCE = 5;

/** Documented values of the vendor's own filter. */
export type BatchFilter = { status?: 'STOPPED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | undefined };

/** Batches without their scenario cannot be addressed, and count as without an id. */
export interface BatchList extends List<WireBatch> {
  /** True while every page so far came newest first, so that no newer batch follows an old one. */
  descends(): boolean;
  /** Gaps of a merged list: scenarios that were not asked, or whose batches were not all shown. */
  gaps(): readonly Gap[];
}

export interface BatchLists {
  ofScenario(scenario: string, filter: BatchFilter, size: number, signal: AbortSignal): BatchList;
  /** The batches of all scenarios of the project. */
  ofProject(filter: BatchFilter, size: number, signal: AbortSignal): BatchList;
}

/** A list that replaces one that the host does not have. */
interface Fallback extends Pick<List<WireBatch>, 'fetch'> {
  gaps(): readonly Gap[];
}

export function createBatchLists(api: Api, lookup: Pick<Lookup, 'tests' | 'rememberTests'>): BatchLists {
  /** Undefined until the host has shown whether it knows batches of a project. */
  let projectList: boolean | undefined;
  /** True once the host has listed the oldest first although asked for the newest: its lists are then read from their end. */
  let oldestFirst = false;
  const resumed = createResumedLists();

  function newestFirst(key: string, listed: List<WireBatch>, fallback?: Fallback): BatchList {
    const list = resumed(key, listed);
    let descends = true;
    return {
      ...list,
      idOf: keyOf,
      descends: () => descends,
      gaps: () => fallback?.gaps() ?? [],
      async fetch(place) {
        if (fallback && projectList === false) return fallback.fetch(place);
        let page: RawPage<WireBatch>;
        try {
          page = await list.fetch(place);
        } catch (error) {
          if (!fallback || projectList === true || !isUnknownList(error)) throw error;
          page = await fallback.fetch(place);
          projectList = false;
          return page;
        }
        if (fallback) projectList = true;
        oldestFirst ||= isInOrder(page.rows, 1);
        if (oldestFirst && place.token === undefined) page = await fromEnd(list, page, place);
        descends &&= isInOrder(page.rows, -1) || page.rows.length < 2;
        return page;
      },
    };
  }

  const ofScenario: BatchLists['ofScenario'] = (scenario, filter, size, signal) => {
    const query = { ...filter, sort: NEWEST };
    const params = { simulationReference: scenario };
    const list = api.list(ENDPOINTS.listBatches, { params, query, signal }, size);
    return newestFirst(`${scenario} ${filter.status ?? ''}`, {
      ...list,
      async fetch(place) {
        const page = await list.fetch(place);
        return { ...page, rows: page.rows.map((wire) => wire && { ...wire, simulationReference: scenario }) };
      },
    });
  };

  return {
    ofScenario,
    ofProject(filter, size, signal) {
      const query = { ...filter, sort: NEWEST };
      const list = api.list(ENDPOINTS.listProjectBatches, { query, signal }, size);
      const ofOne = (scenario: string, limit: number) => ofScenario(scenario, filter, limit, signal);
      return newestFirst(` ${filter.status ?? ''}`, list, mergedList(lookup, ofOne, signal));
    },
  };
}

/** The batches of the scenarios that changed last, as one list. Rows that were read are kept as long as the list. */
function mergedList(
  lookup: Pick<Lookup, 'tests' | 'rememberTests'>,
  ofScenario: (scenario: string, size: number) => BatchList,
  signal: AbortSignal,
): Fallback {
  const gaps: Gap[] = [];
  let parts: { rows: WireBatch[]; scenario: string; next?: string | undefined; begun: boolean }[] | undefined;
  /** Rows that cannot be addressed: the list ends with them, so that they are counted. */
  const unusable: (WireBatch | undefined)[] = [];

  const note = ({ coverage }: Pick<Taken<unknown>, 'coverage'>) => {
    for (const gap of coverage.gaps ?? []) {
      const { kind, count = 0 } = gap;
      if (kind === 'without_id') unusable.push(...Array.from({ length: count }, () => ({})));
      else if (kind === 'unreadable') unusable.push(...Array.from({ length: count }, () => undefined));
      else gaps.push(gap);
    }
  };

  async function recentScenarios() {
    const list = lookup.tests({ sort: 'lastChanged:desc' }, signal);
    const taken = await cursorPage(PLATFORM, [source({ list, accept: (wire) => wire })], { limit: PAGE_SIZE });
    lookup.rememberTests(taken.items);
    const latest = taken.items.sort((a, b) => changedAt(b) - changedAt(a)).slice(0, MOST_SCENARIOS);
    gaps.push(...(taken.coverage.gaps ?? []));
    const notAsked = Math.max(taken.total ?? 0, taken.items.length) - latest.length;
    if (notAsked > 0 || taken.next !== undefined) gaps.push(notLookedAt(notAsked));
    return latest.map((wire) => ({ rows: [], scenario: idOf(wire) ?? '', begun: false }));
  }

  return {
    gaps: () => gaps,
    async fetch({ offset, size }) {
      const wanted = offset + size;
      parts ??= await recentScenarios();
      await mapLimited(parts, AT_ONCE, async (part) => {
        while (part.rows.length < wanted && (!part.begun || part.next !== undefined)) {
          const limit = Math.min(PAGE_SIZE, wanted - part.rows.length);
          const list = ofScenario(part.scenario, limit);
          const taken = await cursorPage(PLATFORM, [source({ list, accept: (wire) => wire })], {
            cursor: part.next,
            limit,
          });
          part.rows.push(...taken.items);
          part.next = taken.next;
          part.begun = true;
          note(taken);
        }
      });
      const all = parts.flatMap(({ rows }) => rows).sort((a, b) => createdAt(b) - createdAt(a));
      const more = all.length > wanted || parts.some(({ next }) => next !== undefined);
      const rows = [...all, ...(more ? [] : unusable)];
      return { rows: rows.slice(offset, wanted), more: more || rows.length > wanted };
    },
  };
}

/** The page at a place counted from the end of the list; `page`, counted from its start, where the end is not known. */
async function fromEnd(
  list: List<WireBatch>,
  page: RawPage<WireBatch>,
  { offset, size: wanted }: Place,
): Promise<RawPage<WireBatch>> {
  const isWholeList = offset === 0 && page.more === false && page.next === undefined;
  const total = page.total ?? (isWholeList ? page.rows.length : undefined);
  if (total === undefined) return page;
  if (offset === 0 && page.rows.length >= total) return { ...page, rows: page.rows.toReversed(), total };
  const end = Math.max(0, total - offset);
  const start = Math.max(0, end - wanted);
  if (end === start) return { rows: [], total };
  let last = await list.fetch({ offset: start, size: end - start });
  const short = last.rows.length;
  // A host that sends fewer than it is asked for leaves out the newest of them.
  if (short > 0 && short < end - start) last = await list.fetch({ offset: end - short, size: short });
  return { rows: last.rows.toReversed(), failed: page.failed ?? last.failed, total };
}

function keyOf(wire: WireBatch): string | undefined {
  const { simulationReference: scenario } = wire;
  const id = idOf(wire);
  return scenario === undefined || id === undefined ? undefined : `${scenario}~${id}`;
}

/** Whether an error means that the host has no list of the project: it then takes the word in the path for a scenario's id. */
function isUnknownList(error: unknown): boolean {
  return isRefusedRequest(error) || isUnreadable(error) || isRefusal(error, 200);
}

function notLookedAt(count: number): Gap {
  return {
    kind: 'not_looked_at',
    count: count > 0 ? count : undefined,
    note: `This host lists sessions by test only, and ${count > 0 ? `${count} of its` : 'some of its'} tests were not looked at: pass \`test\` for the sessions of one.`,
  };
}

function createdAt(wire: WireBatch | undefined): number {
  return instant(wire?.createdAt) ?? 0;
}

/** True for a page that plainly runs from old to new (`sign` 1), or never from old to new (-1). */
function isInOrder(rows: readonly (WireBatch | undefined)[], sign: 1 | -1): boolean {
  const times = rows.map((wire) => sign * createdAt(wire));
  const rises = times.every((at, index) => index === 0 || at >= (times[index - 1] ?? 0));
  return rises && (sign === -1 || (times.at(0) ?? 0) < (times.at(-1) ?? 0));
}

function changedAt(wire: WireScenario): number {
  return Math.max(instant(wire.lastChanged) ?? 0, instant(wire.updatedAt) ?? 0);
}
