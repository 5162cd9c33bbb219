/**
 * What the providers make of everything that their platforms may say that is not so, over real HTTP: the truth where
 * it can be had by reading on, otherwise what is lacking, by its number where the platform tells one.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDefect, LIES, type Lie, liesOf } from '../faults/lies.ts';
import { VENDORS, type Vendor } from '../support/platforms.ts';
import { type Lying, openLying } from './lying.ts';

/** One word for all that can tell the lie, or each its own. */
type Wanted = string | Partial<Record<Vendor | 'others', string>>;

const OPEN = 'all inconclusive';
const OPEN_FAILED = 'those that failed inconclusive';
const REFUSED = 'error: vendor_error';
const PLACES = 'places for what cannot be shown';

const PAGES: Record<string, Wanted> = {
  'pages cut without a word': 'true',
  'pages cut, with rows between them': 'true',
  'counts as text': 'true',
  'counts as text, pages cut': 'true',
  'counts of null': 'true',
  'no counts': 'true',
  'a count that is too low': 'surplus',
  'a count that is too high': '2 missing',
  // At Future AGI a list whose own count is reached has ended, whatever the execution counts.
  'the count of the page': { futureagi: '17 missing', others: 'surplus' },
  'nothing but the way to the next page': 'true',
  // At Coval a page without a token is the last; only the run counts more.
  'nothing but rows': { coval: '17 missing', others: 'true' },
  'the first page, whatever is asked for': { cognigy: '93 missing', others: '17 missing' },
  'a token that is a number': 'true',
  'a token that is lost': { coval: '17 missing', others: 'true' },
  'a token that leads back': { coval: '17 missing', others: 'true' },
  'an error behind the last page': 'true',
};

const ROWS: Record<string, Wanted> = {
  'a row in place of another': '1 missing',
  'rows on no page': '2 missing',
  'rows without an id': '3 unreadable',
  'rows that are no objects': '2 unreadable',
  'a row twice, in two states': 'true',
  'no rows': { cognigy: '100 missing', others: '24 missing' },
  'an error in place of rows': REFUSED,
  'an error beside rows': { synthflow: REFUSED, others: 'error_in_answer' },
};

const PARENTS: Record<string, Wanted> = {
  'two more in the parent': '2 missing',
  'two more that broke in the parent': '2 missing',
  // Whether Cognigy counts what broke or what missed its criteria is documented nowhere.
  'two that broke in the parent alone': { cognigy: 'true', others: 'counters_disagree' },
  // Coval may count cases, of which each is played several times.
  'two fewer in the parent': { coval: 'true', others: 'surplus' },
  'never ran': 'session failed; 100 never_ran',
};

const VERDICTS: Record<string, Wanted> = {
  ...both('punctuated', 'true', 'true'),
  ...both('with_a_reason', OPEN, OPEN_FAILED),
  ...both('other_word', 'true', 'true'),
  ...both('number', 'true', 'true'),
  ...both('text_number', 'true', 'true'),
  ...both('list', 'true', 'true'),
  ...both('object', 'true', 'true'),
  ...both('choice', OPEN, OPEN_FAILED),
  ...both('unknown_object', OPEN, OPEN_FAILED),
  ...both('empty', OPEN, OPEN_FAILED),
  // Thresholds of 0.8 for each; what 90 is of, nobody says.
  'scores: fraction': 'true',
  'scores: percent': 'true',
  'scores: hundred': OPEN,
  'scores: text': 'true',
  'scores: text_percent': 'true',
  'scores: out_of_ten': 'true',
  'scores: list': 'true',
  'scores: nested': 'true',
  'conditions: numbers as text': 'true',
  'conditions: an unknown operator': OPEN,
  'conditions: another member': 'true',
  'conditions: in thresholds': 'true',
  'conditions: in thresholds that may not be read': OPEN,
  'metrics: a token that is a number': 'true',
  // What the list does not know may be asked for by its id.
  'metrics: a token that is lost': 'true',
  'metrics: an error in place of them': REFUSED,
  'evaluations of one name': 'true',
  'evaluations without a name': 'true',
  'a result that never comes': 'those that passed inconclusive',
};

const TRANSCRIPTS: Record<string, Wanted> = {
  'transcript: failing': { futureagi: 'error: unreadable', others: REFUSED },
  'transcript: forbidden': { futureagi: 'error: unreadable', others: 'error: forbidden' },
  'transcript: counted only': 'error: unreadable',
  'transcript: in a member': 'true',
  'transcript: as JSON text': 'true',
  'transcript: contents of other kinds': PLACES,
  // Cognigy's turns name no speaker, and that they alternate is inferred, which is said.
  'transcript: unknown speakers': { cognigy: 'true', others: 'unknown speakers' },
  'transcript: sound as text': PLACES,
};

/** Pages of ours, nine rows each; a row may be shown on two of them, but not in place of another without a word. */
const SESSIONS: Record<string, Wanted> = {
  ...PAGES,
  'the count of the page': { futureagi: 'true', others: 'surplus' },
  'nothing but rows': 'true',
  'the first page, whatever is asked for': {
    synthflow: '2 missing',
    cognigy: '26 missing',
    coval: 'repeated',
    futureagi: 'true',
  },
  'a count that is too high': { futureagi: '12 missing', others: '2 missing' },
  'a token that is lost': 'true',
  'a token that leads back': { coval: 'repeated', others: 'true' },
  ...ROWS,
  'a row in place of another': { coval: 'repeated', others: '1 missing' },
  // Each run test has a list of its own, of one or two executions.
  'rows on no page': { futureagi: '1 missing', others: '2 missing' },
  'rows without an id': { cognigy: '3 unreadable', futureagi: '1 unreadable', others: '2 unreadable' },
  'rows that are no objects': { futureagi: '1 unreadable', others: '2 unreadable' },
  'a row twice, in two states': { cognigy: 'rows shown twice; surplus', coval: 'repeated', others: 'true' },
  // Run tests of prompts were never executed: without rows beside it, an error is all that is said.
  'an error beside rows': { synthflow: REFUSED, futureagi: 'error: vendor_error', others: 'error_in_answer' },
};

/** Suites and cases are two lists. */
const TESTS: Record<string, Wanted> = {
  ...SESSIONS,
  'the count of the page': 'surplus',
  'the first page, whatever is asked for': {
    synthflow: '22 missing',
    cognigy: '23 missing',
    coval: 'repeated',
    futureagi: '25 missing',
  },
  'a count that is too high': { cognigy: '2 missing', others: '4 missing' },
  'a row in place of another': {
    cognigy: 'rows shown twice; 1 missing',
    coval: 'rows shown twice; repeated',
    others: 'rows shown twice; 1 missing',
  },
  'rows on no page': { cognigy: '2 missing', futureagi: '4 missing', others: '3 missing' },
  'rows without an id': { cognigy: '3 unreadable', futureagi: '5 unreadable', others: '4 unreadable' },
  'rows that are no objects': { cognigy: '2 unreadable', futureagi: '4 unreadable', others: '3 unreadable' },
  'a row twice, in two states': { coval: 'rows shown twice; repeated', others: 'rows shown twice; surplus' },
  'an error beside rows': { synthflow: REFUSED, others: 'error_in_answer' },
};

const WANTED: Record<string, Wanted> = {
  ...PAGES,
  ...ROWS,
  ...PARENTS,
  ...VERDICTS,
  ...TRANSCRIPTS,
  ...Object.fromEntries(Object.entries(SESSIONS).map(([name, wanted]) => [`sessions: ${name}`, wanted])),
  ...Object.fromEntries(Object.entries(TESTS).map(([name, wanted]) => [`tests: ${name}`, wanted])),
};

/** The same form of every verdict, and of those alone that failed. */
function both(form: string, all: string, failed: string): Record<string, Wanted> {
  return { [`verdicts: ${form}`]: all, [`verdicts that failed: ${form}`]: failed };
}

function wanted(vendor: Vendor, { name }: Lie): string | undefined {
  const own = WANTED[name];
  return typeof own === 'object' ? (own[vendor] ?? own.others) : own;
}

it('says of every lie what is wanted of whoever hears it', () => {
  const silent = VENDORS.flatMap((vendor) => liesOf(vendor).filter((lie) => !wanted(vendor, lie)));
  expect(silent.map(({ name }) => name)).toEqual([]);
  expect(LIES.length).toBeGreaterThan(100);
});

describe.each(VENDORS)('%s', (vendor) => {
  let lying: Lying;
  beforeAll(async () => {
    lying = await openLying(vendor);
  });
  afterAll(() => lying.close());

  const read = (lie: Lie) => lying.read(lie, lie.told.score_form ? 0.8 : undefined);
  const [bad, good] = [true, false].map((is) => liesOf(vendor).filter(({ name }) => isDefect(vendor, name) === is));
  it.each(good ?? [])('$name', async (lie) => {
    expect(await read(lie)).toBe(wanted(vendor, lie));
  });
  it.fails.each(bad ?? [])('$name (not yet)', async (lie) => {
    expect(await read(lie)).toBe(wanted(vendor, lie));
  });
});

describe('what else names the runs makes good for their list', () => {
  const lies = liesOf('synthflow').filter(
    ({ of, told }) => of === 'runs' && (told.dropped || told.emptied || told.swapped),
  );
  it.each(['synthflow', 'coval'] as const)('%s', async (vendor) => {
    const lying = await openLying(vendor);
    try {
      for (const { of, told } of lies) {
        const { embed_at_most, ...list } = told;
        expect(await lying.read({ of, told: list })).toBe('true');
      }
    } finally {
      await lying.close();
    }
  });
});
