/**
 * `npm run smoke:nodes`: the built server on the Node versions behind the floor, from the npm packages of Node itself,
 * in a folder of their own. A version that cannot be fetched is said and skipped; a server that fails on one is an error.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, ROOT } from '../support/clients.ts';
import { useServer } from './use.ts';

const VERSIONS = ['22', '24'];
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

for (const version of VERSIONS) {
  const node = nodeOf(version);
  if (node === undefined) {
    process.stdout.write(`Node ${version}: could not be fetched, skipped\n`);
    continue;
  }
  const exact = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const used = await useServer({ command: node, args: [BIN, 'serve', '--sandbox'] });
  process.stdout.write(`Node ${exact}: ${used.tools} tools, ${used.suites} suites in the sandbox\n`);
}
