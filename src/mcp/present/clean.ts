/** Third-party text in the shapes that answers need: cut to a length, or deep inside data. */
import { cleanLine } from '../../model/clean.ts';

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
