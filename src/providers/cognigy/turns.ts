/**
 * The turns of a run. The vendor documents no speaker: where a turn says one it is believed, otherwise the simulated
 * caller is taken to open and both to alternate (INFERRED from field code), and the transcript says that it was inferred.
 */
import type { Speaker, Turn } from '../../model/schemas.ts';
import { isRecord, readable } from '../fields.ts';
import { asText, defined } from './lenient.ts';
import { instant } from './times.ts';
import { outlineReader, turnReader, type WireTurn } from './wire.ts';

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
      ...defined('at_seconds', seconds),
      text,
    });
  }
  return {
    turns,
    speaker_inferred: inferred && turns.length > 0,
    ...spanOf(began, last),
    ...defined('began', began),
  };
}

/** Of a conversation whose words nobody wants: the same figures, in a fifth of the work. */
export function toOutline(
  raw: readonly unknown[] | undefined,
): Pick<Conversation, 'span' | 'began'> & { turns: number } {
  const ordered = inOrder(readable(outlineReader, raw ?? []));
  let turns = 0;
  for (const wire of ordered) if (spokenText(wire) !== undefined) turns += 1;
  const began = firstMoment(ordered);
  const last = began === undefined ? undefined : firstMoment(ordered.reverse());
  return { turns, ...spanOf(began, last), ...defined('began', began) };
}

function firstMoment(wires: readonly Pick<WireTurn, 'createdAt'>[]): number | undefined {
  for (const { createdAt } of wires) {
    const at = instant(createdAt);
    if (at !== undefined) return at;
  }
  return undefined;
}

function spanOf(began: number | undefined, last: number | undefined): Pick<Conversation, 'span'> {
  return began === undefined || last === undefined || last <= began ? {} : { span: (last - began) / 1000 };
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
