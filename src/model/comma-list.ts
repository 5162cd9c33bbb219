/** Several references, or names, in one text: as tools take and print them, and settings hold them. */

/** The parts between commas, without blanks around them; those that are empty are left out. */
export function fromCommaList(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

export function toCommaList(parts: readonly string[]): string {
  return parts.join(',');
}
