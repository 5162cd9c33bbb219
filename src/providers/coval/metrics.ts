/**
 * The metric definitions of the organisation, joined to metric ids: outputs carry no name and no verdict, so both come
 * from here. Built-in metrics are part of the list only when asked for; thresholds cost one request for each metric
 * that has no condition of its own. Kept for a minute, because every reader of a session needs them.
 */
import { isProblem } from '../../model/problem.ts';
import type { CovalClient } from './client.ts';
import { type Condition, type MetricInfo, readCondition } from './verdict.ts';
import type { WireMetric } from './wire.ts';

const KEEP_MS = 60_000;

export interface MetricBook {
  /** What is known of a metric; for one that no list knows (deleted), its given name or id, and no condition. */
  info(id: string, signal: AbortSignal, fallbackName?: string): Promise<MetricInfo>;
}

export function createMetrics(client: CovalClient, now: () => number) {
  let kept: { at: number; book: Promise<MetricBook> } | undefined;

  async function load(signal: AbortSignal): Promise<MetricBook> {
    const definitions = new Map<string, WireMetric>();
    const uses = new Map<string, number>();
    for await (const page of client.metrics.all({ include_builtin: true }, signal)) {
      for (const metric of page) {
        if (definitions.has(metric.id)) continue;
        definitions.set(metric.id, metric);
        const name = metric.metric_name ?? metric.id;
        uses.set(name, (uses.get(name) ?? 0) + 1);
      }
    }
    const known = new Map<string, Promise<MetricInfo>>();

    async function find(id: string, callSignal: AbortSignal, fallbackName?: string): Promise<MetricInfo> {
      const definition = definitions.get(id);
      const name = definition?.metric_name ?? fallbackName ?? id;
      const condition = readCondition(definition?.target_condition) ?? (await threshold(client, id, callSignal));
      return {
        id,
        // Two metrics of one name would be counted as one.
        name: (uses.get(name) ?? 0) > 1 ? `${name} [${id}]` : name,
        composite: definition?.metric_type?.toUpperCase().includes('COMPOSITE') ?? false,
        ...(condition === undefined ? {} : { condition }),
      };
    }

    return {
      info(id, callSignal, fallbackName) {
        const before = known.get(id);
        if (before) return before;
        const found = find(id, callSignal, fallbackName);
        known.set(id, found);
        // A lookup that failed (or whose caller left) is not remembered.
        found.catch(() => known.delete(id));
        return found;
      },
    };
  }

  /** The definitions, at most a minute old. */
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

/** The organisation's threshold; `undefined` when there is none or this key may not see it (then the metric is unscored). */
async function threshold(client: CovalClient, id: string, signal: AbortSignal): Promise<Condition | undefined> {
  try {
    return readCondition(await client.threshold(id, signal));
  } catch (error) {
    if (isProblem(error) && [400, 403, 404].includes(error.details.vendor?.status ?? 0)) return undefined;
    throw error;
  }
}
