/**
 * Seeded choice without a running state: every choice is a hash of its own key, so that an edit of the playbook changes
 * the lines it concerns and leaves the wording of all others alone.
 */

/** FNV-1a over UTF-16 units with a final mix; good enough to choose between phrases, useless for anything else. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value ^= text.charCodeAt(i);
    value = Math.imul(value, 0x01000193);
  }
  value ^= value >>> 16;
  value = Math.imul(value, 0x7feb352d);
  value ^= value >>> 15;
  value = Math.imul(value, 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
}

/** A number in [0, 1) that belongs to the key. */
export function fraction(key: string): number {
  return hash(key) / 2 ** 32;
}

/** One of the options, by key. Empty options give an empty string. */
export function pick(key: string, options: readonly string[]): string {
  return options[hash(key) % Math.max(1, options.length)] ?? '';
}
