/**
 * Peculiar to Coval, which sends them in several forms: one message of a transcript. Who speaks, and what is said; what
 * cannot be shown leaves a mark in its place.
 */

import { isRecord } from '../../model/json.ts';
import type { Speaker } from '../../model/schemas.ts';
import { saidText } from '../shared/media-text.ts';

/** `user` is the simulated persona, `assistant` the agent under test (INFERRED from every example and script seen). */
const SPEAKERS = new Map<string, Speaker>([
  ...'assistant agent bot ai model'.split(' ').map((role): [string, Speaker] => [role, 'agent']),
  ...'user persona caller customer human simulated_user'.split(' ').map((role): [string, Speaker] => [role, 'caller']),
  ...'tool function tool_call tool_calls tool_call_invocation tool_call_result tool_result tool_response function_call'
    .split(' ')
    .map((role): [string, Speaker] => [role, 'tool']),
  ...'system developer'.split(' ').map((role): [string, Speaker] => [role, 'system']),
]);
/** Members that hold what is said, the documented one first. */
const SPOKEN = ['content', 'text', 'message', 'utterance', 'transcript'];
const UNSHOWN = '[object that cannot be shown]';
const AUDIO = '[audio]';

/** Has it the members of a message? */
export function isMessage(value: unknown): boolean {
  return isRecord(value) && roleOf(value) !== undefined && SPOKEN.some((name) => Object.hasOwn(value, name));
}

export function speakerOf(message: unknown): Speaker {
  if (!isRecord(message)) return 'unknown';
  if (message.is_tool_call === true) return 'tool';
  const speaker = SPEAKERS.get(roleOf(message) ?? '') ?? 'unknown';
  return speaker === 'agent' && callsIn(message).length > 0 && contentText(spokenIn(message)) === '' ? 'tool' : speaker;
}

function roleOf(message: Record<string, unknown>): string | undefined {
  const role = message.role ?? message.speaker ?? message.sender;
  return typeof role === 'string'
    ? role
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_')
    : undefined;
}

export function textOf(message: unknown): string {
  if (typeof message === 'string') return saidText(message);
  if (message === undefined || message === null) return '[empty row]';
  if (!isRecord(message)) return contentText(message) || UNSHOWN;
  const content = spokenIn(message);
  const name = message.name ?? message.tool_name ?? message.function_name;
  if (message.is_tool_call === true || roleOf(message) === 'tool_call_invocation') {
    const owner = message.tool_call_owner === 'user' ? ' (by the caller)' : '';
    return `${callText(name, argumentsIn(content) ?? message.arguments)}${owner}`;
  }
  const said = [contentText(content), ...callsIn(message)].filter(Boolean).join(' ');
  if (said !== '' || SPOKEN.some((one) => Object.hasOwn(message, one) && isEmpty(message[one]))) return said;
  return hasAudio(message) ? AUDIO : UNSHOWN;
}

const isEmpty = (value: unknown) =>
  value === null || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);

function spokenIn(message: Record<string, unknown>): unknown {
  const given = SPOKEN.map((name) => message[name]).filter((value) => value !== undefined && value !== null);
  return given.find((value) => !isEmpty(value)) ?? given[0];
}

/** What is said in a content: its text, a mark for its sound, anything else as JSON. */
function contentText(content: unknown, depth = 0): string {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return saidText(content);
  if (Array.isArray(content))
    return content
      .map((part) => contentText(part, depth + 1))
      .filter(Boolean)
      .join(' ');
  if (!isRecord(content)) return String(content);
  const said = ['text', 'content', 'value', 'transcript']
    .map((name) => content[name])
    .find((value) => !isNothing(value));
  if (said !== undefined && depth < 5) return contentText(said, depth + 1);
  return hasAudio(content)
    ? AUDIO
    : JSON.stringify(content, (_, value: unknown) => (typeof value === 'string' ? saidText(value) : value));
}

const isNothing = (value: unknown) => value === undefined || value === null || value === '';

function hasAudio(part: Record<string, unknown>): boolean {
  const { type } = part;
  return (
    (typeof type === 'string' && /audio/i.test(type)) || !isNothing(part.audio ?? part.input_audio ?? part.audio_data)
  );
}

/** The value of JSON text that is a list or an object. */
export function parsedJson(text: string): Record<string, unknown> | unknown[] | undefined {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return parsedJson(value);
    return Array.isArray(value) || isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The arguments of a tool call whose content is JSON, as text or not. */
function argumentsIn(content: unknown): unknown {
  const value = typeof content === 'string' ? (parsedJson(content) ?? content) : content;
  return isRecord(value) && value.arguments !== undefined ? value.arguments : value;
}

/** Tool calls inside a message: a list of them, one, or one under the older name. */
function callsIn(message: Record<string, unknown>): string[] {
  const { tool_calls } = message;
  const given = typeof tool_calls === 'string' ? parsedJson(tool_calls) : tool_calls;
  const one = isRecord(given) && ('name' in given || 'function' in given) ? [given] : undefined;
  const calls = one ?? (Array.isArray(given) ? given : isRecord(given) ? Object.values(given) : []);
  return [...calls, message.function_call].filter(isRecord).map((call) => {
    const body = isRecord(call.function) ? call.function : call;
    return callText(body.name, body.arguments);
  });
}

function callText(name: unknown, args: unknown): string {
  const written = args === undefined || args === null ? '' : typeof args === 'string' ? args : JSON.stringify(args);
  return `${typeof name === 'string' && name !== '' ? name : 'tool'}(${written})`;
}
