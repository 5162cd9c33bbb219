/** Our cursors over Coval's lists: where the vendor's paging stands, and how far into its page we got. */
import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';

const cursorSchema = z.object({
  /** Which of several lists is being read, from 0. */
  source: z.int().min(0).default(0),
  token: z.string().optional(),
  /** Items of the vendor's page that were dealt with. */
  offset: z.int().min(0).default(0),
  /** The vendor's page size belongs to its token. */
  size: z.int().min(1).max(100),
  /** Last row shown: rows that moved down since are recognised by it. */
  last: z.object({ id: z.string(), time: z.string().optional() }).optional(),
  /** Things shown already, where a list repeats them. */
  shown: z.array(z.string()).optional(),
});
export type Cursor = z.infer<typeof cursorSchema>;

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

export function readCursor(text: string | undefined, size: number): Cursor {
  if (text === undefined) return { source: 0, offset: 0, size: Math.min(100, Math.max(1, size)) };
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new Problem('invalid_input', 'That cursor does not belong to this list.', {
      provider: 'coval',
      next: 'Leave the cursor out to start again from the first page.',
      cause,
    });
  }
}

export interface Walk<T> {
  /** The vendor pages of each list, tried in order. */
  sources: readonly ((token: string | undefined, size: number) => Promise<{ items: T[]; next?: string }>)[];
  keep(item: T, cursor: Cursor): boolean;
  /** What to remember of an item that was kept. */
  note?(item: T, cursor: Cursor): void;
  limit: number;
}

/** A search that finds little stops after this many vendor pages and hands out a cursor instead. */
const MAX_PAGES = 20;

/** Reads vendor pages until `limit` items are kept; `next` continues behind the last item looked at. */
export async function walk<T>(
  start: Cursor,
  { sources, keep, note, limit }: Walk<T>,
): Promise<{ items: T[]; next?: string }> {
  const cursor: Cursor = { ...start };
  const items: T[] = [];
  const seen = new Set<string>();
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const source = sources[cursor.source];
    if (!source) return { items };
    const page = await source(cursor.token, cursor.size);
    for (const [index, item] of page.items.entries()) {
      if (index < cursor.offset || !keep(item, cursor)) continue;
      if (items.length === limit) return { items, next: writeCursor({ ...cursor, offset: index }) };
      items.push(item);
      note?.(item, cursor);
    }
    if (page.next !== undefined && seen.has(page.next)) {
      throw new Problem(
        'unreadable',
        'Coval handed out the same page token twice, so the list cannot be read to its end.',
        {
          provider: 'coval',
          next: 'Try again; if it stays, the list is broken on the side of Coval.',
        },
      );
    }
    cursor.offset = 0;
    cursor.token = page.next;
    if (page.next !== undefined) seen.add(page.next);
    else {
      // Another list may hand out the same tokens: they look like offsets.
      seen.clear();
      cursor.source += 1;
    }
    if (items.length === limit && sources[cursor.source]) return { items, next: writeCursor(cursor) };
  }
  return sources[cursor.source] ? { items, next: writeCursor(cursor) } : { items };
}
