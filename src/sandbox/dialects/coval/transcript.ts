/** A conversation in each form in which Coval has been seen to send one. */
import type { EngineRun, EngineTurn } from '../../engine/types.ts';
import { transcriptIn } from '../lying-words.ts';
import type { CovalSwitches } from './switches.ts';

const SPOKEN_SECONDS = 2;

export function transcriptOf(run: EngineRun, switches: CovalSwitches): unknown {
  if (run.outcome.kind !== 'conversation') return null;
  const { turns } = run.outcome.conversation;
  const { transcripts: style } = switches;
  const form = (turn: EngineTurn): Record<string, unknown> =>
    style === 'offsets' ? withOffsets(turn) : style === 'tool_calls' ? withToolCalls(turn) : raw(turn);
  const rows = turns.map(form);
  const sent = transcriptIn(switches, rows, { content: 'content', speaker: 'role' });
  return style === 'json' && sent === rows ? JSON.stringify(rows) : sent;
}

const roleOf = (turn: EngineTurn) =>
  turn.speaker === 'caller' ? 'user' : turn.speaker === 'tool' ? 'tool' : 'assistant';

/** As documented: offsets in milliseconds, timestamps as text in seconds. */
function withOffsets(turn: EngineTurn) {
  return {
    role: roleOf(turn),
    content: turn.text,
    start_timestamp: turn.at_seconds.toFixed(1),
    end_timestamp: (turn.at_seconds + SPOKEN_SECONDS).toFixed(1),
    start_offset: Math.round(turn.at_seconds * 1000),
    end_offset: Math.round((turn.at_seconds + SPOKEN_SECONDS) * 1000),
  };
}

/** As scripts read it: seconds, and a tool call as a message whose content is JSON text. */
function raw(turn: EngineTurn) {
  const times = { start_time: String(turn.at_seconds), end_time: turn.at_seconds + SPOKEN_SECONDS };
  if (!turn.tool) return { role: roleOf(turn), content: turn.text, ...times };
  return {
    role: 'assistant',
    is_tool_call: true,
    tool_call_owner: 'assistant',
    name: turn.tool.name,
    content: JSON.stringify({ arguments: turn.tool.arguments, result: turn.tool.result }),
    ...times,
  };
}

/** As uploaded conversations have it: calls inside a message of the assistant. */
function withToolCalls(turn: EngineTurn) {
  const times = { start_time: turn.at_seconds, end_time: turn.at_seconds + SPOKEN_SECONDS };
  if (!turn.tool) return { role: roleOf(turn), content: { type: 'text', text: turn.text }, ...times };
  const { name, arguments: args } = turn.tool;
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(args) } }],
    ...times,
  };
}
