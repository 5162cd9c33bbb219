/** The text of `apply_agent_change` and `revert_agent_change`. */
import type { ChangeAnswerShown } from '../agent-schema.ts';
import { affectsText, conflictLines, diffLines, diffNotes, whoMeets } from './agents.ts';
import { anyInJson, JSON_LINES } from './exact-lines.ts';
import { type Rendering, sentences } from './rendering.ts';
import { vendorLines } from './words.ts';

export function presentChangeAnswer(data: ChangeAnswerShown): Rendering {
  const { outcome, message, change, target, verified, exposure, agent, confirm, diff = [], conflicts = [] } = data;
  const { affects = [], by_hand = [], not_taken = [], also_moved = [], lives_at, vendor } = data;
  const written = outcome === 'saved' || outcome === 'unknown';
  const inConflict = conflicts.flatMap(({ expected, present }) => `${expected}\n${present}`.split('\n'));
  return {
    headline: sentences(
      `${outcome}${data.already ? ', nothing was sent now' : ''}: ${message}`,
      `Change ${change}, target ${target} at ${data.host}${verified ? ', verified: read back as meant' : written ? ', not verified' : ''}.`,
      not_taken.length > 0 ? `Not taken by the platform, which answered success: ${not_taken.join(', ')}.` : '',
      also_moved.length > 0 ? `Changed too, although this change does not edit it: ${also_moved.join(', ')}.` : '',
      data.means ?? '',
      vendor?.status === undefined ? '' : `The platform answered HTTP ${vendor.status}.`,
      `${whoMeets(lives_at === undefined ? target : 'record', exposure)}.`,
      by_hand.length > 0 ? `Still by hand: ${by_hand.join(' ')}` : '',
      agent === undefined ? '' : `${outcome === 'saved' ? 'To start tests against' : 'Agent'}: ${agent}`,
      lives_at === undefined ? '' : `The agent lives elsewhere (${lives_at}): the diff has to go there by hand.`,
      ...diffNotes(diff, data.diff_omitted),
      diff.length === 0 && anyInJson(inConflict) ? JSON_LINES : '',
      confirm === undefined
        ? ''
        : `confirm=${confirm} (until ${data.expires_at ?? 'it expires'}): a token proves that the caller saw this, not that a person did.`,
    ),
    lines: [
      `agent "${data.agent_name}"${affects.length > 0 ? ` · reaches ${affectsText(affects)}` : ''}`,
      ...vendorLines(vendor),
      ...diffLines(diff),
      ...conflictLines(conflicts),
    ],
    next: data.next,
  };
}
