/** The text of `wait_for_session`. */
import { nextCall } from '../../model/next-call.ts';
import type { WaitForSession } from '../tools/wait-for-session.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, readAt, sessionLine } from './words.ts';

export function presentWaitForSession({ session, coverage, done, ...data }: WaitForSession): Rendering {
  const { ref, status } = session;
  return {
    headline: done
      ? sentences(
          coverage ? coverageLine(coverage, 'every count and rate below') : '',
          `Done: session ${ref} is ${status}; waited ${data.waited_seconds} s.`,
          readAt(session.read_at),
        )
      : `Still ${status}; waited ${data.waited_seconds} s, look again in ${data.next_check_seconds} s.`,
    lines: [sessionLine(session, coverage)],
    next: done
      ? [
          nextCall('get_session', { session: ref }, 'shows the failed runs'),
          nextCall('get_failure_clusters', { session: ref }, 'says why they failed'),
        ]
      : [nextCall('wait_for_session', { session: ref })],
  };
}
