/**
 * Values that a platform shows in place of others: masks and the words of a redaction. Where a whole is replaced by a write,
 * sending one back would take the place of what it hides.
 */
import { isRecord } from '../../model/json.ts';

/** Stars, dots, crosses and blocks in a row: `****`, `**4f2a`, `sk-••••`, `XXXX`, `xxxx-xxxx-1234`. */
const DRAWN = /\*{3,}|^\*\*(?=\S*\d)\w{2,8}$|[•●∙·█]{3,}|^[xX#]{4,}$|(^|[-_])[xX]{4,}([-_]|\w{2,4}$)/;
/** A key without its beginning, its middle or its end: `...wxyz`, `abcd...wxyz`, `sk-4f…`. A word before dots is none. */
const CUT =
  /^[\w+/=-]{3,12}(\.{3,}|…)[\w+/=-]{3,12}$|^(?=\S*[\d_-])[\w+/=-]{2,12}(\.{3,}|…)$|^(\.{3,}|…)(?=\S*\d)[\w+/=-]{2,12}$/;
const WORDS = 'redacted|masked|hidden|filtered|removed|secret|not shown';
const FURTHER = 'encrypted|sensitive|censored|obfuscated|protected';
/** Words alone, between underscores or in brackets of any kind: `redacted`, `__masked__`, `[REDACTED]`, `<hidden>`. */
const SAID = new RegExp(`^[\\W_]*(${WORDS})[\\W_]*$|^[\\W_]+(${FURTHER})[\\W_]+$`, 'i');
const IN_BRACKETS = new RegExp(`[[<({]\\s*(redacted|masked|hidden|filtered|removed|${FURTHER})\\s*[\\])>}]`, 'i');
/** A flag of an object that stands in place of a value: `{ "masked": true }`, `{ "has_value": true }`. */
const FLAG = /^(is_?)?(redacted|masked|encrypted|censored|obfuscated)$|^(has_?value|is_?set)$/i;

/** Whether a text is, or holds, what a platform writes in place of a value that it does not show. */
export function isMask(text: string): boolean {
  const trimmed = text.trim();
  return DRAWN.test(trimmed) || CUT.test(trimmed) || SAID.test(trimmed) || IN_BRACKETS.test(trimmed);
}

/** Whether any text in a value, at any depth, looks masked, or an object of flags says that it stands for what is not shown. */
export function holdsMask(value: unknown): boolean {
  if (typeof value === 'string') return isMask(value);
  if (Array.isArray(value)) return value.some(holdsMask);
  if (!isRecord(value)) return false;
  const members = Object.entries(value);
  const flagged =
    members.some(([name, member]) => member === true && FLAG.test(name)) &&
    members.every(([, member]) => typeof member === 'boolean' || member === null);
  return flagged || members.some(([, member]) => holdsMask(member));
}

/** Whether a value that is sent back holds a number that was not read as it stands at the vendor. */
export function holdsRounded(value: unknown): boolean {
  if (typeof value === 'number')
    return !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  if (Array.isArray(value)) return value.some(holdsRounded);
  return isRecord(value) && Object.values(value).some(holdsRounded);
}
