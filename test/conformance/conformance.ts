/**
 * `npm run conformance`: the scenarios of the protocol's own conformance suite that need no fixture, on both revisions.
 * The suite speaks HTTP only, so the factory that stdio serves is mounted in the SDK's HTTP handler; it needs Node 22
 * or newer, so it runs on a Node 24 from npm. Suite and Node are fetched into a folder of their own.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { createServices } from '../../src/commands/services.ts';
import { readConfig } from '../../src/config/config.ts';
import { createSubscriptions } from '../../src/mcp/resources/subscriptions.ts';
import { createServer } from '../../src/mcp/server.ts';
import { createContinuedReads } from '../../src/reading/continued-reads.ts';
import { createReading } from '../../src/reading/reading.ts';
import { nodeOf } from '../support/other-node.ts';
import { ROOT } from '../support/root.ts';

const SUITE = '0.2.0-alpha.12';
const SCENARIOS: readonly [revision: string, names: readonly string[]][] = [
  [
    '2026-07-28',
    [
      'tools-list',
      'resources-list',
      'prompts-list',
      'caching',
      'http-header-validation',
      'dns-rebinding-protection',
      'sep-2164-resource-not-found',
    ],
  ],
  [
    '2025-11-25',
    ['server-initialize', 'ping', 'tools-list', 'resources-list', 'prompts-list', 'dns-rebinding-protection'],
  ],
];

/** The suite's program, fetched when it is not there. */
function suite(): string {
  const folder = join(ROOT, 'node_modules/.cache/conformance');
  const program = join(folder, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@modelcontextprotocol/conformance@${SUITE}`],
    { cwd: folder, stdio: 'ignore' },
  );
  return program;
}

const node = nodeOf('24');
if (node === undefined) throw new Error('Node 24 could not be fetched.');
const program = suite();

const config = readConfig(['serve', '--sandbox', '--playbook', join(ROOT, 'src/sandbox/playbook.md')], {});
const services = createServices(config);
const subscriptions = createSubscriptions({ registry: services.registry, onUpdate: () => {} });
const handler = createMcpHandler(() =>
  createServer({
    version: '0',
    config,
    reading: createReading(),
    continued: createContinuedReads(),
    subscriptions,
    ...services,
  }),
);
const http = serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request) =>
    hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
    originValidationResponse(request, localhostAllowedOrigins()) ??
    handler.fetch(request),
});
await once(http, 'listening');
// A string is the address of a pipe, which this server does not listen on.
const { port } = http.address() as AddressInfo;

let failed = 0;
for (const [revision, names] of SCENARIOS) {
  for (const name of names) {
    const child = spawn(
      node,
      [program, 'server', '--url', `http://127.0.0.1:${port}/mcp`, '--scenario', name, '--spec-version', revision],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: join(ROOT, 'node_modules/.cache/conformance') },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += String(chunk);
      });
    const [code] = await once(child, 'close');
    // A scenario of another revision is refused with a message; none may pass by not running.
    const passed = code === 0 && /\b[1-9]\d* passed|Passed: [1-9]|✓/.test(said);
    if (!passed) failed += 1;
    process.stdout.write(`${passed ? 'pass' : 'FAIL'}  ${revision}  ${name}\n${passed ? '' : `${said}\n`}`);
  }
}
http.close();
subscriptions.close();
await services.close();
process.exit(failed === 0 ? 0 : 1);
