/**
 * Transcript rows as turns. On reading, `assistant` is the agent under test and `user` the simulated customer, for
 * voice and chat alike (older servers did not swap the roles of inbound calls: nothing in the answer tells).
 */

import { isRecord } from '../../model/json.ts';
import type { Turn } from '../../model/schemas.ts';
import { saidText } from '../shared/media-text.ts';
import { asText, number, text as textual } from '../shared/scalars.ts';

const SPEAKERS: ReadonlyMap<string, Turn['speaker']> = new Map([
  ['assistant', 'agent'],
  ['agent', 'agent'],
  ['bot', 'agent'],
  ['user', 'caller'],
  ['customer', 'caller'],
  ['tool', 'tool'],
  ['tool_calls', 'tool'],
  ['tool_call_result', 'tool'],
  ['function', 'tool'],
  ['system', 'system'],
]);

/** Members that hold what was said, and those around it that are not shown. */
const SAID = ['content', 'text', 'message', 'messages', 'value', 'parts', 'transcript', 'utterance'];
const AROUND: ReadonlySet<string> = new Set(
  'role speaker_role speaker type name id session_id tool_calls tool_call_id created_at refusal annotations'.split(' '),
);
const LONGEST = 4_000;
/** Members that hold the rows where a transcript is no list itself. */
const ROWS = ['transcripts', 'transcript', 'messages', 'items', 'turns', 'rows', 'results'];

/** The rows of a transcript: a list, also as JSON text or wrapped; undefined for what is none. */
export function rowsOf(transcript: unknown, depth = 0): readonly unknown[] | undefined {
  if (Array.isArray(transcript)) return transcript;
  if (depth > 2) return undefined;
  if (typeof transcript === 'string') {
    try {
      return rowsOf(JSON.parse(transcript), depth + 1);
    } catch {
      return transcript.trim() === '' ? undefined : transcript.split('\n').filter((line) => line.trim() !== '');
    }
  }
  if (!isRecord(transcript)) return undefined;
  for (const key of ROWS) {
    const rows = rowsOf(transcript[key], depth + 1);
    if (rows) return rows;
  }
  return undefined;
}

function textOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return saidText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return '';
  if (depth > 5) return asText(value, LONGEST);
  if (Array.isArray(value))
    return value
      .map((part) => textOf(part, depth + 1))
      .filter(Boolean)
      .join('\n');
  if (!isRecord(value)) return '';
  for (const key of SAID) {
    const said = textOf(value[key], depth + 1);
    if (said.trim() !== '') return said;
  }
  const others = Object.entries(value).filter(
    ([key, member]) => !AROUND.has(key) && !SAID.includes(key) && member !== null,
  );
  // An object that says something in a form of its own is shown as it came.
  return others.length > 0 ? asText(Object.fromEntries(others), LONGEST) : '';
}

/** Tool calls of a chat message: `name(arguments)`, one a line. */
function toolText(calls: unknown): string {
  if (calls === undefined || calls === null || calls === '') return '';
  const single = !isRecord(calls) || 'name' in calls || 'function' in calls;
  const all = Array.isArray(calls) ? calls : single ? [calls] : Object.values(calls);
  return all
    .map((call) => {
      const inner = isRecord(call) && isRecord(call.function) ? call.function : call;
      if (!isRecord(inner) || typeof inner.name !== 'string') return asText(call, LONGEST);
      const given = inner.arguments;
      return `${inner.name}(${typeof given === 'string' ? given : given === undefined ? '' : JSON.stringify(given)})`;
    })
    .join('\n');
}

/**
 * Turns in the order of the rows: both rows of a chat exchange carry the same time, so times must not sort them. No row
 * vanishes: one that says nothing has a turn that says so.
 */
export function toTurns(rows: readonly unknown[]): Turn[] {
  const turns: Omit<Turn, 'index'>[] = [];
  for (const row of rows) {
    const fields = isRecord(row) ? row : {};
    const nested = (Array.isArray(fields.content) ? fields.content : []).filter(isRecord);
    const role = [fields.speaker_role, fields.role, fields.speaker, nested[0]?.role].map(textual).find(Boolean);
    const speaker = SPEAKERS.get(role?.trim().toLowerCase() ?? '') ?? 'unknown';
    const ms = number(fields.start_time_ms);
    const seconds = number(fields.start_time_seconds) ?? (ms === undefined ? undefined : ms / 1000);
    const at_seconds = seconds === undefined || seconds < 0 ? undefined : seconds;
    const text = isRecord(row) ? saidIn(row) : textOf(row);
    const called =
      toolText(fields.tool_calls) ||
      nested
        .map((part) => toolText(part.tool_calls))
        .filter(Boolean)
        .join('\n');
    if (text.trim() !== '') turns.push({ speaker, at_seconds, text });
    if (called) turns.push({ speaker: 'tool', at_seconds, text: called });
    if (text.trim() === '' && !called) turns.push({ speaker, at_seconds, text: nothingIn(row) });
  }
  return turns.map((turn, index) => ({ index, ...turn }));
}

function saidIn(row: Record<string, unknown>): string {
  for (const key of SAID) {
    const said = textOf(row[key]);
    if (said.trim() !== '') return said;
  }
  return '';
}

function nothingIn(row: unknown): string {
  return isRecord(row) ? '[empty turn]' : '[row that cannot be shown]';
}
