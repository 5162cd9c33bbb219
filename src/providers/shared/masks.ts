/**
 * Values that a platform shows in place of others: masks and the words of a redaction. Where a whole is replaced by a write,
 * sending one back would take the place of what it hides.
 */
import { isRecord } from '../../model/json.ts';

/** Stars, dots, crosses and blocks in a row: `****`, `sk-••••`, `XXXX`. */
const DRAWN = /\*{3,}|[•●∙·█]{3,}|^[xX#]{4,}$/;
/** A key without its middle or its end: `abcd...wxyz`, `sk-4f…`. A word before dots is none. */
const CUT = /^[\w+/=-]{3,12}(\.{3,}|…)[\w+/=-]{3,12}$|^(?=\S*[\d_-])[\w+/=-]{2,12}(\.{3,}|…)$/;
/** Words alone, or in brackets of any kind within a text: `[REDACTED]`, `<hidden>`, `{{masked}}`, `redacted`. */
const SAID = /^\W*(redacted|masked|hidden|filtered|removed|secret|not shown)\W*$/i;
const IN_BRACKETS = /[[<({]\s*(redacted|masked|hidden|filtered|removed)\s*[\])>}]/i;

/** Whether a text is, or holds, what a platform writes in place of a value that it does not show. */
export function isMask(text: string): boolean {
  const trimmed = text.trim();
  return DRAWN.test(trimmed) || CUT.test(trimmed) || SAID.test(trimmed) || IN_BRACKETS.test(trimmed);
}

/** Whether any text in a value, at any depth, looks masked. Names of members are none of it. */
export function holdsMask(value: unknown): boolean {
  if (typeof value === 'string') return isMask(value);
  if (Array.isArray(value)) return value.some(holdsMask);
  return isRecord(value) && Object.values(value).some(holdsMask);
}

/** Whether a value that is sent back holds a number that was not read as it stands at the vendor. */
export function holdsRounded(value: unknown): boolean {
  if (typeof value === 'number')
    return !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  if (Array.isArray(value)) return value.some(holdsRounded);
  return isRecord(value) && Object.values(value).some(holdsRounded);
}
