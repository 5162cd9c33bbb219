/**
 * One normaliser for every form in which Coval has been seen to send a transcript: the documented messages with offsets
 * in **milliseconds**, raw messages with `start_time` in **seconds** (number or numeric text), the whole list as JSON
 * text, tool calls as messages (`is_tool_call`, JSON text as content) or inside messages (`tool_calls`).
 *
 * One message is one turn, so that a turn's index is the `message_index` that metric outputs speak of.
 */
import type { Speaker, Turn } from '../../model/schemas.ts';
import { isRecord } from '../shared/fields.ts';

/** `[]` for null, absent, empty and for what is no list at all. */
export function readTranscript(transcript: unknown): Turn[] {
  const messages = listIn(transcript);
  // Offsets count from the start of the call; clock times (seconds since 1970) count from the first of them.
  const origin = messages.map((message) => seconds(message, 'start')).find((at) => at !== undefined) ?? 0;
  const zero = origin > 1_000_000_000 ? origin : 0;
  return messages.map((message, index) => {
    const at = seconds(message, 'start');
    return {
      index,
      speaker: speakerOf(message),
      ...(at === undefined ? {} : { at_seconds: Math.max(0, Math.round((at - zero) * 1000) / 1000) }),
      text: textOf(message),
    };
  });
}

/** Seconds from the first timed word to the last; `undefined` without timing (Coval has no duration field). */
export function spokenSeconds(transcript: unknown): number | undefined {
  const messages = listIn(transcript);
  const starts = messages.flatMap((message) => seconds(message, 'start') ?? []);
  const ends = messages.flatMap((message) => seconds(message, 'end') ?? seconds(message, 'start') ?? []);
  const [first, last] = [Math.min(...starts), Math.max(...ends)];
  const from = first > 1_000_000_000 ? first : 0;
  return Number.isFinite(last) && last > from ? Math.round((last - from) * 1000) / 1000 : undefined;
}

function listIn(transcript: unknown): unknown[] {
  if (Array.isArray(transcript)) return transcript;
  if (isRecord(transcript)) return listIn(transcript.messages ?? transcript.transcript);
  if (typeof transcript !== 'string' || transcript.trim() === '') return [];
  const parsed = parsedJson(transcript);
  return parsed === undefined ? [transcript] : listIn(parsed);
}

function parsedJson(text: string): Record<string, unknown> | unknown[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) || isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function seconds(message: unknown, edge: 'start' | 'end'): number | undefined {
  if (!isRecord(message)) return undefined;
  const offset = numeric(message[`${edge}_offset`]);
  if (offset !== undefined) return offset / 1000;
  return numeric(message[`${edge}_timestamp`]) ?? numeric(message[`${edge}_time`]);
}

function numeric(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** `user` is the simulated persona, `assistant` the agent under test (INFERRED from every example and script seen). */
function speakerOf(message: unknown): Speaker {
  if (!isRecord(message)) return 'unknown';
  if (message.is_tool_call === true) return 'tool';
  switch (String(message.role ?? '').toLowerCase()) {
    case 'assistant':
    case 'agent':
      return callsIn(message).length > 0 && contentText(message.content) === '' ? 'tool' : 'agent';
    case 'user':
    case 'persona':
      return 'caller';
    case 'tool':
    case 'function':
      return 'tool';
    case 'system':
      return 'system';
    default:
      return 'unknown';
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (!isRecord(message)) return '';
  const said = contentText(message.content ?? message.text);
  if (message.is_tool_call === true) {
    const owner = message.tool_call_owner === 'user' ? ' (by the caller)' : '';
    return `${callText(message.name ?? message.tool_name, argumentsIn(message.content) ?? message.arguments)}${owner}`;
  }
  return [said, ...callsIn(message)].filter(Boolean).join(' ');
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(contentText).filter(Boolean).join(' ');
  if (!isRecord(content)) return content === undefined || content === null ? '' : String(content);
  const text = content.text ?? content.content;
  return typeof text === 'string' ? text : JSON.stringify(content);
}

/** The arguments of a tool call whose content is JSON, as text or not. */
function argumentsIn(content: unknown): unknown {
  const value = typeof content === 'string' ? (parsedJson(content) ?? content) : content;
  return isRecord(value) && value.arguments !== undefined ? value.arguments : value;
}

function callsIn(message: Record<string, unknown>): string[] {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  return calls.filter(isRecord).map((call) => {
    const body = isRecord(call.function) ? call.function : call;
    return callText(body.name, body.arguments);
  });
}

function callText(name: unknown, args: unknown): string {
  const written = args === undefined || args === null ? '' : typeof args === 'string' ? args : JSON.stringify(args);
  return `${typeof name === 'string' && name !== '' ? name : 'tool'}(${written})`;
}
