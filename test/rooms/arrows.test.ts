/** The import arrows between the rooms run one way; vendor folders keep to themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VENDORS } from '../support/platforms.ts';

const SRC = resolve(import.meta.dirname, '../../src');

/** Which rooms each room may import, besides itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  model: [],
  http: ['model'],
  providers: ['http', 'model'],
  reading: ['providers', 'http', 'model'],
  analysis: ['model'],
  home: ['model'],
  modes: ['analysis', 'home', 'http', 'model'],
  starting: ['home', 'providers', 'http', 'model'],
  changing: ['home', 'providers', 'http', 'model'],
  sandbox: ['model'],
  mcp: ['analysis', 'modes', 'starting', 'changing', 'home', 'reading', 'providers', 'http', 'model', 'config'],
  config: ['model'],
  commands: [
    'mcp',
    'analysis',
    'modes',
    'starting',
    'changing',
    'home',
    'reading',
    'providers',
    'http',
    'model',
    'sandbox',
    'config',
  ],
  main: ['commands', 'config'],
};
const NODE_MODULES_WITHOUT_IO = new Set(['node:crypto']);

const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));

function roomOf(file: string): string {
  const [first = ''] = relative(SRC, file).split('/');
  return first.replace(/\.ts$/, '');
}

function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g)].map((match) => match[1] ?? '');
}

describe('import arrows', () => {
  it('reads a real tree', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(importsOf(join(SRC, 'mcp/server.ts'))).toContain('./tool-call.ts');
  });

  it.each(files.map((file) => [relative(SRC, file), file] as const))('%s', (_name, file) => {
    const room = roomOf(file);
    const allowed = MAY_IMPORT[room];
    expect(allowed, `room ${room} is not in the table`).toBeDefined();
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.')) {
        if (room === 'model' || room === 'analysis') {
          const pure = specifier === 'zod/v4' || NODE_MODULES_WITHOUT_IO.has(specifier);
          expect(pure, `${room} does no I/O but imports ${specifier}`).toBe(true);
        }
        continue;
      }
      const target = roomOf(resolve(dirname(file), specifier));
      expect(target === room || allowed?.includes(target), `${room} imports ${target} (${specifier})`).toBe(true);
    }
  });

  it.each(['providers', 'sandbox/dialects'])('vendor folders of %s do not import each other', (folder) => {
    for (const vendor of VENDORS) {
      for (const file of files.filter((one) => relative(SRC, one).startsWith(`${folder}/${vendor}/`))) {
        const others = VENDORS.filter((other) => other !== vendor);
        for (const specifier of importsOf(file))
          expect(others.some((other) => specifier.includes(`/${other}/`))).toBe(false);
      }
    }
  });
});

describe('circles', () => {
  it('there is none between files, of types neither', () => {
    const arrows = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((specifier) => specifier.startsWith('.') && specifier.endsWith('.ts'))
          .map((specifier) => resolve(dirname(file), specifier)),
      ]),
    );
    expect(circlesOf(arrows).map((circle) => circle.map((file) => relative(SRC, file)))).toEqual([]);
  });

  it('finds one where there is one', () => {
    const arrows = new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(circlesOf(arrows)).toEqual([['b', 'c']]);
  });
});

/** Groups of files that reach each other (Tarjan's strongly connected components of more than one file). */
function circlesOf(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string) => {
    const number = order.size;
    order.set(file, number);
    low.set(file, number);
    stack.push(file);
    for (const target of arrows.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(file) !== number) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const file of arrows.keys()) if (!order.has(file)) visit(file);
  return circles;
}
