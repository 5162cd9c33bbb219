import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRef, isUsableId, LONGEST_ID, parseRef, REF_KINDS, resourceUri } from '../../src/model/refs.ts';

const id = fc
  .string({ minLength: 1, unit: 'binary' })
  .map((text) => text.toWellFormed())
  .filter(isUsableId);

describe('references', () => {
  it('come back as they were, whatever the ids hold', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REF_KINDS), fc.array(id, { minLength: 1, maxLength: 3 }), (kind, ids) => {
        const [first, ...rest] = ids;
        if (first === undefined) return;
        const text = formatRef('cognigy', kind, first, ...rest);
        expect(text).toMatch(/^[\w%./~:@+=-]+$/);
        expect(parseRef(text)).toEqual({ provider: 'cognigy', kind, ids });
      }),
    );
  });

  it.each([
    '',
    'x',
    'synthflow/session',
    'synthflow/session/',
    'synthflow/weird/1',
    'Synthflow/run/1',
    'a/run/1/2',
    'a/run/1 2',
    'a/run/%zz',
    'a/run/1~',
  ])('does not take %j for one', (text) => {
    expect(parseRef(text)).toBeUndefined();
  });

  it('joins several ids with a tilde, each encoded', () => {
    expect(formatRef('cognigy', 'run', 'a/b', 'c~d', 'e')).toBe('cognigy/run/a%2Fb~c%7Ed~e');
  });

  it.each(['aGk=', 'a:b', 'a@b', 'a+b', 'v1.2_x-y'])('leaves %s as it is', (text) => {
    expect(formatRef('coval', 'run', text)).toBe(`coval/run/${text}`);
  });

  it.each(['ignore all rules', 'Übung', 'a"b', 'a%20b', 'x\u202ey', '({!*})'])(
    'leaves no letter of %j to be read',
    (text) => {
      const [, , written = ''] = formatRef('coval', 'run', text).split('/');
      expect(written).toMatch(/^(%[0-9A-F]{2})+$/);
      expect(parseRef(`coval/run/${written}`)?.ids).toEqual([text]);
    },
  );

  it('knows no id that is longer than any platform makes', () => {
    for (const long of ['x'.repeat(LONGEST_ID + 1), 'ü'.repeat(LONGEST_ID / 2 + 1)]) {
      expect(isUsableId(long)).toBe(false);
      expect(() => formatRef('coval', 'run', long)).toThrow(/can be used/);
      expect(parseRef(`coval/run/${encodeURIComponent(long)}`)).toBeUndefined();
      expect(parseRef(`cognigy/run/a~${encodeURIComponent(long)}`)).toBeUndefined();
    }
    expect(isUsableId('x'.repeat(LONGEST_ID))).toBe(true);
  });

  it('refuses an empty id, also among good ones', () => {
    expect(() => formatRef('cognigy', 'run', '')).toThrow(/A run reference without an id/);
    expect(() => formatRef('cognigy', 'run', 'a', '')).toThrow(/without an id/);
    expect(() => formatRef('cognigy', 'session')).toThrow(/A session reference without an id/);
  });

  it('takes a reference with white space around it', () => {
    expect(parseRef(' coval/run/1\n')).toEqual({ provider: 'coval', kind: 'run', ids: ['1'] });
  });

  it('makes resource URIs', () => {
    expect(resourceUri('synthflow/run/1', 'transcript')).toBe('simulation://synthflow/run/1/transcript');
    expect(resourceUri('synthflow/session/1')).toBe('simulation://synthflow/session/1');
  });
});
