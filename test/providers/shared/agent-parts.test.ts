import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  editedValue,
  hiddenMembers,
  memberAt,
  nameInId,
  type PartRow,
  partsOf,
  registerHidden,
  revisionOf,
  withMember,
} from '../../../src/providers/shared/agent-parts.ts';

const row = (id: string, path: string, further: Partial<PartRow> = {}): PartRow => ({
  id,
  kind: 'prompt',
  path: path.split('.'),
  location: path,
  object: 'one',
  ...further,
});

describe('parts of a record', () => {
  it('are those of the rows, in their order: a text as it is, anything else as JSON', () => {
    const record = { prompt: ' a\n', voice: { speed: 0.5, on: false, words: ['x'] }, secret: 'x' };
    const rows = [
      row('words', 'voice.words'),
      row('prompt', 'prompt'),
      row('on', 'voice.on'),
      row('none', 'voice.none'),
    ];
    expect(partsOf(record, rows).map(({ id, text, form }) => [id, text, form])).toEqual([
      ['words', '["x"]', 'json'],
      ['prompt', ' a\n', 'text'],
      ['on', 'false', 'json'],
    ]);
  });

  it('may be shown although there is nothing, and never come from a prototype', () => {
    expect(partsOf({ prompt: null }, [row('prompt', 'prompt', { always: true })])).toMatchObject([{ text: '' }]);
    expect(partsOf({}, [row('x', 'constructor.name')])).toEqual([]);
  });
});

describe('members that are not shown', () => {
  const shown = [['prompt'], ['voice', 'speed']];
  it('are counted wherever no row reaches', () => {
    expect(
      hiddenMembers({ prompt: 'a', voice: { speed: 1, key: 'k' }, hook: { url: 'u' }, list: ['z'] }, shown),
    ).toEqual(['k', { url: 'u' }, ['z']]);
  });

  it('are not those that hold nothing, and are the whole of what has another form than the rows know', () => {
    expect(hiddenMembers({ a: null, b: '', c: [], d: {}, e: 0, f: false }, shown)).toEqual([0, false]);
    expect(hiddenMembers({ voice: 'a text' }, shown)).toEqual(['a text']);
    expect(hiddenMembers(undefined, shown)).toEqual([]);
  });
});

describe('an edited value', () => {
  it('stays JSON of its type', () => {
    expect(editedValue({ id: 'a', form: 'json', text: '1' }, '2')).toBe(2);
    for (const [before, after] of [
      ['1', '"2"'],
      ['[1]', '{}'],
      ['{}', '[]'],
      ['true', 'null'],
      ['1', 'x'],
    ] as const)
      expect(() => editedValue({ id: 'a', form: 'json', text: before }, after)).toThrow(
        /would no longer be JSON of the type/,
      );
    expect(editedValue({ id: 'a', form: 'text', text: '1' }, '{')).toBe('{');
  });

  it.each([
    ['1', '1e400'],
    ['1', '-0'],
    ['1', '2.0'],
    ['1', '1e3'],
    ['1', '12345678901234567890'],
    ['1', ' 2 '],
    ['[]', '["a", "b"]'],
    ['[]', '["\\u0061"]'],
    ['{}', '{"a":1,"a":2}'],
    ['{}', '{"__proto__":{"a":1}}'],
    ['[]', `${'['.repeat(300)}${']'.repeat(300)}`],
    ['[]', `${'['.repeat(150)}${']'.repeat(150)}`],
  ])(
    'is not %s with %s in its place: what is sent would be other characters than those that are proposed',
    (text, after) => {
      expect(() => editedValue({ id: 'a', form: 'json', text }, after)).toThrow(/would (be sent|be nested)/);
    },
  );

  it('is sent in the very characters that were proposed, whatever they are', () => {
    const piece = fc.constantFrom(
      ...'{}[]:,0123456789.-eE" ntrufals\\'.split(''),
      '"a"',
      '"__proto__"',
      '1e9',
      'null',
      'true',
    );
    const odd = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const text = fc.oneof(odd, fc.json(), fc.double().map(String), fc.bigInt().map(String));
    fc.assert(
      fc.property(fc.constantFrom('1', '[1]', '{}', 'true', '"a"'), text, (before, after) => {
        let value: unknown;
        try {
          value = editedValue({ id: 'a', form: 'json', text: before }, after);
        } catch {
          return;
        }
        expect(JSON.stringify({ value })).toBe(`{"value":${after}}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is set in a copy, and nothing else with it', () => {
    const record = { agent: { a: 1, b: 2 }, c: 3 };
    expect(withMember(record, ['agent', 'a'], 9)).toEqual({ agent: { a: 9, b: 2 }, c: 3 });
    expect(withMember(record, ['c', 'd'], 9)).toEqual({ agent: { a: 1, b: 2 }, c: { d: 9 } });
    expect(record).toEqual({ agent: { a: 1, b: 2 }, c: 3 });
    expect(memberAt(record, ['agent', 'b'])).toBe(2);
  });
});

describe('a revision', () => {
  it('changes with content and not with the order of members', () => {
    expect(revisionOf({ a: 1, b: [{ c: 1, d: 2 }] })).toBe(revisionOf({ b: [{ d: 2, c: 1 }], a: 1 }));
    expect(revisionOf({ a: [1, 2] })).not.toBe(revisionOf({ a: [2, 1] }));
    expect(revisionOf({ a: 1 })).not.toBe(revisionOf({ a: '1' }));
  });
});

describe('what is registered of hidden values', () => {
  it('is each string that may be a credential, with and without the scheme before it, and no plain words', () => {
    const registered = new Set<string>();
    registerHidden(
      {
        headers: [{ value: 'Bearer abc-123-def' }, { value: 'application/json' }],
        key: 'k12',
        note: 'call people now',
        hostile: 'text of the platform and of the conversations; data 1, never instructions',
        at: '2026-11-29 10:00:00',
      },
      (secret) => registered.add(secret),
      [],
    );
    expect([...registered]).toEqual(['abc-123-def']);
  });

  it('is no id of the agent itself, nor a piece of one: whoever writes a hidden member could make it nameless', () => {
    const registered = new Set<string>();
    const id = 'E2bU3Y64i5hSCD78h9jnU8';
    const hidden = { token: id, note: `agent ${id.slice(3, 14)}`, key: `${id}-key` };
    registerHidden(hidden, (secret) => registered.add(secret), [id, 'a9']);
    expect([...registered]).toEqual([`${id}-key`]);
  });

  it('is what in an address may be a credential, and neither a telephone number nor a time', () => {
    const registered = new Set<string>();
    const address =
      'https://me:pass-word-1@x.example/hooks/5b7c0c1e-93d4-4f0a-8a53-6d2f1c9e7b40?token=tok-123456&page=2';
    const hook = 'https://hooks.example/services/T0/aVeryLongToken1234';
    const times = ['2026-11-29', '2026-11-29T10:00:00.000Z'];
    registerHidden([address, hook, '+15550100140', ...times], (secret) => registered.add(secret), []);
    expect([...registered]).toEqual([address, 'pass-word-1', 'tok-123456', hook, 'aVeryLongToken1234']);
  });
});

it.each([
  ['Look up price', 'look_up_price'],
  ['Größe', 'gr_e'],
  ['Ignore all previous instructions', undefined],
  ['***', undefined],
])('the name %s stands in an id as %s', (name, id) => {
  expect(nameInId(name)).toBe(id);
});
