/**
 * The timeline of a simulation as turns. The values of `sender_type` and `type` and the unit of `timestamp` are
 * documented nowhere, so words are read by meaning and times by plausibility.
 */
import type { Speaker, Turn } from '../../model/schemas.ts';
import { readable } from '../shared/fields.ts';
import { anyText, text } from './lenient.ts';
import { epoch, instant } from './times.ts';
import { timelineItemReader, type WireTimelineItem } from './wire.ts';

/** In this order: a "persona agent" is the caller, and a tool call stays one whoever sent it. */
const SPEAKER_WORDS: readonly [Speaker, ReadonlySet<string>][] = [
  ['tool', new Set(['tool', 'tools', 'function', 'action', 'webhook', 'api'])],
  ['system', new Set(['system', 'event', 'status', 'info', 'log'])],
  ['caller', new Set(['persona', 'user', 'caller', 'customer', 'human', 'client', 'lead', 'simulator', 'tester'])],
  ['agent', new Set(['agent', 'assistant', 'bot', 'ai', 'target', 'model', 'llm', 'receptionist'])],
];

/** Longest conversation believed in seconds; offsets beyond it count milliseconds. */
const LONGEST_SECONDS = 6 * 3600;

/** Turns in the vendor's order; items that say nothing at all are left out. */
export function toTurns(timeline: readonly unknown[] | undefined): Turn[] {
  const spoken = readable(timelineItemReader, timeline ?? []).flatMap((item) => {
    const text = textOf(item);
    return text === undefined ? [] : [{ item, text }];
  });
  const seconds = offsets(spoken.map(({ item }) => item));
  return spoken.map(({ item, text }, index) => {
    const at = seconds[index];
    return { index, speaker: speakerOf(item), ...(at === undefined ? {} : { at_seconds: at }), text };
  });
}

/** How many turns `toTurns` makes; reading speakers and times of a long walk only to count would be half its work. */
export function countTurns(timeline: readonly Record<string, unknown>[]): number {
  let turns = 0;
  for (const item of timeline)
    if (textOf({ value: anyText(item.value), type: text(item.type) }) !== undefined) turns += 1;
  return turns;
}

function textOf(item: Pick<WireTimelineItem, 'value' | 'type'>): string | undefined {
  const said = item.value ?? (item.type === undefined ? undefined : `[${item.type}]`);
  return said === undefined || said.trim() === '' ? undefined : said;
}

function speakerOf(item: WireTimelineItem): Speaker {
  const sender = wordsOf(item.sender_type);
  const kind = wordsOf(item.type);
  const means = (words: readonly string[], speaker: Speaker) =>
    SPEAKER_WORDS.some(([name, known]) => name === speaker && words.some((word) => known.has(word)));
  if (means(kind, 'tool')) return 'tool';
  const named = SPEAKER_WORDS.find(([, known]) => sender.some((word) => known.has(word)))?.[0];
  if (named) return named;
  return means(kind, 'system') ? 'system' : 'unknown';
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
function offsets(items: readonly WireTimelineItem[]): (number | undefined)[] {
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
