// Bundles the server into dist/ (or the folder named as argument). Everything at runtime is inside, so an install has
// no dependency tree.
//
// What each measure bought is measured with `npm run bench -- start` (Node 20, side by side):
//  - CommonJS chunks instead of ES modules: the ESM loader alone costs a fifth of a bare Node start.
//  - Minified: half the bytes to read and to pre-parse.
//  - The SDK's JSON Schema validator (150 kB) in a file of its own, read when an elicitation is answered.
//  - undici without fetch, WebSocket, mocks and caches: a third of the first tool call's loading.
//  - opening.json: the SDK's answers to a host's opening questions, recorded here; see src/commands/opening.ts.
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { thirdPartyLicenses } from './licenses.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const outdir = resolve(process.argv[2] ?? join(root, 'dist'));
const cache = join(root, 'node_modules/.cache');
await mkdir(cache, { recursive: true });
// Beside its goal: it is renamed in the end, which no border of file systems may lie between.
await mkdir(dirname(outdir), { recursive: true });
const work = await mkdtemp(`${outdir}-`);
await chmod(work, 0o755);

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  define: { __VERSION__: JSON.stringify(version) },
  absWorkingDir: root,
  logLevel: 'warning',
};

/** The SDK loads its validator eagerly; ours stands in for it and loads it on the first schema. */
const lateValidator = {
  name: 'late-validator',
  setup(on) {
    on.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({ path: 'shims', namespace: 'late' }));
    on.onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: `import process from 'node:process';
        class DefaultJsonSchemaValidator {
          getValidator(schema) {
            const { AjvJsonSchemaValidator } = require('./validator.cjs');
            this.real ??= new AjvJsonSchemaValidator();
            return this.real.getValidator(schema);
          }
        }
        export { DefaultJsonSchemaValidator, process };`,
    }));
    on.onResolve({ filter: /^\.\/validator\.cjs$/ }, () => ({ path: './validator.cjs', external: true }));
  },
};

/** undici's index loads fetch, WebSocket, mocks and caches with it; the vendor client uses its agent and nothing else. */
const undiciAgentOnly = {
  name: 'undici-agent-only',
  setup(on) {
    on.onResolve({ filter: /^undici$/ }, () => ({ path: 'agent', namespace: 'undici' }));
    on.onLoad({ filter: /.*/, namespace: 'undici' }, () => ({
      resolveDir: root,
      contents: `import Agent from 'undici/lib/dispatcher/agent.js';
        import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
        import request from 'undici/lib/api/api-request.js';
        import buildConnector from 'undici/lib/core/connect.js';
        Dispatcher.prototype.request = request;
        export { Agent, buildConnector };`,
    }));
  },
};

async function bundleServer() {
  const chunks = await build({
    ...common,
    entryPoints: { main: 'src/main.ts' },
    outdir: work,
    // esbuild splits ES modules only: they are split first and turned into CommonJS below, file by file.
    outExtension: { '.js': '.cjs' },
    format: 'esm',
    splitting: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    plugins: [lateValidator, undiciAgentOnly],
  });
  for (const { path, text } of chunks.outputFiles) {
    const main = basename(path) === 'main.cjs';
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      supported: { 'dynamic-import': false },
      define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__url' },
      banner: [
        main ? '#!/usr/bin/env node' : '',
        text.includes('import.meta.url') ? 'const __url = require("node:url").pathToFileURL(__filename).href;' : '',
      ]
        .join('\n')
        .trim(),
    });
    await writeFile(path, code, { mode: main ? 0o755 : 0o644 });
  }
  const validator = await build({
    ...common,
    stdin: {
      contents: "export { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';",
      resolveDir: root,
    },
    outfile: join(work, 'validator.cjs'),
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    metafile: true,
  });
  return [...Object.keys(chunks.metafile.inputs), ...Object.keys(validator.metafile.inputs)];
}

async function recordOpening() {
  const program = join(cache, `record-${process.pid}.mjs`);
  await build({
    ...common,
    entryPoints: ['src/commands/record.ts'],
    outfile: program,
    format: 'esm',
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  });
  try {
    const { recordOpening: record } = await import(pathToFileURL(program).href);
    await writeFile(join(work, 'opening.json'), JSON.stringify(await record(version)));
  } finally {
    await rm(program, { force: true });
  }
}

try {
  const inputs = await bundleServer();
  await recordOpening();
  await writeFile(join(work, 'THIRD_PARTY_LICENSES.txt'), await thirdPartyLicenses(root, inputs));
  await copyFile(join(root, 'src/sandbox/playbook.md'), join(work, 'playbook.md'));
  // Swapped in at the end: a failed build leaves the last good one, and running servers see no half-written folder.
  const old = `${work}-old`;
  await rename(outdir, old).catch(() => {});
  await rename(work, outdir);
  await rm(old, { recursive: true, force: true });
} finally {
  await rm(work, { recursive: true, force: true });
}
