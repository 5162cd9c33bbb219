/**
 * The playbook file. It is read anew at every start, so that an edit counts from the next one. Where it is absent it is
 * made from the shipped one; where that cannot be done the shipped text counts, and that is said.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode } from '../../model/error-code.ts';
import { Problem } from '../../model/problem.ts';
import { ensureFolder } from '../ensure-folder.ts';
import { SHIPPED_PLAYBOOK } from '../shipped.ts';

/** What the history is played with, and what counts where the file in use is absent and cannot be made. Empty where it is not at hand. */
export function shippedPlaybook(): string {
  try {
    return readFileSync(SHIPPED_PLAYBOOK, 'utf8');
  } catch {
    return '';
  }
}

export interface PlaybookInUse {
  text: string;
  /** Why it is not the text of the file (trusted words). */
  problem?: string | undefined;
}

/** The text that counts now. Throws `local_io` for a file that is there and cannot be read. */
export function readPlaybook(path: string): PlaybookInUse {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (cause) {
    if (isAbsent(cause)) return madePlaybook(path);
    throw new Problem(
      'local_io',
      `The sandbox cannot read the playbook file of its agent (${errorCode(cause) ?? 'unknown error'}).`,
      {
        next: 'Make the file readable, or set AGENT_SIM_SANDBOX_PLAYBOOK to one that is; it is read again at the next start.',
        sent: 'no',
        cause,
      },
    );
  }
}

/**
 * Replaces the text at once, as a platform does that is told to. Throws `local_io` where that cannot be done, and for the
 * shipped playbook, which is nobody's to change.
 */
export function writePlaybook(path: string, text: string): void {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    if (resolve(path) === resolve(SHIPPED_PLAYBOOK)) throw Object.assign(new Error('shipped'), { code: 'EROFS' });
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new Problem(
      'local_io',
      `The sandbox cannot write the playbook file of its agent (${errorCode(cause) ?? 'unknown error'}).`,
      { next: 'Set AGENT_SIM_SANDBOX_PLAYBOOK to a file that this user may write.', sent: 'no', cause },
    );
  }
}

function madePlaybook(path: string): PlaybookInUse {
  const text = shippedPlaybook();
  try {
    ensureFolder(dirname(path));
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return { text };
  } catch (error) {
    const problem = `The playbook file is absent and cannot be made (${errorCode(error) ?? 'unknown error'}): the agent follows the shipped playbook until it is there.`;
    // Another process may have made it meanwhile.
    return errorCode(error) === 'EEXIST' ? reread(path, { text, problem }) : { text, problem };
  }
}

function reread(path: string, otherwise: PlaybookInUse): PlaybookInUse {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch {
    return otherwise;
  }
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
}
