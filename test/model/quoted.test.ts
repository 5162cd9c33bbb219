import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { quoted, quotedPaths, quotedText, withQuoted } from '../../src/model/quoted.ts';

const schema = z.object({
  ref: z.string(),
  name: quotedText.optional(),
  runs: z.array(z.object({ ref: z.string(), failed: z.array(quotedText), count: z.int().default(0) })).optional(),
  options: z.record(z.string(), quotedText).optional(),
  groups: z.record(z.string(), z.object({ title: quotedText, id: z.string() })).optional(),
  error: quoted(z.object({ message: z.string(), code: z.string().optional() })).optional(),
});

describe('the paths of what is quoted', () => {
  it('are those of this answer, each once', () => {
    const data = {
      ref: 'r',
      name: 'n',
      runs: [
        { ref: 'a', failed: [], count: 1 },
        { ref: 'b', failed: ['x', 'y'], count: 1 },
      ],
      options: { a: 'x', b: 'y' },
      groups: { new: { title: 't', id: 'i' }, old: { title: 't', id: 'i' } },
      error: { message: 'm' },
    };
    expect(quotedPaths(schema, data)).toEqual([
      'name',
      'runs[].failed[]',
      'options.*',
      'groups.*.title',
      'error.message',
    ]);
  });

  it('are found in whatever says only that a value may be absent', () => {
    const mode = z.object({ id: z.string(), title: quotedText, definition: quotedText });
    const wrapped = z.object({
      modes: z.array(mode.partial().required({ id: true, title: true })),
      name: quotedText.nullable(),
      notes: z.array(quotedText).readonly(),
    });
    const data = { modes: [{ id: 'i', title: 't', definition: 'd' }], name: 'n', notes: ['x'] };
    expect(quotedPaths(wrapped, data)).toEqual(['modes[].title', 'modes[].definition', 'name', 'notes[]']);
    expect(withQuoted(wrapped, data, () => '?')).toEqual({
      modes: [{ id: 'i', title: '?', definition: '?' }],
      name: '?',
      notes: ['?'],
    });
  });

  it('are looked for in every kind of schema that the answers of tools are made of', () => {
    const plain = new Set(['string', 'number', 'boolean', 'enum', 'literal', 'int']);
    const through = new Set([
      'optional',
      'nonoptional',
      'nullable',
      'readonly',
      'default',
      'array',
      'record',
      'object',
    ]);
    const kinds = (node: z.core.$ZodType): string[] => {
      const def = node._zod.def;
      const inner: z.core.$ZodType[] = [
        ...('innerType' in def ? [def.innerType as z.core.$ZodType] : []),
        ...('element' in def ? [def.element as z.core.$ZodType] : []),
        ...('valueType' in def ? [def.valueType as z.core.$ZodType] : []),
        ...('shape' in def ? Object.values(def.shape as Record<string, z.core.$ZodType>) : []),
      ];
      return [def.type, ...inner.flatMap(kinds)];
    };
    const found = new Set(TOOLS.flatMap(({ output }) => kinds(output)));
    expect([...found].filter((kind) => !plain.has(kind) && !through.has(kind))).toEqual([]);
    expect(found.has('nonoptional')).toBe(true);
  });

  it.each([
    ['nothing that is quoted', { ref: 'r', runs: [{ ref: 'a', failed: [] }] }],
    ['null', { ref: 'r', name: null }],
    ['another shape', { ref: 'r', name: 4, runs: 'x', options: 3 }],
    ['no object', 7],
  ])('are none in an answer with %s', (_name, data) => {
    expect(quotedPaths(schema, data)).toEqual([]);
  });
});

describe('changing what is quoted', () => {
  it('changes it wherever its path is named, and leaves all else', () => {
    const data = {
      ref: 'r',
      name: 'n',
      runs: [{ ref: 'a', failed: ['x', 'y'], count: 1 }],
      options: { a: 'x' },
      groups: { new: { title: 't', id: 'i' } },
      error: { message: 'm' },
      further: 'f',
      none: null,
    };
    expect(withQuoted(schema, data, (text) => `${text}!`)).toEqual({
      ref: 'r',
      name: 'n!',
      runs: [{ ref: 'a', failed: ['x!', 'y!'], count: 1 }],
      options: { a: 'x!' },
      groups: { new: { title: 't!', id: 'i' } },
      error: { message: 'm!' },
      further: 'f',
      none: null,
    });
  });
});
