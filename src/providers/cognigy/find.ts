/** Finds the batch that a start made, after its answer was lost: by the name of the batch, else by its scenario and size. */
import type { CallContext, StartReceipt, StartStep } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { isMarkedWith, markedName } from '../shared/marked-name.ts';
import { instant, isInWindow } from '../shared/scalars.ts';
import type { BatchLists } from './batch-lists.ts';
import { batchParams } from './batch-lookup.ts';
import { ENDPOINTS } from './endpoints.ts';
import { unreadable } from './faults.ts';
import { totalOf } from './map-session.ts';
import { readStep } from './plan.ts';
import { PLATFORM } from './settings.ts';
import { idOf, type WireBatch } from './wire.ts';

const LONGEST_NAME = 120;
/** Most candidates without a name that are read one by one, because the list may leave the name out. */
const MOST_READ = 5;
const MOST_PAGES = 5;
const PAGE = 50;

type Found = { receipt: StartReceipt; certain: boolean };

/**
 * What a step may have caused inside the window, likeliest first; what earlier steps started is not this one's. Throws
 * `unreadable` where nothing was found and not everything was seen.
 */
export async function findStart(
  api: Api,
  lists: BatchLists,
  step: StartStep,
  window: { since: Date; until: Date },
  earlier: readonly StartReceipt[],
  { signal }: CallContext,
): Promise<Found[]> {
  const { scenario, numberOfExecutions } = readStep(step);
  const known = new Set(earlier.flatMap((receipt) => receipt.session?.at(-1) ?? []));
  const list = lists.ofScenario(scenario, {}, PAGE, signal);
  // Seconds are cut off, so a moment in the same second counts as inside.
  const from = window.since.getTime() - 1000;
  const accept = (wire: WireBatch) => {
    const id = idOf(wire);
    return id !== undefined && !known.has(id) && isInWindow(instant(wire.createdAt), from, window.until.getTime())
      ? { id, wire }
      : undefined;
  };
  const until = (wire: WireBatch) => list.descends() && !isInWindow(instant(wire.createdAt), from);
  const { items, coverage, next } = await cursorPage(PLATFORM, [source({ list, accept, until })], {
    limit: PAGE * MOST_PAGES,
    most_pages: MOST_PAGES,
  });
  const found: Found[] = [];
  for (const [index, { id, wire }] of items.entries()) {
    const name = wire.name ?? wire.runName ?? (index < MOST_READ ? await nameOf(api, scenario, id, signal) : undefined);
    const receipt = { session: [scenario, id] };
    if (name !== undefined) {
      // A name that comes back is proof, one way or the other.
      if (step.correlation_id !== undefined && isMarkedWith(name, step.correlation_id))
        found.push({ receipt, certain: true });
    } else if ((totalOf(wire) ?? numberOfExecutions) === numberOfExecutions) {
      found.push({ receipt, certain: false });
    }
  }
  // "No batch was started" is certain only where the whole list was read.
  if (found.length === 0 && (!coverage.complete || next !== undefined)) throw unreadable('all sessions of the test');
  return found.sort((a, b) => Number(b.certain) - Number(a.certain));
}

async function nameOf(api: Api, scenario: string, batch: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const wire = await api.one(ENDPOINTS.getBatch, { params: batchParams({ scenario, batch }), signal });
    return wire.name ?? wire.runName;
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

/** A name of its own for each start, so that a batch whose answer was lost can be recognised. */
export function taggedName(name: string, id: string | undefined): string {
  return id === undefined ? name.slice(0, LONGEST_NAME) : markedName(name, id, LONGEST_NAME);
}
