/** What an install brings onto a user's machine: our own files, Node's modules, and nothing that runs by itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN } from '../support/clients.ts';
import { isJson } from '../support/raw-server.ts';
import { ROOT } from '../support/root.ts';

/** Loaded on first use where it happens to be installed: the keychain. */
const OPTIONAL = ['@napi-rs/keyring'];
/** Text inside code that Ajv would write for its standalone mode, which nothing here uses. */
const NEVER_RUN = /^ajv(-formats)?\/dist\//;

const own: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const member = (name: string) => (isJson(own) && isJson(own[name]) ? own[name] : {});
const dist = dirname(BIN);
const files = readdirSync(dist).filter((file) => file.endsWith('.cjs'));
const sourceOf = (file: string) => readFileSync(join(dist, file), 'utf8');

describe('the package', () => {
  it('runs nothing when a user installs it', () => {
    // `prepare` runs in a checkout only, never for a package from a registry.
    const lifecycle = ['preinstall', 'install', 'postinstall', 'preuninstall', 'postuninstall', 'dependencies'];
    expect(Object.keys(member('scripts')).filter((name) => lifecycle.includes(name))).toEqual([]);
    expect(existsSync(join(ROOT, 'binding.gyp'))).toBe(false);
  });

  it('depends on nothing', () => {
    for (const kind of ['dependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies'])
      expect(member(kind)).toEqual({});
    // A peer that is optional is installed by those who want it, and by nobody else.
    const peers = Object.keys(member('peerDependencies'));
    expect(peers.filter((name) => !OPTIONAL.includes(name))).toEqual([]);
    expect(member('peerDependenciesMeta')).toEqual(Object.fromEntries(peers.map((name) => [name, { optional: true }])));
  });

  it('pins what it is built with', () => {
    for (const [name, version] of Object.entries(member('devDependencies')))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });
});

describe('the bundle', () => {
  it('needs only Node and its own files', () => {
    expect(files.length).toBeGreaterThan(5);
    const foreign = files.flatMap((file) =>
      [...sourceOf(file).matchAll(/\b(?:require|import)\(\s*(["'`])([^"'`]+)\1\s*\)/g)]
        .map(([, , name = '']) => name)
        .filter((name) => !isBuiltin(name) && !(name.startsWith('./') && existsSync(join(dist, name))))
        .filter((name) => !OPTIONAL.includes(name) && !NEVER_RUN.test(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(foreign).toEqual([]);
  });

  it('makes code from text only where schemas are checked, which a server does for elicited answers only', () => {
    const makers = files.filter((file) => /\beval\(|\bnew Function\(/.test(sourceOf(file)));
    expect(makers.map((file) => file.replace(/-\w+\.cjs$/, '.cjs')).sort()).toEqual(['demo.cjs', 'validator.cjs']);
  });

  it('starts no other program but in the demo and the keychain', () => {
    const starters = files.filter((file) => /["'](node:)?child_process["']/.test(sourceOf(file)));
    expect(starters.filter((file) => !/^(demo|client|chunk|doctor|keychain)-/.test(file))).toEqual([]);
    const main = /["'](node:)?child_process["']/;
    expect(sourceOf('main.cjs')).not.toMatch(main);
    for (const file of files.filter((name) => name.startsWith('serve-'))) expect(sourceOf(file)).not.toMatch(main);
  });
});
