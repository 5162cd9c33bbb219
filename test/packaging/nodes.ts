/**
 * `npm run smoke:nodes`: the built server on the Node versions behind the floor, from the npm packages of Node itself,
 * in a folder of their own. A version that cannot be fetched is said and skipped; a server that fails on one is an error.
 */
import { execFileSync } from 'node:child_process';
import { BIN } from '../support/clients.ts';
import { nodeOf } from '../support/other-node.ts';
import { useServer } from './use.ts';

const VERSIONS = ['22', '24'];
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
