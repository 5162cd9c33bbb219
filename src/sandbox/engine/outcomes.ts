/** What becomes of a run that is started: a conversation, or, where it was ordered or the seed says so, none. */
import { fraction } from './random.ts';
import type { EngineOptions, RunOutcome, WorldCase } from './types.ts';

/** `key` decides, with the case, whether it breaks and how; `make` makes the conversation. */
export function outcomeOf(
  { outcomes, broken_rate = 0 }: Pick<EngineOptions, 'outcomes' | 'broken_rate'>,
  { key: caseKey }: WorldCase,
  key: string,
  make: () => RunOutcome,
): RunOutcome {
  const forced = outcomes?.[caseKey];
  if (forced === 'stuck') return { kind: 'stuck' };
  if (forced === 'broken' || fraction(`${key}/${caseKey}/breaks`) < broken_rate) return broken(`${key}/${caseKey}`);
  return make();
}

const BROKEN: readonly { code: string; message: string }[] = [
  {
    code: 'telephony_timeout',
    message: 'The call could not be connected: the telephony provider did not answer in time.',
  },
  { code: 'agent_unreachable', message: 'The agent did not join the conversation within 30 seconds.' },
  { code: 'media_stream_lost', message: 'The audio stream was lost and could not be restored.' },
];

function broken(key: string): RunOutcome {
  const kind = BROKEN[Math.floor(fraction(`${key}/broken`) * BROKEN.length)] ?? {
    code: 'unknown',
    message: 'The call broke.',
  };
  return { kind: 'broken', ...kind };
}
