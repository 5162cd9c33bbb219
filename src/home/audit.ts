/**
 * `<home>/audit.jsonl`: one line for each spend, and for each change that is proposed or made at a vendor. When, what, which
 * start or change, outcome; never content, never a key. A line that cannot be written fails no call: what it says is in the
 * records of starts and changes, or at the vendor, too.
 */
import { lstat, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../model/error-code.ts';
import { ensureFolder } from './files.ts';
import { openToAppend, reasonOf } from './own-file.ts';

export interface AuditLine {
  /** `propose`, `apply`, `revert`: of a change of an agent; a proposal changes nothing at the vendor. */
  what: 'start' | 'cancel' | 'propose' | 'apply' | 'revert';
  provider: string;
  sandbox: boolean;
  /** Runs this step causes; of a start only. */
  runs?: number | undefined;
  /** State of the claim, or what a cancel or a change came to. */
  outcome: string;
  /** Ref of the test, session or agent. */
  subject: string;
  /** Claim id in the journal, and the digest of the arguments. */
  claim?: string | undefined;
  fingerprint?: string | undefined;
  /** Ref of the session that came of it. */
  session?: string | undefined;
  /** Id of the change, and the target that it is made at. */
  change?: string | undefined;
  target?: string | undefined;
}

export interface Audit {
  record(line: AuditLine): Promise<void>;
}

const ROTATE_AT_BYTES = 5_000_000;
const KEPT_FILES = 3;
const STALE_LOCK_MS = 60_000;

/** `rotateAtBytes`: from this size on the file is moved aside; three old ones are kept. */
export function createAudit(options: {
  home: string;
  now(): number;
  report?: ((problem: string) => void) | undefined;
  rotateAtBytes?: number | undefined;
}): Audit {
  const { home, now, report = () => undefined, rotateAtBytes = ROTATE_AT_BYTES } = options;
  const path = join(home, 'audit.jsonl');
  const lock = join(home, 'audit.lock');

  const append = async (text: string): Promise<number> => {
    const file = await openToAppend(path);
    try {
      // One write of one line in append mode: lines of several processes do not mix.
      await file.write(text);
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  };

  const rotate = async (): Promise<void> => {
    if (!(await takeLock(lock, now()))) return;
    try {
      if ((await lstat(path)).size < rotateAtBytes) return;
      for (let number = KEPT_FILES - 1; number >= 1; number -= 1)
        await moved(`${path}.${number}`, `${path}.${number + 1}`);
      await moved(path, `${path}.1`);
    } finally {
      await rm(lock, { force: true });
    }
  };

  return {
    async record(line) {
      const text = `${JSON.stringify({ when: new Date(now()).toISOString(), ...line })}\n`;
      try {
        await ensureFolder(home);
        if ((await append(text)) >= rotateAtBytes) await rotate();
      } catch (error) {
        report(`The audit file could not be written (${reasonOf(error)}).`);
      }
    },
  };
}

/** One process rotates at a time; a lock that its owner left behind is removed, and the next line rotates. */
async function takeLock(lock: string, now: number): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    const left = await lstat(lock).catch(() => undefined);
    if (left && Math.abs(now - left.mtimeMs) > STALE_LOCK_MS) await rm(lock, { force: true });
    return false;
  }
}

async function moved(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}
