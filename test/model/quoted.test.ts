import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
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
