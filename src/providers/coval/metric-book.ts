/**
 * Peculiar to Coval, whose metric outputs carry no name and no verdict: the metric definitions of the organisation, which
 * say both. Built-in metrics are part of the list only when asked for; thresholds cost one request for each metric that
 * has no condition of its own. Kept for a minute, because every reader of a session needs them.
 */
import { isProblem } from '../../model/problem.ts';
import type { Api } from '../shared/api.ts';
import { isFault } from '../shared/error-body.ts';
import { distinctNames } from '../shared/judgements.ts';
import { collect, walk } from '../shared/pages.ts';
import { readCondition } from './condition.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusal, orUndefined } from './faults.ts';
import type { MetricInfo } from './verdict.ts';
import { thresholdIn, type WireMetric } from './wire.ts';

const KEEP_MS = 60_000;
const UNREAD = {
  definition: 'a metric whose definition could not be read',
  condition: 'a condition that cannot be read',
  threshold: 'a threshold that this key may not see',
};

export interface MetricBook {
  /** Names that tell metrics apart; those that no list knows (deleted) have the name given here, else their id. */
  names(others: ReadonlyMap<string, string | undefined>): Map<string, string>;
  /** What is known of a metric but for its name. */
  info(id: string, signal: AbortSignal): Promise<Omit<MetricInfo, 'name'>>;
}

/** The definitions, at most a minute old. */
export type ReadMetrics = (signal: AbortSignal) => Promise<MetricBook>;

export function createMetricBook(api: Api, now: () => number): ReadMetrics {
  let kept: { at: number; book: Promise<MetricBook> } | undefined;

  async function load(signal: AbortSignal): Promise<MetricBook> {
    const list = api.list(ENDPOINTS.listMetrics, { query: { include_builtin: true }, signal });
    const { rows } = await collect(walk(list, { ahead: 1 }));
    const definitions = new Map(rows.map((metric) => [metric.id, metric]));
    const known = new Map<string, ReturnType<MetricBook['info']>>();

    async function find(id: string, callSignal: AbortSignal): ReturnType<MetricBook['info']> {
      // One that the list does not know may be lost, or deleted: by its id it may be there.
      const definition =
        definitions.get(id) ??
        (await orUndefined(api.one(ENDPOINTS.getMetric, { params: { id }, signal: callSignal })));
      const condition = await conditionOf(api, id, definition, callSignal);
      return {
        id,
        composite: definition?.metric_type?.toUpperCase().includes('COMPOSITE') ?? false,
        ...(definition || condition.condition ? condition : { unread: UNREAD.definition }),
      };
    }

    return {
      names(others) {
        const named = rows.map(({ id, metric_name }) => ({ id, name: metric_name ?? others.get(id) }));
        const listed = new Set(rows.map(({ id }) => id));
        const unlisted = [...others].filter(([id]) => !listed.has(id)).map(([id, name]) => ({ id, name }));
        return distinctNames([...named, ...unlisted]);
      },
      info(id, callSignal) {
        const before = known.get(id);
        if (before) return before;
        const asked = find(id, callSignal);
        known.set(id, asked);
        // A lookup that failed (or whose caller left) is not remembered.
        asked.catch(() => known.delete(id));
        return asked;
      },
    };
  }

  return async function book(signal: AbortSignal): Promise<MetricBook> {
    if (kept && now() - kept.at < KEEP_MS) return kept.book;
    const mine = { at: now(), book: load(signal) };
    kept = mine;
    mine.book.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return mine.book;
  };
}

/** What a metric's value must be: nothing where neither it nor the organisation says so. */
async function conditionOf(
  api: Api,
  id: string,
  definition: WireMetric | undefined,
  signal: AbortSignal,
): Promise<Pick<MetricInfo, 'condition' | 'unread'>> {
  const own = readCondition(definition?.target_condition);
  if (own === 'unreadable') return { unread: UNREAD.condition };
  if (own !== 'none') return { condition: own };
  try {
    const answer = thresholdIn(await api.body(ENDPOINTS.getThreshold, { params: { id }, signal }));
    // An error that came with 200 is no empty resource.
    if (isFault(answer)) return { unread: UNREAD.threshold };
    const threshold = readCondition(answer);
    if (threshold === 'unreadable') return { unread: UNREAD.condition };
    return { condition: threshold === 'none' ? undefined : threshold };
  } catch (error) {
    if (isRefusal(error, 404)) return {};
    if (isRefusal(error, 400, 403) || (isProblem(error) && error.kind === 'unreadable'))
      return { unread: UNREAD.threshold };
    throw error;
  }
}
