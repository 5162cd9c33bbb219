/** How a secret may be written: the words that are looked for in texts, and in texts whose escapes were read. */

export interface Spelling {
  /** ASCII letters in lower case, unless `exact`. */
  word: string;
  /** Capitals and small letters differ. */
  exact: boolean;
  /** Characters in a row from which on a find is looked at. */
  least: number;
  /** Characters, breaks between them left out, that are a find by themselves; `undefined` = as `isTelling` says of those in a row. */
  enough: number | undefined;
  /** Characters that may be wrong or missing where all others are there. */
  slack: number;
  /** Its characters may be written in escapes. */
  inEscapes: boolean;
  /** As it was written. */
  written: string;
}

/** Shorter ones would eat ordinary words. */
export const SHORTEST = 4;
/** From here on a secret is long enough for its encoded forms, and for parts of it, to be told from chance. */
const SHORTEST_ENCODED = 8;
/** Characters of a secret that are one part of it. */
const PART = 8;
/** Of a secret that could be words, this many. */
const WORDS = 16;

/** Every spelling of a secret that is looked for. Empty for one that is too short. */
export function spellingsOf(secret: string): Spelling[] {
  if (secret.trim().length < SHORTEST) return [];
  if (secret.length < SHORTEST_ENCODED) return [whole(secret, true)];
  const text = secret.toWellFormed();
  const bytes = Buffer.from(text, 'utf8');
  const part = partThatTells(text);
  /** `length`: characters of the form that so many of the secret take. */
  const byPart = (word: string, length: (characters: number) => number): Spelling => ({
    ...whole(word, false),
    // A line may be shorter than what is enough, and go on in the next.
    least: Math.min(word.length, length(PART)),
    enough: Math.min(word.length, length(part)),
  });
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  return [
    plain(secret),
    ...writtenForms(text).map((form) => whole(form, false)),
    ...base64Forms(bytes).map((form) => ({
      ...byPart(form, (count) => Math.ceil((count * 4) / 3) - 1),
      inEscapes: true,
    })),
    byPart(hex.join(''), (count) => count * 2),
    ...[' ', ':', '-'].map((between) => byPart(hex.join(between), (count) => count * 3 - 1)),
    ...[', 0x', ',0x', ' 0x'].map((between) => byPart(hex.join(between), separated(between))),
    ...[',', ', '].map((between) => byPart([...bytes].join(between), separated(between))),
  ].filter(({ word }) => word.length >= SHORTEST_ENCODED);
}

/** Length of so many numbers of two characters with something between them. */
function separated(between: string): (characters: number) => number {
  return (characters) => characters * (2 + between.length) - between.length;
}

function whole(written: string, exact: boolean): Spelling {
  return {
    written,
    word: exact ? written : lowered(written),
    exact,
    least: written.length,
    enough: written.length,
    slack: 0,
    inEscapes: false,
  };
}

/** The secret itself: whole, all but one character, or a part that is not just words. */
function plain(secret: string): Spelling {
  const { length } = secret;
  if (!isTelling(secret) && length < WORDS) return { ...whole(secret, false), inEscapes: true };
  return {
    ...whole(secret, false),
    least: Math.min(PART, Math.max(SHORTEST, Math.ceil((length - 1) / 2))),
    enough: undefined,
    slack: 1,
    inEscapes: true,
  };
}

/** Whether characters in a row of a secret are no mere words: a digit, or a capital inside. */
export function isTelling(part: string): boolean {
  return part.length >= PART && (/\d|.[A-Z]/.test(part) || part.length >= WORDS);
}

/**
 * How many characters of a secret in a row are never mere words: its encoded forms are found by parts of this length, so that
 * a cursor of ours that names a platform is not taken for a key that does.
 */
function partThatTells(secret: string): number {
  let part = PART;
  while (part < WORDS && hasWordsOf(secret, part)) part += 1;
  return part;
}

function hasWordsOf(secret: string, length: number): boolean {
  for (let start = 0; start + length <= secret.length; start += 1)
    if (!isTelling(secret.slice(start, start + length))) return true;
  return false;
}

/** ASCII letters in lower case; every character stays where it is. */
export function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Of a secret with blanks, control characters or others than ASCII: what reading its escapes would not give. */
function writtenForms(text: string): string[] {
  if (/^[\x21-\x7e]*$/.test(text)) return [];
  const form = new URLSearchParams({ s: text }).toString().slice(2);
  const json = JSON.stringify(text).slice(1, -1);
  const forms = [
    encodeURIComponent(text),
    encodeURI(text),
    form,
    form.replaceAll('+', '%20'),
    json,
    JSON.stringify(json).slice(1, -1),
  ];
  return forms.filter((one) => one !== text);
}

/**
 * Base64 of the secret wherever it stands inside a longer text (`user:secret`): three alignments, each without the
 * characters at its ends that also depend on the neighbours. In the standard and in the URL alphabet.
 */
function base64Forms(bytes: Buffer): string[] {
  const forms = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const start = Math.ceil((shift * 8) / 6);
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    return text.slice(start, end);
  });
  return [...new Set([...forms, ...forms.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))])];
}
