/**
 * The main API on the same host (`/new/v2.0`): what turns names into the ids that a run needs. Its lists come as
 * `{items, total, nextCursor}` and its ids in two forms: `_id` (24 hex digits) and `referenceId` (a UUID).
 */
import type { VendorHttp } from '../../http/types.ts';
import type { Coverage } from '../../model/coverage.ts';
import { collect, walk } from '../shared/pages.ts';
import { readList } from './answers.ts';
import { listOf } from './lists.ts';
import { namedReader, type WireNamed } from './wire.ts';

/** What can be named; the vendor's word for it in its paths. */
export type NamedKind = 'flows' | 'locales' | 'largelanguagemodels' | 'snapshots' | 'aiagents';

const MOST_NAMED = 2000;

/** What the key may see. The platform may count what it does not show: no contradiction, but a name may be missing. */
export interface NamedList {
  items: WireNamed[];
  coverage: Coverage;
}

export interface MainApi {
  projects(signal: AbortSignal): Promise<NamedList>;
  /** All of a kind in a project. */
  all(kind: NamedKind, projectId: string, signal: AbortSignal, query?: Record<string, string>): Promise<NamedList>;
}

export function createMainApi(http: VendorHttp): MainApi {
  async function all(what: string, query: Record<string, string>, signal: AbortSignal): Promise<NamedList> {
    const path = `/new/v2.0/${what}`;
    const list = listOf<WireNamed>({
      what,
      async fetch(page) {
        const answer = await http.request({ method: 'GET', path, query: { ...query, ...page }, signal });
        return readList(answer.body, namedReader, what);
      },
    });
    const { rows, coverage } = await collect(walk(list, { most: MOST_NAMED, passes: 1 }));
    return { items: rows, coverage };
  }
  return {
    projects: (signal) => all('projects', {}, signal),
    all: (kind, projectId, signal, query = {}) => all(kind, { projectId, ...query }, signal),
  };
}
