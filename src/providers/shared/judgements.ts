/**
 * What judges say, in the forms that platforms send: yes or no, scores, and the name of a form that was not understood.
 * An unknown form is never a pass: it is named in trusted words, and its value is quoted where reasons are.
 */
import { isRecord } from '../../model/json.ts';
import { asText, number } from './scalars.ts';

const PASSED: ReadonlySet<string> = new Set(
  'passed pass true yes success succeeded successful fulfilled met satisfied'.split(' '),
);
const FAILED: ReadonlySet<string> = new Set(
  'failed fail false no failure unsuccessful unfulfilled notfulfilled notmet unmet notpassed didnotpass notsatisfied unsatisfied notsuccessful'.split(
    ' ',
  ),
);
/** Members that say whether something passed; those of `INVERTED` say the contrary. */
const MEMBERS = ['passed', 'pass', 'success', 'result', 'verdict', 'met', 'fulfilled'];
const INVERTED = ['failure', 'failed', 'fail'];
/** Members beside which the others are counts. */
const TOTALS = ['total', 'count', 'of'];
/** What may stand around a word of passing: a number or a cross says something else. */
const AROUND = /[\s.,:;*_"'`()[\]{}#✓✔✅–—-]|\uFE0F|!+$/gu;

/** Yes or no: a truth, 1 or 0, a known word (in any case, with any punctuation), a list of one, an object that says it. */
export function yesOrNo(value: unknown, depth = 0): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value === 1 ? true : value === 0 ? false : undefined;
  if (typeof value === 'string') return wordOf(value);
  if (depth > 2) return undefined;
  if (Array.isArray(value)) return value.length === 1 ? yesOrNo(value[0], depth + 1) : undefined;
  if (!isRecord(value) || TOTALS.some((key) => key in value)) return undefined;
  const said = MEMBERS.flatMap((key) => (key in value ? [yesOrNo(value[key], depth + 1)] : []));
  const denied = INVERTED.flatMap((key) => (key in value ? [yesOrNo(value[key], depth + 1)] : []));
  const all = [...said, ...denied.map((one) => (one === undefined ? undefined : !one))];
  const [first] = all;
  // Members that contradict one another say nothing.
  return all.every((one) => one === first) ? first : undefined;
}

function wordOf(text: string): boolean | undefined {
  const written = text.trim();
  if (/^[01](\.0+)?$/.test(written)) return written.startsWith('1');
  const word = written.toLowerCase();
  if (PASSED.has(word.replace(AROUND, ''))) return true;
  return FAILED.has(word.replace(/[^\p{L}\p{N}]/gu, '')) ? false : undefined;
}

export interface Score {
  score: number;
  /** The score is a share of this: it came as `40%` or `4/10`. */
  scale?: number | undefined;
}

/**
 * A score: a number, also as text, per cent or fraction, in a list of one, or in an object under `score` or `value`, where
 * it is a share of the highest score that stands beside it.
 */
export function readScore(value: unknown, depth = 0): Score | undefined {
  const plain = number(value);
  if (plain !== undefined) return { score: plain };
  if (typeof value === 'string') {
    const [, percent] = /^\s*([+-]?\d+(?:\.\d+)?)\s*(?:%|percent|per cent)\s*$/i.exec(value) ?? [];
    if (percent !== undefined) return { score: Number(percent) / 100, scale: 100 };
    const [, part, all] = /^\s*(\d+(?:\.\d+)?)\s*(?:\/|of|out of)\s*(\d+(?:\.\d+)?)\s*$/i.exec(value) ?? [];
    return part === undefined ? undefined : shareOf(Number(part), Number(all));
  }
  if (depth > 2) return undefined;
  if (Array.isArray(value)) return value.length === 1 ? readScore(value[0], depth + 1) : undefined;
  if (!isRecord(value)) return undefined;
  const own = readScore(value.score ?? value.value ?? undefined, depth + 1);
  const [top] = HIGHEST.flatMap((key) => value[key] ?? []);
  if (top === undefined || own?.scale !== undefined) return own;
  const all = number(top);
  if (own === undefined || all === undefined) return undefined;
  // 0.9 beside 5 may be a share already, and it may be 0.9 of 5.
  return all > 1 && own.score > 0 && own.score <= 1 ? undefined : shareOf(own.score, all);
}

/** Members beside a score that say what it is out of. */
const HIGHEST = ['max', 'max_score', 'maximum', 'out_of', 'scale'];

/** More than the whole, and a part of nothing, is no share. */
function shareOf(part: number, all: number): Score | undefined {
  return all > 0 && part <= all ? { score: part / all, scale: all } : undefined;
}

/** The form of a value in trusted words: `an object`, `an unknown word`. */
export function formOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return value.trim() === '' ? 'an empty text' : 'an unknown word';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'a truth';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return isRecord(value) && Object.keys(value).length === 0 ? 'an empty object' : 'an object';
}

/** What to show of an evaluation in a form that was not understood: the value as it came, before what else was said. */
export function notUnderstood(value: unknown, reason: string | undefined): string {
  return [`Not understood: ${asText(value ?? null, 200)}`, reason].filter(Boolean).join(' — ');
}

/** A reason in any form: text, a list or an object of texts; the texts of an object by its own words for them first. */
export function reasonText(reason: unknown, depth = 0): string | undefined {
  if (typeof reason === 'string') return reason.trim() || undefined;
  if (typeof reason === 'number' || typeof reason === 'boolean') return String(reason);
  if (depth > 3 || reason === undefined || reason === null) return undefined;
  const values = Array.isArray(reason) ? reason : isRecord(reason) ? spoken(reason) : [];
  const parts = values.map((part) => reasonText(part, depth + 1)).filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' ').trim() : undefined;
}

const SPOKEN = ['reason', 'reasoning', 'explanation', 'text', 'message', 'summary', 'content', 'description'];

function spoken(value: Record<string, unknown>): unknown[] {
  const named = SPOKEN.flatMap((key) => (typeof value[key] === 'string' ? [value[key]] : []));
  return named.length > 0 ? named : [asText(value, 600)];
}

/** Names that tell things of one name apart: `Tone [id]` where several ids share it, the id where there is none. */
export function distinctNames(things: readonly { id: string; name?: string | undefined }[]): Map<string, string> {
  const uses = new Map<string, Set<string>>();
  for (const { id, name = '' } of things) {
    const ids = uses.get(name.trim()) ?? new Set();
    uses.set(name.trim(), ids.add(id));
  }
  return new Map(
    things.map(({ id, name = '' }) => {
      const plain = name.trim();
      if (plain === '') return [id, id];
      return [id, (uses.get(plain)?.size ?? 0) > 1 ? `${plain} [${id}]` : plain];
    }),
  );
}
