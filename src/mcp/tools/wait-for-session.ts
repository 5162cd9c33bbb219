import * as z from 'zod/v4';
import { type Session, sessionSchema } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import { sessionLine } from '../present/words.ts';
import { countSession } from '../session-facts.ts';
import { defineTool } from '../tool.ts';
import { readSession, sessionArgument, thresholdsArgument } from './shared.ts';

const DEFAULT_SECONDS = 25;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

export const waitForSession = defineTool({
  name: 'wait_for_session',
  title: 'Wait for a session',
  description:
    'One bounded wait (default 25 s, at most 55 s) for a session to finish, with progress. Still running when the time is over is an answer, not an error: done is false and next_check_seconds says when to look again.',
  toolset: 'run',
  operation: 'read',
  idempotent: true,
  untrusted: 'session.name, session.agent, session.vendor_status',
  input: z.strictObject({
    session: sessionArgument,
    timeout_seconds: z.number().min(0).max(55).optional().describe('Longest wait in seconds (default 25, at most 55)'),
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    session: sessionSchema,
    done: z.boolean(),
    waited_seconds: z.number(),
    next_check_seconds: z.number().optional(),
  }),
  async run({ session: text, timeout_seconds = DEFAULT_SECONDS, thresholds }, context) {
    const started = Date.now();
    const left = () => started + timeout_seconds * 1000 - Date.now();
    let at = await readSession(text, context);
    let pause = FIRST_PAUSE_MS;
    let told = '';
    while (!isTerminal(at.session.status) && left() > 0) {
      told = tell(at.session, told, context.progress);
      await sleep(Math.min(pause, Math.max(50, left())), context.signal);
      pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
      at = await readSession(text, context);
    }
    tell(at.session, told, context.progress);
    const done = isTerminal(at.session.status);
    const session = done ? await countSession(at, context, thresholds) : at.session;
    const next = Math.ceil(Math.min(Math.max(pause / 1000, 5), 30));
    return {
      data: {
        session,
        done,
        waited_seconds: Math.round((Date.now() - started) / 100) / 10,
        next_check_seconds: done ? undefined : next,
      },
      headline: done
        ? `Done: session ${at.ref} is ${session.status}.`
        : `Still ${session.status}; waited ${Math.round((Date.now() - started) / 1000)} s, look again in ${next} s.`,
      lines: [sessionLine(session)],
      next: done
        ? [
            `get_session session=${at.ref} shows the failed runs`,
            `get_failure_clusters session=${at.ref} says why they failed`,
          ]
        : [`wait_for_session session=${at.ref}`],
    };
  },
});

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

/** Sleeps, or rejects with the signal's reason. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
