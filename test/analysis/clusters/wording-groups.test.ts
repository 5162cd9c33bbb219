import { describe, expect, it } from 'vitest';
import { termsOf } from '../../../src/analysis/clusters/terms.ts';
import { groupWordings, quotedTitle } from '../../../src/analysis/clusters/wording-groups.ts';
import { wordingOf } from '../../../src/analysis/wording.ts';
import { wordingGroups } from './all-at-once.ts';

const worded = (reason: string, times = 1, evaluation = 'Goal') => ({
  evaluation,
  reason,
  wording: wordingOf(evaluation, reason),
  failures: Array.from({ length: times }, (_, index) => index),
});
const reasonsOf = (items: ReturnType<typeof worded>[]) =>
  wordingGroups(items).groups.map((group) => group.map(({ reason }) => reason).sort());

const IDENTITY = [
  'The identity of the caller was never verified before the account was opened.',
  'The agent opened the account although the identity of the caller was not verified.',
  'Identity not verified: the account was opened all the same.',
];
const FEE = [
  'The cancellation fee was not mentioned when the appointment was cancelled.',
  'No cancellation fee was mentioned although one applies to the cancelled appointment.',
];

/** A generator of numbers from 0 to 1 that is the same every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
/** Reasons of fifteen invented words out of 3,000, a few of which are common. */
function invented(count: number) {
  const next = numbers(7);
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const word = () => Array.from({ length: 4 + next() * 6 }, () => letters[Math.floor(next() * 26)]).join('');
  const words = Array.from({ length: 3_000 }, word);
  return Array.from({ length: count }, () =>
    worded(Array.from({ length: 15 }, () => words[Math.floor(next() ** 2 * 3_000)]).join(' ')),
  );
}

describe('wordings are grouped', () => {
  it('by what they say in common', () => {
    expect(reasonsOf([...IDENTITY, ...FEE].map((reason) => worded(reason)))).toEqual(
      expect.arrayContaining([[...IDENTITY].sort(), [...FEE].sort()]),
    );
  });

  it('in scripts without blanks too', () => {
    const japanese = ['本人確認をせずに口座情報を伝えました。', '口座情報を伝える前に本人確認がありませんでした。'];
    const other = ['予約の変更手数料を案内しませんでした。', '変更手数料の案内がないまま予約を変更しました。'];
    expect(reasonsOf([...japanese, ...other].map((reason) => worded(reason)))).toEqual(
      expect.arrayContaining([[...japanese].sort(), [...other].sort()]),
    );
    expect(termsOf('本人確認')).toEqual(['本人', '人確', '確認']);
  });

  it('in the same way in whatever order they come', () => {
    const items = [...IDENTITY, ...FEE].map((reason, index) => worded(reason, 1 + (index % 3)));
    const expected = JSON.stringify(reasonsOf(items));
    for (const order of [[...items].reverse(), [...items.slice(2), ...items.slice(0, 2)]])
      expect(JSON.stringify(reasonsOf(order))).toBe(expected);
  });

  it('by criterion where the judge gave no reason', () => {
    const { groups } = wordingGroups([worded('', 2, 'A'), worded('', 1, 'A'), worded(' ', 1, 'B')]);
    expect(groups.map((group) => group.map(({ evaluation }) => evaluation))).toEqual([['A', 'A'], ['B']]);
  });

  it('each once, and those beyond the bound nowhere', () => {
    const items = invented(12_000);
    const { groups, apart } = wordingGroups(items);
    expect(new Set([...groups.flat(), ...apart]).size).toBe(12_000);
    expect(apart).toHaveLength(2_000);
  });
});

it('groups 10,000 wordings in the time that is promised, in slices', () => {
  const items = invented(10_000);
  const steps = groupWordings(items);
  const began = process.cpuUsage();
  let slices = 0;
  while (!steps.next().done) slices += 1;
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1_000).toBeLessThan(1_500);
  expect(slices).toBeGreaterThan(300);
});

describe('a title', () => {
  it('is the sentence that says what the others say', () => {
    const reasons = [
      'The caller asked for a change. The fee for the late change was never mentioned. All else went well.',
      'The fee for a late change was not mentioned.',
    ];
    expect(quotedTitle(reasons)).toBe('The fee for the late change was never mentioned.');
  });

  it('is no longer than 100 characters, and nothing but what was said', () => {
    const long = `The agent ${'went on and on about the weather '.repeat(10)}`;
    for (const reason of [
      long,
      'x'.repeat(3_000),
      '"'.repeat(300),
      'Said "Your file is open." although nobody asked.',
    ]) {
      const title = quotedTitle([reason]);
      expect(title.length).toBeGreaterThan(0);
      expect(title.length).toBeLessThanOrEqual(100);
      expect(reason).toContain(title.replace(/…$/, ''));
    }
  });

  it('does not end inside of what it quotes', () => {
    expect(
      quotedTitle(['It said "Sorry. Let us see you on Thursday." and did no more. Else fine.', 'on Thursday']),
    ).toBe('It said "Sorry. Let us see you on Thursday." and did no more.');
    const german = 'Sagt „Das geht nicht. Auf Wiederhören.“ statt zu helfen. Danach war Ruhe in der Leitung.';
    expect(quotedTitle([german, 'Danach Ruhe in der Leitung'])).toBe('Danach war Ruhe in der Leitung.');
    expect(quotedTitle(['Said "Your file is open." although nobody was verified. Else fine.'])).toBe(
      'Said "Your file is open." although nobody was verified.',
    );
  });
});
