/** The text of `list_runs`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { ListRuns } from '../tools/list-runs.ts';
import { codedBy } from './modes.ts';
import { listedSessions, namedSession, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, goingOn, readAt, ruleOf, runLine } from './words.ts';

export function presentListRuns(data: ListRuns): Rendering {
  const { session, runs, total, from, inconclusive, next_cursor, unknown = [] } = data;
  const place = from === undefined ? '' : `, from ${from}`;
  const more = next_cursor === undefined ? '' : `; more follow with cursor ${next_cursor}`;
  const excused = runs.filter(({ verdict, failed_evaluations: names }) => verdict === 'passed' && names.length > 0);
  return {
    headline: sentences(
      coverageLine(data.coverage, 'this list and its total'),
      `${runs.length} of ${total} matching runs of ${namedSession(session)}${place}${more}.`,
      modeSentence(data),
      data.vendor_problem ?? '',
      unknown.includes('evaluation') ? 'No evaluation of these runs has that in its name: get_session names them.' : '',
      unknown.includes('test') ? 'No case of these runs has that in its name: without `test` all runs are listed.' : '',
      inconclusive > 0
        ? `${plural(inconclusive, 'run')} of the session ${inconclusive === 1 ? 'is' : 'are'} inconclusive, neither passed nor failed: verdict=inconclusive shows them.`
        : '',
      data.passed_with_failures > 0
        ? `${plural(data.passed_with_failures, 'run')} of them passed although evaluations failed: ${ruleOf(excused)}.`
        : '',
      goingOn(data.session_status),
      readAt(data.read_at),
    ),
    lines: [...listedSessions(session), ...runs.map(runLine)],
    next:
      runs[0] &&
      stepsWith(session, nextCall('get_run', { run: runs[0].ref }), nextCall('get_failure_clusters', { session })),
  };
}

/** How much is coded as the mode that was asked for, and by whom; what nobody has read may be of it, too. */
function modeSentence({ mode, uncoded }: ListRuns): string {
  if (!mode) return '';
  const { id, failures, runs, coded_by } = mode;
  const who = coded_by ? ` (${codedBy(coded_by)})` : '';
  const rest = uncoded > 0 ? `; ${plural(uncoded, 'failure')} of the session nobody has read` : '';
  return `${id}: ${plural(failures, 'failure')} in ${plural(runs, 'run')} of the session${who}${rest}.`;
}
