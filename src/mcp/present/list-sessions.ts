/** The text of `list_sessions`. */
import { nextCall } from '../../model/next-call.ts';
import type { ListSessions } from '../tools/list-sessions.ts';
import { listHeadline } from './list.ts';
import { pooledRef } from './pool.ts';
import type { Rendering } from './rendering.ts';
import { sessionLine } from './words.ts';

export function presentListSessions(data: ListSessions): Rendering {
  return {
    headline: listHeadline(data, data.sessions.length, 'session', ', newest first'),
    lines: data.sessions.map((session) => sessionLine(session)),
    next: nextSteps(data),
  };
}

function nextSteps({ sessions, coverage }: ListSessions): string[] {
  const [newest] = sessions;
  if (newest) {
    const failed = pooledRef(sessions.filter(({ counts }) => counts.failed > 0 || (counts.uncounted ?? 0) > 0));
    const why = failed.includes(',') ? 'says why runs of these failed, read as one' : 'says why runs of it failed';
    return [
      nextCall('get_session', { session: newest.ref }, 'shows its runs'),
      ...(failed === '' ? [] : [nextCall('get_failure_clusters', { session: failed }, why)]),
    ];
  }
  if (coverage.complete) return [nextCall('list_tests', {}, 'shows what can be started')];
  return [nextCall('list_sessions', {}, 'again later: none was shown, but there may be some')];
}
