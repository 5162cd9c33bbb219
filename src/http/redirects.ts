/** Sends a request, and follows redirects of a GET that stay on its origin: the headers hold keys. */
import type { Call } from './call.ts';
import type { Connection } from './connection.ts';
import { httpDate } from './retry.ts';
import type { Answer } from './transport.ts';

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The answer at the end of the redirects; the redirect itself where it is not followed. Throws what the transport throws. */
export async function sendFollowing(connection: Connection, call: Call): Promise<Answer> {
  const { sent, transport, now, base } = connection;
  const fresh = call.intent !== 'safe';
  let path = call.path;
  for (let hops = 0; ; hops += 1) {
    sent.set(call.label, (sent.get(call.label) ?? 0) + 1);
    call.sent = fresh ? 'no' : 'unknown';
    const answer = await transport.send({
      method: call.method,
      path,
      headers: call.headers,
      body: call.body,
      signal: call.deadline.signal,
      fresh,
      onConnected: () => {
        call.sent = 'unknown';
      },
    });
    // An answer out of a cache has an old date.
    const theirs = answer.headers.age === undefined ? httpDate(answer.headers.date) : undefined;
    if (theirs !== undefined) connection.clock_ahead_ms = theirs - now();
    const target = hops < MAX_REDIRECTS ? redirectOf(call, answer, path, base) : undefined;
    if (target === undefined) return answer;
    answer.body.destroy();
    path = target;
  }
}

function redirectOf(call: Call, { status, headers }: Answer, path: string, base: URL): string | undefined {
  if (call.method !== 'GET' || call.intent !== 'safe' || !REDIRECTS.has(status)) return undefined;
  const { location } = headers;
  const from = new URL(path, base.origin);
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.origin === base.origin ? to.pathname + to.search : undefined;
}
