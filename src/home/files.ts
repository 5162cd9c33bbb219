/**
 * Durable files for several processes at once. When one of these functions returns, its work is on the disk: a kill or a
 * power cut afterwards does not undo it, and one before leaves the old state or the new one. The exceptions are file
 * systems without hard links (`createExclusive`) and those that cannot sync a folder.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link as fsLink, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../model/error-code.ts';
import { Problem } from '../model/problem.ts';
import { checkFolder, isNotOurs } from './own-file.ts';

/** Temporary names start with this; an old one may be removed by any process. */
export const TEMPORARY = '.tmp-';

export type Link = (existing: string, created: string) => Promise<void>;

/** Errors of `link` on file systems without hard links (exFAT, some network and FUSE mounts). */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL']);
/** Errors of fsync on a folder where the file system cannot do it (some network mounts; Windows is not asked). */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set(['EISDIR', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** The problem to throw when the home cannot be used *before* anything was sent. */
export function localIo(error: unknown, home: string, doing: string): Problem {
  if (error instanceof Problem) return error;
  if (isNotOurs(error))
    return new Problem('local_io', `${doing} failed: ${error.message}. Nothing was sent.`, {
      next: `Give the folder ${home} and all in it to this user alone (chmod -R go-w, chown), or set AGENT_SIM_HOME to one that is.`,
      sent: 'no',
      cause: error,
    });
  const code = errorCode(error);
  return new Problem('local_io', `${doing} failed${code ? ` (${code})` : ''}, so nothing was sent.`, {
    next: `Make sure that the folder ${home} exists, is writable and has free space, or set AGENT_SIM_HOME to one that is.`,
    sent: 'no',
    cause: error,
  });
}

/**
 * Makes a folder of the home, and the home, for its owner only, where they are not there. Throws what the file system says,
 * and `ENOTOURS` for one that belongs to another user or can be written by one.
 */
export async function ensureFolder(home: string, name?: string): Promise<string> {
  await makeFolder(home);
  await checkFolder(home, { linked: true });
  if (name === undefined) return home;
  const folder = join(home, name);
  await makeFolder(folder);
  await checkFolder(folder, { linked: false });
  return folder;
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    // Step by step: Node's own recursive form never ends where a file system says ENOENT of a folder whose parent is there.
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 }).catch((again: unknown) => {
      if (errorCode(again) !== 'EEXIST') throw again;
    });
  }
}

/**
 * Creates `path` with `text` exactly once over all processes: true for the one that made it, false when it exists.
 * The content is complete the moment the name appears (write aside, fsync, link). Without hard links the name is
 * created exclusively and filled afterwards: a kill in between leaves a file that exists but cannot be read.
 */
export async function createExclusive(path: string, text: string, link: Link = fsLink): Promise<boolean> {
  const folder = dirname(path);
  const temporary = await writeAside(folder, text);
  try {
    const created = await linkOnce(temporary, path, text, link);
    if (created) await syncOrUndo(folder, path);
    return created;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function linkOnce(temporary: string, path: string, text: string, link: Link): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = errorCode(error);
    // A network mount may repeat a request that had worked: two names on our own file mean that the link is ours.
    if (code === 'EEXIST') return (await stat(temporary)).nlink > 1;
    if (code === undefined || !NO_LINKS.has(code)) throw error;
  }
  try {
    await writeSynced(path, text);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the file when its folder cannot be synced: it would claim something although the caller is told that it failed. */
async function syncOrUndo(folder: string, path: string): Promise<void> {
  try {
    await syncFolder(folder);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

export interface Replacement {
  /** Beginning of the name under which it is written first, in the same folder. */
  temporary?: string | undefined;
  /** Mode and group that it is given, the group where this user may; `new` = as the umask says. Default: for its owner only. */
  like?: { mode: number; group: number } | 'new' | undefined;
  /** Asked when all is written, before it takes its name; what it throws leaves the old file. */
  ready?(): Promise<void>;
}

/** Replaces `path` by `text` at once (write aside, fsync, rename, fsync of the folder). */
export async function replaceFile(path: string, text: string, replacement: Replacement = {}): Promise<void> {
  const folder = dirname(path);
  const temporary = await writeAside(folder, text, replacement);
  try {
    await replacement.ready?.();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** Moves a name: true for the one process that did it, false when the name is not there (any more). */
export async function moveOnce(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  await syncFolder(dirname(to));
  return true;
}

/**
 * Removes the files of a folder that `wanted` picks by name and that were written more than `ms` ago (or that far in the
 * future: a clock was set back). Never throws: what cannot be removed now is removed by a later call.
 */
export async function removeOldFiles(
  folder: string,
  { wanted, ms, now }: { wanted(name: string): boolean; ms: number; now: number },
): Promise<void> {
  const files = await readdir(folder).catch(() => []);
  for (const file of files.filter(wanted)) {
    const path = join(folder, file);
    const modified = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    if (modified !== undefined && Math.abs(now - modified) > ms) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function writeAside(
  folder: string,
  text: string,
  { temporary = TEMPORARY, like }: Pick<Replacement, 'temporary' | 'like'> = {},
): Promise<string> {
  const path = join(folder, `${temporary}${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await writeSynced(path, text, like);
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
  return path;
}

async function writeSynced(path: string, text: string, like?: Replacement['like']): Promise<void> {
  const file = await open(path, 'wx', like === 'new' ? 0o666 : 0o600);
  try {
    if (typeof like === 'object') {
      await file.chown(-1, like.group).catch(() => undefined);
      await file.chmod(like.mode);
    }
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(errorCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
