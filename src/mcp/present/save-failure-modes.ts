/** The text of `save_failure_modes`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { SaveFailureModes } from '../tools/save-failure-modes.ts';
import { codedSentence, sampledSentence, sourcesSentence } from './modes.ts';
import { listedIfShort, namedSession, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine } from './words.ts';

/** Agents that the first sentence names; of more it says how many there are. */
const MOST_NAMED = 3;

export function presentSaveFailureModes(data: SaveFailureModes): Rendering {
  const { session, agents, modes, unchanged, conflicts = [] } = data;
  const count = modes.length + data.modes_omitted;
  const from = namedSession(session);
  const of = agents.length > MOST_NAMED ? `${agents.length} agents or tests` : agents.join(' and ');
  const where = of === '' || of === session ? '' : ` for ${of}`;
  const what = count === 0 ? '' : `${plural(count, 'mode')}${data.new_modes > 0 ? ` (${data.new_modes} new)` : ''} `;
  return {
    headline: sentences(
      coverageLine(data.coverage, 'the failures and their counts'),
      unchanged ? `Nothing changed: all of this was saved before${where}.` : `Saved ${what}from ${from}${where}.`,
      codedSentence(data),
      lossSentence(data),
      sourcesSentence(data.by_source ?? {}),
      conflictSentence(data),
      data.vendor_problem ?? '',
      data.modes_omitted > 0 ? `${plural(data.modes_omitted, 'mode')} had no room here.` : '',
      data.dropped_sessions > 0
        ? `The book had no room for what was read in ${plural(data.dropped_sessions, 'older session')}: it is dropped, the modes stay.`
        : '',
      sampledSentence(data),
    ),
    lines: [
      ...listedIfShort(session),
      ...(agents.length > MOST_NAMED ? [`agents ${agents.join(', ')}`] : []),
      ...modes.map(modeLine),
      ...conflicts.map(({ failure, was, now }) => `${failure}: was ${was}, now ${now}`),
    ],
    next: stepsWith(session, ...nextSteps(data)),
  };
}

/** What is left to read, of the sample first; once nothing is, what the modes come to. */
function nextSteps({ session, uncoded, sampled }: SaveFailureModes): string[] {
  const left = nextCall('list_failures', { session }, 'for what is not coded yet');
  const clusters = nextCall('get_failure_clusters', { session });
  if (uncoded === 0) return [clusters];
  if (sampled === undefined) return [left];
  return sampled.read < sampled.size
    ? [nextCall('list_failures', { session, sample: sampled.size }, 'for what of the sample is not coded yet')]
    : [clusters, left];
}

function conflictSentence({ conflicts = [], conflicts_omitted }: SaveFailureModes): string {
  const count = conflicts.length + conflicts_omitted;
  if (count === 0) return '';
  const rest = conflicts_omitted > 0 ? ` (${conflicts_omitted} not shown)` : '';
  return `${plural(count, 'failure')} ${count === 1 ? 'was' : 'were'} coded as something else before; what was saved last counts${rest}.`;
}

/** What is coded no longer, here or in other sessions. */
function lossSentence({ now_uncoded: lost, without_room: full }: SaveFailureModes): string {
  return [
    lost > 0
      ? `${plural(lost, 'failure')} that ${lost === 1 ? 'was' : 'were'} coded ${lost === 1 ? 'is' : 'are'} uncoded now: a retired mode explains nothing that nobody has read.`
      : '',
    full > 0
      ? `${plural(full, 'wording')} had no room among the examples of ${full === 1 ? 'its mode' : 'their modes'}: what is coded here stays so, in other sessions ${full === 1 ? 'it is' : 'they are'} listed again.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function modeLine({ id, title, failures, runs, status, adopted }: SaveFailureModes['modes'][number]): string {
  const by = adopted === undefined ? '' : `${adopted} of them by an adopted cluster`;
  return [id, title, `${plural(failures, 'failure')} in ${plural(runs, 'run')}`, by, status]
    .filter(Boolean)
    .join(' · ');
}
