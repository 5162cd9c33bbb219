/** The text of `list_runs`. */
import { nextCall } from '../../model/next-call.ts';
import type { ListRuns } from '../tools/list-runs.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, goingOn, plural, readAt, runLine } from './words.ts';

export function presentListRuns(data: ListRuns): Rendering {
  const { session, runs, total, from, inconclusive, next_cursor } = data;
  const place = from === undefined ? '' : `, from ${from}`;
  const more = next_cursor === undefined ? '' : `; more with cursor ${next_cursor}`;
  return {
    headline: sentences(
      coverageLine(data.coverage, 'this list and its total'),
      `${runs.length} of ${total} matching runs of ${session}${place}${more}.`,
      inconclusive > 0
        ? `${plural(inconclusive, 'run')} of the session ${inconclusive === 1 ? 'is' : 'are'} inconclusive, neither passed nor failed: verdict=inconclusive shows them.`
        : '',
      goingOn(data.session_status),
      readAt(data.read_at),
    ),
    lines: runs.map(runLine),
    next: runs[0] && [nextCall('get_run', { run: runs[0].ref }), nextCall('get_failure_clusters', { session })],
  };
}
