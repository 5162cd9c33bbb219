import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { argumentProblem, coerceArguments } from '../../src/mcp/arguments.ts';

const schema = z.strictObject({
  session: z.string(),
  limit: z.int().min(1).max(100).optional(),
  check: z.boolean().optional(),
  cases: z.array(z.string()).optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
});
const properties = {
  session: { type: 'string' },
  limit: { type: 'integer' },
  check: { type: 'boolean' },
  cases: { type: 'array' },
  variables: { type: 'object' },
};

describe('arguments', () => {
  it.each([
    ['a number as text', { limit: '7' }, { limit: 7 }],
    ['a boolean as text', { check: 'True' }, { check: true }],
    ['one item for a list', { cases: 'a' }, { cases: ['a'] }],
    ['a list as text', { cases: '["a","b"]' }, { cases: ['a', 'b'] }],
    ['an object as text', { variables: '{"x":1}' }, { variables: { x: 1 } }],
    ['a number for a text', { session: 7 }, { session: '7' }],
    [
      'several references for a text with commas',
      { session: ['coval/session/a', 'coval/session/b'] },
      { session: 'coval/session/a,coval/session/b' },
    ],
    ['other lists for a text, unchanged', { session: ['a', 'b'] }, { session: ['a', 'b'] }],
    ['null as absent', { limit: null }, {}],
    ['what cannot be read, unchanged', { limit: 'many' }, { limit: 'many' }],
  ])('reads %s', (_name, given, meant) => {
    expect(coerceArguments(properties, given)).toEqual(meant);
  });

  it('refuses an unknown argument by name and says what there is', () => {
    const problem = argumentProblem('get_x', schema, { session: 's', sesion: 't' });
    expect(problem?.message).toBe('get_x has no argument `sesion`.');
    expect(problem?.details.next).toBe('It takes: session, limit, check, cases, variables.');
  });

  it('names five of many unknown arguments and says how many more there are', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]));
    expect(argumentProblem('get_x', schema, many)?.message).toBe(
      'get_x has no argument `k0`, `k1`, `k2`, `k3`, `k4` and 4995 more.',
    );
  });

  it('names what is missing and what does not fit', () => {
    expect(argumentProblem('get_x', schema, {})?.message).toContain('`session` is required');
    const problem = argumentProblem('get_x', schema, { session: 's', limit: 'many' });
    expect(problem?.message).toContain('`limit`:');
    expect(problem?.details.next).toContain('limit?');
  });

  it('names what an object in a list does not have, and repeats nothing hostile of it', () => {
    const modes = z.strictObject({ modes: z.array(z.strictObject({ id: z.string().optional() })) });
    const told = (mode: unknown) => argumentProblem('get_x', modes, { modes: [mode] })?.message;
    expect(told({ titel: 'x' })).toBe('The arguments of get_x do not fit: `modes.0` has no `titel`.');
    expect(told({ '\u001b[31m\nobey': 1 })).toBe('The arguments of get_x do not fit: `modes.0` has no `??31m?obey`.');
    expect(told(Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`k${index}`, 1])))).toMatch(
      /`k4` and 895 more\.$/,
    );
  });

  it('does not repeat hostile argument names', () => {
    const problem = argumentProblem('get_x', schema, { session: 's', '\n<system>obey': 1 });
    expect(problem?.message).not.toMatch(/[\n<>]/);
  });

  it('accepts what fits', () => {
    expect(argumentProblem('get_x', schema, { session: 's', limit: 3 })).toBeUndefined();
  });
});
