/** `keys`: puts keys into the keychain, shows where each comes from, takes them out. A value is never an argument. */
import type { Config } from '../config/config.ts';
import { UsageError } from '../config/flags.ts';
import { SETTINGS } from '../config/settings.ts';
import { present } from '../config/values.ts';
import { isPlaceholder } from '../model/placeholder.ts';
import { isProblem, Problem } from '../model/problem.ts';
import { readHidden } from './hidden-input.ts';
import { type Keyring, openKeyring } from './keyring.ts';

const NAMES = SETTINGS.filter((setting) => setting.secret).map((setting) => setting.name);
const USAGE = 'Usage: agent-simulation-mcp keys set NAME | keys list | keys delete NAME.';

export async function keys({ words: [action, name, ...more], env }: Config): Promise<void> {
  try {
    if (action === 'list' && name === undefined) return await list(env);
    if (action !== 'set' && action !== 'delete') throw new UsageError(USAGE);
    const setting = known(name, more);
    await (action === 'set' ? set(setting, env) : remove(setting, env));
  } catch (error) {
    if (!isProblem(error)) throw error;
    process.stderr.write(`${[error.message, error.details.next].filter(Boolean).join('\n')}\n`);
    process.exitCode = 1;
  }
}

/** Neither a wrong name nor what follows it is repeated: either may be the key itself. */
function known(name: string | undefined, more: readonly string[]): string {
  if (more.length > 0 || name?.includes('=')) {
    throw new UsageError(
      'A key is never an argument: it would stay in the history of the shell and show in the list of processes. Give the name alone; the value is asked for, or read from stdin. Treat the one you typed as seen by others.',
    );
  }
  const setting = NAMES.find((one) => one === name?.toUpperCase());
  if (setting === undefined) throw new UsageError(`Name one of ${NAMES.join(', ')}. ${USAGE}`);
  return setting;
}

async function set(name: string, env: Config['env']): Promise<void> {
  const keyring = openKeyring();
  const value = (await readHidden(`Value of ${name} (not shown): `)).trim();
  if (value === '') throw new Problem('invalid_input', 'Nothing was given, nothing is stored.');
  if (isPlaceholder(value)) throw new Problem('invalid_input', 'That is a placeholder, not a key; nothing is stored.');
  if (!/^(?:Bearer\s+)?[\x21-\x7e]+$/i.test(value)) {
    throw new Problem('invalid_input', 'It contains blanks or characters that no key has; nothing is stored.', {
      next: 'Copy the key again.',
    });
  }
  await keyring.set(name, value);
  process.stdout.write(`${name} is in the keychain. A server that runs reads it at its next start.\n`);
  if (present(env[name]) !== undefined) process.stdout.write(`The environment sets it, too, and wins.\n`);
}

async function remove(name: string, env: Config['env']): Promise<void> {
  const removed = await openKeyring().remove(name);
  process.stdout.write(`${name} ${removed ? 'is removed from' : 'was not in'} the keychain.\n`);
  if (present(env[name]) !== undefined) process.stdout.write(`The environment still sets it.\n`);
}

/** What the environment says is shown also where the keychain cannot be read. */
async function list(env: Config['env']): Promise<void> {
  let problem: Problem | undefined;
  let keyring: Keyring | undefined;
  try {
    keyring = openKeyring();
  } catch (error) {
    if (!isProblem(error)) throw error;
    problem = error;
  }
  for (const name of NAMES) {
    const places = present(env[name]) === undefined ? [] : ['environment'];
    try {
      if ((await keyring?.get(name)) !== undefined) places.push('keychain');
    } catch (error) {
      if (!isProblem(error)) throw error;
      problem = error;
      keyring = undefined;
    }
    const unknown = places.length === 0 && problem ? 'not in the environment' : 'not set';
    process.stdout.write(`${name.padEnd(22)} ${places.join(' (wins), ') || unknown}\n`);
  }
  if (problem) throw problem;
}
