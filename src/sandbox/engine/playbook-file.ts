/** The playbook file. It is read anew at every start, so that an edit counts from the next one. */
import { readFileSync } from 'node:fs';
import { Problem } from '../../model/problem.ts';
import { SHIPPED_PLAYBOOK } from '../shipped.ts';

/** The text. Throws `local_io` where the file cannot be read. */
export function readPlaybook(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Problem('local_io', "The sandbox cannot read its agent's playbook file.", {
      next: 'Put the file back, or start the sandbox again to get a fresh copy.',
      cause,
    });
  }
}

/** What the history is played with: the shipped playbook; where it is not at hand, the one in use, and an empty one where neither is. Never throws. */
export function historyPlaybook(inUse: string): string {
  for (const path of [SHIPPED_PLAYBOOK, inUse]) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // The next one.
    }
  }
  return '';
}
