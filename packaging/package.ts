/**
 * `npm run package`: writes the generated files, then builds what users install, each complete in itself:
 *   artifacts/<name>-<version>.tgz    for npm
 *   artifacts/<name>-<version>.mcpb   for Claude Desktop
 *   artifacts/claude-code/            a marketplace folder with the plugin for Claude Code
 * `--files` writes the generated files only, `--artifacts` builds only, `--out=FOLDER` builds there. Nothing is published.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { packagingFiles } from './files.ts';
import { skillFiles } from './skills.ts';

const root = resolve(import.meta.dirname, '..');
const target = resolve(root, process.argv.find((argument) => argument.startsWith('--out='))?.slice(6) ?? 'artifacts');

if (!process.argv.includes('--artifacts')) writeFiles();
if (!process.argv.includes('--files')) makeArtifacts();

function writeFiles(): void {
  for (const [file, content] of Object.entries(packagingFiles(root))) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `${JSON.stringify(content, null, 2)}\n`);
  }
  for (const [file, text] of Object.entries(skillFiles())) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

function makeArtifacts(): void {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', target]);

  const plugin = join(target, 'claude-code');
  cpSync(join(root, 'packaging/claude-code'), plugin, { recursive: true });
  addServer(join(plugin, 'plugin'));

  const bundle = join(target, 'mcpb');
  cpSync(join(root, 'packaging/mcpb'), bundle, { recursive: true });
  addServer(bundle);
  const mcpb = join(root, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js');
  run(process.execPath, [mcpb, 'validate', join(bundle, 'manifest.json')]);
  run(process.execPath, [mcpb, 'pack', bundle, join(target, `${name}-${version}.mcpb`)]);
  rmSync(bundle, { recursive: true });
}

/** The built server, and beside it what the npm package has: licence and documents. */
function addServer(folder: string): void {
  cpSync(join(root, 'dist'), join(folder, 'server'), { recursive: true });
  const { files }: { files: string[] } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const file of files.filter((name) => name !== 'dist' && !name.endsWith('.json')))
    cpSync(join(root, file), join(folder, file), { recursive: true });
}

function run(command: string, args: string[]): void {
  execFileSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
