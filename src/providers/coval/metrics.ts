/**
 * The metric definitions of the organisation, joined to metric ids: outputs carry no name and no verdict, so both come
 * from here. Built-in metrics are part of the list only when asked for; thresholds cost one request for each metric
 * that has no condition of its own. Kept for a minute, because every reader of a session needs them.
 */
import { isProblem } from '../../model/problem.ts';
import { isFault } from '../shared/error-body.ts';
import { distinctNames } from '../shared/judgements.ts';
import { collect, walk } from '../shared/pages.ts';
import { hasStatus, orUndefined } from './answers.ts';
import type { CovalClient } from './client.ts';
import { type Condition, readCondition } from './condition.ts';
import type { MetricInfo } from './verdict.ts';
import type { WireMetric } from './wire.ts';

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

export function createMetrics(client: CovalClient, now: () => number) {
  let kept: { at: number; book: Promise<MetricBook> } | undefined;

  async function load(signal: AbortSignal): Promise<MetricBook> {
    const { rows } = await collect(walk(client.metrics({ include_builtin: true }, signal), { ahead: 1 }));
    const definitions = new Map(rows.map((metric) => [metric.id, metric]));
    const known = new Map<string, ReturnType<MetricBook['info']>>();

    async function find(id: string, callSignal: AbortSignal): ReturnType<MetricBook['info']> {
      // One that the list does not know may be lost, or deleted: by its id it may be there.
      const definition = definitions.get(id) ?? (await orUndefined(client.metric(id, callSignal)));
      const condition = await conditionOf(client, id, definition, callSignal);
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

/** What a metric's value must be: nothing where neither it nor the organisation says so. */
async function conditionOf(
  client: CovalClient,
  id: string,
  definition: WireMetric | undefined,
  signal: AbortSignal,
): Promise<{ condition?: Condition; unread?: string }> {
  const own = readCondition(definition?.target_condition);
  if (own === 'unreadable') return { unread: UNREAD.condition };
  if (own !== 'none') return { condition: own };
  try {
    const answer = await client.threshold(id, signal);
    // An error that came with 200 is no empty resource.
    if (isFault(answer)) return { unread: UNREAD.threshold };
    const threshold = readCondition(answer);
    if (threshold === 'unreadable') return { unread: UNREAD.condition };
    return threshold === 'none' ? {} : { condition: threshold };
  } catch (error) {
    if (hasStatus(error, 404)) return {};
    if (hasStatus(error, 400, 403) || (isProblem(error) && error.kind === 'unreadable'))
      return { unread: UNREAD.threshold };
    throw error;
  }
}
