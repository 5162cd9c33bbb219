/**
 * Patterns over the letters of all scripts. An engine takes milliseconds to compile one, and longer to run it; in a text of
 * ASCII and common punctuation the same pattern over ASCII finds the same, so that is used there.
 */
export interface LetterPattern {
  /** The pattern to look through this text with. */
  in(text: string): RegExp;
}

/** Neither ASCII nor one of the signs here, of which none is a letter, a digit or a mark. */
const WIDE = /[^\0-\x7f«»¡¿§°·€£¥‐-⁞◦]/;

/** `source` may have the properties `L`, `Lu`, `Ll`, `M` and `N`; flag `u` is added where it is needed. */
export function overLetters(source: string, flags = ''): LetterPattern {
  let wide: RegExp | undefined;
  let narrow: RegExp | undefined;
  return {
    in(text) {
      if (WIDE.test(text)) {
        wide ??= new RegExp(source, `${flags}u`);
        return wide;
      }
      narrow ??= new RegExp(narrowed(source), flags);
      return narrow;
    },
  };
}

const ASCII: Readonly<Record<string, string>> = { L: 'A-Za-z', Lu: 'A-Z', Ll: 'a-z', M: '', N: '0-9' };
const PARTS = /\\([pP])\{([^}]+)\}|\\.|[[\]]/gs;

/** The source of a pattern with the letters of ASCII for those of all scripts. */
function narrowed(source: string): string {
  let within = false;
  return source.replace(PARTS, (part, p?: string, property = '') => {
    if (part === '[') within = true;
    if (part === ']') within = false;
    if (p === undefined) return part;
    const letters = ASCII[property];
    if (letters === undefined || (p === 'P' && within)) throw new Error(`No ASCII is known for ${part}.`);
    return within ? letters : `[${p === 'P' ? '^' : ''}${letters}]`;
  });
}
