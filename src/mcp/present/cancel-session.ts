/** The text of `cancel_session`. */
import { nextCall } from '../../model/next-call.ts';
import type { CancelSession } from '../tools/cancel-session.ts';
import type { Rendering } from './rendering.ts';

const OUTCOMES: Readonly<Record<CancelSession['outcome'], string>> = {
  stopping: 'A stop signal was sent; runs under way may still finish.',
  cancelled: 'The session is cancelled.',
  already_ended: 'The session had ended already; nothing was changed.',
};

export function presentCancelSession({ session, outcome }: CancelSession): Rendering {
  return {
    headline: `${session}: ${OUTCOMES[outcome]}`,
    lines: [],
    next: [
      outcome === 'stopping'
        ? nextCall('wait_for_session', { session }, 'until it has ended')
        : nextCall('get_session', { session }),
    ],
  };
}
