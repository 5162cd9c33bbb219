/**
 * One normaliser for every form in which Coval has been seen to send a transcript: the documented messages with offsets
 * in **milliseconds**, raw messages with `start_time` in **seconds** (number or numeric text), the whole list as JSON
 * text or under a name, tool calls as messages (`is_tool_call`, JSON text as content) or inside messages (`tool_calls`).
 *
 * One message is one turn, so that a turn's index is the `message_index` that metric outputs speak of.
 */

import { isRecord } from '../../model/json.ts';
import type { Turn } from '../../model/schemas.ts';
import { number } from '../shared/scalars.ts';
import { unreadable } from './faults.ts';
import { isMessage, parsedJson, speakerOf, textOf } from './message.ts';

/** `[]` for null, absent and empty. Throws `unreadable` for what is no transcript in any known form. */
export function toTurns(transcript: unknown): Turn[] {
  const messages = listIn(transcript);
  if (messages === undefined) throw unreadable('the transcript');
  // Offsets count from the start of the call; clock times (seconds since 1970) count from the first of them.
  const origin = messages.map((message) => seconds(message, 'start')).find((at) => at !== undefined) ?? 0;
  const zero = origin > 1_000_000_000 ? origin : 0;
  return messages.map((message, index) => {
    const at = seconds(message, 'start');
    return {
      index,
      speaker: speakerOf(message),
      at_seconds: at === undefined ? undefined : Math.max(0, Math.round((at - zero) * 1000) / 1000),
      text: textOf(message),
    };
  });
}

/** Seconds from the first timed word to the last; `undefined` without timing (Coval has no duration field). */
export function spokenSeconds(transcript: unknown): number | undefined {
  const messages = listIn(transcript) ?? [];
  const starts = messages.flatMap((message) => seconds(message, 'start') ?? []);
  const ends = messages.flatMap((message) => seconds(message, 'end') ?? seconds(message, 'start') ?? []);
  // No spread: a transcript may have more messages than a call has room for arguments.
  const first = starts.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const last = ends.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY);
  const from = first > 1_000_000_000 ? first : 0;
  return Number.isFinite(last) && last > from ? Math.round((last - from) * 1000) / 1000 : undefined;
}

/** Names that lists of messages were seen under, and others that mean the same. */
const NAMES = ['messages', 'transcript', 'turns', 'utterances', 'items', 'entries', 'segments', 'conversation', 'data'];
const DEEPEST = 5;

/** The messages, wherever they are; undefined for what is no known form. */
function listIn(transcript: unknown, depth = 0): unknown[] | undefined {
  if (transcript === undefined || transcript === null) return [];
  if (Array.isArray(transcript)) return transcript;
  if (depth > DEEPEST) return undefined;
  if (typeof transcript === 'string') return listInText(transcript, depth);
  if (!isRecord(transcript)) return undefined;
  const given = NAMES.find((name) => (transcript[name] ?? null) !== null);
  if (given !== undefined) return listIn(transcript[given], depth + 1);
  if (isMessage(transcript)) return [transcript];
  if (typeof transcript.text === 'string') return listInText(transcript.text, depth + 1);
  const keys = Object.keys(transcript);
  if (keys.some((key) => NAMES.includes(key))) return [];
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key)) ? Object.values(transcript) : undefined;
}

function listInText(text: string, depth: number): unknown[] | undefined {
  if (text.trim() === '') return [];
  const parsed = parsedJson(text);
  if (parsed !== undefined) return listIn(parsed, depth + 1);
  // JSON that was cut off is no speech.
  return /^\s*\[?\s*\{\s*"/.test(text) ? undefined : [text];
}

function seconds(message: unknown, edge: 'start' | 'end'): number | undefined {
  if (!isRecord(message)) return undefined;
  const offset = number(message[`${edge}_offset`]);
  if (offset !== undefined) return offset / 1000;
  return number(message[`${edge}_timestamp`]) ?? number(message[`${edge}_time`]);
}
