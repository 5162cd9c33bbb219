/** What was said in a call, as rows of a voice transcript or of a chat. */
import { stableId } from '../../engine/ids.ts';
import { transcriptIn } from '../lying-words.ts';
import type { Call } from './records.ts';
import { iso } from './render.ts';
import type { Switches } from './switches.ts';

/** What was said, as it is sent. */
export function transcriptOf(call: Call, switches: Switches): unknown {
  if (switches.transcript_form === 'failing' || switches.transcript_form === 'forbidden') return [];
  return call.chat
    ? transcriptIn(switches, chatRows(call), { content: 'content', speaker: 'role' })
    : transcriptIn(switches, voiceRows(call), { content: 'content', speaker: 'speaker_role' });
}

/** Rows of a voice transcript. */
function voiceRows(call: Call) {
  return call.lines.map((line, index) => ({
    id: stableId(call.id, 'row', index),
    speaker_role: line.speaker === 'agent' ? 'assistant' : line.speaker === 'caller' ? 'user' : 'tool_call_result',
    content: line.text,
    start_time_ms: Math.round(line.at_seconds * 1000),
    start_time_seconds: line.at_seconds,
    end_time_ms: Math.round(line.at_seconds * 1000) + 1500,
    end_time_seconds: line.at_seconds + 1.5,
    confidence_score: 0.93,
    created_at: iso(call.started_at),
  }));
}

/** Rows of a chat: both rows of one exchange carry the same time, so only their order tells. */
function chatRows(call: Call) {
  return call.lines.map((line, index) => {
    const role = line.speaker === 'agent' ? 'assistant' : line.speaker === 'caller' ? 'user' : 'tool';
    const exchange = Math.floor(index / 2);
    return {
      id: stableId(call.id, 'message', index),
      role,
      messages: [line.text],
      content: [{ role, content: line.text }],
      session_id: stableId(call.id, 'chat'),
      tool_calls: null,
      created_at: iso((call.started_at ?? 0) + exchange * 4000),
    };
  });
}
