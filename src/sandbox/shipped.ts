/**
 * The playbook as shipped. It is a file beside this module (the build copies it next to the bundle), so that people can
 * read it, and it is copied once to where the user edits it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of the shipped playbook. Read-only by intention: edit a copy. */
export const SHIPPED_PLAYBOOK = fileURLToPath(new URL('./playbook.md', import.meta.url));

/** Copies the shipped playbook to `path` unless a file is there already. Returns whether it was written. */
export function installPlaybook(path: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, readFileSync(SHIPPED_PLAYBOOK), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
