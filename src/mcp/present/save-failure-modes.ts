/** The text of `save_failure_modes`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { SaveFailureModes } from '../tools/save-failure-modes.ts';
import { codedSentence, sourcesSentence } from './modes.ts';
import { listedSessions, namedSession, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine } from './words.ts';

export function presentSaveFailureModes(data: SaveFailureModes): Rendering {
  const { session, agents, modes, unchanged, uncoded, singles, total, conflicts = [], sample } = data;
  const count = modes.length + data.modes_omitted;
  const fresh = modes.filter((mode) => mode.new).length;
  const of = agents.length > 1 ? `${agents.length} agents or tests` : (agents[0] ?? session);
  const what = count === 0 ? '' : `${plural(count, 'mode')}${fresh > 0 ? ` (${fresh} new)` : ''} `;
  return {
    headline: sentences(
      coverageLine(data.coverage, 'the failures and their counts'),
      unchanged
        ? 'Nothing changed: all of this was saved before.'
        : `Saved ${what}for ${of}, from ${namedSession(session)}.`,
      codedSentence(data.coded, total, data.coded_by ?? {}),
      singles > 0 ? `${singles} of them ${singles === 1 ? 'is' : 'are'} of no mode.` : '',
      sourcesSentence(data.by_source ?? {}),
      conflictSentence(data),
      data.modes_omitted > 0 ? `${plural(data.modes_omitted, 'mode')} had no room here.` : '',
      data.dropped_sessions > 0
        ? `The book had no room for what was read in ${plural(data.dropped_sessions, 'older session')}: it is dropped, the modes stay.`
        : '',
      sample === undefined ? '' : `Read as a random sample of ${sample}.`,
    ),
    lines: [
      ...listedSessions(session),
      ...(agents.length > 1 ? [`agents ${agents.join(', ')}`] : []),
      ...modes.map(modeLine),
      ...conflicts.map(({ failure, was, now }) => `${failure}: was ${was}, now ${now}`),
    ],
    next: stepsWith(
      session,
      uncoded > 0
        ? nextCall('list_failures', { session, sample }, 'for what is not coded yet')
        : nextCall('get_failure_clusters', { session }),
    ),
  };
}

function conflictSentence({ conflicts = [], conflicts_omitted }: SaveFailureModes): string {
  const count = conflicts.length + conflicts_omitted;
  if (count === 0) return '';
  const rest = conflicts_omitted > 0 ? ` (${conflicts_omitted} not shown)` : '';
  return `${plural(count, 'failure')} ${count === 1 ? 'was' : 'were'} coded as something else before; what was saved last counts${rest}.`;
}

function modeLine({ id, title, failures, runs, status, new: fresh }: SaveFailureModes['modes'][number]): string {
  return [id, title, `${plural(failures, 'failure')} in ${plural(runs, 'run')}`, status, fresh && 'new']
    .filter(Boolean)
    .join(' · ');
}
