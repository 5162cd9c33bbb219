/**
 * The built server in the folders of an install, with or without a keychain package beside it. A keychain that answers
 * needs a desktop session, which no machine that only runs tests has: so the package beside it is a stand-in with the
 * face of @napi-rs/keyring that keeps its entries in a file. What the real one does without a session is tested with the
 * real one (test/commands/keys.test.ts).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BIN } from './clients.ts';
import { ROOT } from './root.ts';

/** As the real one says it: locked and without anybody to ask; and a question that nobody answers. */
export type Mood = 'open' | 'locked' | 'asking';

const STAND_IN = `
const { appendFileSync, existsSync, promises, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const at = (file) => join(__dirname, file);
const stored = () => (existsSync(at('stored.json')) ? JSON.parse(readFileSync(at('stored.json'), 'utf8')) : {});
const mood = async () => {
  const is = existsSync(at('mood')) ? readFileSync(at('mood'), 'utf8') : 'open';
  if (is === 'locked') throw new Error("Couldn't access platform storage: Secret Service: unlock prompt was dismissed");
  // A thread that waits and cannot be interrupted, as the native code does.
  if (is === 'asking') await promises.readFile(at('fifo'));
};
appendFileSync(at('loads'), process.argv[1] + '\\n');
exports.AsyncEntry = class AsyncEntry {
  constructor(service, name, options) {
    if (options?.linux?.store !== 'secret-service') throw new Error('The store is not pinned.');
    this.key = service + '/' + name;
  }
  async getPassword() {
    await mood();
    return stored()[this.key] ?? null;
  }
  async setPassword(value) {
    await mood();
    writeFileSync(at('stored.json'), JSON.stringify({ ...stored(), [this.key]: value }));
  }
  async deletePassword() {
    await mood();
    const { [this.key]: gone, ...rest } = stored();
    writeFileSync(at('stored.json'), JSON.stringify(rest));
    return gone !== undefined;
  }
};
`;

export interface Installed {
  folder: string;
  bin: string;
  /** What is stored, by setting. */
  stored(): Record<string, string>;
  store(values: Record<string, string>): void;
  mood(mood: Mood): void;
  /** Programs that loaded the keychain package. */
  loads(): string[];
  /** Runs a command to its end. */
  run(args: string[], options?: { input?: string; env?: Record<string, string> }): Ran;
  remove(): void;
}

export interface Ran {
  stdout: string;
  stderr: string;
  status: number | null;
}

const PREFIX = 'agent-simulation-mcp/';

export function installServer({ keyring = true, project = true } = {}): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'agent-sim-installed-'));
  const own = join(folder, 'node_modules/agent-simulation-mcp');
  const package_ = join(folder, 'node_modules/@napi-rs/keyring');
  cpSync(dirname(BIN), join(own, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(own, 'package.json'));
  if (project) writeFileSync(join(folder, 'package.json'), '{"private":true}');
  if (keyring) addStandIn(folder);
  const bin = join(own, 'dist/main.cjs');
  const read = (file: string) => (existsSync(join(package_, file)) ? readFileSync(join(package_, file), 'utf8') : '');
  return {
    folder,
    bin,
    stored() {
      const entries: [string, unknown][] = Object.entries(JSON.parse(read('stored.json') || '{}'));
      return Object.fromEntries(entries.map(([name, value]) => [name.slice(PREFIX.length), String(value)]));
    },
    store(values) {
      const entries = Object.entries(values).map(([name, value]) => [`${PREFIX}${name}`, value]);
      writeFileSync(join(package_, 'stored.json'), JSON.stringify(Object.fromEntries(entries)));
    },
    mood(mood) {
      if (mood === 'asking') execFileSync('mkfifo', [join(package_, 'fifo')]);
      writeFileSync(join(package_, 'mood'), mood);
    },
    loads: () => read('loads').split('\n').filter(Boolean),
    run(args, { input = '', env = {} } = {}) {
      const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args], {
        input,
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', HOME: folder, AGENT_SIM_HOME: join(folder, 'home'), ...env },
      });
      return { stdout, stderr, status };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The package as an install lays it down in the node_modules of a folder. */
export function addStandIn(folder: string): void {
  const place = join(folder, 'node_modules/@napi-rs/keyring');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{"name":"@napi-rs/keyring","version":"2.1.2","main":"index.js"}');
  writeFileSync(join(place, 'index.js'), STAND_IN);
}
