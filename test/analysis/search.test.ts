import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt, partTally, searchTurns } from '../../src/analysis/search.ts';
import { compileQuery, MAX_QUERY_LENGTH } from '../../src/analysis/search-query.ts';
import type { Turn } from '../../src/model/schemas.ts';
import { growth } from '../support/growth.ts';

const turns: Turn[] = [
  { index: 0, speaker: 'agent', text: 'Guten Tag, hier ist die Zahnarztpraxis. Wie kann ich helfen?' },
  {
    index: 1,
    speaker: 'caller',
    at_seconds: 4,
    text: 'I would like a refund of the late\n  cancellation fee, please.',
  },
  { index: 2, speaker: 'agent', text: 'Your fee of €49.90 was refunded. Start again?' },
  { index: 3, speaker: 'tool', text: 'lookup_customer({"name": "José Ångström"})' },
  { index: 4, speaker: 'caller', text: '„Das ist doch viel zu spät“, die Größe stimmt nicht.' },
];
const found = (query: string, speaker?: Turn['speaker']) =>
  searchTurns(turns, query, speaker ? { speaker } : {}).matches.map((match) => match.turn);

describe('searchTurns', () => {
  it.each([
    ['refund', [1, 2]],
    ['"refund"', [1]],
    ['"refund*"', [1, 2]],
    ['fee refund', [1, 2]],
    ['"late cancellation fee"', [1]],
    ['“late cancellation fee”', [1]],
    ['"cancellation late"', []],
    ['late * fee', [1]],
    ['"late * fee"', [1]],
    ['fee * late', []],
    ['l*fee', [1]],
    ['art', []],
    ['*art*', [2]],
    ['*arzt*', [0]],
    ['tag', [0]],
    ['Zahnarzt', [0]],
    ['*praxis', [0]],
    ['GROSSE', [4]],
    ['zu spat', [4]],
    ['"zu spät die größe"', [4]],
    ['jose angstrom', [3]],
    ['lookup_customer', [3]],
    ['49.90', [2]],
    ['€49.90', [2]],
    ['"Tag, hier"', [0]],
    ['"unclosed fee', []],
    ['"cancellation fee', [1]],
    ['nowhere', []],
    ['nowhere OR refund', [1, 2]],
    ['nowhere or refund', []],
    ['"late cancellation" OR Tag fee OR angstrom', [1, 3]],
    ['OR fee OR', [1, 2]],
    ['"fee OR refund"', []],
    ['refunds', [1, 2]],
    ['refunding', [1, 2]],
    ['"refunds"', []],
    ['cancelled', []],
    ['cancellations', [1]],
    ['starting', [2]],
    ['helfe', [0]],
  ])('%s is in turns %j', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });

  it('looks at one speaker only when asked', () => {
    expect(found('fee', 'agent')).toEqual([2]);
    expect(found('fee', 'caller')).toEqual([1]);
  });

  it('gives speaker, time and the text in one line', () => {
    expect(searchTurns(turns, 'late').matches).toEqual([
      {
        turn: 1,
        speaker: 'caller',
        at_seconds: 4,
        text: 'I would like a refund of the late cancellation fee, please.',
      },
    ]);
  });

  it('counts what lies beyond the limit', () => {
    const result = searchTurns(turns, 'fee', { limit: 1 });
    expect(result.matches).toHaveLength(1);
    expect(result.total).toBe(2);
  });

  it('shows the matching part of a long turn', () => {
    const long = `${'before '.repeat(300)}the needle is here${' after'.repeat(300)}`;
    const [match] = searchTurns([{ index: 9, speaker: 'agent', text: long }], 'needle', { width: 60 }).matches;
    expect(match?.text).toMatch(/^…before .*the needle is here .*after…$/);
    expect(match?.text.length).toBeLessThanOrEqual(62);
  });

  it.each(['', '   ', '*', '" "', '...', '"*"'])('refuses a query without a word: %j', (query) => {
    expect(() => compileQuery(query)).toThrow('no word');
  });

  it('refuses a query that is too long', () => {
    expect(() => compileQuery('x'.repeat(MAX_QUERY_LENGTH + 1))).toThrow('longer than');
    expect(() => compileQuery('x'.repeat(MAX_QUERY_LENGTH))).not.toThrow();
  });

  it('finds every phrase that is taken from a text, however it is dressed up', () => {
    const word = fc.stringMatching(/^[a-zà-ÿß]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 3, maxLength: 12 }),
        fc.nat(),
        fc.nat(),
        fc.constantFrom(' ', '  ', ', ', '\n', ' … ', '; '),
        (words, from, length, gap) => {
          const start = from % words.length;
          const part = words.slice(start, start + 1 + (length % 3));
          const text = words.join(gap).toUpperCase();
          expect(compileQuery(`"${part.join(' ')}"`).matches(text)).toBe(true);
          expect(compileQuery(part.join(' ')).matches(text)).toBe(true);
          expect(compileQuery(`"${words[0]} * ${words.at(-1)}"`).matches(text)).toBe(true);
          const place = compileQuery(`"${part.join(' ')}"`).locate(text);
          expect(text.slice(place?.start, place?.end)).not.toBe('');
        },
      ),
    );
  });

  it('agrees with a reference on patterns of stars', () => {
    const piece = fc.stringMatching(/^[ab]{1,2}$/);
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 2, maxLength: 4 }),
        fc.stringMatching(/^[ab]{0,12}$/),
        (pieces, text) => {
          const reference = new RegExp(pieces.join('.*'), 'u');
          expect(compileQuery(`*${pieces.join('*')}*`).matches(text)).toBe(reference.test(text));
        },
      ),
    );
  });

  it.each([`${'a*'.repeat(100)}b`, `"${'a'.repeat(200)}b"`, '"aa"', 'aaaaaaed'])(
    'is linear on text that defeats backtracking: %s',
    async (query) => {
      const matches = (size: number) => expect(compileQuery(query).matches('a'.repeat(size))).toBe(false);
      expect(await growth(matches, 40_000)).toBeLessThan(1.5);
    },
  );
});

describe('other forms of a word', () => {
  it.each([
    ['promise', 'promising promised promises promise'],
    ['promises', 'promising promised promises promise'],
    ['promising', 'promising promised promises promise'],
    ['guaranteed', 'guarantee guarantees guaranteed guaranteeing'],
    ['cancelled', 'cancel cancels cancelling canceled cancelled'],
    ['policies', 'policy policies'],
    ['policy', 'policies'],
    ['applied', 'apply applies applying applied'],
    ['boxes', 'boxes'],
    ['addresses', 'address addresses addressed'],
  ])('%s is found as each of: %s', (word, forms) => {
    for (const form of forms.split(' ')) expect(compileQuery(word).matches(`we ${form}, then`), form).toBe(true);
  });

  it.each([
    ['promised', 'promissory'],
    ['cancelled', 'cancellation'],
    ['used', 'us'],
    ['timing', 'tim'],
    ['business', 'busy'],
    ['dates', 'data'],
    ['cases', 'casino'],
  ])('%s is not found as %s', (word, other) => {
    expect(compileQuery(word).matches(`we ${other} then`)).toBe(false);
  });

  it('are said with the stem they share', () => {
    expect(compileQuery('promises fee OR "late fees" cancel* OR 1234s').widened).toEqual([
      { word: 'promises', stem: 'promis' },
    ]);
  });
});

describe('the parts of a query alone', () => {
  const turn = (index: number, text: string, speaker: Turn['speaker'] = 'agent'): Turn => ({ index, speaker, text });
  it('are counted by turn and run, with the runs that have all of them', () => {
    const tally = partTally(compileQuery('guaranteed promise* nowhere'));
    tally.add([turn(0, 'It is guaranteed.'), turn(1, 'I promise.'), turn(2, 'Guaranteed!')]);
    tally.add([turn(0, 'guarantee')]);
    tally.add([]);
    expect(tally.result()).toEqual({
      parts: [
        { part: 'guaranteed', turns: 3, runs: 2 },
        { part: 'promise*', turns: 1, runs: 1 },
        { part: 'nowhere', turns: 0, runs: 0 },
      ],
      runs_with_all: 0,
    });
  });

  it('are all in a run where each stands in another turn, of one speaker where that is asked', () => {
    const both = [turn(0, 'guaranteed'), turn(1, 'promise', 'caller')];
    const tally = partTally(compileQuery('promise guaranteed'));
    tally.add(both);
    expect(tally.result().runs_with_all).toBe(1);
    const agents = partTally(compileQuery('promise guaranteed'), 'agent');
    agents.add(both);
    expect(agents.result()).toMatchObject({ parts: [{ turns: 0 }, { turns: 1 }], runs_with_all: 0 });
  });
});

describe('excerpt', () => {
  it('never breaks a surrogate pair and keeps the match and the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 8, max: 60 }),
        (text, at, width) => {
          const start = at % text.length;
          const cut = excerpt(text, start, Math.min(text.length, start + 3), width);
          expect(cut.isWellFormed()).toBe(true);
          expect(cut.length).toBeLessThanOrEqual(width + 2);
        },
      ),
    );
  });
});
