/** Refusals in every shape that the switches ask for: the bodies are documented for no operation on simulations. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Platform } from './store.ts';

/**
 * An error in the shape the switches ask for. `where` is the place of the complaint, e.g. `body.name`; a 422 where the
 * operation does not declare one has to be asked for as 400 by the caller.
 */
export function refuse(
  c: Context,
  platform: Pick<Platform, 'switches' | 'refusals'>,
  status: ContentfulStatusCode,
  message: string,
  where?: string,
): Response {
  platform.refusals += 1;
  const request_id = `req_${platform.refusals}`;
  const category = status === 404 ? 'not_found' : status === 401 ? 'authentication' : 'validation';
  const loc = (where ?? 'body').split('.');
  const validation = { detail: [{ loc, msg: message, type: 'value_error' }] };
  switch (platform.switches.errors) {
    case 'documented':
      if (status === 422) return c.json(validation, status);
      return c.json({ detail: { status: 'error', description: message, request_id, category } }, status);
    case 'detail_text':
      return c.json({ detail: message }, status);
    case 'validation':
      return c.json(validation, status);
    case 'message':
      return c.json({ message, request_id }, status);
    case 'error_text':
      return c.json({ error: message }, status);
    case 'gateway':
      return c.json({ error: category, message }, status);
    case 'nested_objects':
      return c.json({ error: { message: { description: message } }, request_id }, status);
    case 'plain_text':
      return c.text(message, status);
    case 'empty':
      return c.body(null, status);
  }
}

export function notFound(c: Context, platform: Platform, what: string): Response {
  return refuse(c, platform, 404, `${what} not found`, 'path.id');
}
