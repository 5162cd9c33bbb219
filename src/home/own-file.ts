/**
 * Opens files of the home only where they are regular, ours, and not writable by others: a link, a pipe or a device that
 * somebody put there is neither followed nor waited for.
 */
import { isUtf8 } from 'node:buffer';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { errorCode } from '../model/error-code.ts';

/** `O_NONBLOCK`: a pipe without a writer opens at once, and is then refused. Windows has neither flag. */
const SAFE = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const WRITABLE_BY_OTHERS = 0o022;

/** What of our files has no use for being larger. */
const LARGEST_BYTES = 1_000_000;

/** Why a file or folder is not opened (trusted words); its `code` is `ENOTOURS`. */
function notOurs(why: string): Error {
  return Object.assign(new Error(why), { code: 'ENOTOURS' });
}

/** True for a file or folder that was not opened because somebody else could have made it. */
export function isNotOurs(error: unknown): error is Error {
  return errorCode(error) === 'ENOTOURS';
}

/** Why a file or folder could not be used, in a few trusted words. */
export function reasonOf(error: unknown): string {
  return isNotOurs(error) ? error.message : (errorCode(error) ?? 'unknown error');
}

/** Throws where others than this user own the thing, or may write to it. Owner and mode mean nothing on Windows. */
function checkOwner(stats: Pick<Stats, 'uid' | 'mode'>, what: string): void {
  const user = process.geteuid?.();
  if (user === undefined) return;
  if (stats.uid !== user) throw notOurs(`${what} belongs to another user`);
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) throw notOurs(`${what} can be written by other users`);
}

/** Throws for what is no regular file, is not ours unless it is `shared`, or is larger than `largest` bytes. */
function checkFile(stats: Stats | BigIntStats, largest: number, shared = false): void {
  if (!stats.isFile()) throw notOurs('it is no regular file');
  if (!shared) checkOwner({ uid: Number(stats.uid), mode: Number(stats.mode) }, 'it');
  if (stats.size > largest) throw notOurs('it is larger than any file of ours');
}

/**
 * Makes sure that a folder is one, is ours, and cannot be written by others. `linked`: it may be reached by a symbolic
 * link, as a home may and its folders may not. Throws `ENOTOURS`, and what the file system says.
 */
export async function checkFolder(path: string, { linked }: { linked: boolean }): Promise<void> {
  const stats = await (linked ? stat(path) : lstat(path));
  if (!stats.isDirectory()) throw notOurs('it is no folder');
  checkOwner(stats, 'it');
}

/** The text of a file of ours; undefined where there is none. Throws `ENOTOURS`, and what the file system says. */
export async function readOwnFile(path: string, largest = LARGEST_BYTES): Promise<string | undefined> {
  return (await readStamped(path, { largest }))?.text;
}

export interface StampedText {
  text: string;
  /** The first line, from 1, whose bytes are no UTF-8: in `text` they are lost. */
  garbled?: number | undefined;
  stamp: FileStamp;
}

/** What changes with a file: two equal stamps are of one state of it, unless it was written again within the grain of its clock. */
export interface FileStamp {
  /** Inode, size, and times to the nanosecond where the file system has them. */
  state: string;
  modifiedMs: number;
  mode: number;
  group: number;
}

/**
 * The same with the stamp of what was read. `shared`: the file need not be ours and others may write to it, as in a folder
 * that a team shares; it is a regular file and no link all the same, and its words are nobody's of ours.
 */
export async function readStamped(
  path: string,
  { largest = LARGEST_BYTES, shared = false }: { largest?: number | undefined; shared?: boolean | undefined },
): Promise<StampedText | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | SAFE);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw linkRefused(error);
  }
  try {
    const stats = await file.stat({ bigint: true });
    checkFile(stats, largest, shared);
    const bytes = await file.readFile();
    return { text: bytes.toString('utf8'), garbled: garbledLine(bytes), stamp: stampOf(stats) };
  } finally {
    await file.close();
  }
}

function garbledLine(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined;
  let line = 1;
  for (let from = 0; ; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
}

/** The stamp of what stands at a path; undefined where there is nothing. Throws what the file system says. */
export async function stampAt(path: string): Promise<FileStamp | undefined> {
  try {
    return stampOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs, mtimeMs, mode, gid }: BigIntStats): FileStamp {
  return {
    state: [dev, ino, size, mtimeNs, ctimeNs].join(' '),
    modifiedMs: Number(mtimeMs),
    mode: Number(mode) & 0o777,
    group: Number(gid),
  };
}

/** The text of a file of ours, read at once. Throws `ENOENT`, `ENOTOURS`, and what the file system says. */
export function readOwnFileNow(path: string, largest = LARGEST_BYTES): string {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | SAFE);
  } catch (error) {
    throw linkRefused(error);
  }
  try {
    checkFile(fstatSync(file), largest);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Opens a file of ours to append to it, made where it is not there. Throws `ENOTOURS`, and what the file system says. */
export async function openToAppend(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | SAFE, 0o600);
  } catch (error) {
    throw linkRefused(error);
  }
  try {
    checkFile(await file.stat(), Number.POSITIVE_INFINITY);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A link is refused by the open itself (`ELOOP`; `EMLINK`, `EFTYPE` on BSD), a pipe without a reader by `ENXIO`. */
function linkRefused(error: unknown): unknown {
  const code = errorCode(error);
  return code === 'ELOOP' || code === 'EMLINK' || code === 'EFTYPE' || code === 'ENXIO'
    ? notOurs('it is no regular file')
    : error;
}
