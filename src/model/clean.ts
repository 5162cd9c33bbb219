/**
 * Cleaning of text that third parties wrote. Removes what a reader cannot see or what a terminal would obey: control
 * characters, ANSI escapes, bidi overrides, zero-width and invisible characters, Unicode tag characters, variation
 * selectors beyond emoji, private use. Line breaks become a visible escape, so that one turn stays one line.
 */

// A string escape (`ESC ]` … BEL) goes with its content only where it ends: one that does not would take the rest of
// the text with it, and who writes a transcript could hide evidence behind it.
const ANSI =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0000-\u001f\u0085\u2028\u2029]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: vertical tab and form feed break lines, too
const LINE_BREAK = /\r\n|[\n\r\u000b\u000c\u0085\u2028\u2029]/g;
// Cc (but tab), Cf (soft hyphen, bidi, zero width, tags), Co (private use), Cs (lone surrogates), noncharacters, and
// everything that Unicode says is drawn as nothing. That property also holds code points which are not assigned yet:
// models read U+E0000 or U+E0080 beside tag characters just as well as the assigned ones. Three more that are blank
// without having it: the Braille blank, a musical null note head, the Khitan filler.
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{16fe4}]/gu;

/** Cleans text and keeps it on one line: line breaks show as `⏎`, tabs as a space. */
export function cleanLine(text: string): string {
  return text.replace(ANSI, '').replace(LINE_BREAK, ' ⏎ ').replaceAll('\t', ' ').replace(INVISIBLE, '');
}

/**
 * Cleans text of several lines that has to stay what it is: line breaks (`\n`, `\r\n`, `\r`) and tabs stay, everything
 * else that cannot be seen goes, other characters that break lines too.
 */
export function cleanText(text: string): string {
  return text
    .split(/([\t\n\r])/)
    .map((piece) =>
      /^[\t\n\r]$/.test(piece) ? piece : piece.replace(ANSI, '').replace(LINE_BREAK, '').replace(INVISIBLE, ''),
    )
    .join('');
}

/** JSON with the same characters as escapes: nothing is lost, and nothing is left for a terminal to obey. */
export function escapeInvisible(json: string): string {
  return json.replace(LINE_BREAK, escaped).replace(INVISIBLE, escaped);
}

/** Each character (UTF-16 unit) as JSON escapes it: `\\u003c`. */
export function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    return `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** A stretch of a text, and how `cleanLine` shows it. */
export interface ShownPiece {
  start: number;
  end: number;
  shown: string;
}

const PIECE = new RegExp(`${ANSI.source}|${LINE_BREAK.source}|[^]`, 'gu');

/** The text piece by piece, those that are not shown left out: what was copied from an answer is found again in the text. */
export function shownPieces(text: string): ShownPiece[] {
  const pieces: ShownPiece[] = [];
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const shown = cleanLine(piece);
    if (shown !== '') pieces.push({ start: index, end: index + piece.length, shown });
  }
  return pieces;
}
