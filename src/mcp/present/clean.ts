/** Third-party text in the shapes that answers need: cut to a length, or deep inside data. */
import { cleanLine } from '../../model/clean.ts';

/** Cleans text and cuts it to `limit` characters, saying how many were cut. */
export function clip(text: string, limit: number): string {
  const line = cleanLine(text).trim();
  if (line.length <= limit) return line;
  const kept = line.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (+${line.length - kept.length} characters)`;
}

/**
 * Deep copy with every string (keys too) cleaned, and redacted afterwards: cleaning may put a secret together. `undefined`
 * members fall away, so that optional means absent.
 */
export function cleanDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(cleanLine(value));
  if (Array.isArray(value)) return value.map((item) => cleanDeep(item, redact));
  if (typeof value === 'object' && value !== null) {
    const entries: [string, unknown][] = [];
    for (const [key, member] of Object.entries(value))
      if (member !== undefined) entries.push([redact(cleanLine(key)), cleanDeep(member, redact)]);
    return Object.fromEntries(entries);
  }
  return value;
}
