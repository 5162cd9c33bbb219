/**
 * The turns of a run. The vendor documents no speaker: where a turn says one it is believed, otherwise the simulated
 * caller is taken to open and both to alternate (INFERRED from field code), and the transcript says that it was inferred.
 */
import type { Speaker, Turn } from '../../model/schemas.ts';
import { anything, isRecord, readable } from '../shared/fields.ts';
import { asText, number, text } from './lenient.ts';
import { instant } from './times.ts';
import { moment, turnReader, type WireTurn } from './wire.ts';

const SPEAKER_WORDS: readonly [Speaker, ReadonlySet<string>][] = [
  ['tool', new Set(['tool', 'function', 'action', 'webhook'])],
  ['caller', new Set(['user', 'customer', 'caller', 'human', 'persona', 'simulator', 'tester', 'enduser', 'contact'])],
  ['agent', new Set(['bot', 'agent', 'assistant', 'ai', 'aiagent', 'flow', 'cognigy', 'virtualagent'])],
  ['system', new Set(['system', 'event', 'info'])],
];

export interface Conversation {
  turns: Turn[];
  /** True when no turn says who speaks. */
  speaker_inferred: boolean;
  /** Seconds from the first turn to the last; absent without usable times. */
  span?: number;
  /** When the first turn was made, in milliseconds since the epoch. */
  began?: number;
}

export function toConversation(raw: readonly unknown[] | undefined): Conversation {
  const ordered = inOrder(readable(turnReader, raw ?? []));
  const stated = ordered.map(statedSpeaker);
  const inferred = stated.every((speaker) => speaker === undefined);
  const moments = ordered.map((turn) => instant(turn.createdAt));
  const [began] = moments.filter((at) => at !== undefined);
  const last = moments.findLast((at) => at !== undefined);
  const turns: Turn[] = [];
  for (const [position, wire] of ordered.entries()) {
    const text = spokenText(wire);
    if (text === undefined) continue;
    const at = moments[position];
    const seconds = at === undefined || began === undefined || at < began ? undefined : (at - began) / 1000;
    turns.push({
      index: turns.length,
      speaker: inferred ? (position % 2 === 0 ? 'caller' : 'agent') : (stated[position] ?? 'unknown'),
      at_seconds: seconds,
      text,
    });
  }
  return { turns, speaker_inferred: inferred && turns.length > 0, span: spanOf(began, last), began };
}

/** Of a conversation whose words nobody wants: the same figures, from no more than it takes. */
export function toOutline(
  raw: readonly Record<string, unknown>[] = [],
): Pick<Conversation, 'span' | 'began'> & { turns: number } {
  let turns = 0;
  for (const wire of raw) {
    if (spokenText({ text: text(wire.text), data: anything(wire.data) }) !== undefined) turns += 1;
  }
  const numbers = raw.map((wire) => number(wire.sequence));
  const numbered = numbers.every((place) => place !== undefined);
  const began = earliest(raw, numbered ? numbers : [...raw.keys()]);
  const last = earliest(raw.toReversed(), numbered ? numbers.map((place) => -place).reverse() : [...raw.keys()]);
  return { turns, began, span: spanOf(began, last) };
}

/** The moment of the lowest place that has one. */
function earliest(raw: readonly Record<string, unknown>[], places: readonly number[]): number | undefined {
  let found: number | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  raw.forEach((wire, index) => {
    const place = places[index] ?? index;
    const at = place < lowest ? instant(moment(wire.createdAt)) : undefined;
    if (at === undefined) return;
    found = at;
    lowest = place;
  });
  return found;
}

function spanOf(began: number | undefined, last: number | undefined): number | undefined {
  return began === undefined || last === undefined || last <= began ? undefined : (last - began) / 1000;
}

/** By the vendor's numbering where every turn has one; equal numbers keep their order. */
function inOrder<T extends Pick<WireTurn, 'sequence'>>(wires: readonly T[]): T[] {
  if (wires.some((turn) => turn.sequence === undefined)) return [...wires];
  return [...wires].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
}

function statedSpeaker(wire: WireTurn): Speaker | undefined {
  const data = isRecord(wire.data) ? wire.data : {};
  for (const said of [wire.role, wire.source, wire.sender, data.source, data.role, data.speaker]) {
    if (typeof said !== 'string') continue;
    const word = said.toLowerCase().replace(/[^a-z]/g, '');
    const known = SPEAKER_WORDS.find(([, words]) => words.has(word));
    if (known) return known[0];
  }
  return undefined;
}

/** What was said; a message without words shows the data it carries. */
function spokenText({ text, data }: Pick<WireTurn, 'text' | 'data'>): string | undefined {
  if (text !== undefined) return text;
  if (data === undefined || data === '' || (isRecord(data) && Object.keys(data).length === 0)) return undefined;
  return `[data] ${asText(data)}`;
}
