/**
 * The lock beside a team's own book, held while it is read, changed and written: servers with homes of their own may have
 * the same book, and the locks of one home say nothing to another.
 */
import { removeOldFiles } from '../home/files.ts';
import { REAL_LOCK, withLock } from '../home/lock.ts';
import { readStamped, stampAt } from '../home/own-file.ts';
import { isProblem } from '../model/problem.ts';

/** `.agent-sim-failure-modes.lock`, there for as long as a save takes. */
const NAME = '.agent-sim-failure-modes';

/** What a process that was killed while it took or gave back the lock leaves in a folder that is not ours. */
const LEFT = /^\.agent-sim-failure-modes\.lock\.|^\.tmp-\d+-[0-9a-f]{12}$/;
const OLD_MS = 86_400_000;

const SEAMS: typeof REAL_LOCK = {
  clock: REAL_LOCK.clock,
  sleep: REAL_LOCK.sleep,
  liveness: REAL_LOCK.liveness,
  get own() {
    return REAL_LOCK.own;
  },
  files: {
    ...REAL_LOCK.files,
    folder: async (folder) => folder,
    sweep: (folder, now) => removeOldFiles(folder, { wanted: (file) => LEFT.test(file), ms: OLD_MS, now }),
    /** One of another user may not be readable: it counts as held until it is old. */
    async read(path) {
      try {
        const found = await readStamped(path, { shared: true });
        return found && { text: found.text, modifiedMs: found.stamp.modifiedMs };
      } catch {
        const stamp = await stampAt(path);
        return stamp && { text: '', modifiedMs: stamp.modifiedMs };
      }
    },
  },
};

/**
 * Does `action` while nobody else, of whichever home, changes the book of this folder. Throws what `action` throws, what the
 * file system says of the lock, and `local_io` where another process holds it for ten seconds.
 */
export async function withBookLock<T>(folder: string, action: (check: () => Promise<void>) => Promise<T>): Promise<T> {
  let began = false;
  try {
    return await withLock(
      folder,
      NAME,
      (held) => {
        began = true;
        return action(held.check);
      },
      SEAMS,
    );
  } catch (error) {
    // The words of a lock are of the home.
    if (!began && isProblem(error) && error.cause !== undefined) throw error.cause;
    throw error;
  }
}
