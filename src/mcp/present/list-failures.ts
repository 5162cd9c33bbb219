/** The text of `list_failures`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { ListFailures } from '../tools/list-failures.ts';
import { codedSentence, modeLine, sampledSentence, sourcesSentence } from './modes.ts';
import { isPool, listedIfShort, namedSession, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, goingOn, readAt } from './words.ts';

export function presentListFailures(data: ListFailures): Rendering {
  const { session, failures, distinct, matching, total, from, next_cursor, modes, repeat } = data;
  const prefix = commonPrefix(failures.map(({ run }) => run));
  const place = from === undefined ? '' : `, from ${from}`;
  const full = (repeat?.limit ?? 0) > failures.length ? '; an answer holds no more' : '';
  const more = next_cursor === undefined ? '' : `${full}; more follow with cursor ${next_cursor}`;
  return {
    headline: sentences(
      coverageLine(data.coverage, 'the failures, their counts and shares'),
      total === 0 ? `0 failures in ${namedSession(session)}.` : codedSentence(data),
      sampledSentence(data),
      saveSentence(data),
      total === 0
        ? ''
        : `${failures.length} of ${plural(distinct, 'line')} (${plural(matching, 'failure')}) of ${namedSession(session)}${place}${more}.`,
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
      ...listedIfShort(session),
      ...modes.flatMap((mode) => [
        modeLine(mode, total),
        ...(mode.definition === undefined ? [] : [`   ${mode.definition}`]),
      ]),
      ...(prefix === '' ? [] : [`runs: ${prefix} and what each line says`]),
      ...failures.flatMap((failure, index) => [
        ...(failure.evaluation === failures[index - 1]?.evaluation ? [] : [criterionLine(failure)]),
        failureLine(failure, prefix),
      ]),
    ],
    next: nextSteps(data),
  };
}

/** The next page, and the turns of the first failure; once nothing is left to read, or all of a sample is read, what the modes come to. */
function nextSteps({ session, failures: [first], total, sampled, next_cursor: cursor, repeat }: ListFailures) {
  if (total === 0) return undefined;
  const isRead = sampled !== undefined && sampled.read === sampled.size;
  return stepsWith(
    session,
    first === undefined || isRead ? nextCall('get_failure_clusters', { session }) : undefined,
    repeat && nextCall('list_failures', { session, ...repeat, cursor }, 'for the next page'),
    first && nextCall('get_run', { run: first.run }),
  );
}

/** How what is read of a sample is saved, so that shares are estimated. */
function saveSentence({ sampled, total, session }: ListFailures): string {
  if (!sampled || sampled.read === sampled.size || sampled.size >= total || isPool(session)) return '';
  return `Save with sample=${sampled.size}.`;
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

/** The criterion that the lines below it failed: said once. */
function criterionLine({ evaluation }: ListFailures['failures'][number]): string {
  return `[${evaluation || 'no criterion told'}]`;
}

/** `F-0123456789 ×3 8Fd2 reason → M-1a2b3c by assistant`; the run without `prefix`, which is said once. */
function failureLine(
  { id, alike, run, reason, mode, coded_by, suggested }: ListFailures['failures'][number],
  prefix: string,
): string {
  return [
    id,
    alike !== undefined && `×${alike}`,
    run.slice(prefix.length),
    reason || '(no reason given)',
    coded_by !== undefined && `→ ${mode ?? 'single'} by ${coded_by}`,
    suggested !== undefined && `(like ${suggested}?)`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** What references have in common up to the end of an id: the platform, the kind, the ids of their session where these are part of them. */
function commonPrefix([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  if (others.length === 0) length -= 1;
  return /^.*[/~]/.exec(first.slice(0, length))?.[0] ?? '';
}
