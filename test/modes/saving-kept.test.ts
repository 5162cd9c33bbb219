/** What was coded stays coded, whatever is merged, moved or has no room; what retiring loses is counted; who may adopt what. */
import { describe, expect, it } from 'vitest';
import type { FailureCluster } from '../../src/model/clusters.ts';
import { isProblem } from '../../src/model/problem.ts';
import { adoptedBy, adoptedTwice } from '../../src/modes/adoption.ts';
import { type Book, MOST_EXAMPLES } from '../../src/modes/book.ts';
import { coded, entriesOf } from '../../src/modes/coding.ts';
import type { RawRequest } from '../../src/modes/saving/request.ts';
import type { SaveSubject } from '../../src/modes/saving/subject.ts';
import { tallyOf } from '../../src/modes/tally.ts';
import { AGENT, idsOf, save, subjectOf } from './saving-world.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('').flatMap((letter) => [`${letter}alpha`, `${letter}omega`]);
const OWN = LETTERS.slice(0, 32).map((word) => `The agent forgot about ${word} while the caller waited patiently.`);
/** Each wording twice: one of two is read, the other is of its wording. */
const SUBJECT = subjectOf([...OWN, ...OWN]);
const IDS = idsOf(SUBJECT);
const ASKS = { title: 'Asks again', definition: 'Asks for what was said.' };
const PRICES = { title: 'Prices', definition: 'Tells a price that is none.' };

function tally(book: Book, { table, clusters }: SaveSubject = SUBJECT) {
  const entries = entriesOf(book, [AGENT]);
  return tallyOf(table, coded(entries, table, clusters && adoptedBy(entries, clusters)));
}

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (isProblem(error)) return error.message;
    throw error;
  }
  throw new Error('It was saved.');
}

const two = save(SUBJECT, {
  modes: [
    { ...ASKS, failures: IDS.slice(0, 16) },
    { ...PRICES, failures: IDS.slice(16, 32) },
  ],
});
const [asks = '', prices = ''] = two.modes;

describe('what was coded', () => {
  it('stays so where two modes are merged that together have more wordings than one may keep', () => {
    expect(tally(two.book).coded_by).toEqual({ assistant: 32, wording: 32 });
    const { book, without_room, now_uncoded } = save(SUBJECT, { modes: [{ id: asks, merge_into: prices }] }, two.book);
    expect(book.agents[AGENT]?.modes[prices]?.examples).toHaveLength(MOST_EXAMPLES);
    expect(tally(book).modes.get(prices)?.failures).toHaveLength(64);
    expect([without_room, now_uncoded]).toEqual([12, 0]);
  });

  it('stays so where a mode has no room for what it reads, which is counted', () => {
    const { book, without_room } = save(SUBJECT, { modes: [{ ...ASKS, failures: IDS.slice(0, 32) }] });
    expect(tally(book).coded).toBe(64);
    expect(without_room).toBe(12);
  });

  it('stays so where its wording is read as two modes', () => {
    const three = subjectOf([...OWN, ...OWN, ...OWN]);
    const ids = idsOf(three);
    const read = save(three, { modes: [{ ...ASKS, failures: ids.slice(0, 1) }] });
    expect(tally(read.book, three).coded).toBe(3);
    const moved: RawRequest = {
      modes: [
        { id: read.modes[0], failures: ids.slice(0, 1) },
        { ...PRICES, failures: ids.slice(32, 33) },
      ],
    };
    expect(tally(save(three, moved, read.book).book, three).coded).toBe(3);
  });
});

describe('a mode that is retired', () => {
  const retired = save(SUBJECT, { modes: [{ id: asks, status: 'retired' }] }, two.book);

  it('keeps what was read as it; what it only explained is uncoded, and is counted', () => {
    expect(tally(retired.book).modes.get(asks)?.failures).toHaveLength(16);
    expect(tally(retired.book).uncoded).toHaveLength(16);
    expect(retired.now_uncoded).toBe(16);
    expect(save(SUBJECT, { modes: [{ id: asks, status: 'retired' }] }, retired.book).now_uncoded).toBe(0);
  });

  it('takes no failures, by id or title, unless the same call brings it back', () => {
    for (const mode of [
      { id: asks, failures: IDS.slice(0, 1) },
      { ...ASKS, failures: IDS.slice(0, 1) },
    ])
      expect(refusal(() => save(SUBJECT, { modes: [mode] }, retired.book))).toContain(
        `modes[0]: ${asks} is retired, and takes no failures.`,
      );
    const back = save(SUBJECT, { modes: [{ id: asks, status: 'active', failures: IDS.slice(0, 1) }] }, retired.book);
    expect(tally(back.book).uncoded).toEqual([]);
  });

  it('takes over nothing, unless the same call brings it back', () => {
    const merge = { id: prices, merge_into: asks };
    expect(refusal(() => save(SUBJECT, { modes: [merge] }, retired.book))).toContain(`${asks} is retired`);
    const { book } = save(SUBJECT, { modes: [merge, { id: asks, status: 'active' }] }, retired.book);
    expect(tally(book).modes.get(asks)?.failures).toHaveLength(64);
  });
});

describe('a cluster of the platform', () => {
  const runs = [...SUBJECT.table.runs.keys()].slice(0, 5);
  const clusters: FailureCluster[] = [
    { id: 'fma-1', title: 'Pricing Contradictions', evaluations: [], runs },
    { id: 'fma-2', title: 'Fees', evaluations: [], runs: runs.slice(0, 2) },
  ];
  const subject = { ...SUBJECT, clusters };
  const first = save(subject, { modes: [{ ...ASKS, adopts: 'fma-1' }] });
  const [owner = ''] = first.modes;

  it('is adopted by one mode', () => {
    const second = (more: RawRequest['modes'] = []) =>
      save(subject, { modes: [{ ...PRICES, adopts: 'fma-1' }, ...more] }, first.book);
    expect(refusal(second)).toMatch(new RegExp(`modes\\[0\\]: .* adopted by another mode, ${owner}\\.`));
    const handed = second([{ id: owner, status: 'retired' }]);
    expect(tally(handed.book, subject).modes.get(handed.modes[0] ?? '')?.failures).toHaveLength(5);
    // Who comes back adopts again what it had.
    expect(refusal(() => save(subject, { modes: [{ id: owner, status: 'active' }] }, handed.book))).toContain(
      handed.modes[0],
    );
    expect(tally(save(subject, { modes: [{ id: owner, adopts: 'fma-1' }] }, first.book).book, subject).coded).toBe(5);
  });

  it('is adopted by one mode of a call', () => {
    const both = { modes: [ASKS, PRICES].map((mode) => ({ ...mode, adopts: 'fma-1' })) };
    expect(refusal(() => save(subject, both))).toContain('modes[1]');
  });

  it('leaves coded what it shares with one that another mode adopts', () => {
    const { book, modes } = save(subject, { modes: [{ ...PRICES, adopts: 'fma-2' }] }, first.book);
    expect(tally(book, subject).modes.get(owner)?.failures).toHaveLength(5);
    expect(modes).not.toContain(owner);
  });

  it('codes nothing where a hand gave it to two modes, which are named', () => {
    const book = structuredClone(save(subject, { modes: [PRICES] }, first.book).book);
    const modes = book.agents[AGENT]?.modes ?? {};
    for (const mode of Object.values(modes)) mode.adopts = ['Pricing contradictions.'];
    expect(tally(book, subject).coded).toBe(0);
    expect(adoptedTwice(entriesOf(book, [AGENT]), clusters)).toEqual([Object.keys(modes).sort()]);
  });
});
