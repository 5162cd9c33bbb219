/**
 * The wording of a reason: what it says once numbers, names, quotations and addresses are masked. Reasons of one wording
 * say the same of different conversations; what is masked is also what could be personal.
 */

/** The masks; they are masked to themselves, so that a wording can be masked again. */
export const MASKS = { quote: '“…”', number: '#', name: '◦', address: '@…' } as const;

const MASKED =
  /"[^"\n]{1,2000}"|“[^”\n]{1,2000}”|„[^“”\n]{1,2000}[“”]|«[^»\n]{1,2000}»|(?<![\p{L}\p{N}])'[^'\n]{2,2000}'(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])‘[^’\n]{2,2000}’(?![\p{L}\p{N}])/gu;
const ADDRESS = /\bhttps?:\/\/[^\s"'<>]+|\b[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}|@…/gu;
/** A number with what belongs to it: currency, time, date, ids with digits in them. */
const NUMBER = /[€$£¥]?[\p{L}_-]*\p{N}[\p{L}\p{N}_]*(?:[.,:/’'-][\p{L}\p{N}_]+)*\s?(?:%|[€$£¥])?/gu;
/** Words with a capital behind a small letter, a comma or a title: names, as far as they can be seen without a dictionary. */
const CAPITALISED =
  /(?<=[\p{Ll}\p{N},;:)◦#”…]\s)(?:\p{Lu}[\p{L}\p{M}’'-]*\p{Ll}[\p{L}\p{M}]*)(?:\s\p{Lu}[\p{L}\p{M}’'-]*\p{Ll}[\p{L}\p{M}]*)*/gu;
const WORD = /[\p{L}\p{M}]{4,}/gu;
const SPACE = /\s+/gu;

/** Words of four letters and more that a masked wording keeps at least; one that keeps fewer says too little. */
const LEAST_WORDS = 3;
/** A text in which more than this share of words is written with a capital is of a language that does so with nouns. */
const NOUN_SHARE = 0.3;

/** The masked wording of a text, on one line. Masking it again changes nothing. */
export function maskedWording(text: string): string {
  const plain = text
    .replace(MASKED, MASKS.quote)
    .replace(ADDRESS, MASKS.address)
    .replace(NUMBER, (found) => (found.endsWith(' ') ? `${MASKS.number} ` : MASKS.number))
    .replace(SPACE, ' ')
    .trim();
  const names = plain.match(CAPITALISED)?.length ?? 0;
  if (names === 0) return plain;
  const words = plain.match(WORD)?.length ?? 0;
  return plain.replace(CAPITALISED, (found) =>
    found.includes(' ') || names <= words * NOUN_SHARE ? MASKS.name : found,
  );
}

/** Longest wording that is kept, in characters: what comes behind it makes no difference. */
export const LONGEST_WORDING = 400;

/**
 * What failures that say the same have in common: the criterion and the masked wording of the reason. Undefined where
 * there is no reason: nothing was said that could be said again. A reason of which masking leaves next to nothing counts
 * with all its words.
 */
export function wordingOf(evaluation: string, reason: string): string | undefined {
  const said = reason.replace(SPACE, ' ').trim();
  if (said === '') return undefined;
  const masked = maskedWording(said);
  const wording = (masked.match(WORD)?.length ?? 0) >= LEAST_WORDS ? masked : said;
  return `[${evaluation.replace(SPACE, ' ').trim().slice(0, 120)}] ${wording}`.slice(0, LONGEST_WORDING);
}
