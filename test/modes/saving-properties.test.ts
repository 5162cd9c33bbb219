/** Whatever is saved, in whatever order, by whoever reads: what holds of the book afterwards. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/model/problem.ts';
import { type Book, bookSchema, emptyBook, MOST_EXAMPLES } from '../../src/modes/book.ts';
import { coded, entriesOf } from '../../src/modes/coding.ts';
import { type RawRequest, readRequest } from '../../src/modes/saving/request.ts';
import { saveModes } from '../../src/modes/saving/save-modes.ts';
import { tallyOf } from '../../src/modes/tally.ts';
import { AGENT, CANARIES, idsOf, OTHER, REASONS, subjectOf, TWO } from './saving-world.ts';

/** Forty wordings of their own, so that the examples of a mode have no room, and a few that many failures share. */
const WORDS = 'abcdefghijklmnopqrstuvwxyz'.split('').flatMap((letter) => [`${letter}alpha`, `${letter}omega`]);
const OWN = WORDS.slice(0, 40).map((word) => `The agent forgot about ${word} while the caller waited patiently.`);
const SUBJECT = subjectOf([...REASONS, ...REASONS, ...REASONS, ...OWN], REASONS);
const IDS = [...idsOf(SUBJECT), ...idsOf(SUBJECT, TWO)];
const TITLES = ['Asks again', 'Never repeats', 'Promises', 'asks AGAIN.', 'Prices'];

const failures = fc.oneof(
  fc.subarray(IDS, { maxLength: 6 }),
  fc.constant(IDS.slice(0, 30)),
  fc.constant(IDS.slice(20, 58)),
);

/** A change of a new or a known mode; `known`: which of those that the book has by then. */
const change = fc.record(
  {
    known: fc.nat(5),
    title: fc.constantFrom(...TITLES),
    definition: fc.constantFrom('One thing.', 'Another thing.'),
    status: fc.constantFrom('active' as const, 'resolved' as const, 'retired' as const),
    into: fc.nat(5),
    failures,
  },
  { requiredKeys: ['failures'] },
);
const request = fc.record({
  by: fc.constantFrom('assistant' as const, 'assistant' as const, 'model' as const),
  changes: fc.array(change, { maxLength: 3 }),
  singles: fc.subarray(IDS, { maxLength: 3 }),
});

function modesOf(book: Book): string[] {
  return [...new Set(entriesOf(book, [AGENT, OTHER]).flatMap(({ modes }) => Object.keys(modes)))];
}

/** Each failure once, where it stood first; ids of modes that there are. */
function given(
  book: Book,
  { changes, singles }: { changes: (typeof change extends fc.Arbitrary<infer C> ? C : never)[]; singles: string[] },
): RawRequest {
  const ids = modesOf(book);
  const used = new Set<string>();
  const once = (list: readonly string[]) => list.filter((id) => !used.has(id) && used.add(id));
  return {
    modes: changes.map(({ known, into, failures: own, ...rest }) => ({
      ...rest,
      id: known === undefined ? undefined : ids[known],
      merge_into: into === undefined ? undefined : ids[into],
      failures: once(own),
    })),
    singles: once(singles),
  };
}

function faults(book: Book): string[] {
  const found: string[] = [];
  const parsed = bookSchema.safeParse(JSON.parse(JSON.stringify(book)));
  if (!parsed.success) found.push('the book cannot be read again');
  else if (!isDeepStrictEqual(parsed.data, JSON.parse(JSON.stringify(book)))) found.push('the book reads as another');
  const text = JSON.stringify(book);
  for (const canary of CANARIES) if (text.includes(canary)) found.push(`${canary} is kept`);
  for (const { modes, sessions } of entriesOf(book, [AGENT, OTHER])) {
    const examples = Object.values(modes).flatMap((mode) => mode.examples);
    if (new Set(examples).size !== examples.length) found.push('a wording under two modes');
    for (const mode of Object.values(modes)) if (mode.examples.length > MOST_EXAMPLES) found.push('too many examples');
    for (const codes of Object.values(sessions))
      for (const coder of ['assistant', 'model'] as const) {
        const ids = Object.values(codes[coder] ?? {}).flatMap((one) => one.split(' '));
        if (new Set(ids).size !== ids.length) found.push('a failure in two modes');
        for (const mode of Object.keys(codes[coder] ?? {}))
          if (mode !== 'single' && !Object.hasOwn(modes, mode)) found.push(`codes of ${mode}, which is none`);
      }
  }
  const tally = tallyOf(SUBJECT.table, coded(entriesOf(book, [AGENT, OTHER]), SUBJECT.table));
  if (tally.coded + tally.uncoded.length !== SUBJECT.table.total) found.push('coded and uncoded are not all');
  const sum = [...tally.modes.values()].reduce((all, mode) => all + mode.failures.length, tally.singles.length);
  if (sum !== tally.coded) found.push('a failure is counted twice, or not at all');
  return found;
}

/** Failures that were coded, and are not. */
function lostBetween(before: Book, after: Book): number {
  const [was, is] = [before, after].map((book) => coded(entriesOf(book, [AGENT, OTHER]), SUBJECT.table));
  return SUBJECT.table.groups.flatMap(({ failures: all }) => all.filter((one) => was?.of(one) && !is?.of(one))).length;
}

describe('any sequence of saves', () => {
  it('keeps each failure in one mode, each wording under one, nothing personal, and is the same made twice', () => {
    let refusals = 0;
    let saves = 0;
    fc.assert(
      fc.property(fc.array(request, { maxLength: 8 }), (requests) => {
        let book = emptyBook();
        for (const one of requests) {
          const raw = given(book, one);
          const before = JSON.stringify(book);
          let read: ReturnType<typeof readRequest>;
          try {
            read = readRequest(raw, one.by);
            const saved = saveModes(book, read, SUBJECT);
            expect(JSON.stringify(book)).toBe(before);
            saves += 1;
            expect(faults(saved.book)).toEqual([]);
            for (const id of modesGone(read, saved.modes)) expect(JSON.stringify(saved.book)).not.toContain(`"${id}"`);
            for (const conflict of saved.conflicts) expect(conflict.was).not.toBe(conflict.now);
            expect(lostBetween(book, saved.book)).toBe(saved.now_uncoded);
            if (!read.modes.some(({ status }) => status === 'retired')) expect(saved.now_uncoded).toBe(0);
            book = saved.book;
          } catch (error) {
            if (!isProblem(error)) throw error;
            expect(error.kind).toBe('invalid_input');
            expect(error.message).toContain('Nothing was saved.');
            refusals += 1;
            continue;
          }
          try {
            const again = saveModes(book, read, SUBJECT);
            expect(again.changed).toBe(false);
            expect(again.book).toBe(book);
          } catch (error) {
            // A mode that was merged away is not there to be merged again.
            if (!isProblem(error)) throw error;
            expect(read.modes.some(({ merge_into }) => merge_into !== undefined)).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(saves).toBeGreaterThan(200);
    expect(refusals).toBeGreaterThan(50);
  });
});

function modesGone({ modes }: ReturnType<typeof readRequest>, stay: readonly string[]): string[] {
  return modes.flatMap(({ id, merge_into }) =>
    id !== undefined && merge_into !== undefined && !stay.includes(id) ? id : [],
  );
}
