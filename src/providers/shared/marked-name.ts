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

const MARK = / \[(agent-sim-[a-z0-9-]{1,80})\]\s*$/;

/**
 * The name of a copy of an agent that a write makes: the agent's, cut to `longest` characters, with the mark behind it in place
 * of an earlier one.
 */
export function copyName(name: string, mark: string, longest: number): string {
  const tail = ` [${mark}]`;
  return `${name
    .replace(MARK, '')
    .slice(0, longest - tail.length)
    .replace(/[\ud800-\udbff]$/, '')}${tail}`;
}

/** The mark at the end of the name of a copy; undefined for a name without one. */
export function markOfCopy(name: string | undefined): string | undefined {
  return MARK.exec(name ?? '')?.[1];
}

/** The id of the change that a copy was made for, by the mark in its name (`agent-sim-<change>-copy`). */
export function changeOfCopy(name: string | undefined): string | undefined {
  const change = /^agent-sim-([a-z0-9]{8,})-/.exec(markOfCopy(name) ?? '')?.[1];
  return change && `c-${change}`;
}
