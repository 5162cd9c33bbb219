/**
 * The turns of a run. The vendor documents no speaker: where a turn says one it is believed, otherwise the simulated
 * caller is taken to open and both to alternate (INFERRED from field code), and the transcript says that it was inferred.
 */

import { isRecord } from '../../model/json.ts';
import { Problem } from '../../model/problem.ts';
import type { Speaker, Turn } from '../../model/schemas.ts';
import { formOf, reasonText } from '../shared/judgements.ts';
import { saidText } from '../shared/media-text.ts';
import { asText, instant, number, text } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';
import type { WireRun } from './wire.ts';

const SPEAKER_WORDS: readonly [Speaker, ReadonlySet<string>][] = [
  ['tool', new Set(['tool', 'function', 'action', 'webhook'])],
  ['caller', new Set(['user', 'customer', 'caller', 'human', 'persona', 'simulator', 'tester', 'enduser', 'contact'])],
  ['agent', new Set(['bot', 'agent', 'assistant', 'ai', 'aiagent', 'flow', 'cognigy', 'virtualagent'])],
  ['system', new Set(['system', 'event', 'info'])],
];
/** Members that may hold the list of turns, and members of a turn that may hold its text. */
const WRAPPERS = ['items', 'data', 'turns', 'messages'];
const SPOKEN = ['text', 'message', 'content', 'utterance'];

export interface Conversation {
  turns: Turn[];
  /** True when no turn says who speaks. */
  speaker_inferred: boolean;
  /** Seconds from the first turn to the last; absent without usable times. */
  span?: number;
  /** When the first turn was made, in milliseconds since the epoch. */
  began?: number;
}

/**
 * The turns in what came for them: a list (documented), a list under a member, as JSON text, or an object keyed by
 * number. Undefined for a form that is not known.
 */
export function turnsIn(value: unknown, depth = 0): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  if (depth > 2) return undefined;
  if (typeof value === 'string') {
    if (value.trim() === '') return [];
    const parsed = jsonIn(value);
    return parsed === undefined ? undefined : turnsIn(parsed, depth + 1);
  }
  if (!isRecord(value)) return undefined;
  const wrapper = WRAPPERS.find((key) => key in value);
  if (wrapper !== undefined) return turnsIn(value[wrapper], depth + 1);
  const keys = Object.keys(value);
  if (!keys.every((key) => /^\d+$/.test(key))) return undefined;
  return keys.sort((a, b) => Number(a) - Number(b)).map((key) => value[key]);
}

function jsonIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The conversation of a run that was read for it. Throws `unreadable` where the run does not hold what it must. */
export function conversationOf({ turns, totalTurns }: WireRun, judged: boolean): Conversation {
  const rows = turnsIn(turns);
  const mustHaveTurns = totalTurns === undefined ? turns === undefined && judged : totalTurns > 0;
  const conversation = rows && toTurns(rows);
  if (conversation && (conversation.turns.length > 0 || !mustHaveTurns)) return conversation;
  const hasRows = rows !== undefined && rows.length > 0;
  const found =
    turns === undefined
      ? 'it is not part of the run'
      : hasRows
        ? 'nothing is said in what Cognigy sent of it'
        : `Cognigy sent it as ${formOf(turns)}`;
  throw new Problem('unreadable', `The transcript of this run could not be read: ${found}.`, {
    provider: PLATFORM.id,
    sent: 'yes',
    next: 'get_run shows what else the platform tells of the run.',
  });
}

export function toTurns(raw: readonly unknown[]): Conversation {
  const ordered = inOrder(raw);
  const stated = ordered.map(statedSpeaker);
  const inferred = stated.every((speaker) => speaker === undefined);
  const moments = ordered.map(momentOf);
  const [began] = moments.filter((at) => at !== undefined);
  const last = moments.findLast((at) => at !== undefined);
  const turns: Turn[] = [];
  for (const [position, turn] of ordered.entries()) {
    const said = spokenText(turn);
    if (said === undefined) continue;
    const at = moments[position];
    const seconds = at === undefined || began === undefined || at < began ? undefined : (at - began) / 1000;
    turns.push({
      index: turns.length,
      speaker: inferred ? (position % 2 === 0 ? 'caller' : 'agent') : (stated[position] ?? 'unknown'),
      at_seconds: seconds,
      text: saidText(said),
    });
  }
  return { turns, speaker_inferred: inferred && turns.length > 0, span: spanOf(began, last), began };
}

/** Figures of a conversation whose words are not wanted: the same as `toTurns` gives, from no more than they take. */
export function toOutline(raw: readonly unknown[]): Pick<Conversation, 'span' | 'began'> & { turns: number } {
  let turns = 0;
  for (const turn of raw) if (spokenText(turn) !== undefined) turns += 1;
  const numbers = raw.map(placeOf);
  const numbered = numbers.every((place) => place !== undefined);
  const began = earliest(raw, numbered ? numbers : [...raw.keys()]);
  const last = earliest(raw.toReversed(), numbered ? numbers.map((place) => -place).reverse() : [...raw.keys()]);
  return { turns, began, span: spanOf(began, last) };
}

/** The time of the first turn, by place, that has one. */
function earliest(raw: readonly unknown[], places: readonly number[]): number | undefined {
  let found: number | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  raw.forEach((turn, index) => {
    const place = places[index] ?? index;
    const at = place < lowest ? momentOf(turn) : undefined;
    if (at === undefined) return;
    found = at;
    lowest = place;
  });
  return found;
}

function spanOf(began: number | undefined, last: number | undefined): number | undefined {
  return began === undefined || last === undefined || last <= began ? undefined : (last - began) / 1000;
}

function placeOf(turn: unknown): number | undefined {
  return isRecord(turn) ? number(turn.sequence) : undefined;
}

function momentOf(turn: unknown): number | undefined {
  return isRecord(turn) ? instant(turn.createdAt) : undefined;
}

/** By the vendor's numbering where every turn has one; equal numbers keep their order. */
function inOrder(turns: readonly unknown[]): readonly unknown[] {
  if (turns.some((turn) => placeOf(turn) === undefined)) return turns;
  return [...turns].sort((a, b) => (placeOf(a) ?? 0) - (placeOf(b) ?? 0));
}

function statedSpeaker(turn: unknown): Speaker | undefined {
  if (!isRecord(turn)) return undefined;
  const data = isRecord(turn.data) ? turn.data : {};
  for (const said of [turn.role, turn.source, turn.sender, data.source, data.role, data.speaker]) {
    if (typeof said !== 'string') continue;
    const word = said.toLowerCase().replace(/[^a-z]/g, '');
    const known = SPEAKER_WORDS.find(([, words]) => words.has(word));
    if (known) return known[0];
  }
  return undefined;
}

/** What was said; a message without words shows the data it carries, and what cannot be shown that it is there. */
function spokenText(turn: unknown): string | undefined {
  if (!isRecord(turn)) return text(typeof turn === 'number' ? undefined : turn) ?? unshown(turn);
  for (const key of SPOKEN) {
    const said = turn[key];
    const shown = text(said) ?? (carries(said) ? reasonText(said) : undefined);
    if (shown !== undefined) return shown;
  }
  const { data } = turn;
  if (carries(data) || typeof data === 'number') return `[data] ${asText(data)}`;
  return Object.entries(turn).some(([key, value]) => key !== 'data' && typeof value === 'object' && carries(value))
    ? unshown(turn)
    : undefined;
}

function carries(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return typeof value === 'boolean' || (typeof value === 'string' && value !== '');
}

function unshown(value: unknown): string | undefined {
  if (typeof value === 'string') return undefined;
  const form = value === null || value === undefined ? 'entry' : formOf(value).replace(/^an? /, '');
  return `[${form} that cannot be shown]`;
}
