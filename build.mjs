// Bundles the server into dist/. Everything at runtime is inside, so an install has no dependency tree.
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
const root = (path) => new URL(path, import.meta.url).pathname;

await rm(root('dist'), { recursive: true, force: true });
await mkdir(root('dist'), { recursive: true });
await build({
  entryPoints: [root('src/main.ts')],
  outdir: root('dist'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  legalComments: 'linked',
  define: { __VERSION__: JSON.stringify(version) },
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  logLevel: 'warning',
});
await cp(root('src/sandbox/playbook.md'), root('dist/playbook.md'));
