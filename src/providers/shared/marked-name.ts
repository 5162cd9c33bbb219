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

/** The name of a copy of an agent that a write makes: the agent's, cut to `longest` characters, with the mark behind it. */
export function copyName(name: string, mark: string, longest: number): string {
  const tail = ` [${mark}]`;
  return `${name.slice(0, longest - tail.length).replace(/[\ud800-\udbff]$/, '')}${tail}`;
}

/** The mark at the end of the name of a copy; undefined for a name without one. */
export function markOfCopy(name: string | undefined): string | undefined {
  return / \[(agent-sim-[a-z0-9-]{1,80})\]\s*$/.exec(name ?? '')?.[1];
}

/** The id of the change that a copy was made for, by its name. */
export function changeOfCopy(name: string | undefined): string | undefined {
  const mark = markOfCopy(name);
  return mark && (/(?:^|-)(c-[a-z0-9]{8,})(?:-|$)/.exec(mark)?.[1] ?? mark);
}
