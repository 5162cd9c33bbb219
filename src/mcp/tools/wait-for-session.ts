import { setMaxListeners } from 'node:events';
import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { withLink } from '../../model/links.ts';
import { countOrAbsent, refSchema, type Session, sessionSchema } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Look, Pace } from '../../reading/poller.ts';
import { pooledSession } from '../../reading/pool.ts';
import { unsupported } from '../../reading/reading.ts';
import { anyOf } from '../any-signal.ts';
import { countSession } from '../session-counts.ts';
import { sessionRow } from '../session-row.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { openSessions, resolveSessions, sessionArgument, thresholdsArgument } from './shared.ts';

const DEFAULT_SECONDS = 25;
const NEXT_CHECK_SECONDS = 5;
/** Sessions that go on, named in one answer. */
const MOST_NAMED = 10;

export const waitForSession = defineTool({
  name: 'wait_for_session',
  title: 'Wait for a session',
  description:
    'One bounded wait for a session to finish, with progress. Still running when the time is over is an answer, not an error: done is false, next_check_seconds says when to look again.',
  toolset: 'run',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    session: sessionArgument,
    timeout_seconds: z.number().min(0).max(55).optional().describe('Default 25'),
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    session: sessionSchema,
    coverage: coverageSchema.optional(),
    done: z.boolean(),
    going_on: z.array(refSchema).optional().describe('Of several sessions those that have not ended'),
    omitted_sessions: countOrAbsent,
    waited_seconds: z.number(),
    next_check_seconds: z.number().optional(),
  }),
  async run({ session: text, timeout_seconds = DEFAULT_SECONDS, thresholds }, context) {
    const started = Date.now();
    const named = await resolveSessions(text, context);
    const looks = await follow(named, started + timeout_seconds * 1000, context);
    const session = pooledOrOnly(looks.map((look) => look.session));
    const done = isTerminal(session.status);
    // Its runs as they are since: what others began to read before it was seen to have ended does not count.
    const began = Math.max(...looks.map(({ at }) => at));
    const counted = done
      ? await countSession(await openSessions(named, { ...context, began }), { ...context, began }, thresholds)
      : undefined;
    const going = looks.flatMap((look) => (isTerminal(look.session.status) ? [] : [look.session.ref]));
    return {
      session: sessionRow(withLink(context.config.links, counted?.session ?? session)),
      coverage: counted?.coverage,
      done,
      going_on: named.length > 1 && going.length > 0 ? going.slice(0, MOST_NAMED) : undefined,
      omitted_sessions: named.length > 1 ? Math.max(0, going.length - MOST_NAMED) : 0,
      waited_seconds: Math.round((Date.now() - started) / 100) / 10,
      next_check_seconds: done ? undefined : NEXT_CHECK_SECONDS,
    };
  },
});

export type WaitForSession = DataOf<typeof waitForSession>;

/** The last look at each session: all have ended, or the time is over (`until`, ms since the epoch). */
async function follow(
  named: Awaited<ReturnType<typeof resolveSessions>>,
  until: number,
  context: ToolContext,
): Promise<Look[]> {
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  setMaxListeners(0, signal);
  const { ending } = context;
  const left = () => (ending?.aborted ? 0 : until - Date.now());
  const cut = anyOf(signal, ending);
  setMaxListeners(0, cut.signal);
  const seen = new Map<string, Session>();
  let told = '';
  const tell = (session: Session) => {
    seen.set(session.ref, session);
    if (seen.size < named.length) return;
    const { status, counts } = pooledOrOnly([...seen.values()]);
    const now = `${status}: ${counts.runs - counts.pending} of ${counts.runs} runs finished`;
    if (now !== told) context.progress(counts.runs - counts.pending, counts.runs || undefined, now);
    told = now;
  };
  try {
    return await Promise.all(
      named.map(async ({ provider, ref }) => {
        if (!provider.sessions) throw unsupported(provider, 'reading sessions');
        // However many calls wait for one session, one loop looks at it.
        const polling = context.reading.poll(provider, ref.ids, paceOf(named.length));
        try {
          let look = await polling.look(signal);
          for (;;) {
            tell(look.session);
            if (isTerminal(look.session.status) || left() <= 0) return look;
            const last = look;
            look = await polling.next(Math.max(50, left()), cut.signal).catch((error: unknown) => {
              if (!ending?.aborted) throw error;
              return last;
            });
          }
        } finally {
          polling.stop();
        }
      }),
    );
  } catch (error) {
    over.abort(error);
    throw error;
  } finally {
    cut.release();
  }
}

/** Many sessions are looked at less often each, so that a platform is not asked more for them. */
function paceOf(sessions: number): Pace {
  return { first: 500 + 50 * (sessions - 1), longest: 5_000 + 100 * (sessions - 1) };
}

function pooledOrOnly(sessions: readonly Session[]): Session {
  const [first, ...others] = sessions;
  return first && others.length === 0 ? first : pooledSession(sessions);
}
