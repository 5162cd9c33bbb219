/** Pages that hold many times the rows that were asked for: read piece by piece, so that other calls are answered meanwhile. */
import { setImmediate } from 'node:timers/promises';
import { isRecord } from '../../model/json.ts';
import { MOST_ROWS } from './list-end.ts';

/** Most bytes of a page: a hundred runs with transcripts of a thousand words each are half of it. */
export const PAGE_BYTES = 8 * 1024 * 1024;
/** Rows that are read in one go: some ten milliseconds. */
export const PIECE = 1_000;
/** Levels of an answer at which its rows may stand. */
const DEEPEST = 4;

/**
 * What `read` makes of an answer, and of the same answer with the further rows of a long list in the place of its first
 * ones; `join` adds their results to the first. Of more rows than are ever read, the rest is left out.
 */
export async function readInPieces<P>(
  body: unknown,
  read: (body: unknown) => P,
  join: (parts: readonly P[]) => P,
): Promise<P> {
  const rows = longList(body, DEEPEST);
  if (rows === undefined) return read(body);
  const parts: P[] = [];
  for (let at = 0; at < Math.min(rows.length, MOST_ROWS); at += PIECE) {
    if (at > 0) await setImmediate();
    parts.push(read(withList(body, rows, rows.slice(at, at + PIECE), DEEPEST)));
  }
  return join(parts);
}

function longList(body: unknown, depth: number): unknown[] | undefined {
  if (Array.isArray(body)) return body.length > PIECE ? body : undefined;
  if (depth === 0 || !isRecord(body)) return undefined;
  for (const member of Object.values(body)) {
    const found = longList(member, depth - 1);
    if (found) return found;
  }
  return undefined;
}

/** The answer with other rows in the place of `rows`. */
function withList(body: unknown, rows: unknown[], piece: unknown[], depth: number): unknown {
  if (body === rows) return piece;
  if (depth === 0 || !isRecord(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, member]) => [name, withList(member, rows, piece, depth - 1)]),
  );
}
