/**
 * The timeline of a simulation as turns. The values of `sender_type` and `type` and the unit of `timestamp` are
 * documented nowhere, so words are read by meaning and times by plausibility.
 */

import { isRecord } from '../../model/json.ts';
import type { Speaker, Turn } from '../../model/schemas.ts';
import { object } from '../shared/fields.ts';
import { saidText } from '../shared/media-text.ts';
import { asText, epoch, instant, text } from '../shared/scalars.ts';
import { itemsIn } from './wire.ts';

/** In this order: a tool call stays one whoever sent it. */
const SPEAKER_WORDS: readonly [Speaker, ReadonlySet<string>][] = [
  ['tool', new Set(['tool', 'tools', 'function', 'action', 'webhook', 'api'])],
  ['system', new Set(['system', 'event', 'status', 'info', 'log'])],
  ['caller', new Set(['user', 'caller', 'customer', 'human', 'client', 'lead'])],
  ['agent', new Set(['agent', 'assistant', 'bot', 'ai', 'target', 'model', 'llm', 'receptionist'])],
];
/** Whoever plays the caller, also where the word beside it is one for agents: `persona_agent`. */
const PERSONA: ReadonlySet<string> = new Set(['persona', 'simulator', 'simulated', 'tester']);
/** Somebody who takes over is neither the agent nor the caller: `transfer_target`. */
const OTHERS: ReadonlySet<string> = new Set(['transfer', 'transferred', 'handoff', 'escalation', 'operator', 'live']);

/** Members that hold what was said, and who said it, the documented ones first. */
const SAID = ['value', 'text', 'message', 'content'];
const SENDERS = ['sender_type', 'role', 'speaker', 'sender'];
/** Where a timeline stands that comes inside an object. */
const HOLDERS = ['items', 'turns', 'messages', 'timeline'];

/** Longest conversation believed in seconds; offsets beyond it count milliseconds. */
const LONGEST_SECONDS = 6 * 3600;
const LONGEST_TURN = 20_000;

const timesReader = object({ timestamp: text, timestamp_datetime: text });
type Times = NonNullable<ReturnType<typeof timesReader>>;

/**
 * Turns in the vendor's order; items that say nothing at all are left out, what cannot be shown leaves its place. A
 * timeline is a list, JSON text of one, or an object around one; undefined for any other form.
 */
export function toTurns(timeline: unknown): Turn[] | undefined {
  const items = itemsIn(timeline, HOLDERS);
  if (!items) return undefined;
  const spoken = items.flatMap((item) => {
    const said = textOf(item);
    return said === undefined ? [] : [{ item: isRecord(item) ? item : {}, said }];
  });
  const seconds = offsets(spoken.map(({ item }) => timesReader(item) ?? {}));
  return spoken.map(({ item, said }, index) => {
    return { index, speaker: speakerOf(item), at_seconds: seconds[index], text: saidText(said) };
  });
}

/** How many turns `toTurns` makes; reading speakers and times of a long walk only to count would be half its work. */
export function countTurns(timeline: unknown): number | undefined {
  const items = itemsIn(timeline, HOLDERS);
  if (!items) return undefined;
  let turns = 0;
  for (const item of items) if (isSaid(item) || textOf(item) !== undefined) turns += 1;
  return turns;
}

/** An item in the documented form, whose text begins with a sign: nearly all do, and need not be read to be counted. */
function isSaid(item: unknown): boolean {
  if (!isRecord(item)) return false;
  const { value } = item;
  return typeof value === 'string' && value.charCodeAt(0) > 0x20 && value.charCodeAt(0) < 0x7f;
}

/** What an item says, an event by its type; undefined where it says nothing. */
function textOf(item: unknown): string | undefined {
  if (!isRecord(item)) return shown(item);
  for (const key of SAID) {
    const said = shown(item[key]);
    if (said !== undefined) return said;
  }
  const kind = text(item.type);
  if (kind !== undefined) return `[${kind}]`;
  const others = Object.entries(item).some(([key, value]) => value !== null && !QUIET.has(key));
  return others ? '[object that cannot be shown]' : undefined;
}

/** Members that say nothing by themselves. */
const QUIET: ReadonlySet<string> = new Set([...SAID, ...SENDERS, 'type', 'timestamp', 'timestamp_datetime', 'id']);

/** A text as it is, the text in an object, anything else as JSON; undefined for nothing and for blanks. */
function shown(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  const inner = isRecord(value) ? SAID.map((key) => value[key]).find((one) => typeof one === 'string') : undefined;
  return typeof inner === 'string' && inner.trim() !== '' ? inner : asText(value, LONGEST_TURN);
}

function speakerOf(item: Readonly<Record<string, unknown>>): Speaker {
  const sender = wordsOf(SENDERS.map((key) => text(item[key])).find((word) => word !== undefined));
  const kind = wordsOf(text(item.type));
  const means = (words: readonly string[], speaker: Speaker) =>
    SPEAKER_WORDS.some(([name, known]) => name === speaker && words.some((word) => known.has(word)));
  if (means(kind, 'tool') || means(sender, 'tool')) return 'tool';
  if (sender.some((word) => OTHERS.has(word))) return 'unknown';
  if (sender.some((word) => PERSONA.has(word))) return 'caller';
  const named = SPEAKER_WORDS.map(([name]) => name).filter((name) => means(sender, name));
  // A "human agent" may be either.
  if (named.includes('caller') && named.includes('agent')) return 'unknown';
  return named[0] ?? (means(kind, 'system') ? 'system' : 'unknown');
}

/** `PersonaAgent`, `persona_agent` and `persona-agent` are the same two words. */
function wordsOf(value: string | undefined): string[] {
  return (value ?? '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}

/** Seconds from the start of the conversation for each item, or undefined where the vendor gives no usable time. */
function offsets(items: readonly Times[]): (number | undefined)[] {
  const moments = items.map((item) => moment(item.timestamp) ?? instant(item.timestamp_datetime));
  const relative = items.map((item) => elapsed(item.timestamp));
  const scale = milliseconds(relative, moments) ? 1000 : 1;
  const start = moments.find((at) => at !== undefined);
  return items.map((_, index) => {
    const offset = relative[index];
    if (offset !== undefined) return round(offset / scale);
    const at = moments[index];
    return at === undefined || start === undefined || at < start ? undefined : round((at - start) / 1000);
  });
}

/** A timestamp that names a moment: an epoch number or a date. */
function moment(value: string | undefined): number | undefined {
  const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? epoch(number) : instant(value);
}

/** A timestamp that counts from the start: a number below any epoch, or `m:ss`. */
function elapsed(value: string | undefined): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)$/.exec(value.trim());
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 && epoch(number) === undefined && number < 1e9 ? number : undefined;
}

/** Do the offsets count milliseconds? The dates beside them decide; without dates, a conversation of many hours does. */
function milliseconds(relative: readonly (number | undefined)[], moments: readonly (number | undefined)[]): boolean {
  const both = relative.flatMap((offset, index) => {
    const at = moments[index];
    return offset === undefined || at === undefined ? [] : [{ offset, at }];
  });
  const first = both.at(0);
  const last = both.at(-1);
  if (first && last && last.at > first.at && last.offset > first.offset) {
    return (last.offset - first.offset) / ((last.at - first.at) / 1000) > 100;
  }
  return Math.max(0, ...relative.filter((offset) => offset !== undefined)) > LONGEST_SECONDS;
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
