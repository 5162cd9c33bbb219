/** The tables of rows hold what is sent, no more and no less; what is not sent says why, or which work will send it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { reachedThrough, rowsOf, TABLES } from '../support/endpoint-tables.ts';
import { measureReach, type Reach } from '../support/reach.ts';

let reached: Map<string, Reach>;
beforeAll(async () => {
  reached = await measureReach();
});

it('there is a table of every provider', () => {
  expect(Object.keys(TABLES)).toEqual(PROVIDERS.map(({ id }) => id));
});

describe.each(Object.entries(TABLES))('%s', (provider, table) => {
  const { LEFT_OUT } = table;
  const rows = rowsOf(table);
  const through = (request: string) => reachedThrough(request, reached.get(provider));

  it('names each request once, in both tables together, and says in words what it does', () => {
    const all = [...rows, ...LEFT_OUT];
    const requests = all.map(({ request }) => request);
    expect(requests.filter((request, index) => requests.indexOf(request) !== index)).toEqual([]);
    for (const { request, does } of all) {
      expect(request).toMatch(/^(GET|POST|PUT|PATCH|DELETE) \/[\w./:{}-]+$/);
      expect(does).toMatch(/^[a-zA-Z].{5,}/);
    }
    for (const { why } of LEFT_OUT) expect(why).toMatch(/^[a-zA-Z].{10,}[^.]$/);
  });

  it('every row is reached, or is kept for work to come', () => {
    expect(rows.filter(({ request, later }) => !later && through(request).length === 0)).toEqual([]);
  });

  it('no row that is kept for work to come is reached', () => {
    expect(rows.filter(({ request, later }) => later && through(request).length > 0)).toEqual([]);
  });

  it('whatever is sent has a row', () => {
    const sent = new Set([...(reached.get(provider)?.values() ?? [])].flatMap((requests) => [...requests]));
    expect([...sent].filter((request) => !rows.some((row) => row.request === request))).toEqual([]);
  });

  it('paths are written in the table and nowhere else in the folder', () => {
    const folder = join(import.meta.dirname, '../../src/providers', provider);
    expect(pathLiterals(folder).filter(([file]) => file !== 'endpoints.ts')).toEqual([]);
    expect(pathLiterals(folder)).not.toEqual([]);
  });
});

/** String and template literals that hold a request or a path; comments and versions left out. */
function pathLiterals(folder: string): [file: string, literal: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      return [...source.matchAll(/(['`])((?:[A-Z]+ )?(?:\$\{[A-Za-z]+\})?[/:][a-zA-Z{][^'`\s]*)\1/g)]
        .map(([, , literal = '']): [string, string] => [file, literal])
        .filter(([, literal]) => !/\/v\d$/.test(literal));
    });
}
