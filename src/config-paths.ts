/** Reads paths of the configuration: the same folder wherever a host stands, or the default and a word about it. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { present } from './config-values.ts';
import { hasPlaceholder } from './model/placeholder.ts';

/**
 * An absolute path, `~` expanded; undefined where none is given. What cannot be one wherever the host stands is none,
 * and a problem says so: a relative path is another folder in each, and a variable that no shell filled in is none.
 */
export function absolutePath(name: string, value: string | undefined, problems: string[]): string | undefined {
  const text = present(value);
  if (text === undefined) return undefined;
  const path = withHome(text);
  if (hasPlaceholder(path)) problems.push(`${name} holds a variable that was not filled in: it counts as not set.`);
  else if (!isAbsolute(path))
    problems.push(
      `${name} is no absolute path, which is another place wherever the host stands: it counts as not set.`,
    );
  else return path;
  return undefined;
}

/** A path that somebody typed, who knows the folder it is relative to; undefined where none is given. */
export function typedPath(value: string | undefined): string | undefined {
  const text = present(value);
  return text === undefined ? undefined : resolve(withHome(text));
}

/** With the folder of the user in place of a leading `~`. */
function withHome(path: string): string {
  return /^~(?=$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path;
}
