/** The text of `list_sessions`. */
import type { ListSessions } from '../tools/list-sessions.ts';
import { listHeadline } from './list.ts';
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
  if (sessions.length > 0)
    return ['get_session shows the failed runs of one', 'get_failure_clusters says why they failed'];
  if (coverage.complete) return ['start_simulation makes one; list_tests shows what can be started'];
  return ['list_sessions again later: none was shown, but there may be some'];
}
