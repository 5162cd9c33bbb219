/** Edits, whatever the text: what is sent is what was asked for, it goes back byte for byte, and the diff shows all of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../src/changing/change.ts';
import { diffOf } from '../../src/changing/diff.ts';
import { editedParts, reversed, spliced } from '../../src/changing/edits.ts';
import type { Agent } from '../../src/model/agents.ts';
import { Problem } from '../../src/model/problem.ts';

/** Line breaks of both kinds, characters of two units, joined ones, some that cannot be seen, and what answers show for breaks. */
const letter = fc.constantFrom(
  ...[
    'a',
    'b',
    ' ',
    '.',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '😀',
    '𝒳',
    'é',
    'e\u0301',
    '👩‍👧',
    '\u200b',
    '\u202e',
    '\u2028',
    '⏎',
    '"',
    '\\',
  ],
);
const prose = (maxLength: number) => fc.array(letter, { maxLength }).map((letters) => letters.join(''));
const long = fc.tuple(prose(30), fc.integer({ min: 0, max: 400 }), prose(30)).map(([a, n, b]) => a + 'x'.repeat(n) + b);

function agentOf(text: string): Agent {
  return {
    ref: 'coval/agent/a',
    provider: 'coval',
    name: 'A',
    ownership: 'platform',
    objects: [{ id: 'agent', what: 'the agent', revision: 'r' }],
    parts: [{ id: 'prompt', kind: 'prompt', text, form: 'text', location: 'agent.prompt', object: 'agent' }],
    hidden: 0,
    targets: [],
    notes: [],
  };
}

/** Edits whose `old` are pieces of the text (or not: a slice may stand there twice, be empty, or cut a character). */
const asked = fc
  .tuple(fc.oneof(prose(40), long), fc.array(fc.tuple(fc.nat(), fc.nat(9), prose(8)), { minLength: 1, maxLength: 4 }))
  .map(([text, cuts]) => ({
    text,
    edits: cuts.map(([at, length, fresh]) => {
      const start = text.length === 0 ? 0 : at % text.length;
      return { part: 'prompt', old: text.slice(start, start + length), new: fresh };
    }),
  }));

const plain = (text: string) => text;
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text);

function tried(text: string, edits: Parameters<typeof editedParts>[1]) {
  try {
    return editedParts(agentOf(text), edits, plain).parts[0];
  } catch (error) {
    if (error instanceof Problem && error.kind === 'invalid_input') return undefined;
    throw error;
  }
}

describe('any edits of any text', () => {
  it('are done as they were asked for or refused, and go back byte for byte', () => {
    let done = 0;
    fc.assert(
      fc.property(asked, ({ text, edits }) => {
        const found = tried(text, edits);
        if (!found) return;
        done += 1;
        const { change, after } = found;
        expect(isWellFormed(after)).toBe(true);
        expect(spliced(text, change.splices)).toBe(after);
        expect(spliced(after, reversed(change.splices))).toBe(text);
        expect([hashOf(text), hashOf(after)]).toEqual([change.before, change.after]);
        for (const { at, old } of change.splices) expect(text.slice(at, at + old.length)).toBe(old);
        // Between the splices nothing moves.
        const rest = (all: string, splices: typeof change.splices) =>
          splices.reduceRight((left, { at, old }) => `${left.slice(0, at)}\0${left.slice(at + old.length)}`, all);
        expect(rest(after, reversed(change.splices))).toBe(rest(text, change.splices));
      }),
      { numRuns: 2_000 },
    );
    expect(done).toBeGreaterThan(50);
  });

  it('stand in the diff with every character', () => {
    fc.assert(
      fc.property(asked, ({ text, edits }) => {
        const found = tried(text, edits);
        if (!found || text.includes('…')) return;
        const { part, change, after } = found;
        // Whoever puts what comes in the place of what goes, entry for entry, has the new text.
        let [from, out] = [0, ''];
        for (const { line = 0, before, after: comes } of diffOf(part, change.splices, plain)) {
          const start = Math.max(from, lineStart(text, line));
          const [goes, brings] = [uncut(before), uncut(comes)];
          const at = before.startsWith('…') ? text.indexOf(goes, start) : start;
          expect(text.slice(at, at + goes.length)).toBe(goes);
          out += text.slice(from, at) + brings;
          from = at + goes.length;
        }
        expect(out + text.slice(from)).toBe(after);
      }),
      { numRuns: 2_000 },
    );
  });
});

function lineStart(text: string, line: number): number {
  let at = 0;
  for (let number = 1; number < line; number += 1) at = text.indexOf('\n', at) + 1;
  return at;
}

function uncut(shown: string): string {
  return shown.replace(/^…/, '').replace(/…$/, '');
}

it('half a character is no place for an edit', () => {
  expect(() => editedParts(agentOf('a😀b'), [{ part: 'prompt', old: '\ud83d', new: 'x' }], plain)).toThrow(Problem);
  expect(() => editedParts(agentOf('a😀b'), [{ part: 'prompt', old: '\ude00b', new: 'x' }], plain)).toThrow(Problem);
});

describe('what is shown of a change stays small enough to be judged', () => {
  const edit = (old: string, fresh: string) => ({ part: 'prompt', old, new: fresh });

  it('however long a line is, and wherever in it the edits stand', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 19 }), (gaps) => {
        const text = gaps.map((gap, index) => `${'x'.repeat(gap)} word${index}.`).join('');
        const edits = gaps.map((_, index) => edit(` word${index}.`, ` Word${index}.`));
        const found = tried(text, edits);
        if (!found) throw new Error('They were refused.');
        const entries = diffOf(found.part, found.change.splices, plain);
        const sides = entries.map(({ before, after }) => [before, after]);
        for (const index of gaps.keys())
          expect(
            sides.filter(([goes, comes]) => goes?.includes(` word${index}.`) && comes?.includes(` Word${index}.`)),
          ).toHaveLength(1);
        expect(sides.join('').length).toBeLessThan(gaps.length * 1_000);
        for (const { line, above, below } of entries) expect([line, above, below]).toEqual([1, undefined, undefined]);
      }),
    );
  });

  it('empty lines do not push it out of sight', () => {
    const blank = (count: number) => 'x'.concat('\n'.repeat(count), 'y');
    expect(tried('a b', [edit('a', blank(100))])).toBeDefined();
    expect(tried('a b', [edit('a', blank(300))])).toBeUndefined();
    expect(tried(blank(300), [edit(blank(300), 'z')])).toBeUndefined();
    expect(tried('a\r\nb', [edit('a', blank(300))])).toBeUndefined();
  });
});

describe('a credential in a part', () => {
  const KEY = 'sk-live-4f9a8b7c6d5e';
  const text = `start ${KEY} middle\nsk-live is how keys begin\nend`;
  const hide = (all: string) => all.replaceAll(KEY, '[redacted]');
  const said = (old: string) => {
    try {
      return editedParts(agentOf(text), [{ part: 'prompt', old, new: 'x' }], hide).parts[0]?.change.splices[0]?.at;
    } catch (error) {
      return error instanceof Problem ? error.message : error;
    }
  };

  it('cannot be guessed piece by piece: what touches it is answered as what is not there', () => {
    const wrong = said('sk-live-4f9b');
    expect(wrong).toContain('does not stand in the part prompt, or touches a credential');
    for (const right of [KEY, 'sk-live-4f9a', '4f9a8b', `start ${KEY.slice(0, 4)}`, `${KEY} middle`])
      expect(said(right), right).toBe(wrong);
    // What stands beside it, and once in what is shown, is found.
    expect(said('sk-live')).toBe(text.indexOf('sk-live is'));
    expect(said('start ')).toBe(0);
  });
});

it('blanks do not push what is new out of sight', () => {
  const edit = (fresh: string) => [{ part: 'prompt', old: 'a', new: fresh }];
  for (const blank of [' ', '\u3000', '\u00a0', '\t']) {
    expect(tried('a b', edit(`x${blank.repeat(61)}y`)), JSON.stringify(blank)).toBeUndefined();
    expect(tried('a b', edit(`x${blank.repeat(60)}y`)), JSON.stringify(blank)).toBeDefined();
  }
});
