/** The text of `wait_for_session`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { WaitForSession } from '../tools/wait-for-session.ts';
import { isPool, namedSession, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, readAt, sessionLine } from './words.ts';

export function presentWaitForSession({ session, coverage, done, ...data }: WaitForSession): Rendering {
  const { ref, status } = session;
  const several = isPool(ref);
  return {
    headline: done
      ? sentences(
          coverage ? coverageLine(coverage, 'every count and rate below') : '',
          several
            ? `Done: ${namedSession(ref)}, ${status}; waited ${data.waited_seconds} s.`
            : `Done: session ${ref} is ${status}; waited ${data.waited_seconds} s.`,
          readAt(session.read_at),
        )
      : sentences(
          `Still ${status}; waited ${data.waited_seconds} s, look again in ${data.next_check_seconds} s.`,
          goingOn(data),
        ),
    lines: [sessionLine(session, coverage)],
    next: done
      ? stepsWith(
          ref,
          nextCall('get_session', { session: ref }, 'shows the failed runs'),
          nextCall('get_failure_clusters', { session: ref }, 'says why they failed'),
        )
      : [nextCall('wait_for_session', { session: ref })],
  };
}

function goingOn({ going_on, omitted_sessions: omitted }: Pick<WaitForSession, 'going_on' | 'omitted_sessions'>) {
  if (!going_on) return '';
  const count = going_on.length + omitted;
  return `${plural(count, 'session')} not ended yet: ${going_on.join(', ')}${omitted > 0 ? ` and ${omitted} more` : ''}.`;
}
