/**
 * Reads single values of the configuration. What cannot be understood is said, and counts as what allows least: a limit that
 * was meant and misspelt must not be no limit.
 */
import { isUnfilled } from '../model/placeholder.ts';

/**
 * A value for a message. Where a word or a number is expected, a key may have been pasted: what does not look like a
 * word or a number is counted and not shown.
 */
export function quoted(text: string): string {
  const harmless = /^-?(?:[a-z]+(?:[_-][a-z]+)*|[\d.,]{1,12})$/i.test(text) && text.length <= 16;
  return harmless ? `"${text}"` : `something of ${text.length} characters (not shown: it may be a key)`;
}

/** A setting's value, or undefined when it is empty. */
export function present(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text ? text : undefined;
}

/** A value that somebody gave: not empty, and nothing that a host's template left of a variable. */
export function given(value: string | undefined): string | undefined {
  const text = present(value);
  return text === undefined || isUnfilled(text) ? undefined : text;
}

/** A switch; undefined for a word that is neither yes nor no. */
export function switchOf(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  return /^(0|false|no|off)$/i.test(text) ? false : undefined;
}

/** A whole number of 0 or more, written in digits only; undefined for anything else (`1e9`, `-3`, `0x10`, `ten`). */
export function wholeOf(text: string): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}
