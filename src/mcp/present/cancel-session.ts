/** The text of `cancel_session`. */
import { toCommaList } from '../../model/comma-list.ts';
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { CancelSession } from '../tools/cancel-session.ts';
import { listedSessions, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';

type Outcome = CancelSession['outcome'] | NonNullable<CancelSession['sessions']>[number]['outcome'];

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  stopping: 'A stop signal was sent; runs under way may still finish.',
  cancelled: 'The session is cancelled.',
  already_ended: 'The session had ended already; nothing was changed.',
  partly_stopped: 'Not all of them could be stopped.',
  not_stopped: 'Not stopped.',
};

export function presentCancelSession({ session, outcome, sessions, omitted_sessions }: CancelSession): Rendering {
  const next = nextSteps(session, outcome, sessions);
  if (!sessions) return { headline: `${session}: ${OUTCOMES[outcome]}`, lines: [], next };
  const total = sessions.length + omitted_sessions;
  const counts = [...new Set(sessions.map((one) => one.outcome))].map(
    (word) => `${sessions.filter((one) => one.outcome === word).length} ${word.replace('_', ' ')}`,
  );
  return {
    headline: sentences(
      `${plural(total, 'session')}: ${counts.join(', ')}.${outcome === 'partly_stopped' ? ` ${OUTCOMES[outcome]}` : ''}`,
      omitted_sessions > 0 ? `${plural(omitted_sessions, 'session')} not shown.` : '',
    ),
    lines: [
      ...listedSessions(session),
      ...sessions.map(({ ref, outcome: own, problem }) => `${ref} · ${OUTCOMES[own]}${problem ? ` ${problem}` : ''}`),
    ],
    next,
  };
}

/** Of sessions of which one could not be stopped, only those that were are gone on with. */
function nextSteps(session: string, outcome: Outcome, sessions: CancelSession['sessions'] = []): string[] {
  const stopped = sessions.filter((one) => one.outcome !== 'not_stopped');
  const known = outcome === 'partly_stopped' ? toCommaList(stopped.map(({ ref }) => ref)) : session;
  const going = outcome === 'stopping' || stopped.some((one) => one.outcome === 'stopping');
  const step = going
    ? nextCall('wait_for_session', { session: known }, 'until it has ended')
    : nextCall('get_session', { session: known });
  return known === '' ? [] : stepsWith(known, step);
}
