/** What was said, in the shapes a timeline might have: its words and its clock are undocumented. */
import type { EngineRun, EngineTurn } from '../../engine/types.ts';
import { transcriptIn } from '../lying-words.ts';
import { time } from './replies.ts';
import type { SynthflowSwitches } from './switches.ts';

const WORDS: Record<SynthflowSwitches['sender_types'], Record<EngineTurn['speaker'], string>> = {
  agent_user: { agent: 'agent', caller: 'user', tool: 'tool' },
  bot_human: { agent: 'bot', caller: 'human', tool: 'function' },
  assistant_persona: { agent: 'AssistantAgent', caller: 'persona_agent', tool: 'agent' },
  unheard_of: { agent: 'alpha', caller: 'beta', tool: 'gamma' },
};

export function timelineOf(run: EngineRun, switches: SynthflowSwitches): unknown {
  if (run.outcome.kind !== 'conversation') return null;
  const rows = run.outcome.conversation.turns.map((turn) => ({
    sender_type: WORDS[switches.sender_types][turn.speaker],
    value: turn.text,
    type: turn.speaker === 'tool' && switches.sender_types !== 'unheard_of' ? 'tool_call' : 'message',
    ...clock(run, turn, switches.timestamps),
  }));
  return transcriptIn(switches, rows, { content: 'value', speaker: 'sender_type' });
}

function clock(run: EngineRun, turn: EngineTurn, form: SynthflowSwitches['timestamps']): Record<string, unknown> {
  const at = run.starts_at + turn.at_seconds * 1000;
  switch (form) {
    case 'seconds':
      return { timestamp_datetime: time(at), timestamp: turn.at_seconds };
    case 'text':
      return { timestamp_datetime: time(at), timestamp: String(turn.at_seconds) };
    case 'milliseconds':
      return { timestamp_datetime: time(at), timestamp: turn.at_seconds * 1000 };
    case 'epoch':
      return { timestamp_datetime: null, timestamp: at / 1000 };
    case 'dates':
      return { timestamp_datetime: time(at).replace('Z', ''), timestamp: null };
    case 'absent':
      return { timestamp_datetime: null, timestamp: null };
  }
}
