/**
 * The keychain of the operating system through `@napi-rs/keyring`: installed beside this server or not at all. It is
 * native code that may wait for a person, so only `keys` and the reading process of `keychain.ts` open it.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { AsyncEntry } from '@napi-rs/keyring';
import { Problem } from '../model/problem.ts';

/** The version this was written for; an install command names it. */
const PACKAGE = '@napi-rs/keyring';
const VERSION = '2.1.2';
const SERVICE = 'agent-simulation-mcp';
/**
 * Left to itself the package falls back to the kernel's keyring on Linux, which forgets everything at the next start of
 * the machine: a key that was stored and is gone is worse than one that could not be stored.
 */
const STORE = { linux: { store: 'secret-service' } } as const;

export interface Keyring {
  /** Throws `Problem` when the keychain cannot be read. */
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  /** False when there was nothing to delete. */
  remove(name: string): Promise<boolean>;
}

/** Looks from where this server is installed, and never from the working folder: that is whoever's project. */
const load = createRequire(import.meta.url);

export function isInstalled(): boolean {
  try {
    load.resolve(PACKAGE);
    return true;
  } catch {
    return false;
  }
}

/** Throws `Problem('unconfigured')` when the package is missing, or has nothing for this platform. */
export function openKeyring(): Keyring {
  if (!isInstalled()) {
    throw new Problem(
      'unconfigured',
      `The keychain is reached through the package ${PACKAGE}, which is not installed.`,
      {
        next: `Install it beside this server: ${installCommand(dirname(import.meta.dirname))}`,
      },
    );
  }
  useSessionBus();
  let Entry: typeof AsyncEntry;
  try {
    ({ AsyncEntry: Entry } = load(PACKAGE));
  } catch (cause) {
    throw new Problem('unconfigured', `${PACKAGE} has no part for ${process.platform} on ${process.arch} here.`, {
      next: `Install it again: ${installCommand(dirname(import.meta.dirname))}`,
      cause,
    });
  }
  const using = async <T>(name: string, act: (entry: AsyncEntry) => Promise<T>): Promise<T> => {
    try {
      return await act(new Entry(SERVICE, name, STORE));
    } catch (error) {
      throw refusal(error);
    }
  };
  return {
    get: async (name) => (await using(name, (entry) => entry.getPassword())) ?? undefined,
    set: (name, value) => using(name, (entry) => entry.setPassword(value)),
    remove: (name) => using(name, (entry) => entry.deletePassword()),
  };
}

/**
 * Hosts start servers with a few variables only, and the address of the session bus is none of them: then it is where
 * systemd puts it.
 */
function useSessionBus(): void {
  if (process.platform !== 'linux' || process.env.DBUS_SESSION_BUS_ADDRESS) return;
  const socket = join(process.env.XDG_RUNTIME_DIR ?? `/run/user/${userInfo().uid}`, 'bus');
  if (existsSync(socket)) process.env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${socket}`;
}

/** What the package threw, in our words; its own say nothing of what to do. */
export function refusal(error: unknown, platform: string = process.platform): Problem {
  const words = error instanceof Error ? error.message : '';
  if (platform === 'linux' && /d-?bus|secret.?service|org\.freedesktop|no storage|platform failure/i.test(words)) {
    if (!/lock|dismiss|prompt|denied/i.test(words)) {
      return new Problem('local_io', 'This session offers no keychain: no Secret Service answers on its D-Bus.', {
        next: 'Run GNOME Keyring, KWallet or KeePassXC in the session; where there is none, set keys in the environment.',
        cause: error,
      });
    }
  }
  if (/lock|dismiss|prompt|denied|cancel|not allowed|interaction|authoriz/i.test(words)) {
    return new Problem('local_io', 'The keychain is locked, or refused the access.', {
      next: 'Unlock it and allow the access, then try again; a server that runs has to be restarted.',
      cause: error,
    });
  }
  return new Problem('local_io', 'The keychain failed.', {
    next: 'Look at it with the program of your system; until it works, set keys in the environment.',
    cause: error,
  });
}

/**
 * The command that puts the package where `folder`, that of this server's package, finds it: it depends on how the
 * server was installed. A global folder has no package.json, and a plain install in it would remove its neighbours.
 */
export function installCommand(folder: string, exists: (path: string) => boolean = existsSync): string {
  const wanted = `${PACKAGE}@${VERSION}`;
  const [root] = /^(.*?)[\\/]node_modules[\\/]/.exec(`${folder}/`)?.slice(1) ?? [];
  if (root === undefined) return `npm install --no-save --prefix "${folder}" ${wanted}`;
  if (/[\\/]_npx[\\/]/.test(root))
    return `npm install --global agent-simulation-mcp ${wanted}, and run agent-simulation-mcp without npx`;
  return exists(join(root, 'package.json'))
    ? `npm install --prefix "${root}" ${wanted}`
    : `npm install --global ${wanted}`;
}
