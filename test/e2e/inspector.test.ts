/** The Inspector, a client of others, finds nothing to complain about. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { BIN } from '../support/clients.ts';
import { ROOT } from '../support/root.ts';

it('passes the Inspector in strict mode without a complaint', () => {
  const inspector = join(ROOT, 'node_modules/.bin/mcp-inspector');
  const result = spawnSync(
    inspector,
    ['--cli', process.execPath, BIN, 'serve', '--sandbox', '--method', 'tools/list', '--strict'],
    { encoding: 'utf8', timeout: 60_000 },
  );
  expect(result.stderr).not.toMatch(/warn|error|invalid/i);
  expect(result.status).toBe(0);
  expect(JSON.parse(result.stdout).tools).toHaveLength(TOOLS.length);
});
