/** What an install brings onto a user's machine: our own files, Node's modules, and nothing that runs by itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN } from '../support/clients.ts';
import { isRecord } from '../support/raw-server.ts';
import { ROOT } from '../support/root.ts';

/** Loaded on first use where it happens to be installed: the keychain. */
const OPTIONAL = ['@napi-rs/keyring'];

const own: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const member = (name: string) => (isRecord(own) && isRecord(own[name]) ? own[name] : {});
const dist = dirname(BIN);
const files = readdirSync(dist).filter((file) => file.endsWith('.cjs'));
const sourceOf = (file: string) => readFileSync(join(dist, file), 'utf8');

describe('the package', () => {
  it('runs nothing when a user installs it', () => {
    // npm runs `dependencies` in a checkout only, after it has written node_modules there.
    const lifecycle = /^(pre|post)?(install|prepare|uninstall|prepublish)$/;
    expect(Object.keys(member('scripts')).filter((name) => lifecycle.test(name))).toEqual([]);
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
        .filter((name) => !OPTIONAL.includes(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(foreign).toEqual([]);
  });

  it('makes no code from text: no compiler of schemas is in it', () => {
    expect(files.filter((file) => /\beval\(|\bnew Function\(|\bajv\b/i.test(sourceOf(file)))).toEqual([]);
  });

  it('has a client of the protocol for the demo alone, which nothing but its command loads', () => {
    const [demo = '', ...more] = files.filter((file) => file.startsWith('demo-'));
    expect(more).toEqual([]);
    expect(files.filter((file) => sourceOf(file).includes('StdioClientTransport already started'))).toEqual([demo]);
    expect(files.filter((file) => sourceOf(file).includes(demo))).toEqual(['main.cjs']);
    expect(sourceOf('main.cjs')).toMatch(
      new RegExp(`then\\(\\(\\)=>\\w+\\(require\\("\\./${demo.replace('.', '\\.')}"\\)`),
    );
  });

  it('starts no other program but in the demo and the keychain', () => {
    const starters = files.filter((file) => /["'](node:)?child_process["']/.test(sourceOf(file)));
    expect(starters.filter((file) => !/^(demo|keychain)-/.test(file))).toEqual([]);
    const main = /["'](node:)?child_process["']/;
    expect(sourceOf('main.cjs')).not.toMatch(main);
    for (const file of files.filter((name) => name.startsWith('serve-'))) expect(sourceOf(file)).not.toMatch(main);
  });
});
