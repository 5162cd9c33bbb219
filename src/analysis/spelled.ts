/** Numbers and addresses in words, as judges write down what callers dictate, masked. */

import { overLetters } from './letters.ts';

/** Digits and tens of English, German, Spanish, French, as a number is dictated. */
const DIGITS =
  'zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante';
/** Four and more, one behind the other; fewer may be a count. */
const NUMBER = overLetters(
  String.raw`(?<![\p{L}\p{N}])(?:${DIGITS})(?:[ ,.-]{1,3}(?:${DIGITS})){3,}(?![\p{L}\p{N}])|[〇零一二三四五六七八九]{4,}`,
  'gi',
);
const DOT = '(?:dot|punkt|punto|point)';
/** Where this is absent, no address is. */
const DOT_AT_END = new RegExp(` ${DOT} `, 'i');
/** `maria dot hill at example dot com`. */
const ADDRESS = overLetters(
  String.raw`(?<![\p{L}\p{N}])[\p{L}\p{N}_-]{1,64}(?:(?:\.| ${DOT} )[\p{L}\p{N}_-]{1,64}){0,4} (?:at|ät|arroba|arobase) [\p{L}\p{N}_-]{1,63} ${DOT} \p{L}{2,12}(?![\p{L}\p{N}])`,
  'gi',
);

/** The text with masks where a number or an address stands in words. */
export function withoutSpelled(text: string, masks: { number: string; address: string }): string {
  const plain = DOT_AT_END.test(text) ? text.replace(ADDRESS.in(text), masks.address) : text;
  return plain.replace(NUMBER.in(plain), masks.number);
}
