/**
 * Names that this server gives to sessions which it starts: they end with the random id of the claim, so that a session
 * whose answer was lost can be recognised at the platform.
 */

/** The name, cut to `longest` characters, with the id behind it in brackets. */
export function markedName(name: string, id: string, longest: number): string {
  const tail = ` (${id})`;
  return `${name.slice(0, longest - tail.length).replace(/[\ud800-\udbff]$/, '')}${tail}`;
}

/** Whether a name carries the mark of this claim. */
export function isMarkedWith(name: string, id: string): boolean {
  return name.includes(`(${id})`);
}

/** The name as a person reads it: without the mark. */
export function withoutMark(name: string | undefined): string | undefined {
  return name?.replace(/ \([0-9a-f]{16}\)$/, '');
}
