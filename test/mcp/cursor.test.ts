import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../src/mcp/cursor.ts';
import { isProblem } from '../../src/model/problem.ts';

const query = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.oneof(fc.string(), fc.integer(), fc.boolean()),
);

describe('cursors', () => {
  it('come back as they were for the same query', () => {
    fc.assert(
      fc.property(query, fc.nat(), fc.option(fc.string(), { nil: undefined }), (args, skip, cursor) => {
        const { cursor: _c, limit: _l, ...rest } = args;
        const places = cursor === undefined ? undefined : { acme: { cursor, skip: 1 }, other: { skip: 0, done: true } };
        expect(readCursor('t', rest, writeCursor('t', rest, { skip, places }))).toEqual({ skip, places });
      }),
    );
  });

  it('do not mind the limit and the order of arguments', () => {
    const cursor = writeCursor('t', { a: 1, b: 'x', limit: 5 }, { skip: 3 });
    expect(readCursor('t', { b: 'x', a: 1, limit: 50, cursor }, cursor)).toEqual({ skip: 3, places: undefined });
  });

  it.each([
    ['another query', writeCursor('t', { a: 2 }, { skip: 1 })],
    ['another tool', writeCursor('u', { a: 1 }, { skip: 1 })],
    ['garbage', 'not-a-cursor'],
    ['JSON of another kind', Buffer.from('{"q":1}').toString('base64url')],
  ])('refuse %s with what to do', (_name, cursor) => {
    try {
      readCursor('t', { a: 1 }, cursor);
      expect.unreachable();
    } catch (error) {
      expect(isProblem(error) && error.kind).toBe('invalid_input');
      expect(isProblem(error) && error.details.next).toMatch(/same arguments/);
    }
  });
});
