/**
 * The main API on the same host (`/new/v2.0`): what turns names into the ids that a run needs. Its lists come as
 * `{items, total, nextCursor}` and its ids in two forms: `_id` (24 hex digits) and `referenceId` (a UUID).
 */
import type { VendorHttp } from '../../http/types.ts';
import { readList } from './answers.ts';
import { BIGGEST_PAGE, everyPage } from './paging.ts';
import { idOf, namedReader, type WireNamed } from './wire.ts';

/** What can be named; the vendor's word for it in its paths. */
export type NamedKind = 'flows' | 'locales' | 'largelanguagemodels' | 'snapshots' | 'aiagents';

const MOST_NAMED = 2000;
/** An empty page beside a count is no contradiction here: what the key may not see may be counted all the same. */
const PAST_THE_START = 1;

export interface MainApi {
  projects(signal: AbortSignal): Promise<WireNamed[]>;
  /** All of a kind in a project. */
  all(kind: NamedKind, projectId: string, signal: AbortSignal, query?: Record<string, string>): Promise<WireNamed[]>;
}

export function createMainApi(http: VendorHttp): MainApi {
  async function walk(path: string, query: Record<string, string>, signal: AbortSignal): Promise<WireNamed[]> {
    const found: WireNamed[] = [];
    const pages = everyPage(
      async ({ limit, skip, next }) => {
        const page = next === undefined ? { limit, skip } : { limit, next };
        const answer = await http.request({ method: 'GET', path, query: { ...query, ...page }, signal });
        return readList(answer.body, namedReader, 'named things', PAST_THE_START);
      },
      idOf,
      BIGGEST_PAGE,
      { whole: false },
    );
    for await (const { items } of pages) {
      found.push(...items);
      if (found.length >= MOST_NAMED) break;
    }
    return found;
  }
  return {
    projects: (signal) => walk('/new/v2.0/projects', {}, signal),
    all: (kind, projectId, signal, query = {}) => walk(`/new/v2.0/${kind}`, { projectId, ...query }, signal),
  };
}
