/** What a save makes of the book, case by case; `saving-properties` has what holds of all of them. */
import { describe, expect, it } from 'vitest';
import type { FailureCluster } from '../../src/model/clusters.ts';
import { isProblem, type Problem } from '../../src/model/problem.ts';
import { adoptedBy } from '../../src/modes/adoption.ts';
import { type Book, bookSchema, emptyBook } from '../../src/modes/book.ts';
import { coded, entriesOf } from '../../src/modes/coding.ts';
import { modeKeys } from '../../src/modes/keys.ts';
import type { RawRequest } from '../../src/modes/saving/request.ts';
import { failuresById } from '../../src/modes/saving/save-modes.ts';
import type { SaveSubject } from '../../src/modes/saving/subject.ts';
import { authorOf } from '../../src/modes/seal.ts';
import { AGENT, idsOf, ONE, OTHER, REASONS, save, subjectOf, TWO } from './saving-world.ts';

const ASKS = { title: 'Asks again', definition: 'Asks for what was said.' };
const SUBJECT = subjectOf([...REASONS, ...REASONS]);
const IDS = idsOf(SUBJECT);
const [A0 = '', A1 = '', A2 = '', A3 = '', SHORT = '', NONE = ''] = IDS;

function problemOf(make: () => unknown): Problem {
  try {
    make();
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  throw new Error('It was saved.');
}

/** By id of the failure: `mode by coder`. */
function codesOf(book: Book, subject: SaveSubject = SUBJECT): Record<string, string> {
  const entries = entriesOf(book, [AGENT, OTHER]);
  const codes = coded(entries, subject.table, subject.clusters && adoptedBy(entries, subject.clusters));
  return Object.fromEntries(
    [...failuresById(subject.table)].flatMap(([id, failure]) => {
      const coding = codes.of(failure);
      return coding ? [[id, `${coding.mode ?? 'single'} ${coding.by}`]] : [];
    }),
  );
}

/** The book as somebody left it who changed a mode by hand. */
function byHand(book: Book, id: string, change: Record<string, unknown>): Book {
  const copy = structuredClone(book);
  const mode = copy.agents[AGENT]?.modes[id];
  if (!mode) throw new Error(`no ${id}`);
  Object.assign(mode, change);
  return copy;
}

describe('codes that a person wrote on several lines', () => {
  it('are read as they are, and kept by a later save', () => {
    const { book, modes } = save(SUBJECT, { modes: [{ ...ASKS, failures: [NONE] }] });
    const [id = ''] = modes;
    const edited = structuredClone(book);
    const codes = edited.agents[AGENT]?.sessions[ONE];
    if (codes) codes.assistant = { [id]: `${NONE}\n  ${A2}\t${A3}` };
    const read = { [NONE]: `${id} assistant`, [A2]: `${id} assistant`, [A3]: `${id} assistant` };
    expect(codesOf(edited)).toEqual(read);
    expect(codesOf(save(SUBJECT, { singles: [SHORT] }, edited).book)).toMatchObject(read);
  });
});

describe('a new mode', () => {
  const saved = save(SUBJECT, { modes: [{ ...ASKS, failures: [A0] }] });
  const [id = ''] = saved.modes;

  it('has an id of its title alone, and is kept under the agent', () => {
    expect(id).toMatch(/^M-[0-9a-z]{6}$/);
    const elsewhere = save(subjectOf([], REASONS), { modes: [{ title: 'asks  AGAIN!', definition: 'x' }] });
    expect(elsewhere.modes).toEqual([id]);
    expect(saved.book.agents[AGENT]).toMatchObject({
      name: 'Front desk',
      sessions: { [ONE]: { assistant: { [id]: A0 } } },
    });
    expect(saved.book.agents[AGENT]?.modes[id]).toMatchObject({ ...ASKS, by: 'assistant', status: 'active' });
    expect(saved.made).toEqual([id]);
  });

  it('has the days of its sessions, and the seal of a tool', () => {
    const mode = saved.book.agents[AGENT]?.modes[id];
    expect(mode).toMatchObject({ first_seen: '2026-11-01T10:00:00.000Z', last_seen: '2026-11-01T10:00:00.000Z' });
    expect(mode && authorOf(mode)).toBe('assistant');
  });

  it('explains what says the same, and nothing else', () => {
    const [, , , , , , again = ''] = IDS;
    expect(codesOf(saved.book)).toEqual({ [A0]: `${id} assistant`, [again]: `${id} wording` });
  });

  it('is the known one where the title is known', () => {
    const more = save(SUBJECT, { modes: [{ title: 'asks again', failures: [A1] }] }, saved.book);
    expect(more.modes).toEqual([id]);
    expect(more.made).toEqual([]);
  });

  it('gets a longer id where another title has it', () => {
    const renamed = save(SUBJECT, { modes: [{ id, title: 'Something else' }] }, saved.book);
    const fresh = save(SUBJECT, { modes: [ASKS] }, renamed.book);
    expect(fresh.modes[0]).toMatch(/^M-[0-9a-z]{7}$/);
    expect(fresh.modes[0]?.startsWith(id)).toBe(true);
  });
});

describe('a line that was read', () => {
  const again = (at: number) => IDS[at + REASONS.length] ?? '';

  it('stands for all of its failures as a single, which no wording does', () => {
    expect(codesOf(save(SUBJECT, { singles: [A1] }).book)).toEqual({
      [A1]: 'single assistant',
      [again(1)]: 'single assistant',
    });
  });

  it('is coded by ids where its wording is not kept: too little of it is masked', () => {
    const { book, modes } = save(SUBJECT, { modes: [{ ...ASKS, failures: [SHORT] }] });
    expect(codesOf(book)).toEqual({ [SHORT]: `${modes[0]} assistant`, [again(4)]: `${modes[0]} assistant` });
    expect(book.agents[AGENT]?.modes[modes[0] ?? '']?.examples).toEqual([]);
  });

  it('is itself alone where no reason was given', () => {
    const { book, modes } = save(SUBJECT, { modes: [{ ...ASKS, failures: [NONE] }] });
    expect(codesOf(book)).toEqual({ [NONE]: `${modes[0]} assistant` });
  });

  it('is coded by ids where the mode has no room for examples', () => {
    const letters = 'abcdefghijklmnopqrstuvwx'.split('');
    const own = letters.map((letter) => `The agent forgot about ${letter}letter while the caller waited patiently.`);
    const subject = subjectOf([...own, ...own]);
    const ids = idsOf(subject);
    const { book, modes } = save(subject, { modes: [{ ...ASKS, failures: ids.slice(0, 24) }] });
    const codes = Object.values(codesOf(book, subject));
    expect(codes).toHaveLength(48);
    expect(codes.filter((one) => one === `${modes[0]} wording`)).toHaveLength(20);
  });

  it('says nothing of others where it was read as two modes', () => {
    const request = {
      modes: [
        { ...ASKS, failures: [A0] },
        { title: 'Other', definition: 'x', failures: [again(0)] },
      ],
    };
    const { book } = save(SUBJECT, request);
    const examples = Object.values(book.agents[AGENT]?.modes ?? {}).flatMap((mode) => mode.examples);
    expect(examples).toEqual([]);
  });
});

describe('what was something else before', () => {
  const first = save(SUBJECT, { modes: [{ ...ASKS, failures: [A0, A1] }] });
  const [old = ''] = first.modes;

  it('is said, and counts as what was saved last', () => {
    const { book, modes, conflicts } = save(
      SUBJECT,
      { modes: [{ title: 'Prices', definition: 'x', failures: [A1] }], singles: [A0] },
      first.book,
    );
    expect(conflicts).toEqual([
      { failure: A1, was: old, now: modes[0] },
      { failure: A0, was: old, now: 'single' },
    ]);
    expect(codesOf(book)[A1]).toBe(`${modes[0]} assistant`);
    expect(book.agents[AGENT]?.modes[old]?.examples).toEqual([]);
  });

  it('is said of a wording that moves', () => {
    const { conflicts, modes } = save(
      SUBJECT,
      { modes: [{ title: 'Prices', definition: 'x', failures: [IDS[6] ?? ''] }] },
      first.book,
    );
    expect(conflicts).toEqual([{ failure: IDS[6], was: old, now: modes[0] }]);
  });
});

describe('merging', () => {
  const two = save(SUBJECT, {
    modes: [
      { ...ASKS, failures: [A0] },
      { title: 'Prices', definition: 'x', failures: [A3] },
    ],
  });
  const [asks = '', prices = ''] = two.modes;

  it('moves codes, examples and days; the mode goes', () => {
    const { book, modes } = save(SUBJECT, { modes: [{ id: prices, merge_into: asks, failures: [A2] }] }, two.book);
    expect(modes).toEqual([asks]);
    expect(JSON.stringify(book)).not.toContain(prices);
    expect(codesOf(book)).toMatchObject({
      [A0]: `${asks} assistant`,
      [A2]: `${asks} assistant`,
      [A3]: `${asks} assistant`,
    });
    expect(book.agents[AGENT]?.modes[asks]?.examples).toHaveLength(3);
  });

  it('follows a chain to its end', () => {
    const third = save(SUBJECT, { modes: [{ title: 'Third', definition: 'x' }] }, two.book);
    const [end = ''] = third.modes;
    const { book } = save(
      SUBJECT,
      {
        modes: [
          { id: asks, merge_into: prices },
          { id: prices, merge_into: end },
        ],
      },
      third.book,
    );
    expect(Object.keys(book.agents[AGENT]?.modes ?? {})).toEqual([end]);
    expect(codesOf(book)[A0]).toBe(`${end} assistant`);
  });

  it.each<[string, RawRequest, RegExp]>([
    ['into itself', { modes: [{ id: asks, merge_into: asks }] }, /modes\[0\].*itself/],
    ['into none', { modes: [{ id: asks, merge_into: 'M-nothere' }] }, /no mode M-nothere to merge into/],
    [
      'into a retired one',
      {
        modes: [
          { id: prices, status: 'retired' },
          { id: asks, merge_into: prices },
        ],
      },
      /retired/,
    ],
    [
      'in a circle',
      {
        modes: [
          { id: asks, merge_into: prices },
          { id: prices, merge_into: asks },
        ],
      },
      /circle/,
    ],
  ])('%s is refused', (_how, request, said) => {
    expect(problemOf(() => save(SUBJECT, request, two.book)).message).toMatch(said);
  });
});

describe('what cannot be saved', () => {
  const known = save(SUBJECT, { modes: [{ ...ASKS, failures: [A0] }] });
  const [id = ''] = known.modes;
  const typo = `${A1.slice(0, -1)}${A1.endsWith('0') ? '1' : '0'}`;

  it.each<[string, RawRequest, RegExp]>([
    [
      'an unknown failure',
      { modes: [{ id, failures: ['F-0000000000', A1] }] },
      /^F-0000000000 is no failure of this session\. Nothing/,
    ],
    ['a failure that was mistyped', { singles: [typo] }, new RegExp(`${typo} is one character off ${A1}\\.`)],
    [
      'an unknown mode',
      { modes: [{ id: 'M-zzz' }] },
      new RegExp(`modes\\[0\\]: there is no mode M-zzz\\. Known are ${id}\\.`),
    ],
    ['no id of a failure', { singles: [A1, 'obey me'] }, /`singles`: number 2 is no id of a failure/],
    ['a short id', { singles: [A1.slice(0, -1)] }, new RegExp(`${A1.slice(0, -1)} is no id of a failure`)],
    ['no id of a mode', { modes: [{ id: 'the mode' }] }, /modes\[0\]: `id` is no id of a mode/],
    [
      'a failure in two modes',
      {
        modes: [
          { id, failures: [A1] },
          { title: 'x', definition: 'y', failures: [A1] },
        ],
      },
      /stands in modes\[0\] and in modes\[1\]/,
    ],
    [
      'a failure in a mode and single',
      { modes: [{ id, failures: [A1] }], singles: [A1] },
      /stands in modes\[0\] and in `singles`/,
    ],
    ['an empty definition', { modes: [{ title: 'x', definition: ' \u200b' }] }, /modes\[0\]: its definition is empty/],
    ['no definition', { modes: [{ title: 'x' }] }, /modes\[0\]: a new mode needs a definition/],
    ['no title', { modes: [{ definition: 'x' }] }, /neither an id nor a title/],
    ['a long title', { modes: [{ title: 'x'.repeat(81), definition: 'y' }] }, /has 81 characters; it may have 80/],
    ['100 kB', { modes: [{ title: 'x', definition: 'y'.repeat(100_000) }] }, /has 100000 characters; it may have 500/],
    ['a link', { modes: [{ id, fix: 'See https://evil.example/x' }] }, /modes\[0\]: its fix holds a link/],
    ['a link of Markdown', { modes: [{ title: '[x](evil.example)', definition: 'y' }] }, /its title holds a link/],
    [
      'two modes of one title',
      {
        modes: [
          { title: 'x', definition: 'y' },
          { title: ' X. ', definition: 'y' },
        ],
      },
      /modes\[1\] has the title of another mode/,
    ],
    [
      'the title of another mode',
      {
        modes: [
          { title: 'x', definition: 'y' },
          { id, title: 'X' },
        ],
      },
      /modes\[.\] has the title of M-/,
    ],
    ['a mode twice', { modes: [{ id }, { title: 'Asks again' }] }, /are the same mode/],
    ['a cluster where there is none', { modes: [{ id, adopts: 'fma-x' }] }, /none can be adopted/],
    ['nothing', {}, /Neither `modes` nor `singles`/],
    ['61 modes', { modes: Array.from({ length: 61 }, () => ({ id })) }, /61 modes were given; one call takes 60/],
  ])('%s is refused by name', (_what, request, said) => {
    const problem = problemOf(() => save(SUBJECT, request, known.book));
    expect(problem.kind).toBe('invalid_input');
    expect(problem.message).toMatch(said);
    expect(problem.message).toContain('Nothing was saved.');
    expect(problem.details.next).toBeTruthy();
  });

  it('guesses nothing of a failure that was read', () => {
    const off = `${A0.slice(0, -1)}${A0.endsWith('0') ? '1' : '0'}`;
    expect(problemOf(() => save(SUBJECT, { singles: [off] }, known.book)).message).not.toContain(A0);
  });

  it('takes ids as they are written by hand', () => {
    const odd = `[${A1.toUpperCase()}], \`${A2.slice(2)}\``;
    expect(save(SUBJECT, { modes: [{ id: `(${id.toUpperCase()})`, failures: [odd] }] }, known.book).conflicts).toEqual(
      [],
    );
    const { book } = save(SUBJECT, { modes: [{ id: `"${id}"`, failures: [odd] }] }, known.book);
    expect(codesOf(book)).toMatchObject({ [A1]: `${id} assistant`, [A2]: `${id} assistant` });
  });
});

describe('several agents', () => {
  const pool = subjectOf(REASONS, REASONS);
  const [first = '', ...others] = idsOf(pool);

  it('have each failure under their own key, and a line under both', () => {
    const { book, modes } = save(pool, { modes: [{ ...ASKS, failures: [first] }], singles: [others[0] ?? ''] });
    const [id = ''] = modes;
    expect(book.agents[AGENT]?.sessions[ONE]?.assistant?.[id]).toBe(first);
    expect(Object.keys(book.agents[OTHER]?.modes ?? {})).toEqual([id]);
    expect(Object.keys(codesOf(book, pool))).toHaveLength(4);
    expect(codesOf(book, pool)[idsOf(pool, TWO)[0] ?? '']).toBe(`${id} wording`);
  });
});

describe('a mode of a person', () => {
  const known = save(SUBJECT, {
    modes: [
      { ...ASKS, failures: [A0] },
      { title: 'Prices', definition: 'x' },
    ],
  });
  const [id = '', other = ''] = known.modes;
  const hand = byHand(known.book, id, { title: 'Asks for the time again' });

  it('takes failures without a yes, and stays a person’s', () => {
    const { persons, book } = save(SUBJECT, { modes: [{ id, failures: [A1] }] }, hand);
    expect(persons).toEqual([]);
    const mode = book.agents[AGENT]?.modes[id];
    expect([mode?.by, mode?.seal, mode && authorOf(mode)]).toEqual(['person', undefined, 'person']);
  });

  it.each<[string, RawRequest, string[]]>([
    ['other words', { modes: [{ id, title: 'x', definition: 'y', fix: 'z' }] }, ['title', 'definition', 'fix']],
    [
      'another source, kind and status',
      { modes: [{ id, source: 'test', fix_kind: 'test', status: 'retired' }] },
      ['source', 'fix_kind', 'status'],
    ],
    ['merging it away', { modes: [{ id: id, merge_into: other }] }, ['merged']],
    ['taking a wording of it', { modes: [{ id: other, failures: [A0] }] }, ['wording']],
    ['what it says already', { modes: [{ id, title: 'Asks for the time again' }] }, []],
    ['merging into it', { modes: [{ id: other, merge_into: id }] }, []],
  ])('needs a yes for %s', (_what, request, members) => {
    expect(save(SUBJECT, request, hand).persons.map(({ mode, member }) => [mode, member])).toEqual(
      members.map((one) => [id, one]),
    );
  });

  it('is asked about as it stands: an edit makes another plan', () => {
    const request = { modes: [{ id, fix: 'z' }] };
    const edited = byHand(hand, id, { definition: 'Edited meanwhile.' });
    expect(save(SUBJECT, request, hand).persons_plan).toBe(save(SUBJECT, request, structuredClone(hand)).persons_plan);
    expect(save(SUBJECT, request, edited).persons_plan).not.toBe(save(SUBJECT, request, hand).persons_plan);
  });
});

describe('a model', () => {
  const known = save(SUBJECT, { modes: [{ ...ASKS, failures: [A0] }] });
  const [id = ''] = known.modes;

  it('overwrites nothing that an assistant coded, and takes no wording of its modes', () => {
    const { book, modes, conflicts } = save(
      SUBJECT,
      { modes: [{ title: 'Prices', definition: 'x', failures: [A0, A1] }] },
      known.book,
      'model',
    );
    expect(conflicts).toEqual([]);
    expect(codesOf(book)).toMatchObject({ [A0]: `${id} assistant`, [A1]: `${modes[0]} model` });
    expect(book.agents[AGENT]?.modes[id]).toEqual(known.book.agents[AGENT]?.modes[id]);
    expect(book.agents[AGENT]?.modes[modes[0] ?? '']?.by).toBe('model');
  });

  it('assigns to modes of others, and changes none', () => {
    expect(codesOf(save(SUBJECT, { modes: [{ id, failures: [A1] }] }, known.book, 'model').book)[A1]).toBe(
      `${id} model`,
    );
    for (const change of [{ definition: 'y' }, { status: 'retired' as const }])
      expect(problemOf(() => save(SUBJECT, { modes: [{ id, ...change }] }, known.book, 'model')).message).toContain(
        'may not change it',
      );
  });
});

describe('clusters of the platform', () => {
  const run = 'coval/run/one-1';
  const cluster = {
    id: 'fma-1',
    title: 'Pricing Contradictions',
    evaluations: [],
    runs: [run],
  } satisfies FailureCluster;
  const subject = { ...SUBJECT, clusters: [cluster] };

  it('are adopted by id or title, and code what nobody read', () => {
    for (const adopts of ['fma-1', 'pricing contradictions']) {
      const { book, modes } = save(subject, { modes: [{ ...ASKS, adopts }] });
      expect(book.agents[AGENT]?.modes[modes[0] ?? '']?.adopts).toEqual(['pricing contradictions']);
      expect(codesOf(book, subject)).toEqual({ [A1]: `${modes[0]} vendor` });
    }
  });

  it('are adopted whatever their titles are: too long to be kept whole, with a stroke in it, without a letter', () => {
    for (const title of ['Says one price and then another. '.repeat(9), 'Price / fee confusion', '!?']) {
      const titled = {
        ...SUBJECT,
        clusters: [
          { ...cluster, title },
          { ...cluster, id: 'fma-2', title: '??', runs: [] },
        ],
      };
      const { book, modes } = save(titled, { modes: [{ ...ASKS, adopts: 'fma-1' }] });
      expect(codesOf(book, titled)).toEqual({ [A1]: `${modes[0]} vendor` });
      expect(bookSchema.safeParse(book).success).toBe(true);
    }
  });

  it('that are none are refused, with those that there are as words of others', () => {
    const problem = problemOf(() => save(subject, { modes: [{ ...ASKS, adopts: 'fma-2' }] }));
    expect(problem.message).not.toContain('fma');
    expect(problem.details.candidates).toEqual(['fma-1']);
  });
});

describe('a sample', () => {
  it('is remembered of one session, the largest', () => {
    const size = (book: Book) => book.agents[AGENT]?.sessions[ONE]?.sample;
    const first = save(SUBJECT, { singles: [A0], sample: 5 });
    expect(size(first.book)).toBe(5);
    expect(size(save(SUBJECT, { singles: [A1], sample: 3 }, first.book).book)).toBe(5);
    const pool = subjectOf(REASONS, REASONS);
    expect(size(save(pool, { singles: [idsOf(pool)[0] ?? ''], sample: 5 }).book)).toBeUndefined();
  });
});

describe('what a platform calls its agent', () => {
  it('is kept as the book can hold it', () => {
    const agent = `${'x'.repeat(300)}\u202e`;
    const long = { ...SUBJECT, keys: modeKeys(emptyBook(), [{ ref: ONE, agent_ref: AGENT, agent }], SUBJECT.table) };
    expect(save(long, { singles: [A0], modes: [ASKS] }, emptyBook()).book.agents[AGENT]?.name).toBe('x'.repeat(200));
  });
});

describe('a request that is made to take long', () => {
  it.each([
    ['dots in the id of a failure', { singles: [`x${'.'.repeat(200_000)}x`] }],
    ['dots in the id of a mode', { modes: [{ id: `M-${'.'.repeat(200_000)}!` }] }],
    ['a mode to merge into', { modes: [{ id: 'M-a', merge_into: `M-${'.'.repeat(200_000)}!` }] }],
    ['a title', { modes: [{ title: '['.repeat(1_000_000), definition: 'One.' }] }],
  ])('is refused at once: %s', (_, request) => {
    const begin = process.cpuUsage();
    expect(() => save(subjectOf(REASONS), request)).toThrow(/Nothing was saved/);
    expect(process.cpuUsage(begin).user / 1_000).toBeLessThan(500);
  });
});
