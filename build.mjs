// Bundles the server into dist/ (or the folder named as argument). Everything at runtime is inside, so an install has
// no dependency tree.
//
// What each measure bought, on Node 20.20 side by side with a loop without any SDK (spawn to `initialize`, in loops):
//  - CommonJS chunks instead of ES modules, minified (half the bytes), and no JSON Schema compiler (150 kB): together from
//    6.1 to 4.0. The ESM loader alone is 0.2.
//  - handshake.json, the SDK's answers to a host's handshake questions, recorded here (src/commands/handshake/handshake.ts).
//  - undici without fetch, WebSocket, mocks and caches: nothing of the start, 77 to 23 ms of the first tool call.
//  - A V8 code cache written by ourselves: the SDK alone from 3.7 to 2.9, and nothing once the handshake is recorded, so it
//    is left out; Node's own is used for the first call where Node has one (src/commands/compile-cache.ts).
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
  // Its CommonJS hides what it loads from bundlers.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  platform: 'node',
  target: 'node20',
  define: { __VERSION__: JSON.stringify(version) },
  absWorkingDir: root,
  logLevel: 'warning',
};

/**
 * The SDKs bring a compiler of JSON Schemas (150 kB each) for answers to questions and for structured content. What a person
 * answers is checked in src/mcp/elicitation.ts, and the demo reads its answers with zod: neither compiler is bundled.
 */
const noSchemaCompiler = {
  name: 'no-schema-compiler',
  setup(on) {
    const stands = (path) => () => ({ path, namespace: 'no-compiler' });
    on.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, stands('shims'));
    on.onResolve({ filter: /\/validation\/ajv-provider\.js$/ }, stands('provider'));
    on.onLoad({ filter: /.*/, namespace: 'no-compiler' }, () => ({
      contents: `import process from 'node:process';
        class NoValidator {
          getValidator() {
            throw new Error('No compiler of JSON Schemas is bundled: pass jsonSchemaValidator.');
          }
        }
        export { NoValidator as DefaultJsonSchemaValidator, NoValidator as AjvJsonSchemaValidator, process };`,
    }));
  },
};

/**
 * undici's index loads fetch, WebSocket, mocks and caches with it; the vendor client uses its agent and nothing else, and
 * behind a proxy, in a file that is read only then, what opens tunnels.
 */
const undiciAgentOnly = {
  name: 'undici-agent-only',
  setup(on) {
    on.onResolve({ filter: /^undici$/ }, ({ importer }) => ({
      path: /\/proxied\.ts$/.test(importer) ? 'proxy' : 'agent',
      namespace: 'undici',
    }));
    on.onLoad({ filter: /^proxy$/, namespace: 'undici' }, () => ({
      resolveDir: root,
      contents: `import Client from 'undici/lib/dispatcher/client.js';
        import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
        import connect from 'undici/lib/api/api-connect.js';
        import Pool from 'undici/lib/dispatcher/pool.js';
        import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
        Dispatcher.prototype.connect = connect;
        export { Client, Pool, ProxyAgent };`,
    }));
    on.onLoad({ filter: /^agent$/, namespace: 'undici' }, () => ({
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
    // The reader of the keychain is a process of its own.
    entryPoints: { main: 'src/main.ts', 'keychain-reader': 'src/commands/keychain-reader.ts' },
    outdir: work,
    // esbuild splits ES modules only: they are split first and turned into CommonJS below, file by file.
    outExtension: { '.js': '.cjs' },
    format: 'esm',
    splitting: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    plugins: [noSchemaCompiler, undiciAgentOnly],
  });
  for (const { path, text } of chunks.outputFiles) {
    const main = basename(path) === 'main.cjs';
    // A bare import only keeps the order of side effects, and costs the start a file; what is used brings what it needs.
    const source = main ? text.replace(/^import "\.\/[^"]+";$/gm, '') : text;
    const { code } = await transform(source, {
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
  // Which source went where; tests read it to tell what a call loads.
  const sources = Object.entries(chunks.metafile.outputs).map(([path, { inputs }]) => [
    basename(path),
    Object.keys(inputs).filter((input) => input.startsWith('src/') && inputs[input].bytesInOutput > 0),
  ]);
  await writeFile(join(cache, 'chunks.json'), JSON.stringify(Object.fromEntries(sources)));
  return Object.keys(chunks.metafile.inputs);
}

async function recordHandshake() {
  const program = join(cache, `record-${process.pid}.mjs`);
  await build({
    ...common,
    entryPoints: ['src/commands/handshake/record.ts'],
    outfile: program,
    format: 'esm',
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  });
  try {
    const { recordHandshake: record } = await import(pathToFileURL(program).href);
    await writeFile(join(work, 'handshake.json'), JSON.stringify(await record(version)));
  } finally {
    await rm(program, { force: true });
  }
}

try {
  const inputs = await bundleServer();
  await recordHandshake();
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
