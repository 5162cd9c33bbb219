/** A comparison cut to the budget of an answer: the changes that fit, and how many there are of each kind. */

import type { ChangeEntry } from '../analysis/change-entries.ts';
import type { Comparison } from '../analysis/comparison.ts';
import type { TestFall } from '../analysis/falls.ts';
import { LONGEST_TITLE } from '../model/modes.ts';
import type { StoredMode } from '../modes/book.ts';
import type { ModeChange, ModeChanges, Relocation } from '../modes/changes.ts';
import { bytesOf, fit } from './budget.ts';
import { clip } from './clean.ts';

/**
 * Shares of the budget, in the order of the answer: what broke and what is new weighs most. What a list leaves of its
 * share goes to those behind it that changed, too; what stayed as it was
 * gets no more, but for the modes that persist, behind which nothing comes.
 */
const SHARES = {
  regressed: 0.11,
  suspicions: 0.05,
  broken: 0.13,
  evaluations: 0.11,
  new_modes: 0.09,
  relocated: 0.06,
  fixed: 0.11,
  resolved: 0.07,
  unsettled: 0.04,
  untested: 0.03,
  still_failing: 0.07,
  flaky: 0.03,
  new: 0.03,
  gone: 0.03,
  persisting: 0.04,
} as const;
const STAYED: ReadonlySet<keyof typeof SHARES> = new Set(['untested', 'still_failing', 'flaky', 'new', 'gone']);
const MOST_MODES = 15;

/** A change of a mode with the words of it. */
export type NamedChange<T extends ModeChange> = T & Pick<StoredMode, 'title' | 'source'>;

/**
 * The lists of a comparison, of each `most` items at most, in `budget` bytes, with what they count in all. `wordsOf`: title
 * and source of a mode.
 */
export function fitComparison(
  comparison: Comparison,
  modes: ModeChanges,
  wordsOf: (id: string) => Pick<StoredMode, 'title' | 'source'>,
  budget: number,
  most: number,
) {
  let left = 0;
  const take = <T>(share: keyof typeof SHARES, items: readonly T[]): T[] => {
    const room = (STAYED.has(share) ? 0 : left) + budget * SHARES[share];
    const { kept } = fit(items, room);
    left = STAYED.has(share) ? left : Math.max(0, room - bytesOf(kept));
    return kept;
  };
  const falls = (kind: 'regressed' | 'suspicions') =>
    comparison[kind].length > 0 ? take(kind, comparison[kind].slice(0, most).map(fallOf)) : undefined;
  const entries = (kind: 'broken' | 'fixed' | 'still_failing' | 'flaky' | 'new' | 'gone') =>
    take(kind, byTest(comparison[kind]).slice(0, most).map(entryOf));
  const named = <T extends ModeChange>(share: keyof typeof SHARES, list: readonly T[]): NamedChange<T>[] =>
    take(
      share,
      list.slice(0, MOST_MODES).map((one) => ({ ...one, ...titled(wordsOf(one.id)) })),
    );
  const [regressed, suspicions, broken] = [falls('regressed'), falls('suspicions'), entries('broken')];
  const evaluations = take('evaluations', comparison.evaluations.slice(0, most));
  const newModes = named('new_modes', modes.new);
  const relocated = take('relocated', modes.relocated.slice(0, most).map(relocationOf));
  const fixed = entries('fixed');
  const resolved = named('resolved', modes.resolved);
  const unsettled = named('unsettled', modes.unsettled);
  const untested = modes.untested.length > 0 ? named('untested', modes.untested) : undefined;
  const others = {
    still_failing: entries('still_failing'),
    flaky: entries('flaky'),
    new: entries('new'),
    gone: entries('gone'),
  };
  const persisting = named('persisting', modes.persisting);
  return {
    regressed,
    suspicions,
    broken,
    evaluations,
    fixed,
    ...others,
    still_passing: comparison.still_passing,
    counts: countsOf(comparison),
    modes: {
      new: newModes,
      resolved,
      persisting,
      relocated,
      unsettled,
      untested,
      counts: {
        new: modes.new.length,
        resolved: modes.resolved.length,
        persisting: modes.persisting.length,
        relocated: modes.relocated.length,
        unsettled: modes.unsettled.length,
        untested: modes.untested.length,
      },
      before: modes.before,
      after: modes.after,
    },
  };
}

function countsOf({ evaluations, unchanged_evaluations, ...lists }: Comparison) {
  const moved = (way: (difference: number | undefined) => boolean) =>
    evaluations.filter(({ difference }) => way(difference)).length;
  return {
    regressed: lists.regressed.length,
    suspicions: lists.suspicions.length,
    broken: lists.broken.length,
    broken_tests: byTest(lists.broken).length,
    fixed: lists.fixed.length,
    fixed_tests: byTest(lists.fixed).length,
    still_failing: lists.still_failing.length,
    flaky: lists.flaky.length,
    new: lists.new.length,
    gone: lists.gone.length,
    evaluations_fell: moved((difference = 0) => difference < 0),
    evaluations_rose: moved((difference = 0) => difference > 0),
    evaluations_one_sided: moved((difference) => difference === undefined),
    evaluations_unchanged: unchanged_evaluations,
  };
}

/** One entry a test: its first pair, every evaluation that failed in any, and in `times` how many pairs there are. */
function byTest(entries: readonly ChangeEntry[]): (ChangeEntry & { times?: number | undefined })[] {
  const groups = new Map<string, ChangeEntry[]>();
  for (const [index, entry] of entries.entries()) {
    const test = entry.test ?? entry.name;
    const key = test === undefined ? String(index) : `${test} `;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        ...first,
        failed_evaluations: [...new Set(group.flatMap(({ failed_evaluations }) => failed_evaluations))],
        times: group.length > 1 ? group.length : undefined,
      },
    ];
  });
}

function entryOf({ test, name, before, after, failed_evaluations, flaky, times }: ReturnType<typeof byTest>[number]) {
  return {
    test,
    name: clip(name, 100),
    times,
    before,
    after,
    failed_evaluations: failed_evaluations.slice(0, 5).map((one) => clip(one, 100)),
    flaky,
  };
}

function fallOf({ name, ...fall }: TestFall) {
  return { ...fall, name: clip(name, 100) };
}

function titled({ title, source }: Pick<StoredMode, 'title' | 'source'>) {
  return { title: clip(title, LONGEST_TITLE), source };
}

function relocationOf({ name, ...relocation }: Relocation) {
  return { ...relocation, name: clip(name, 100) };
}
