/** Which things of a kind there were before one more was made: an answer that names one of them does not name what was made. */
import { createHash } from 'node:crypto';

/** Things that are told apart from a new one. */
const MOST_TOLD = 1000;

/** Short hashes of all ids, to be kept with the steps of a write; empty where not all are known, or there are too many. */
export function idsBefore(ids: readonly string[], complete: boolean): string {
  return complete && ids.length <= MOST_TOLD ? ids.map(shortHash).join(' ') : '';
}

/** `before`: what `idsBefore` gave. False where that is not known. */
export function wasBefore(before: string | undefined, id: string): boolean {
  return before?.split(' ').includes(shortHash(id)) === true;
}

const shortHash = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 8);
