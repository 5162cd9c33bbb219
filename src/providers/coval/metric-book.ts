/**
 * Reads the metric definitions of the organisation. Peculiar to Coval: metric outputs carry no name and no verdict, both
 * follow from the definitions. Built-in metrics are part of the list only when asked for; a threshold costs one request
 * for each metric that has no condition of its own. Definitions are kept for a minute: every reader of a session needs them.
 */
import type { Api } from '../shared/api.ts';
import { isFault, isRefusal, isUnreadable } from '../shared/faults.ts';
import { distinctNames } from '../shared/judgements.ts';
import { collect, walk } from '../shared/pages.ts';
import { readCondition } from './condition.ts';
import { ENDPOINTS } from './endpoints.ts';
import { orUndefined } from './faults.ts';
import type { MetricInfo } from './verdict.ts';
import { thresholdIn, type WireMetric } from './wire.ts';

const KEEP_MS = 60_000;
const UNREAD = {
  definition: 'a metric whose definition could not be read',
  condition: 'a condition that cannot be read',
  threshold: 'a threshold that this key may not see',
};

export interface MetricBook {
  /** Names that tell metrics apart. A metric that is not listed (deleted) gets the name in `others`, else its id. */
  names(others: ReadonlyMap<string, string | undefined>): Map<string, string>;
  /** Everything about a metric except its name. */
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
    const infos = new Map<string, ReturnType<MetricBook['info']>>();

    async function find(id: string, callSignal: AbortSignal): ReturnType<MetricBook['info']> {
      // A metric that is not in the list was lost or deleted: reading it by its id may still work.
      const definition =
        definitions.get(id) ??
        (await orUndefined(api.one(ENDPOINTS.getMetric, { params: { id }, signal: callSignal })));
      const condition = await conditionOf(api, id, definition, callSignal);
      const composite = definition?.metric_type?.toUpperCase().includes('COMPOSITE') ?? false;
      if (!definition && !condition.condition) return { id, composite, unread: UNREAD.definition };
      return { id, composite, ...condition };
    }

    return {
      names(others) {
        const named = rows.map(({ id, metric_name }) => ({ id, name: metric_name ?? others.get(id) }));
        const listed = new Set(rows.map(({ id }) => id));
        const unlisted = [...others].filter(([id]) => !listed.has(id)).map(([id, name]) => ({ id, name }));
        return distinctNames([...named, ...unlisted]);
      },
      info(id, callSignal) {
        const remembered = infos.get(id);
        if (remembered) return remembered;
        const info = find(id, callSignal);
        infos.set(id, info);
        // A lookup that failed (or whose caller cancelled) is not remembered.
        info.catch(() => infos.delete(id));
        return info;
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
    // An error that came with status 200 must not pass for an unset threshold.
    if (isFault(answer)) return { unread: UNREAD.threshold };
    const threshold = readCondition(answer);
    if (threshold === 'unreadable') return { unread: UNREAD.condition };
    return { condition: threshold === 'none' ? undefined : threshold };
  } catch (error) {
    if (isRefusal(error, 404)) return {};
    if (isRefusal(error, 400, 403) || isUnreadable(error)) return { unread: UNREAD.threshold };
    throw error;
  }
}
