/** The text of `list_failures`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { ListFailures } from '../tools/list-failures.ts';
import { codedSentence, modeLine, sampledSentence, sourcesSentence } from './modes.ts';
import { isPool, listedSessions, namedSaid, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, goingOn, readAt } from './words.ts';

export function presentListFailures(data: ListFailures): Rendering {
  const { failures, distinct, matching, total, from, next_cursor, modes } = data;
  const named = namedSaid(data);
  const place = from === undefined ? '' : `, from ${from}`;
  const more = next_cursor === undefined ? '' : `; more follow with cursor ${next_cursor}`;
  return {
    headline: sentences(
      coverageLine(data.coverage, 'the failures, their counts and shares'),
      total === 0 ? `0 failures in ${named}.` : codedSentence(data),
      sampledSentence(data),
      saveSentence(data),
      total === 0
        ? ''
        : `${failures.length} of ${plural(distinct, 'line')} (${plural(matching, 'failure')}) of ${named}${place}${more}.`,
      failures.length === 0
        ? ''
        : 'A criterion is named once and holds until the next; r with a number is a run: its reference is run_prefix directly followed by what run_refs has for it.',
      data.unknown === undefined
        ? ''
        : 'No failed evaluation of these runs has that in its name: get_session names them.',
      sourcesSentence(data.by_source ?? {}),
      knownSentence(data),
      data.broken > 0
        ? `${plural(data.broken, 'run')} broke technically: that is no failure of the agent, and stands in get_failure_clusters.`
        : '',
      data.inconclusive > 0
        ? `${plural(data.inconclusive, 'run')} ${data.inconclusive === 1 ? 'is' : 'are'} inconclusive: whether ${data.inconclusive === 1 ? 'it' : 'they'} failed is not known.`
        : '',
      data.passed_with_failures > 0
        ? `${plural(data.passed_with_failures, 'run')} passed although some of ${data.passed_with_failures === 1 ? 'its' : 'their'} criteria failed: these are no failures.`
        : '',
      data.pending > 0 ? `${plural(data.pending, 'run')} still pending: failures may be added.` : '',
      data.vendor_problem ?? '',
      goingOn(data.session_status),
      readAt(data.read_at),
    ),
    lines: [
      ...listedSessions(data.session),
      ...modes.flatMap((mode) => [
        modeLine(mode, total),
        ...(mode.definition === undefined ? [] : [`   ${mode.definition}`]),
      ]),
      ...failures.flatMap((failure) => [...criterionLine(failure), failureLine(failure)]),
      ...(data.run_prefix === undefined ? [] : [`run_prefix: ${data.run_prefix}`]),
      ...(data.run_refs === undefined
        ? []
        : ['run_refs:', ...Object.entries(data.run_refs).map(([key, ref]) => `${key} ${ref}`)]),
    ],
    next: nextSteps(data),
  };
}

/** The next page, and the turns of the first failure; once nothing is left to read, or all of a sample is read, what the modes come to. */
function nextSteps({
  session,
  failures: [first],
  run_prefix = '',
  run_refs = {},
  total,
  sampled,
  next_cursor: cursor,
  repeat,
}: ListFailures) {
  if (total === 0) return undefined;
  const isRead = sampled !== undefined && sampled.read === sampled.size;
  const ofSession =
    session === undefined
      ? []
      : stepsWith(
          session,
          first === undefined || isRead ? nextCall('get_failure_clusters', { session }) : undefined,
          repeat && nextCall('list_failures', { session, ...repeat, cursor }, 'for the next page'),
        );
  const rest = first && run_refs[first.run];
  return [...ofSession, ...(rest === undefined ? [] : [nextCall('get_run', { run: `${run_prefix}${rest}` })])];
}

/** How what is read of a sample is saved, so that shares are estimated. */
function saveSentence({ sampled, total, session }: ListFailures): string {
  if (!sampled || sampled.read === sampled.size || sampled.size >= total) return '';
  return session === undefined || isPool(session) ? '' : `Save with sample=${sampled.size}.`;
}

function knownSentence({ modes, modes_omitted, modes_limit: limit, modes_retired, from }: ListFailures): string {
  const parts = [
    modes.length > 0 &&
      `${plural(modes.length, 'known mode')} first${from === undefined ? '' : ' by id and title'}: a line that fits one belongs there`,
    modes_omitted > 0 &&
      `${plural(modes_omitted, 'known mode')} had no room${limit === undefined ? '' : `: limit=${limit} shows ${modes_omitted === 1 ? 'it' : 'them'}`}`,
    modes_retired > 0 && `${plural(modes_retired, 'retired mode')} left out`,
  ].filter((part) => part !== false);
  const text = parts.join('; ');
  return text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** The criterion that this line and those below it failed, where it begins. */
function criterionLine({ evaluation }: ListFailures['failures'][number]): string[] {
  return evaluation === undefined ? [] : [`[${evaluation || 'no criterion told'}]`];
}

/** `F-0123456789 ×3 r12 reason → M-1a2b3c by assistant`. */
function failureLine({ id, alike, run, reason, mode, coded_by, suggested }: ListFailures['failures'][number]): string {
  return [
    id,
    alike !== undefined && `×${alike}`,
    run,
    reason || '(no reason given)',
    coded_by !== undefined && `→ ${mode ?? 'single'} by ${coded_by}`,
    suggested !== undefined && `(like ${suggested}?)`,
  ]
    .filter(Boolean)
    .join(' ');
}
