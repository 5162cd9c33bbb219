/** After a lost answer: which executions of a run test began in a window of time. */
import { Problem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { instant } from '../shared/scalars.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusal } from './faults.ts';
import { PLATFORM } from './settings.ts';
import { latestExecutionReader, unwrap } from './wire.ts';

/** Clock differences and the vendor's own delay, in ms. */
const SKEW_MS = 10_000;
const MOST = 50;

interface Began {
  id: string;
  at: number;
}

/**
 * Ids of those that are not of `taken`, the nearest to the start of the window first. Throws where that cannot be
 * told.
 */
export async function findStart(
  api: Api,
  runTest: string,
  { since, until }: { since: Date; until: Date },
  taken: ReadonlySet<string>,
  { signal }: CallContext,
): Promise<string[]> {
  const [from, to] = [since.getTime() - SKEW_MS, until.getTime() + SKEW_MS];
  const mayBe = (id: string | undefined, start: unknown): Began | undefined => {
    const at = instant(start);
    return id && !taken.has(id) && at !== undefined && at >= from && at <= to ? { id, at } : undefined;
  };
  const asked = { params: { id: runTest }, signal };
  const recent = source({
    list: api.list(ENDPOINTS.listExecutions, asked, MOST),
    accept: ({ id, start_time }) => mayBe(id, start_time),
    // The newest come first.
    until: ({ start_time }) => (instant(start_time) ?? from) < from,
  });
  const found = await cursorPage(PLATFORM, [recent], { limit: MOST }).catch(async (error: unknown) => {
    if (!isRefusal(error)) throw error;
    const latest = latestExecutionReader(unwrap(await api.body(ENDPOINTS.getLatestExecution, asked)));
    const one = mayBe(latest?.execution_id, latest?.start_time);
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
  const away = ({ at }: Began) => Math.abs(at - since.getTime());
  return found.items.sort((a, b) => away(a) - away(b)).map(({ id }) => id);
}
