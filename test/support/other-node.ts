/** Other versions of Node, from the npm packages of Node itself, in a folder of their own. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

const MOST_MS = 90_000;

/** Path of a Node of this major version, fetched when it is not there; undefined when it cannot be. */
export function nodeOf(version: string): string | undefined {
  const folder = join(ROOT, 'node_modules/.cache/nodes', version);
  const binary = join(folder, 'node_modules/node/bin/node');
  if (existsSync(binary)) return binary;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    // The package fetches its binary for this platform in a script of its own.
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', `node@${version}`], {
      cwd: folder,
      stdio: 'ignore',
      timeout: MOST_MS,
    });
    return binary;
  } catch {
    return undefined;
  }
}
