/** Envelopes of what is not refused, and what filters and times in a query mean. */
import type { Context } from 'hono';
import type { Platform } from './store.ts';

export function ok(c: Context, { switches }: Platform, response: unknown): Response {
  const { envelope_status: word } = switches;
  return c.json({ status: word === 'number' ? 200 : word, response });
}

/** The reply to a delete: nothing, or what a client that parses JSON from it hopes for. */
export function deleted(c: Context, platform: Platform): Response {
  if (platform.switches.delete_reply === 200 || platform.switches.envelopes === 'uniform')
    return c.json({ status: 'ok' });
  return c.body(null, 204);
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

export function time(ms: number): string {
  return new Date(ms).toISOString();
}

/** Is a creation time inside the `start_date`/`end_date` of the query, both ends included? */
export function dateFilter(c: Context): (ms: number) => boolean {
  const from = Date.parse(c.req.query('start_date') ?? '');
  const to = Date.parse(c.req.query('end_date') ?? '');
  return (ms) => !(ms < from) && !(ms > to);
}

/** Case-insensitive substring, by inference. */
export function searchFilter(c: Context): (name: string) => boolean {
  const wanted = c.req.query('search')?.toLowerCase();
  return (name) => !wanted || name.toLowerCase().includes(wanted);
}
