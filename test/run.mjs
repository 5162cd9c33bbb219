// Runs a TypeScript program of this folder: `node test/run.mjs bench/clusters.ts [arguments]`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const [program, ...rest] = process.argv.slice(2);
if (!program) {
  process.stderr.write('usage: node test/run.mjs PROGRAM.ts [arguments]\n');
  process.exit(2);
}
const here = import.meta.dirname;
mkdirSync(join(here, '../node_modules/.cache'), { recursive: true });
const folder = mkdtempSync(join(here, '../node_modules/.cache/run-'));
const outfile = join(folder, 'program.mjs');
try {
  await build({
    entryPoints: [resolve(here, program)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: 'inline',
    define: { 'import.meta.dirname': JSON.stringify(resolve(here, program, '..')) },
    logLevel: 'warning',
  });
  process.exitCode =
    spawnSync(process.execPath, ['--enable-source-maps', '--expose-gc', outfile, ...rest], { stdio: 'inherit' })
      .status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
