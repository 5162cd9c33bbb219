/**
 * Locks of the home: what one process does at a time, over all processes, whichever of them is killed. The lock is a file
 * that names its holder. What a dead holder left behind is removed by exactly one process: by the one that made the file
 * which gives the right to it, named by the lock's own token, and which then finds that token in the lock still.
 */
import { randomBytes } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/v4';
import { errorCode } from '../model/error-code.ts';
import { parsedJson } from '../model/json.ts';
import { Problem } from '../model/problem.ts';
import { createExclusive, ensureFolder, localIo, removeOldFiles } from './files.ts';
import type { Clock } from './moment.ts';
import { readStamped } from './own-file.ts';
import { type Liveness, livenessOf, ownProcess, type ProcessIdentity, processSchema } from './process-identity.ts';

/** `reason` of the problem of a lock that was taken away: what it guards is another process's by now. */
export const LOCK_LOST = 'lock_lost';

export interface Held {
  /** Throws `local_io` where the lock was taken away: whoever could not see that this process lives waited for a minute. */
  check(): Promise<void>;
}

/** What a lock stands on; tests put their own in. */
export interface LockSeams {
  files: LockFiles;
  clock: Clock;
  sleep(ms: number): Promise<void>;
  own: ProcessIdentity;
  liveness(other: ProcessIdentity): Liveness;
}

export interface LockFiles {
  /** The folder of the locks, made where it is not there. */
  folder(home: string): Promise<string>;
  /** False where there is a file of that name. */
  create(path: string, text: string): Promise<boolean>;
  read(path: string): Promise<{ text: string; modifiedMs: number } | undefined>;
  /** Says nothing where there is none. */
  remove(path: string): Promise<void>;
  /** Removes what killed processes left of their work, if it is old. */
  sweep(folder: string, now: number): Promise<void>;
}

/** How long a holder that lives is waited for, in all. */
const WAIT_MS = 10_000;
const PAUSE_MS = 5;
const FURTHER_PAUSE_MS = 20;
/** Nobody holds a lock so long: a holder that cannot be seen from here is gone then. */
const GONE_AFTER_MS = 60_000;
const OLD_MS = 86_400_000;

export const REAL_LOCK: LockSeams = {
  files: {
    folder: (home) => ensureFolder(home, 'locks'),
    create: createExclusive,
    async read(path) {
      const found = await readStamped(path, {});
      return found && { text: found.text, modifiedMs: found.stamp.modifiedMs };
    },
    async remove(path) {
      await unlink(path).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOENT') throw error;
      });
    },
    sweep: (folder, now) => removeOldFiles(folder, { wanted: (name) => !name.endsWith('.lock'), ms: OLD_MS, now }),
  },
  clock: { now: Date.now, uptime },
  sleep: (ms) => pause(ms),
  get own() {
    return ownProcess();
  },
  liveness: livenessOf,
};

const recordSchema = z.object({ token: z.string().regex(/^[0-9a-f]{32}$/), holder: processSchema });

interface LockRecord {
  /** Of this lock alone; no two locks ever have the same. */
  token: string;
  /** Undefined where the file says nothing that can be read: it is being written, or a power cut emptied it. */
  holder?: ProcessIdentity | undefined;
  modifiedMs: number;
}

/**
 * Does `action` while no other process of this home does anything under that name. Throws what `action` throws, and
 * `local_io` where a holder that lives keeps the lock for ten seconds, or the home cannot be used. `name`: of letters, digits and `-`.
 */
export async function withLock<T>(
  home: string,
  name: string,
  action: (held: Held) => Promise<T>,
  seams: LockSeams = REAL_LOCK,
): Promise<T> {
  const { files, clock, own } = seams;
  const token = randomBytes(16).toString('hex');
  let path: string;
  let since: number;
  try {
    const folder = await files.folder(home);
    path = join(folder, `${name}.lock`);
    await take(path, JSON.stringify({ token, holder: own }), folder, seams);
    since = clock.now();
  } catch (error) {
    throw localIo(error, home, 'Taking a lock');
  }
  try {
    return await action({
      async check() {
        if ((await recordAt(path, seams))?.token !== token)
          throw new Problem('local_io', 'Another process went on, because this one stood still for too long.', {
            reason: LOCK_LOST,
            next: 'Try again.',
            sent: 'no',
          });
      },
    });
  } finally {
    // Nobody else may remove it before a minute has passed; from then on it takes the right to it.
    const early = Math.abs(clock.now() - since) < GONE_AFTER_MS / 2;
    await (early ? files.remove(path) : removeOne(path, token, seams)).catch(() => undefined);
  }
}

async function take(path: string, text: string, folder: string, seams: LockSeams): Promise<void> {
  const { files, clock, sleep } = seams;
  const began = clock.uptime();
  for (;;) {
    // Looked at first: to make a file that is there already costs a write to the disk.
    const held = await recordAt(path, seams);
    if (!held && (await files.create(path, text))) return;
    if (held && isGone(held, seams)) {
      await removeOne(path, held.token, seams);
      await files.sweep(folder, clock.now());
    }
    if ((clock.uptime() - began) * 1000 > WAIT_MS)
      throw new Problem('local_io', 'Another process has held a lock of this home for ten seconds.', {
        next: 'Try again; if it stays, end the other server that uses this home.',
      });
    await sleep(PAUSE_MS + Math.random() * FURTHER_PAUSE_MS);
  }
}

/**
 * Removes the lock with this token, once over all processes. The right to do so belongs to who makes the first file of a
 * row; where its maker died, to who makes the second, and so on: who is dead removes nothing any more.
 */
async function removeOne(path: string, token: string, seams: LockSeams): Promise<void> {
  const { files, own } = seams;
  const rights: string[] = [];
  const text = JSON.stringify({ token: randomBytes(16).toString('hex'), holder: own });
  for (;;) {
    const right = `${path}.${token}.${rights.length + 1}`;
    rights.push(right);
    if (await files.create(right, text)) break;
    const other = await recordAt(right, seams);
    // Without it the lock has been removed; with one that lives it is about to be.
    if (!other || !isGone(other, seams)) return;
  }
  if ((await recordAt(path, seams))?.token === token) await files.remove(path);
  for (const right of rights) await files.remove(right);
}

async function recordAt(path: string, { files }: Pick<LockSeams, 'files'>): Promise<LockRecord | undefined> {
  const found = await files.read(path);
  if (!found) return undefined;
  const { modifiedMs, text } = found;
  const record = recordSchema.safeParse(parsedJson(text)).data;
  return record ? { ...record, modifiedMs } : { token: `unread-${Math.round(modifiedMs)}`, modifiedMs };
}

/** Whether its holder does nothing any more. One that cannot be told from another process of its number counts as not seen. */
function isGone(
  { holder, modifiedMs }: LockRecord,
  { clock, liveness }: Pick<LockSeams, 'clock' | 'liveness'>,
): boolean {
  const seen = holder && liveness(holder);
  if (seen === 'dead') return true;
  if (seen === 'alive' && holder?.started !== undefined) return false;
  return Math.abs(clock.now() - modifiedMs) > GONE_AFTER_MS;
}
