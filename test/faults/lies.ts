/**
 * Lies of the platforms, as switches of their dialects: each contradicts something else that the platform says, so that a
 * careful reader can tell. Whatever is answered under one is the truth, an error, or says that it may be short.
 */
import type { CognigySwitches } from '../../src/sandbox/dialects/cognigy/switches.ts';
import type { CovalSwitches } from '../../src/sandbox/dialects/coval/switches.ts';
import type { Switches as FutureAgiSwitches } from '../../src/sandbox/dialects/futureagi/switches.ts';
import type { Lies } from '../../src/sandbox/dialects/lies.ts';
import type { SynthflowSwitches } from '../../src/sandbox/dialects/synthflow/switches.ts';
import { rowEach, VENDORS, type Vendor } from '../support/platforms.ts';

export interface Lie {
  name: string;
  told: Partial<Lies> & {
    [K in 'page_past_end' | 'embed_at_most']?: SynthflowSwitches[K];
  } & {
    [K in 'never_ran']?: CognigySwitches[K];
  } & {
    [K in 'conditions' | 'thresholds' | 'binary' | 'results']?: CovalSwitches[K];
  } & {
    [K in 'score_form']?: FutureAgiSwitches[K];
  };
  /** What is read under it. */
  of: 'runs' | 'verdicts' | 'transcript' | 'sessions' | 'tests';
  /** Vendors that can tell it; absent = all. */
  only?: readonly Vendor[];
}

type Draft = Omit<Lie, 'of'>;
const about = (of: Lie['of'], lies: readonly Draft[]): Lie[] => lies.map((lie) => ({ ...lie, of }));

/** Rows of a page where pages are cut: no divisor of anything. */
const CUT = 7;

/** What a platform has to lie with: which lies it must be caught in. */
interface Habits {
  /** Pages are asked for by number. */
  numbers_pages: boolean;
  /** Lists say how many rows there are. */
  counts_rows: boolean;
  /** Each page says whether more follows. */
  marks_the_end: boolean;
  /** A page is asked for by a cursor from the one before, in whatever words. */
  hands_out_tokens: boolean;
  /** Evaluations state a verdict. */
  states_verdicts: boolean;
  /** A run says how many turns it has. */
  counts_turns: boolean;
}
const HABITS = rowEach<Habits>('HABITS of test/faults/lies.ts', {
  synthflow: {
    numbers_pages: true,
    counts_rows: true,
    marks_the_end: false,
    hands_out_tokens: false,
    states_verdicts: true,
    counts_turns: false,
  },
  cognigy: {
    numbers_pages: false,
    counts_rows: true,
    marks_the_end: true,
    hands_out_tokens: true,
    states_verdicts: true,
    counts_turns: true,
  },
  coval: {
    numbers_pages: false,
    counts_rows: false,
    marks_the_end: false,
    hands_out_tokens: true,
    states_verdicts: false,
    counts_turns: false,
  },
  futureagi: {
    numbers_pages: true,
    counts_rows: true,
    marks_the_end: true,
    hands_out_tokens: false,
    states_verdicts: true,
    counts_turns: true,
  },
});
const thoseWhoseHabit = (habit: keyof Habits): readonly Vendor[] => VENDORS.filter((vendor) => HABITS[vendor][habit]);
const NUMBERED = thoseWhoseHabit('numbers_pages');
const COUNTING = thoseWhoseHabit('counts_rows');
const MARKED = thoseWhoseHabit('marks_the_end');
const WITH_TOKENS = thoseWhoseHabit('hands_out_tokens');
const WITH_VERDICTS = thoseWhoseHabit('states_verdicts');
const COUNTING_TURNS = thoseWhoseHabit('counts_turns');

const PAGES = about('runs', [
  { name: 'pages cut without a word', told: { clamp: CUT } },
  { name: 'pages cut, with rows between them', told: { clamp: CUT, clamp_by: 'asked' }, only: NUMBERED },
  { name: 'counts as text', told: { count_form: 'text', pages_form: 'text' }, only: COUNTING },
  {
    name: 'counts as text, pages cut',
    told: { clamp: CUT, count_form: 'text', pages_form: 'text' },
    only: COUNTING,
  },
  {
    name: 'counts of null',
    told: { count_form: 'null', pages_form: 'absent', clamp: CUT },
    only: COUNTING,
  },
  {
    name: 'no counts',
    told: { count_form: 'absent', pages_form: 'absent', clamp: CUT },
    only: COUNTING,
  },
  { name: 'a count that is too low', told: { count_form: 'low' }, only: COUNTING },
  { name: 'a count that is too high', told: { count_form: 'high' }, only: COUNTING },
  {
    name: 'the count of the page',
    told: { count_form: 'of_the_page', pages_form: 'absent', clamp: CUT },
    only: COUNTING,
  },
  { name: 'nothing but the way to the next page', told: { end_marks: 'next_only', clamp: CUT } },
  { name: 'nothing but rows', told: { end_marks: 'none', clamp: CUT } },
  { name: 'the first page, whatever is asked for', told: { place: 'ignored', clamp: CUT } },
  {
    name: 'a token that is a number',
    told: { token_form: 'number', clamp: CUT },
    only: WITH_TOKENS,
  },
  {
    name: 'a token that is lost',
    told: { token_form: 'lost', clamp: CUT },
    only: WITH_TOKENS,
  },
  {
    name: 'a token that leads back',
    told: { token_form: 'repeated', clamp: CUT },
    only: WITH_TOKENS,
  },
  {
    name: 'an error behind the last page',
    told: { page_past_end: 404, end_marks: 'none', clamp: CUT },
    only: ['synthflow'],
  },
]);

const ROWS = about('runs', [
  { name: 'a row in place of another', told: { swapped: [{ at: -1, shows: 0 }] } },
  { name: 'rows on no page', told: { dropped: [1, 4] } },
  { name: 'rows without an id', told: { without_id: [1, 4, 6] } },
  { name: 'rows that are no objects', told: { no_objects: [1, 4] } },
  { name: 'a row twice, in two states', told: { twice: [0] } },
  { name: 'no rows', told: { emptied: true } },
  { name: 'an error in place of rows', told: { error_with_200: 'without_rows' } },
  { name: 'an error beside rows', told: { error_with_200: 'with_rows' } },
]);

const PARENTS = about('runs', [
  { name: 'two more in the parent', told: { parent_more: 2 } },
  { name: 'two more that broke in the parent', told: { parent_more: 2, parent_broken: 2 } },
  { name: 'two that broke in the parent alone', told: { parent_broken: 2 } },
  { name: 'two fewer in the parent', told: { parent_more: -2 } },
  { name: 'never ran', told: { never_ran: true }, only: ['cognigy'] },
]);

/** Forms in which the platform may send a verdict. */
export const FORMS = [
  'punctuated',
  'with_a_reason',
  'other_word',
  'number',
  'text_number',
  'list',
  'object',
  'choice',
  'unknown_object',
  'empty',
] as const;
const SCORES = ['fraction', 'percent', 'hundred', 'text', 'text_percent', 'out_of_ten', 'list', 'nested'] as const;

const VERDICTS = about('verdicts', [
  ...FORMS.map(
    (verdict_form): Draft => ({ name: `verdicts: ${verdict_form}`, told: { verdict_form }, only: WITH_VERDICTS }),
  ),
  ...FORMS.map(
    (verdict_form): Draft => ({
      name: `verdicts that failed: ${verdict_form}`,
      told: { verdict_form, verdict_form_of: 'failed' },
      only: WITH_VERDICTS,
    }),
  ),
  ...SCORES.map(
    (score_form): Draft => ({
      name: `scores: ${score_form}`,
      told: { score_form },
      only: ['futureagi'],
    }),
  ),
  {
    name: 'conditions: numbers as text',
    told: { conditions: 'text_number', binary: 'numbers' },
    only: ['coval'],
  },
  {
    name: 'conditions: an unknown operator',
    told: { conditions: 'unknown_operator' },
    only: ['coval'],
  },
  { name: 'conditions: another member', told: { conditions: 'other_member' }, only: ['coval'] },
  { name: 'conditions: in thresholds', told: { conditions: 'in_thresholds' }, only: ['coval'] },
  {
    name: 'conditions: in thresholds that may not be read',
    told: { conditions: 'in_thresholds', thresholds: 'forbidden' },
    only: ['coval'],
  },
  {
    name: 'metrics: a token that is a number',
    told: { lying_lists: ['metrics'], token_form: 'number', clamp: 3 },
    only: ['coval'],
  },
  {
    name: 'metrics: a token that is lost',
    told: { lying_lists: ['metrics'], token_form: 'lost', clamp: 3 },
    only: ['coval'],
  },
  {
    name: 'metrics: an error in place of them',
    told: { lying_lists: ['metrics'], error_with_200: 'without_rows' },
    only: ['coval'],
  },
  { name: 'evaluations of one name', told: { evaluation_names: 'duplicate' } },
  { name: 'evaluations without a name', told: { evaluation_names: 'missing' } },
  { name: 'a result that never comes', told: { result_never_comes: true } },
]);

const TRANSCRIPTS = about('transcript', [
  { name: 'transcript: failing', told: { transcript_form: 'failing' } },
  { name: 'transcript: forbidden', told: { transcript_form: 'forbidden' } },
  // Where nobody counts turns, no turns are no turns.
  {
    name: 'transcript: counted only',
    told: { transcript_form: 'counted_only' },
    only: COUNTING_TURNS,
  },
  { name: 'transcript: in a member', told: { transcript_form: 'items' } },
  { name: 'transcript: as JSON text', told: { transcript_form: 'json_text' } },
  { name: 'transcript: contents of other kinds', told: { transcript_form: 'object_content' } },
  { name: 'transcript: unknown speakers', told: { transcript_form: 'unknown_speakers' } },
  { name: 'transcript: sound as text', told: { transcript_form: 'audio' } },
]);

/** The same of lists of sessions and of tests, without what nothing else contradicts there. */
const LISTS: readonly Lie[] = (['sessions', 'tests'] as const).flatMap((of) =>
  [...PAGES, ...ROWS]
    .filter(({ told }) => !told.emptied)
    .map(({ name, told, only }) => ({
      name: `${of}: ${name}`,
      told: { ...told, lying_lists: [of], ...(told.clamp === undefined ? {} : { clamp: 3 }) },
      of,
      only: contradicted(told, only),
    })),
);

/** Vendors whose lists of sessions and tests say something else as well. */
function contradicted(told: Lie['told'], only: Lie['only']): Lie['only'] {
  if (told.count_form === 'of_the_page') return MARKED;
  // Coval tells the end by a token alone, and counts nothing.
  if (told.token_form === 'lost') return WITH_TOKENS.filter((vendor) => COUNTING.includes(vendor));
  return told.dropped || told.end_marks === 'none' ? (only ?? COUNTING) : only;
}

export const LIES: readonly Lie[] = [...PAGES, ...ROWS, ...PARENTS, ...VERDICTS, ...TRANSCRIPTS, ...LISTS];

/** Switches by which a list of runs is all that tells them: no session object that holds them, no results that name them. */
const ALONE = new Map<string, Lie['told']>([
  ['synthflow', { embed_at_most: 0 }],
  ['coval', { results: 'none' }],
]);

/** Where a provider does not say yet what it should; whoever mends one takes it out of here. */
const DEFECTS: Readonly<Partial<Record<Vendor, readonly string[]>>> = {
  cognigy: [
    // A cursor of the provider names no rows; the list of the tool remembers what it showed (src/reading/lists.ts).
    'sessions: a row in place of another',
    'tests: a row in place of another',
  ],
};

export function isDefect(vendor: string, lie: string): boolean {
  return Object.entries(DEFECTS).some(([own, lies]) => own === vendor && lies.includes(lie));
}

/** Lies that a vendor can tell. */
export function liesOf(vendor: string): Lie[] {
  const own = LIES.filter(({ only }) => only === undefined || only.some((one) => one === vendor));
  // What else names the runs would make good for the list.
  const alone = ALONE.get(vendor) ?? {};
  return own.map((lie) => (lie.of === 'runs' ? { ...lie, told: { ...alone, ...lie.told } } : lie));
}
