/** The text of `search_transcripts`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import { clip } from '../clean.ts';
import type { SearchTranscripts } from '../tools/search-transcripts.ts';
import { listedSessions, namedSession } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, goingOn, readAt } from './words.ts';

export function presentSearchTranscripts(data: SearchTranscripts): Rendering {
  const { matches, coverage, from_run, next_cursor } = data;
  const { runs_without_transcript: silent, runs_unreadable: unreadable, runs_partly_read: partly } = data;
  const runs = coverage.complete ? `${data.runs_total} runs` : `the ${data.runs_total} runs that were read`;
  const facts = [
    `${plural(matches.length, 'match', 'matches')} in ${data.runs_searched} of ${runs} of ${namedSession(data.session)}${from_run === undefined ? '' : ` (from run ${from_run})`}`,
    silent > 0 && `${silent} had no transcript`,
    unreadable > 0 && `the transcripts of ${plural(unreadable, 'run')} could not be read and were not searched`,
    partly > 0 && `of ${plural(partly, 'run')} fewer turns came than the platform counts`,
    next_cursor !== undefined && `more runs with cursor ${next_cursor}`,
  ];
  return {
    headline: sentences(
      coverageLine(coverage, 'the search: runs that are missing were not searched'),
      `${facts.filter(Boolean).join('; ')}.`,
      alone(data),
      goingOn(data.session_status),
      readAt(data.read_at),
    ),
    lines: [
      ...listedSessions(data.session),
      ...matches.map((match) => `${match.run} [${match.turn}] ${match.speaker}: ${clip(match.text, 260)}`),
      ...(data.parts_alone?.parts ?? []).map(
        ({ part, turns, runs }) => `alone: ${part} in ${plural(turns, 'turn')} of ${plural(runs, 'run')}`,
      ),
      ...(data.widened ?? []).map(({ word, stem }) => `other forms counted too: ${word} as ${stem}…`),
    ],
    next: matches[0] && [nextCall('get_transcript', { run: matches[0].run, around: matches[0].turn })],
  };
}

/** What is said where nothing matches the whole query. */
function alone({ parts_alone: alone }: SearchTranscripts): string {
  if (!alone) return '';
  const { parts, runs_with_all: together } = alone;
  if (parts.every(({ turns }) => turns === 0)) return 'No word or phrase of the query occurs; OR stands in capitals.';
  return [
    'No turn has what the whole query asks for: how often each word and phrase occurs alone stands below; OR between them finds any.',
    together > 0
      ? `${plural(together, 'run')} ${together === 1 ? 'has' : 'have'} all of them, in different turns.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}
