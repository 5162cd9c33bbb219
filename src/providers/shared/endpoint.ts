/**
 * The operations of a vendor's API as rows: what is sent, what is read of the answer, what it is for. A vendor's folder
 * has one table of them (`endpoints.ts`); requests are sent by row (`api.ts`), and `docs/api-coverage.md` is made of rows.
 */
import type { Method, VendorRequest } from '../../http/types.ts';
import type { Reader } from './fields.ts';
import type { List } from './list.ts';

/** `METHOD /path/{parameter}`, relative to the base URL: also the key under which the client counts what it sent. */
export type RequestLine = `${Method} /${string}`;

export interface Endpoint<T = unknown, R extends RequestLine = RequestLine> {
  readonly request: R;
  /** The vendor's newer name of the same request, with the same parameters: sent where `request` is no longer served. */
  readonly renamed?: RequestLine | undefined;
  /** What it is for, in a few words: `read a case`. */
  readonly does: string;
  /** What its answer holds, for messages: `the case`; in the plural for a list: `cases`. */
  readonly what: string;
  /** Reads the thing, or one row of a list. */
  readonly reader: Reader<T | undefined>;
  /** Members of the answer that may hold it, likeliest first. */
  readonly unwrap?: readonly string[] | undefined;
  /** `start`: costs money, sent once. `change`: changes something, sent once. Default: a GET is safe, all else a change. */
  readonly intent?: 'start' | 'change' | undefined;
  /** The contract calls a 500 transient: it is repeated once. */
  readonly retry_500?: boolean | undefined;
  /** What it answers is sent back by a change: secrets in it stay (`VendorRequest.verbatim`). */
  readonly verbatim?: boolean | undefined;
  /** Which work to come sends it; no tool does today. Absent for whatever a tool reaches. */
  readonly later?: 'agents' | 'tests' | undefined;
}

/** An operation that lists. How its pages are asked for and read is a convention of the vendor (`api.ts`). */
export interface ListEndpoint<T = unknown, R extends RequestLine = RequestLine>
  extends Endpoint<T, R>,
    Pick<List<T>, 'by' | 'idOf' | 'stateOf' | 'keeps' | 'isPastEnd' | 'pastEndIsFault' | 'smaller'> {}

/** An operation that is not sent, and why. */
export interface LeftOut {
  readonly request: RequestLine;
  readonly does: string;
  readonly why: string;
}

/** Rows of `LEFT_OUT` that have one reason. */
export function leftOut(why: string, operations: Readonly<Partial<Record<RequestLine, string>>>): LeftOut[] {
  return Object.entries(operations).map(([request, does = '']) => ({ request: request as RequestLine, does, why }));
}

/** A row; keeps the request line as a literal, so that its parameters are checked where it is sent. */
export function endpoint<T, R extends RequestLine>(row: Endpoint<T, R>): Endpoint<T, R> {
  return row;
}

/** A row that lists; what a row of the list is, its reader says. */
export function listEndpoint<T, R extends RequestLine>(
  row: Endpoint<T, R> & Omit<ListEndpoint<NoInfer<T>, R>, keyof Endpoint>,
): ListEndpoint<T, R> {
  return row;
}

type ParameterOf<R extends string> = R extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never;

/** What a request says beside its row: a value for each parameter of the path, a query, a body. */
export type Asked<R extends RequestLine> = Pick<VendorRequest, 'query' | 'body' | 'arrived' | 'signal' | 'max_bytes'> &
  ([ParameterOf<R>] extends [never] ? { params?: undefined } : { params: Readonly<Record<ParameterOf<R>, string>> });

/** Method and path template of a row. */
export function requestOf({ request }: Pick<Endpoint, 'request'>): Pick<VendorRequest, 'method' | 'path'> {
  const [method, path = ''] = request.split(' ');
  return { method: method as Method, path };
}
