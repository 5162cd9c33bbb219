/**
 * How Synthflow is asked and answers: `{status, response}` around nearly everything, an error with 200 among them. Nothing
 * documents the order of lists, the biggest page or what lies past the end: a refused size falls back to the vendor's
 * default, a heavy page to a fifth, and a refusal past the first page is the end.
 */
import type { VendorHttp } from '../../http/types.ts';
import { isRecord } from '../../model/json.ts';
import { Problem } from '../../model/problem.ts';
import { type Api, apiOf, type Conventions } from '../shared/api.ts';
import { faultProblem, isFault, unreadableAnswer } from '../shared/faults.ts';
import { fifthOf, pageOf } from '../shared/list.ts';
import { isRefusedRequest, readFault } from './faults.ts';
import { PLATFORM } from './settings.ts';
import { pageIn, unwrap } from './wire.ts';

/** Biggest page (documented for suites and sessions, INFERRED for the rest), and the vendor's default. */
export const PAGE_SIZE = 100;
const DEFAULT_PAGE = 10;

export function createApi(http: VendorHttp): Api {
  return apiOf({
    platform: PLATFORM,
    page_size: PAGE_SIZE,
    send: async (request) => (await http.request(request)).body,
    readOne,
    readPage,
    pageQuery: (place, { by }) =>
      by === 'skip'
        ? { limit: place.size, offset: place.offset }
        : { page_number: pageOf(place), page_size: place.size },
    paging: {
      isPastEnd: isRefusedRequest,
      smaller(error, place) {
        const refused = place.offset === 0 && place.size > DEFAULT_PAGE && isRefusedRequest(error);
        return refused ? DEFAULT_PAGE : fifthOf(error, place);
      },
    },
  });
}

/** To a lenient reader an error that came with 200 is an object without members: it is told apart here. */
const readOne: Conventions['readOne'] = ({ what, reader, unwrap: names, intent }, body) => {
  const inner = unwrap(body, names);
  // Only the answer to a start may be an envelope with nothing in it.
  const starts = intent === 'start';
  if (!starts && isRecord(body) && 'response' in body && saysFault(body))
    throw faultProblem(PLATFORM, what, body, readFault);
  const read = reader(inner);
  if (read !== undefined && (saysSomething(read) || (starts && inner !== body))) return read;
  throw unreadableAnswer(PLATFORM, `without ${what}`, {
    sent: starts ? 'unknown' : 'yes',
    vendor: saysFault(body) ? readFault(200, body, {}) : undefined,
  });
};

const readPage: Conventions['readPage'] = ({ what, reader, unwrap: names }, body, { offset }) => {
  const page = pageIn(body, reader, names);
  const failed = saysFault(body) || saysFault(unwrap(body));
  if (failed && !page?.rows.length) throw faultProblem(PLATFORM, `a list of ${what}`, body, readFault);
  if (!page) throw unreadableAnswer(PLATFORM, `without a list of ${what}`);
  if (offset === 0 && page.rows.length > 1 && page.rows.every((row) => row === undefined))
    throw unreadableAnswer(PLATFORM, `with a list of ${what} in which nothing can be read`);
  return failed ? { ...page, failed } : page;
};

/** Throws for an error that came with 200 to a change: whether it was made is then not known. What else it says matters not. */
export function confirmed(body: unknown): void {
  if (!saysFault(body)) return;
  const { kind, message, details } = faultProblem(PLATFORM, 'a confirmation', body, readFault);
  throw new Problem(kind, message, { ...details, sent: 'unknown' });
}

/** The words for errors here are `detail`, besides those that all platforms know. */
function saysFault(envelope: unknown): boolean {
  return isFault(envelope) || (isRecord(envelope) && Boolean(envelope.detail));
}

/** A status alone may just as well be the one of an error. */
function saysSomething(value: unknown): boolean {
  return isRecord(value) && Object.entries(value).some(([key, member]) => key !== 'status' && member !== undefined);
}
