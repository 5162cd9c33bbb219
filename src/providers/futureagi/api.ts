/**
 * How Future AGI is asked and answers: bare or in `{status, result}`, one thing or a page of things, and errors that
 * come with status 200 in place of either. Every path ends in a slash. The app family answers 404 behind the last
 * page of a list.
 */
import type { VendorHttp } from '../../http/types.ts';
import { isRecord } from '../../model/json.ts';
import { type Api, apiOf, type Conventions } from '../shared/api.ts';
import { faultProblem, isFault, isRefusal } from '../shared/faults.ts';
import { fifthOf, pageOf } from '../shared/list.ts';
import { ENDPOINTS } from './endpoints.ts';
import { readFault, unreadable } from './faults.ts';
import { PLATFORM } from './settings.ts';
import { pageIn, unwrap } from './wire.ts';

/**
 * Rows a page. There is no maximum. For every page of calls the vendor computes the statistics of the whole
 * execution, so fewer, larger pages are less work for both sides, and of the 100 requests a minute that a plan allows
 * more are left: 500 calls with five reasons each are about 2.5 MB.
 */
export const PAGE_SIZE = 500;

export function createApi(http: VendorHttp): Api {
  return apiOf({
    platform: PLATFORM,
    page_size: PAGE_SIZE,
    async send(request) {
      // A 500 to a later page may be the end of the list.
      const first = Number(request.query?.page ?? 1) === 1;
      return (await http.request({ ...request, retry_500: request.retry_500 && first })).body;
    },
    readOne,
    readPage,
    pageQuery: (place, { by }) => (by === 'single' ? undefined : { page: pageOf(place), limit: place.size }),
    paging: { isPastEnd: (error) => isRefusal(error, 404), smaller: fifthOf },
  });
}

export const readOne: Conventions['readOne'] = ({ what, reader }, body) => {
  const content = unwrap(body);
  if (saysFault(body, content, true)) throw faultProblem(PLATFORM, what, body, readFault);
  const read = reader(content);
  if (read === undefined) throw unreadable(what);
  return read;
};

const readPage: Conventions['readPage'] = ({ request, what: rows, reader, unwrap: names }, body, place) => {
  const what = `a list of ${rows}`;
  const content = unwrap(body);
  // The calls of an execution come with the execution's own status.
  const failed = saysFault(body, content, request === ENDPOINTS.listCalls.request);
  const page = pageIn(reader, content, names);
  const none = page.rows.every((row) => row === undefined);
  if (none && failed) throw faultProblem(PLATFORM, what, body, readFault);
  if (none && pageOf(place) === 1 && page.rows.length > 0) throw unreadable(what);
  return failed ? { ...page, failed } : page;
};

/** Types of the vendor's error envelope, and codes that stand in the same place. */
const ERRORS =
  /^(\w+_error|payment_required|not_found|conflict|rate_limit|rate_limited|service_unavailable|timeout|permission_denied)$/i;

/** Whether an answer says that it is an error. A content that has a state of its own may say `failed` of itself. */
export function saysFault(body: unknown, content: unknown, hasState: boolean): boolean {
  if (body !== content && isFault(body)) return true;
  if (!isRecord(content)) return isFault(content);
  if ([content.type, content.code].some((word) => typeof word === 'string' && ERRORS.test(word))) return true;
  if (!hasState) return isFault(content);
  return isFault({ ...content, status: typeof content.status === 'boolean' ? content.status : undefined });
}
