/** What Synthflow refuses although it takes each value by itself: told with a proposal, and checked before anything is sent. */
import { memberAt } from '../shared/agent-parts.ts';
import { GREETING_MODE, VOICE_SPEED, VOICEMAIL_ENABLED } from './agent-parts.ts';

/** Range of `voice_speed` (published OpenAPI). */
const SPEED = { min: 0.7, max: 1.2 } as const;

/**
 * The rules that an assistant with the edits in it breaks and one of the edited parts is about; what it breaks without them is
 * the vendor's to judge.
 */
export function brokenRules(edited: unknown, parts: ReadonlySet<string>): string[] {
  const broken: string[] = [];
  const about = (...rows: { id: string }[]) => rows.some(({ id }) => parts.has(id));
  const mode = memberAt(edited, GREETING_MODE.path);
  const voicemail = memberAt(edited, VOICEMAIL_ENABLED.path) === true;
  if (about(GREETING_MODE, VOICEMAIL_ENABLED) && voicemail && mode !== undefined && mode !== null && mode !== 'human')
    broken.push(
      'An enabled voicemail message needs the greeting mode human: voicemail.enabled and greeting.mode have to go together.',
    );
  const speed = memberAt(edited, VOICE_SPEED.path);
  if (about(VOICE_SPEED) && typeof speed === 'number' && (speed < SPEED.min || speed > SPEED.max))
    broken.push(`The part ${VOICE_SPEED.id} is from ${SPEED.min} to ${SPEED.max}.`);
  return broken;
}
