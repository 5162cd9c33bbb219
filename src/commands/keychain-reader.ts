/**
 * A process of its own that reads the keychain for the server and ends. Native code that waits for a person to unlock
 * the keychain cannot be interrupted, not even by the end of its process: here it holds up no call, and it can be killed.
 */
import { toProblem } from '../model/problem.ts';
import { openKeyring } from './keyring.ts';

/** What the server asks for: names of settings. */
export type Wanted = string[];

/** Values by name; `problem` in words when the keychain could not be read to the end. */
export interface Read {
  values: Record<string, string>;
  problem?: string;
}

async function read(names: Wanted): Promise<Read> {
  const values: Record<string, string> = {};
  try {
    const keyring = openKeyring();
    // One after the other: each may be a question to the person, and a refusal of one is meant for all.
    for (const name of names) {
      const value = await keyring.get(name);
      if (value !== undefined) values[name] = value;
    }
    return { values };
  } catch (error) {
    const { message, details } = toProblem(error);
    return { values, problem: `${message} ${details.next ?? ''}`.trim() };
  }
}

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', (names: Wanted) => {
  void read(names).then((found) => process.send?.(found, () => process.kill(process.pid, 'SIGKILL')));
});
