/** Secrets out of every text that leaves the process. */
import { alphabetOf, decodeOnce, escapedPieces, hasEscapes, MOST_LEVELS, undecoded } from './escapes.ts';
import { type Span, secretScan } from './secret-scan.ts';
import { type Spelling, spellingsOf } from './spellings.ts';

export interface Redactor {
  /** From now on this secret is replaced in every spelling that `spellings.ts` and `escapes.ts` know. Shorter than 4: ignored. */
  register(secret: string): void;
  redact(text: string): string;
}

const MARK = '[redacted]';

/** Characters in a row that are found as they are, so that escapes farther apart need not be read. */
const APART = 8;

export function createRedactor(): Redactor {
  const spellings = new Map<string, Spelling>();
  let search: Search | undefined;
  return {
    register(secret) {
      for (const text of new Set([secret, secret.trim()]))
        for (const spelling of spellingsOf(text)) spellings.set(`${spelling.exact} ${spelling.word}`, spelling);
      search = undefined;
    },
    redact(text) {
      if (spellings.size === 0) return text;
      search ??= searchFor([...spellings.values()]);
      const spans = search(text);
      return spans.length === 0 ? text : replaceAll(text, spans);
    },
  };
}

type Search = (text: string) => Span[];

/** First the text as it is; then, where escapes are, what they stand for, level by level. */
function searchFor(spellings: readonly Spelling[]): Search {
  const scan = secretScan(spellings);
  // Short secrets are found as they are written only: escapes of so few characters come about by chance.
  const scanRead = secretScan(spellings.filter(({ exact }) => !exact));
  const alphabet = alphabetOf(spellings.filter(({ inEscapes }) => inEscapes).map(({ word }) => word));
  return (text) => {
    const spans: Span[] = [];
    const pieces: Span[] = [];
    scan(text, (find) => {
      if (find.enough) spans.push(find);
      if (find.partOf === undefined) return;
      // The rest of it may be written in escapes.
      const around = {
        start: Math.max(0, find.start - find.partOf),
        end: Math.min(text.length, find.end + find.partOf),
      };
      if (hasEscapes(text.slice(around.start, around.end))) pieces.push(around);
    });
    for (const piece of merged([...pieces, ...escapedPieces(text, alphabet, APART)])) {
      let read = decodeOnce(undecoded(text, piece));
      for (let level = 1; read && level <= MOST_LEVELS; level += 1) {
        const { starts } = read;
        scanRead(read.text, ({ start, end, enough }) => {
          if (enough) spans.push({ start: starts[start] ?? 0, end: starts[end] ?? piece.end });
        });
        read = decodeOnce(read);
      }
    }
    return spans;
  };
}

function merged(pieces: Span[]): Span[] {
  const result: Span[] = [];
  for (const piece of pieces.sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && piece.start <= last.end) last.end = Math.max(last.end, piece.end);
    else result.push({ ...piece });
  }
  return result;
}

/** Of two secrets that overlap, neither keeps a visible end. */
function replaceAll(text: string, spans: Span[]): string {
  spans.sort((a, b) => a.start - b.start);
  let result = '';
  let done = 0;
  for (const { start, end } of spans) {
    if (start >= done) result += text.slice(done, start) + MARK;
    done = Math.max(done, end);
  }
  return result + text.slice(done);
}

/** The value of a JSON text without secrets. What holds none is given back as it is: most texts, and long ones. */
export function redactJson(text: string, value: unknown, redact: (text: string) => string): unknown {
  return redact(text) === text ? value : redactValue(value, redact);
}

const DEEPEST = 64;

/**
 * A copy of any value as plain JSON with secrets replaced in every string and member name. Cycles, depth beyond 64,
 * functions and the like become a word; errors keep everything, the stack included.
 */
export function redactValue(value: unknown, redact: (text: string) => string): unknown {
  const path = new Set<object>();
  const visit = (item: unknown): unknown => {
    if (typeof item === 'string') return redact(item);
    if (typeof item === 'bigint') return redact(String(item));
    if (typeof item === 'function' || typeof item === 'symbol') return `[${typeof item}]`;
    if (typeof item !== 'object' || item === null) return item;
    if (path.has(item)) return '[circular]';
    if (path.size >= DEEPEST) return '[too deep]';
    path.add(item);
    try {
      return copy(item);
    } finally {
      path.delete(item);
    }
  };
  const copy = (item: object): unknown => {
    if (Array.isArray(item)) return item.map(visit);
    if (item instanceof Date) return Number.isNaN(item.getTime()) ? 'Invalid Date' : item.toISOString();
    if (item instanceof Map || item instanceof Set) return visit([...item]);
    const entries = item instanceof Error ? errorEntries(item) : Object.entries(item);
    return Object.fromEntries(entries.map(([name, member]) => [redact(name), visit(member)]));
  };
  return visit(value);
}

/** Name, message, stack and cause do not enumerate; everything else an error carries does. */
function errorEntries(error: Error): [string, unknown][] {
  const cause: [string, unknown][] = error.cause === undefined ? [] : [['cause', error.cause]];
  return [['name', error.name], ['message', error.message], ...Object.entries(error), ['stack', error.stack], ...cause];
}
