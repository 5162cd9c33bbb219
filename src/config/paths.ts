/** Reads paths of the configuration: the same folder wherever a host stands, or the default and a word about it. */
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, parse, resolve } from 'node:path';
import { hasPlaceholder } from '../model/placeholder.ts';
import type { Env } from './settings.ts';
import { present } from './values.ts';

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

/** The platform's folder for state: XDG_STATE_HOME or ~/.local/state, LOCALAPPDATA on Windows, Application Support on macOS. */
export function stateFolder(env: Env): string {
  const name = 'agent-simulation-mcp';
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(userFolder(), 'AppData', 'Local'), name);
  if (process.platform === 'darwin') return join(userFolder(), 'Library', 'Application Support', name);
  // A relative one is to be ignored (XDG Base Directory Specification).
  return join(absolutePath('XDG_STATE_HOME', env.XDG_STATE_HOME, []) ?? join(userFolder(), '.local', 'state'), name);
}

/** With the folder of the user in place of a leading `~`. */
function withHome(path: string): string {
  return /^~(?=$|[/\\])/.test(path) ? join(userFolder(), path.slice(1)) : path;
}

/**
 * The folder of the user: as the environment names it or, where that is no absolute path, as the system's own record
 * does. The root, where little can be written, for a user without either.
 */
function userFolder(): string {
  for (const folder of [homedir, () => userInfo().homedir]) {
    try {
      const found = folder();
      if (isAbsolute(found)) return found;
    } catch {}
  }
  return parse(process.cwd()).root;
}
