/** Makes folders. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../model/error-code.ts';

/**
 * Makes the folder and those above it, for their owner only, where they are not there. Throws what the file system says.
 * Step by step: Node's own recursive form never ends where a file system says ENOENT of a folder whose parent is there.
 */
export function ensureFolder(path: string): void {
  if (made(path)) return;
  const parent = dirname(path);
  if (parent !== path) ensureFolder(parent);
  if (!made(path)) mkdirSync(path, { mode: 0o700 });
}

/** False where a folder above is missing. */
function made(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return false;
    if (code === 'EEXIST') return true;
    throw error;
  }
}
