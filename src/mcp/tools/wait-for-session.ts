import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { type Session, sessionSchema } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Look } from '../../reading/poller.ts';
import { unsupported } from '../../reading/reading.ts';
import { anyOf } from '../any-signal.ts';
import { countSession, type Thresholds } from '../session-counts.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { sessionArgument, thresholdsArgument } from './shared.ts';

const DEFAULT_SECONDS = 25;
const PACE = { first: 500, longest: 5_000 };
const NEXT_CHECK_SECONDS = 5;

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
    waited_seconds: z.number(),
    next_check_seconds: z.number().optional(),
  }),
  async run({ session: text, timeout_seconds = DEFAULT_SECONDS, thresholds }, context) {
    const started = Date.now();
    const { ending } = context;
    const left = () => (ending?.aborted ? 0 : started + timeout_seconds * 1000 - Date.now());
    const { provider, ref } = await context.registry.resolve(text, ['session']);
    if (!provider.sessions) throw unsupported(provider, 'reading sessions');
    // However many calls wait for one session, one loop looks at it.
    const polling = context.reading.poll(provider, ref.ids, PACE);
    let seen: Look;
    const cut = anyOf(context.signal, ending);
    try {
      seen = await polling.look(context.signal);
      for (let told = ''; ; ) {
        told = tell(seen.session, told, context.progress);
        if (isTerminal(seen.session.status) || left() <= 0) break;
        const last = seen;
        seen = await polling.next(Math.max(50, left()), cut.signal).catch((error: unknown) => {
          if (!ending?.aborted) throw error;
          return last;
        });
      }
    } finally {
      cut.release();
      polling.stop();
    }
    const done = isTerminal(seen.session.status);
    // Its runs as they are since: what others began to read before it was seen to have ended does not count.
    const counted = done ? await countEnded(provider, ref.ids, { ...context, began: seen.at }, thresholds) : undefined;
    return {
      session: counted?.session ?? seen.session,
      coverage: counted?.coverage,
      done,
      waited_seconds: Math.round((Date.now() - started) / 100) / 10,
      next_check_seconds: done ? undefined : NEXT_CHECK_SECONDS,
    };
  },
});

export type WaitForSession = DataOf<typeof waitForSession>;

async function countEnded(provider: Provider, ids: readonly string[], context: ToolContext, thresholds: Thresholds) {
  const { signal, began } = context;
  return countSession(await context.reading.open(provider, ids, { signal, began }), context, thresholds);
}

function tell(
  session: Session,
  before: string,
  progress: (done: number, total: number | undefined, message: string) => void,
): string {
  const { runs, pending } = session.counts;
  const now = `${session.status}: ${runs - pending} of ${runs} runs finished`;
  if (now !== before) progress(runs - pending, runs || undefined, now);
  return now;
}
