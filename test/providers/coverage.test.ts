/** The coverage records hold what the clients can send and what the providers do send; neither can drift. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { clientOperations } from '../support/client-walk.ts';
import { COVERAGE, useOf } from '../support/coverage.ts';
import { TABLES } from '../support/endpoint-tables.ts';
import { measureReach, PROVIDER_OPERATIONS, type Reach } from '../support/reach.ts';

let reached: Map<string, Reach>;
beforeAll(async () => {
  reached = await measureReach();
}, 120_000);

it('there is a record or a table of every provider', () => {
  expect([...Object.keys(TABLES), ...Object.keys(COVERAGE)].sort()).toEqual(PROVIDERS.map(({ id }) => id).sort());
});

describe.each(Object.entries(COVERAGE))('%s', (provider, coverage) => {
  const uses = coverage.map((row) => ({ ...row, use: useOf(row) }));

  it('names each operation once, in words, with its method and path', () => {
    expect(new Set(coverage.map(({ path }) => path)).size).toBe(coverage.length);
    for (const { path, operation } of coverage) {
      expect(path).toMatch(/^(GET|POST|PUT|PATCH|DELETE) \/[\w./:{}-]+$/);
      expect(operation).toMatch(/^[a-zA-Z].{5,}/);
    }
  });

  it('names operations that providers have', () => {
    const users = uses.flatMap(({ use }) => (use.kind === 'used' ? use.users.map((user) => user.operation) : []));
    for (const user of users) expect(PROVIDER_OPERATIONS).toContain(user);
  });

  it('holds what the client can send, no more and no less', async () => {
    const inClient = uses.filter(({ use }) => use.kind !== 'left out').map(({ path }) => path);
    expect(inClient.sort()).toEqual([...(await clientOperations(provider))].sort());
  });

  it('holds every path that is written in the folder, also outside the client', () => {
    const templates = coverage.map(({ path }) => path.replace(/^\w+ /, ''));
    for (const [file, literal] of pathLiterals(join(import.meta.dirname, '../../src/providers', provider)))
      for (const piece of literal.split(/\$\{[^}]*\}/))
        expect(
          templates.some((template) => template.includes(piece)),
          `${file}: ${literal}`,
        ).toBe(true);
  });

  it('tells who sends what', () => {
    for (const [operation, sent] of reached.get(provider) ?? [])
      for (const path of sent) {
        const use = uses.find((row) => row.path === path)?.use;
        const users = use?.kind === 'used' ? use.users.map((user) => user.operation) : [];
        expect(users, `${operation} sends ${path}`).toContain(operation);
      }
  });

  it('claims no use that is not made', () => {
    for (const { path, use } of uses)
      for (const { operation, condition } of use.kind === 'used' ? use.users : [])
        if (condition === undefined)
          expect(
            [...(reached.get(provider) ?? [])].some(([name, sent]) => name === operation && sent.has(path)),
            `${operation} sends ${path}`,
          ).toBe(true);
  });
});

/** String and template literals that begin like a path, or after a constant in front; comments and versions left out. */
function pathLiterals(folder: string): [file: string, literal: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'coverage.ts')
    .flatMap((file) => {
      const source = readFileSync(join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      return [...source.matchAll(/(['`])((?:\$\{[A-Za-z]+\})?[/:][a-zA-Z{][^'`\s]*)\1/g)]
        .map(([, , literal = '']): [string, string] => [file, literal])
        .filter(([, literal]) => !/\/v\d$/.test(literal));
    });
}
