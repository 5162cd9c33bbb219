/** Other MCP servers from the npm registry, at fixed versions, in a folder of their own: nothing here depends on them. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/root.ts';

const PEERS: readonly [name: string, version: string][] = [
  ['@modelcontextprotocol/server-everything', '2026.8.31'],
  ['@notionhq/notion-mcp-server', '2.5.2'],
  ['@playwright/mcp', '0.0.83'],
  ['chrome-devtools-mcp', '1.11.0'],
  ['@upstash/context7-mcp', '4.1.1'],
];

export interface Candidate {
  name: string;
  args: string[];
}

/** Installs what is missing of those named (the only step that needs the network), and tells how each is started. */
export function installPeers(names: readonly string[] = PEERS.map(([name]) => name)): Candidate[] {
  const wanted = PEERS.filter(([name]) => names.includes(name));
  const folder = join(ROOT, 'node_modules/.cache/bench-peers');
  mkdirSync(folder, { recursive: true });
  const manifest = (name: string) => join(folder, 'node_modules', name, 'package.json');
  const missing = wanted.filter(
    ([name, version]) => !existsSync(manifest(name)) || read(manifest(name)).version !== version,
  );
  if (missing.length > 0) {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    execFileSync(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted.map((peer) => peer.join('@'))],
      { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }
  return wanted.map(([name, version]) => {
    const { bin } = read(manifest(name));
    const own = name.split('/').pop() ?? name;
    const file = typeof bin === 'string' ? bin : (Reflect.get(Object(bin), own) ?? Object.values(Object(bin))[0]);
    return { name: `${name} ${version}`, args: [join(folder, 'node_modules', name, String(file))] };
  });
}

function read(file: string): { version?: unknown; bin?: unknown } {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof value === 'object' && value !== null ? value : {};
}
