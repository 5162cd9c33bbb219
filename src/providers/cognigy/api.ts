/**
 * How Cognigy is asked and answers. Every request names the project in its query; both APIs of the host page by `limit`
 * and `skip`, in two envelopes. Whether `skip` and cursors go together is documented nowhere: lists are asked for by
 * `skip`, and one that does not heed it is read by its cursor.
 */
import type { VendorHttp, VendorRequest } from '../../http/types.ts';
import { Problem } from '../../model/problem.ts';
import { type Api, apiOf, type Conventions } from '../shared/api.ts';
import { faultProblem, isRefusal } from '../shared/faults.ts';
import { fifthOf } from '../shared/list.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isInvalid, isProblemDocument, isRefusedRequest, readFault, unreadable } from './faults.ts';
import { PLATFORM } from './settings.ts';
import { pageIn, unwrap } from './wire.ts';

/** Biggest page of the Simulator (documented), taken for the main API too. */
export const PAGE_SIZE = 100;

/** `project` finds the project id that requests carry; without it they carry none. */
export function createApi(http: VendorHttp, project?: (signal: AbortSignal) => Promise<string>): Api {
  /** False once the host has refused a `sort`, which is documented by example only: then none is sent any more. */
  let sendsSort = true;

  async function sendPlain(request: VendorRequest, query: VendorRequest['query']): Promise<unknown> {
    const projectId = await project?.(request.signal);
    return (await http.request({ ...request, query: { projectId, ...query } })).body;
  }

  async function send(request: VendorRequest): Promise<unknown> {
    const { sort, ...rest } = request.query ?? {};
    if (sort === undefined || !sendsSort) return sendPlain(request, rest);
    try {
      return await sendPlain(request, request.query);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      const body = await sendPlain(request, rest);
      sendsSort = false;
      return body;
    }
  }

  return apiOf({
    platform: PLATFORM,
    page_size: PAGE_SIZE,
    send: (request, row) =>
      row.request === ENDPOINTS.listScenarios.request ? send(request).catch(noSimulator) : send(request),
    readOne,
    readPage,
    pageQuery: ({ offset, size, token }) =>
      token === undefined ? { limit: size, skip: offset } : { limit: size, next: token },
    paging: { isPastEnd: isRefusedRequest, smaller: fifthOf },
  });
}

/** To a lenient reader an error that came with 200 is an object whose members all happen to be missing. */
const readOne: Conventions['readOne'] = ({ what, reader, unwrap: names }, body) => {
  const read = reader(unwrap(body, names));
  if (read !== undefined && !isProblemDocument(body) && Object.keys(read ?? {}).length > 0) return read;
  throw unreadable(what, body);
};

const readPage: Conventions['readPage'] = ({ what, reader }, body) => {
  const page = pageIn(body, reader);
  if (page === undefined) throw unreadable(`a readable list of ${what}`, body);
  if (page.failed && page.rows.length === 0) throw faultProblem(PLATFORM, `a list of ${what}`, body, readFault);
  return page;
};

/** The list of scenarios is always there, so a 404 speaks of the project or of the whole service. */
function noSimulator(error: unknown): never {
  if (!isRefusal(error, 404)) throw error;
  throw new Problem('not_found', 'This Cognigy host answers, but knows no Simulator for the project.', {
    ...error.details,
    provider: PLATFORM.id,
    next: 'Check COGNIGY_PROJECT_ID, and that COGNIGY_BASE_URL is the API host. Installations before 2026 have the Simulator switched off by default.',
  });
}
