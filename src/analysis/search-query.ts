/**
 * The query language of searching in transcripts, small enough to be matched in linear time whatever is asked:
 *
 * - words: each must occur in the turn, in any order, also inside longer words (`refund` finds `refunded`); words of up
 *   to three letters must stand alone. A longer one is also found in its other English forms (`promises` finds
 *   `promising`);
 * - `"a phrase"`: these words in this order, beginning and ending where words do;
 * - `*`: anything in between, within the turn (`promis*`, `cancel*fee`, `"late * fee"`, `late * fee`);
 * - `OR`, in capitals: what stands before it, or what stands behind it.
 *
 * Case, accents, kinds of quotes, white space and punctuation between words do not matter.
 */
import { Problem } from '../model/problem.ts';
import { fold, foldWithPositions, isWordEdge } from './text-folding.ts';
import { endOfForm, stemOf } from './word-forms.ts';

export const MAX_QUERY_LENGTH = 300;
const SHORT_WORD = 3;

interface Term {
  /** As the caller wrote it. */
  source: string;
  /** Folded literal pieces, to be found in this order with anything in between. */
  pieces: string[];
  from_edge: boolean;
  to_edge: boolean;
  /** Stem by which other forms of the word are found. */
  stem?: string | undefined;
}

interface Found {
  start: number;
  end: number;
}

export interface Query {
  /** Its words and phrases as the caller wrote them, each once. */
  parts: readonly string[];
  /** Words that are also found in other forms, and the stem that these share. */
  widened: readonly { word: string; stem: string }[];
  /** Does the text match? Cheaper than `locate`. */
  matches(text: string): boolean;
  /** Which of the parts occur in the text. */
  partsIn(text: string): boolean[];
  /** Where the longest term of what matched is in the text, in positions of the text itself. */
  locate(text: string): Found | undefined;
}

/** Compiles a query once for many texts. Throws `invalid_input` on one that is empty or too long. */
export function compileQuery(query: string): Query {
  if (query.length > MAX_QUERY_LENGTH) {
    throw new Problem('invalid_input', `The query is longer than ${MAX_QUERY_LENGTH} characters.`, {
      next: 'Search for a short distinctive phrase.',
    });
  }
  const choices = parse(query);
  if (choices.length === 0) {
    throw new Problem('invalid_input', 'The query has no word to search for.', {
      next: 'Give words, a "quoted phrase", a pattern with *, or OR in capitals between two of these.',
    });
  }
  const parts = new Map(choices.flat().map((term) => [term.source, term]));
  const chosen = (folded: string) => choices.find((terms) => terms.every((term) => find(folded, term) !== undefined));
  return {
    parts: [...parts.keys()],
    widened: [...parts.values()].flatMap(({ source, stem }) => (stem === undefined ? [] : [{ word: source, stem }])),
    matches: (text) => chosen(fold(text)) !== undefined,
    partsIn(text) {
      const folded = fold(text);
      return [...parts.values()].map((term) => find(folded, term) !== undefined);
    },
    locate(text) {
      const terms = chosen(fold(text));
      if (!terms) return undefined;
      const { folded, positions } = foldWithPositions(text);
      const found = find(folded, longestOf(terms));
      if (!found) return undefined;
      return { start: positions[found.start] ?? 0, end: positions[found.end] ?? text.length };
    },
  };
}

function longestOf([first, ...others]: Choice): Term {
  const size = ({ pieces }: Term) => pieces.join('').length;
  return others.reduce((best, term) => (size(term) > size(best) ? term : best), first);
}

/** Terms of which each must occur. */
type Choice = [Term, ...Term[]];

/** What the query asks for: any one of these. */
function parse(query: string): Choice[] {
  const choices: Choice[] = [];
  let terms: Term[] = [];
  let joined = false;
  const close = () => {
    const [first, ...others] = terms;
    if (first) choices.push([first, ...others]);
    terms = [];
    joined = false;
  };
  for (const match of query.matchAll(/["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|[^\s"“”„«»]+/gu)) {
    const source = match[1] ?? match[0];
    if (match[0] === 'OR') {
      close();
      continue;
    }
    const term = termOf(source, match[1] !== undefined);
    if (term === undefined) {
      // A lone * ties its neighbours together in this order.
      if (source.includes('*')) joined = terms.length > 0;
      continue;
    }
    const last = terms.at(-1);
    if (joined && last) terms[terms.length - 1] = tied(last, term);
    else terms.push(term);
    joined = false;
  }
  close();
  return choices;
}

/** Undefined for a source without a word. */
function termOf(source: string, quoted: boolean): Term | undefined {
  const pieces = source.split('*').map(fold).filter(Boolean);
  const [word = ''] = pieces;
  if (word === '') return undefined;
  const plain = pieces.length === 1 && !source.includes('*');
  const whole = quoted || (plain && word.length <= SHORT_WORD);
  return {
    source: quoted ? `"${source.trim()}"` : source,
    pieces,
    from_edge: whole && !source.startsWith('*'),
    to_edge: whole && !source.endsWith('*'),
    stem: plain && !whole ? stemOf(word) : undefined,
  };
}

function tied(first: Term, second: Term): Term {
  return {
    source: `${first.source} * ${second.source}`,
    pieces: [...first.pieces, ...second.pieces],
    from_edge: first.from_edge,
    to_edge: second.to_edge,
  };
}

function find(folded: string, term: Term): Found | undefined {
  return findPieces(folded, term) ?? (term.stem === undefined ? undefined : findForm(folded, term.stem));
}

/** Leftmost piece after leftmost piece: with gaps of any length that finds a match whenever there is one. */
function findPieces(folded: string, term: Term): Found | undefined {
  let start = -1;
  let at = 0;
  for (const [i, piece] of term.pieces.entries()) {
    const first = i === 0;
    const last = i === term.pieces.length - 1;
    let found = folded.indexOf(piece, at);
    while (
      found !== -1 &&
      ((first && term.from_edge && !isWordEdge(folded, found)) ||
        (last && term.to_edge && !isWordEdge(folded, found + piece.length)))
    ) {
      found = folded.indexOf(piece, found + 1);
    }
    if (found === -1) return undefined;
    if (first) start = found;
    at = found + piece.length;
  }
  return { start, end: at };
}

/** The first word that is a form of this stem. */
function findForm(folded: string, stem: string): Found | undefined {
  const isEdge = (position: number) => isWordEdge(folded, position);
  for (let start = folded.indexOf(stem); start !== -1; start = folded.indexOf(stem, start + 1)) {
    const end = isEdge(start) ? endOfForm(folded, stem, start, isEdge) : undefined;
    if (end !== undefined) return { start, end };
  }
  return undefined;
}
