/**
 * How Coval is asked and answers: one object or a list under a name, pages by opaque tokens that end on any empty one, and
 * two path families for simulations.
 */
import type { VendorHttp } from '../../http/types.ts';
import { isRecord } from '../../model/json.ts';
import { type Api, apiOf, type Conventions, type RowRequest } from '../shared/api.ts';
import { faultProblem, isFault, unreadableAnswer } from '../shared/faults.ts';
import { fifthOf } from '../shared/list.ts';
import { readFault, unreadable } from './faults.ts';
import { createPathFamilies } from './path-families.ts';
import { PLATFORM } from './settings.ts';
import { tokenIn, totalIn, unwrap } from './wire.ts';

/** Biggest page that every source allows: schemas allow 1000 on some lists, other sources and the newest tools 100. */
export const PAGE_SIZE = 100;

export function createApi(http: VendorHttp, now: () => number): Api {
  // Coval documents a 500 on a read as transient, and its own SDK repeats the request.
  const send = async (request: RowRequest) =>
    (await http.request({ ...request, retry_500: request.method === 'GET' })).body;
  const sendInFamily = createPathFamilies(send, now);
  return apiOf({
    platform: PLATFORM,
    page_size: PAGE_SIZE,
    send: (request, row) => (row.renamed === undefined ? send(request) : sendInFamily(request, row)),
    readOne,
    readPage,
    pageQuery: ({ size, token }, { by }) => (by === 'single' ? {} : { page_size: size, page_token: token }),
    paging: { smaller: fifthOf },
  });
}

const readOne: Conventions['readOne'] = ({ what, reader, unwrap: names }, body) => {
  const read = reader(unwrap(body, names));
  if (read === undefined) throw unreadable(what);
  return read;
};

const readPage: Conventions['readPage'] = ({ what, reader, unwrap: names = [] }, body, { token: previousToken }) => {
  if (Array.isArray(body)) return { rows: body.map(reader) };
  const envelope = isRecord(body) ? body : {};
  const name = names.find((one) => Object.hasOwn(envelope, one));
  const given = name === undefined ? undefined : envelope[name];
  const values = given ?? (name === undefined ? undefined : []);
  const token = tokenIn(envelope);
  // A list that is null is empty, unless the answer says that there are rows.
  const hasRows = previousToken !== undefined || token.next !== undefined || token.more === true;
  const failed = isFault(envelope) || (given === null && hasRows);
  const empty = !Array.isArray(values) || values.length === 0;
  if (isFault(envelope) && empty) throw faultProblem(PLATFORM, `a list of ${what}`, body, readFault);
  if (!Array.isArray(values)) {
    throw unreadableAnswer(PLATFORM, `without the list of ${what} that was asked for`, {
      sent: 'yes',
      next: 'Check that COVAL_BASE_URL is the API base that ends in /v1.',
    });
  }
  return { rows: values.map(reader), total: totalIn(envelope), failed, ...token };
};
