/** Finds, after a lost answer, the executions of a run test that began in a window of time. */
import { Problem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { isRefusal } from '../shared/faults.ts';
import { instant } from '../shared/scalars.ts';
import { ENDPOINTS } from './endpoints.ts';
import { PLATFORM } from './settings.ts';
import { latestExecutionReader, unwrap } from './wire.ts';

/** Allowance for clock differences and the vendor's own delay, in ms. */
const SKEW_MS = 10_000;
const MOST = 50;

interface Began {
  id: string;
  at: number;
}

/**
 * Ids of the executions in the window that are not in `known`, the nearest to its start first. Throws `unreadable` where
 * none was found and not all executions could be read.
 */
export async function findStart(
  api: Api,
  runTest: string,
  { since, until }: { since: Date; until: Date },
  known: ReadonlySet<string>,
  { signal }: CallContext,
): Promise<string[]> {
  const [from, to] = [since.getTime() - SKEW_MS, until.getTime() + SKEW_MS];
  const inWindow = (id: string | undefined, start: unknown): Began | undefined => {
    const at = instant(start);
    return id && !known.has(id) && at !== undefined && at >= from && at <= to ? { id, at } : undefined;
  };
  const request = { params: { id: runTest }, signal };
  const recent = source({
    list: api.list(ENDPOINTS.listExecutions, request, MOST),
    accept: ({ id, start_time }) => inWindow(id, start_time),
    // The list is newest first, so reading stops at the first execution before the window.
    until: ({ start_time }) => (instant(start_time) ?? from) < from,
  });
  const found = await cursorPage(PLATFORM, [recent], { limit: MOST }).catch(async (error: unknown) => {
    if (!isRefusal(error)) throw error;
    const latest = latestExecutionReader(unwrap(await api.body(ENDPOINTS.getLatestExecution, request)));
    const one = inWindow(latest?.execution_id, latest?.start_time);
    return { items: one ? [one] : [], next: undefined, coverage: { complete: true } };
  });
  if (found.items.length === 0 && (!found.coverage.complete || found.next !== undefined)) {
    const message = 'Future AGI did not list the executions of this run test so that all can be read.';
    throw new Problem('unreadable', message, {
      provider: PLATFORM.id,
      next: 'Look with list_sessions whether it was started.',
      sent: 'unknown',
    });
  }
  const distance = ({ at }: Began) => Math.abs(at - since.getTime());
  return found.items.sort((a, b) => distance(a) - distance(b)).map(({ id }) => id);
}
