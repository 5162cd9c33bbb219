/** The question about a change of an agent, as a client shows it to a person: what goes where, and every line that changes. */
import type { ChangeQuestion } from '../../changing/changer.ts';
import type { ChangeTarget } from '../../model/agents.ts';
import { plainName } from '../../model/plain-name.ts';
import { countOf, diffLines, diffNotes, whoMeets } from './agents.ts';
import { fence, newBoundary } from './fence.ts';

const INTO: Readonly<Record<ChangeTarget, string>> = {
  copy: 'a copy of the agent',
  draft: 'a draft of the agent',
  live: 'the agent itself',
  record: 'the record of the agent, which lives elsewhere',
};

/** Words of ours, and behind them, fenced, the whole diff: never why the proposer wants it. */
export function changeQuestion({ does, asked }: ChangeQuestion, boundary = newBoundary()): string {
  const { change, target, exposure, affects = [], by_hand, agent_name, sandbox, host, means, diff } = asked;
  const where = sandbox ? 'in the sandbox' : `at ${host}`;
  const what =
    does === 'apply'
      ? `Save change ${change} in ${INTO[target]} ${where}?`
      : `Take change ${change} back from ${INTO[target]} ${where}?`;
  const reached = affects.map(countOf).join(', ');
  return [
    what,
    does === 'apply' ? (means ?? '') : '',
    `${whoMeets(target, exposure)}.`,
    reached === '' ? '' : `It reaches ${reached}.`,
    by_hand.length > 0 ? `Still by hand afterwards: ${by_hand.join(' ')}` : '',
    'Lines with - go, lines with + come.',
    ...diffNotes(diff, 0),
    fence([`agent ${plainName(agent_name)}`, ...diffLines(diff)], boundary),
    does === 'apply' ? 'Save it?' : 'Take it back?',
  ]
    .filter(Boolean)
    .join('\n');
}
