/** The text of `propose_agent_change`: what a person judges. */
import { plural } from '../../model/plural.ts';
import type { ProposeAgentChange } from '../tools/propose-agent-change.ts';
import { diffLines, diffNotes, OWNED, targetLine } from './agents.ts';
import { type Rendering, sentences } from './rendering.ts';

/** None of the targets can be confirmed by the client of this call. */
const NO_YES =
  'It cannot be applied through this client: each of its targets takes a yes from a client that can ask. What the operator of this server can set, apply_agent_change says.';

export function presentProposeAgentChange(data: ProposeAgentChange): Rendering {
  const { change, agent, object, revision, diff, problems, targets } = data;
  const stretches = plural(diff.length + data.diff_omitted, 'stretch', 'stretches');
  return {
    headline: sentences(
      `Proposed, and nothing is written yet: change ${change} of agent ${agent.ref}, ${stretches} in its ${object} at revision ${revision}.`,
      problems.length > 0 ? `It would be refused as it is: ${problems.join(' ')}` : '',
      agent.ownership === 'platform'
        ? ''
        : `The agent is ${OWNED.record_of_external}${agent.lives_at === undefined ? '' : ` (${agent.lives_at})`}: the diff has to go there by hand.`,
      ...diffNotes(diff, data.diff_omitted),
      problems.length > 0 ? '' : 'Show the diff to the person before it is applied.',
      problems.length === 0 && targets.length > 0 && !data.next?.length ? NO_YES : '',
    ),
    lines: [`agent "${agent.name}" · ${OWNED[agent.ownership]}`, ...diffLines(diff), ...targets.map(targetLine)],
    next: data.next,
  };
}
