/** What Synthflow refuses although each value alone is one that it takes: checked before anything is sent. */
import { Problem } from '../../model/problem.ts';
import { memberAt } from '../shared/agent-parts.ts';
import { GREETING_MODE, VOICE_SPEED, VOICEMAIL_ENABLED } from './agent-parts.ts';
import { PLATFORM } from './settings.ts';

/** Range of `voice_speed` (published OpenAPI). */
const SPEED = { min: 0.7, max: 1.2 } as const;

/**
 * Throws `invalid_input` where the assistant with the edits in it breaks a rule that one of the edited parts is about; what it
 * breaks already is the vendor's to judge.
 */
export function checkRules(edited: unknown, parts: ReadonlySet<string>): void {
  const about = (...rows: { id: string }[]) => rows.some(({ id }) => parts.has(id));
  const mode = memberAt(edited, GREETING_MODE.path);
  const voicemail = memberAt(edited, VOICEMAIL_ENABLED.path) === true;
  if (about(GREETING_MODE, VOICEMAIL_ENABLED) && voicemail && mode !== undefined && mode !== null && mode !== 'human')
    throw new Problem('invalid_input', 'An enabled voicemail message needs the greeting mode human at Synthflow.', {
      provider: PLATFORM.id,
      sent: 'no',
      next: 'Propose voicemail.enabled false or greeting.mode human in the same change.',
    });
  const speed = memberAt(edited, VOICE_SPEED.path);
  if (about(VOICE_SPEED) && typeof speed === 'number' && (speed < SPEED.min || speed > SPEED.max))
    throw new Problem('invalid_input', `The voice speed at Synthflow is from ${SPEED.min} to ${SPEED.max}.`, {
      provider: PLATFORM.id,
      sent: 'no',
      next: 'Propose a speed in that range.',
    });
}
