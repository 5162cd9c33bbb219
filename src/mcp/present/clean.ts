/**
 * Cleaning of text that third parties wrote. Removes what a reader cannot see or what a terminal would obey: control
 * characters, ANSI escapes, bidi overrides, zero-width and invisible characters, Unicode tag characters, variation
 * selectors beyond emoji, private use. Line breaks become a visible escape, so that one turn stays one line.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: vertical tab and form feed break lines, too
const LINE_BREAK = /\r\n|[\n\r\u000b\u000c\u0085\u2028\u2029]/g;
// Cc (but tab), Cf (soft hyphen, bidi, zero width, tags U+E0000–E007F), Co (private use), Cs (lone surrogates),
// Hangul fillers, Mongolian selectors, Braille blank, variation selectors.
const INVISIBLE =
  /\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}|\u034f|\u115f|\u1160|\u17b4|\u17b5|[\u180b-\u180f]|\u2800|\u3164|\uffa0|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

/** Cleans text and keeps it on one line: line breaks show as `⏎`, tabs as a space. */
export function cleanLine(text: string): string {
  return text.replace(ANSI, '').replace(LINE_BREAK, ' ⏎ ').replaceAll('\t', ' ').replace(INVISIBLE, '');
}

/** Cleans text and cuts it to `limit` characters, saying how many were cut. */
export function clip(text: string, limit: number): string {
  const line = cleanLine(text).trim();
  if (line.length <= limit) return line;
  const kept = line.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (+${line.length - kept.length} characters)`;
}

/** Deep copy with every string (keys too) cleaned; `undefined` members fall away, so that optional means absent. */
export function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return cleanLine(value);
  if (Array.isArray(value)) return value.map(cleanDeep);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(entries.map(([key, member]) => [cleanLine(key), cleanDeep(member)]));
  }
  return value;
}
