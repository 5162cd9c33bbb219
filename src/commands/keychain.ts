/** Secret settings that the environment lacks, from the keychain: read once, when the first provider is needed. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Env, SETTINGS } from '../config/settings.ts';
import { present } from '../config/values.ts';
import type { Read, Wanted } from './keychain-reader.ts';
import { isInstalled } from './keyring.ts';

export interface Found {
  /** The environment, with what the keychain adds. */
  env: Env;
  /** Settings whose value came from the keychain. */
  names: string[];
  /** Why it could not be read, and what to do (trusted text). Absent where it was not asked. */
  problem?: string;
}

/** A person may be asked to unlock it meanwhile; hosts give a call 60 s. */
const MOST_MS = 20_000;
const READER = join(import.meta.dirname, 'keychain-reader.cjs');

/** Asks nothing where the package is not installed or nothing is missing. Never throws. */
export async function withKeychain(env: Env): Promise<Found> {
  const wanted = missing(env);
  if (wanted.length === 0 || !isInstalled() || !existsSync(READER)) return { env, names: [] };
  const { values, problem } = await ask(wanted);
  const names = wanted.filter((name) => present(values[name]) !== undefined);
  return { env: { ...env, ...Object.fromEntries(names.map((name) => [name, values[name]])) }, names, problem };
}

/** Secrets that are neither set nor stood in for: the environment wins, over the other of two that say the same, too. */
function missing(env: Env): Wanted {
  const isSet = (name: string | undefined) => name !== undefined && present(env[name]) !== undefined;
  return SETTINGS.filter(
    ({ name, secret, insteadOf, onlyWith = name }) =>
      secret &&
      (onlyWith === name || isSet(onlyWith)) &&
      !isSet(name) &&
      !isSet(insteadOf) &&
      !SETTINGS.some((other) => other.insteadOf === name && isSet(other.name)),
  ).map(({ name }) => name);
}

function ask(names: Wanted): Promise<Read> {
  return new Promise((resolve) => {
    const child = fork(READER, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const end = (read: Read) => {
      clearTimeout(timer);
      resolve(read);
      child.kill('SIGKILL');
    };
    const timer = setTimeout(
      () =>
        end({
          values: {},
          problem: `The keychain did not answer within ${MOST_MS / 1000} s. Unlock it, then restart this server.`,
        }),
      MOST_MS,
    );
    child.once('message', (read: Read) => end(read));
    child.once('error', () => end(BROKEN));
    child.once('exit', () => end(BROKEN));
    child.send(names, (error) => {
      if (error) end(BROKEN);
    });
  });
}

const BROKEN: Read = {
  values: {},
  problem: 'Reading the keychain failed. `agent-simulation-mcp keys list` shows why.',
};
