/**
 * Transcript rows as turns. On reading, `assistant` is the agent under test and `user` the simulated customer, for voice
 * and chat alike (older servers did not swap the roles of inbound calls: nothing in the answer tells).
 */
import type { Turn } from '../../model/schemas.ts';
import { isRecord } from '../shared/fields.ts';
import type { TranscriptRow } from './wire-app.ts';

const SPEAKERS: Readonly<Record<string, Turn['speaker']>> = {
  assistant: 'agent',
  agent: 'agent',
  bot: 'agent',
  user: 'caller',
  customer: 'caller',
  tool: 'tool',
  tool_calls: 'tool',
  tool_call_result: 'tool',
  function: 'tool',
  system: 'system',
};

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join('\n');
  if (isRecord(value)) return textOf(value.content ?? value.text ?? value.message);
  return '';
}

/** Tool calls of a chat message: `name(arguments)`, one a line. */
function toolText(calls: unknown): string {
  if (!Array.isArray(calls)) return '';
  return calls
    .flatMap((call) => {
      const inner = isRecord(call) && isRecord(call.function) ? call.function : call;
      if (!isRecord(inner) || typeof inner.name !== 'string') return [];
      const given = inner.arguments;
      return [`${inner.name}(${typeof given === 'string' ? given : given === undefined ? '' : JSON.stringify(given)})`];
    })
    .join('\n');
}

/** Turns in the order of the rows: both rows of a chat exchange carry the same time, so times must not sort them. */
export function mapTurns(rows: readonly TranscriptRow[]): Turn[] {
  const turns: Omit<Turn, 'index'>[] = [];
  for (const row of rows) {
    const role = (row.speaker_role ?? row.role ?? '').toLowerCase();
    const speaker = SPEAKERS[role] ?? 'unknown';
    const text = textOf(row.content) || textOf(row.messages);
    const seconds = row.start_time_seconds ?? (row.start_time_ms === undefined ? undefined : row.start_time_ms / 1000);
    const at = seconds === undefined || seconds < 0 ? {} : { at_seconds: seconds };
    const nested = Array.isArray(row.content)
      ? row.content.map((part) => (isRecord(part) ? toolText(part.tool_calls) : '')).filter(Boolean)
      : [];
    const called = toolText(row.tool_calls) || nested.join('\n');
    if (text.trim() !== '') turns.push({ speaker, ...at, text });
    if (called) turns.push({ speaker: 'tool', ...at, text: called });
  }
  return turns.map((turn, index) => ({ index, ...turn }));
}
