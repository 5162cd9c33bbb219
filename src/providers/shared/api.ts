/** Sends the requests of a vendor's table of operations and reads the answers, by the conventions of that vendor. */
import type { VendorRequest } from '../../http/types.ts';
import { type Asked, type Endpoint, type ListEndpoint, type RequestLine, requestOf } from './endpoint.ts';
import { joinedPage, type List, type Place, type RawPage } from './list.ts';
import { PAGE_BYTES, readInPieces } from './long-page.ts';

/** A request as it is handed to the vendor's own way of sending. */
export type RowRequest = Omit<VendorRequest, 'signal'> & { signal: AbortSignal };

/** The conventions that all operations of one vendor share. */
export interface Conventions {
  platform: { id: string; label: string };
  /** Sends and answers with the body. A vendor adds here what every request carries, such as the project. */
  send(request: RowRequest, row: Endpoint): Promise<unknown>;
  /**
   * The one thing in an answer. Throws `vendor_error` for an error that came with a 2xx status, `unreadable` for what is
   * no such thing.
   */
  readOne<T>(row: Endpoint<T>, body: unknown): T;
  /** The rows in an answer; throws as `readOne`. `place` says whether it is the first page. */
  readPage<T>(row: ListEndpoint<T>, body: unknown, place: Place): RawPage<T>;
  /** The query that asks for a page. */
  pageQuery(place: Place, row: ListEndpoint): VendorRequest['query'];
  /** Rows of the biggest page that all its lists take. */
  page_size: number;
  /** How its lists end and shrink; a row may say otherwise. */
  paging?: Pick<List<unknown>, 'isPastEnd' | 'pastEndIsFault' | 'smaller'> | undefined;
}

export interface Api {
  /** Sends one request and reads the one thing in its answer. Throws `Problem`. */
  one<T, R extends RequestLine>(row: Endpoint<T, R>, asked: Asked<R>): Promise<T>;
  /** Sends one request and hands the body on as it came, for answers that say nothing or have a form of their own. */
  body<R extends RequestLine>(row: Endpoint<unknown, R>, asked: Asked<R>): Promise<unknown>;
  /** A list to be walked; sends nothing yet. `most` = rows on a page, never more than the vendor's biggest. */
  list<T, R extends RequestLine>(row: ListEndpoint<T, R>, asked: Asked<R>, most?: number): List<T>;
}

export function apiOf(conventions: Conventions): Api {
  const { platform, readOne, readPage, pageQuery, page_size, paging } = conventions;

  function send<R extends RequestLine>(row: Endpoint<unknown, R>, asked: Asked<R>): Promise<unknown> {
    const { intent, retry_500, verbatim } = row;
    return conventions.send({ ...requestOf(row), intent, retry_500, verbatim, ...asked }, row);
  }

  return {
    one: async (row, asked) => readOne(row, await send(row, asked)),
    body: send,
    list: (row, asked, most = page_size) => ({
      ...paging,
      platform,
      what: row.what,
      by: row.by,
      size: Math.max(1, Math.min(most, page_size)),
      idOf: row.idOf,
      stateOf: row.stateOf,
      keeps: row.keeps,
      isPastEnd: row.isPastEnd ?? paging?.isPastEnd,
      pastEndIsFault: row.pastEndIsFault ?? paging?.pastEndIsFault,
      smaller: row.smaller ?? paging?.smaller,
      async fetch(place, arrived) {
        const query = { ...pageQuery(place, row), ...asked.query };
        let characters = 0;
        const onArrived = (length: number) => {
          characters = length;
          arrived?.();
        };
        const body = await send(row, { max_bytes: PAGE_BYTES, ...asked, query, arrived: onArrived });
        const page = await readInPieces(body, (piece) => readPage(row, piece, place), joinedPage);
        return { ...page, characters };
      },
    }),
  };
}
