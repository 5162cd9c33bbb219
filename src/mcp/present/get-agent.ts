/** The text of `get_agent`: what a model copies from when it proposes an edit stands character by character. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { HistoryShown, PartShown } from '../agent-schema.ts';
import type { GetAgent } from '../tools/get-agent.ts';
import { agentLine, targetLine } from './agents.ts';
import { anyInJson, JSON_LINES, numberedLines } from './exact-lines.ts';
import { type Rendering, sentences } from './rendering.ts';

export function presentGetAgent({ agent }: GetAgent): Rendering {
  const { ref, ownership, parts, objects, targets = [], history = [], notes = [], hidden, origin } = agent;
  const first = (agent.parts_from ?? 0) + 1;
  return {
    headline: sentences(
      ownership === 'platform'
        ? `Agent ${ref}: run by the platform.`
        : `Agent ${ref}: a record (record_of_external) of an agent that lives elsewhere${agent.lives_at === undefined ? '' : ` (${agent.lives_at})`}; what is changed here changes no conversation.`,
      `Revision ${agent.revision}.${agent.exposure === undefined ? '' : ` A change of the agent itself: exposure ${agent.exposure}.`}`,
      origin === undefined ? '' : `A copy of ours, made of ${origin}.`,
      agent.parts_total === undefined
        ? ''
        : `${parts.length} of ${plural(agent.parts_total, 'part')}${first > 1 ? `, from part ${first} on` : ''}${agent.parts_omitted > 0 ? `; ${agent.parts_omitted} behind them not shown` : ''}.`,
      hidden === undefined
        ? ''
        : `Never shown: ${plural(hidden, 'member')} of the agent that may hold credentials or that nothing documents.`,
      ...notes,
      anyInJson(parts.flatMap(linesOf)) ? JSON_LINES : '',
    ),
    lines: [
      agentLine(agent),
      ...objects.map(({ id, what, revision }) => `object ${id} · ${what} · revision ${revision}`),
      ...targets.map(targetLine),
      ...parts.flatMap((part) => [partLine(part), ...numberedLines(linesOf(part), part.line ?? 1)]),
      ...history.map(historyLine),
      ...(agent.history_omitted > 0 ? [`${plural(agent.history_omitted, 'older state')} not shown`] : []),
    ],
    next: [
      ...parts.flatMap(({ id, from = 0, text, omitted }) =>
        omitted === undefined
          ? []
          : [nextCall('get_agent', { agent: ref, part: id, from: from + text.length }, 'shows how it goes on')],
      ),
      ...(agent.parts_omitted > 0
        ? [nextCall('get_agent', { agent: ref, from: first - 1 + parts.length }, 'shows the parts behind them')]
        : []),
    ],
  };
}

/** The lines that are shown of a part; a line break at the end of a stretch begins none where the text goes on. */
function linesOf({ text, omitted }: PartShown): string[] {
  const lines = text.split('\n');
  return omitted !== undefined && lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function partLine(part: PartShown): string {
  const { characters, limit, choices, from, omitted, altered_lines: altered = [] } = part;
  const most = limit === undefined ? '' : ` of at most ${limit}`;
  const more = part.choices_omitted === undefined ? '' : `, and ${part.choices_omitted} more`;
  const facts = [
    part.kind,
    part.form === 'json' && 'json',
    part.location,
    part.object && `object ${part.object}`,
    characters !== undefined && `${plural(characters, 'character')}${most}`,
    from !== undefined && `shown from character ${from} on`,
    omitted !== undefined && `${omitted} more behind what is shown`,
    choices && `one of: ${choices.join(', ')}${more}`,
    part.fixed && `cannot be changed from here: ${part.fixed}`,
    part.redacted && 'redacted: what was taken for a credential is not shown, and no edit may touch it',
    altered.length > 0 &&
      `line ${altered.join(', ')}: holds something that is not shown; an edit of that place removes it, or is refused where it is a credential`,
  ];
  return `part ${part.id} · ${facts.filter(Boolean).join(' · ')}`;
}

function historyLine(one: HistoryShown): string {
  const facts = [
    one.at,
    one.source === 'here' ? `from here: change ${one.change}` : `at the platform: version ${one.version}`,
    one.target && `target ${one.target}`,
    one.state,
    one.by && `by ${one.by}`,
    one.note && `"${one.note}"`,
  ];
  return `history · ${facts.filter(Boolean).join(' · ')}`;
}
