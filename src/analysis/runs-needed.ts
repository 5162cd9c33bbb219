/**
 * How many further runs would make a comparison clear, computed from the exact test that decides it.
 *
 * `at_least` is the best case: every further run shows the difference. `more` is the plan: if further runs go as those so
 * far, this many a side make it clear with a chance of 0.8. What was seen is itself uncertain, so it is no promise.
 */
import { type Measured, measurePairs, measureSides, overallVerdict, type Rate } from './measure.ts';
import { binomial, binomialAtLeast, fisherExact, isSignificant, mcnemarExact, type PairCounts } from './statistics.ts';

export interface RunsNeeded {
  /** Fewest further pairs that would tell if all of them changed the same way; unpaired: fewest further runs per side. */
  at_least: number;
  /** Further runs per side, and what the smaller side then has; absent beyond `MOST_MORE`. */
  more?: number | undefined;
  per_side?: number | undefined;
}

/** Further runs per side beyond this are not counted: that is no plan any more. */
export const MOST_MORE = 2_000;
const POWER = 0.8;
/** Up to here every number is tried, so that the first is found; beyond, power rises nearly evenly and is bisected. */
const TRIED_ONE_BY_ONE = 50;

type Side = Pick<Rate, 'passed' | 'judged'>;

/** For pairs (`first_only` passed after only). Absent when as many changed one way as the other. */
export function pairsNeeded(cells: PairCounts): RunsNeeded | undefined {
  const { first_only, second_only, ...unchanged } = cells;
  const have = first_only + second_only + unchanged.both + unchanged.neither;
  const [often, rarely] = [Math.max(first_only, second_only), Math.min(first_only, second_only)];
  if (often === rarely) return undefined;
  const clear = (further: number) => {
    const then = { ...unchanged, first_only: often + further, second_only: rarely };
    return isClear(measurePairs(then));
  };
  const critical = criticalSplits();
  const power = (more: number) => {
    const changed = often + rarely;
    return expected(more, changed / have, (further) =>
      binomialAtLeast(critical(changed + further) - often, further, often / changed),
    );
  };
  return needed(clear, power, have);
}

/** For sides that are not paired. Absent when their rates are equal, or one has none. */
export function sidesNeeded(before: Side, after: Side): RunsNeeded | undefined {
  if (before.judged === 0 || after.judged === 0) return undefined;
  const difference = after.passed * before.judged - before.passed * after.judged;
  if (difference === 0) return undefined;
  // `up` has the higher rate; which side that is makes no difference to the test.
  const [up, down] = difference > 0 ? [after, before] : [before, after];
  const clear = (further: number) =>
    isClear(
      measureSides(
        { passed: down.passed, judged: down.judged + further },
        { passed: up.passed + further, judged: up.judged + further },
      ),
    );
  const power = (more: number) => {
    // The more pass on the side below, the more have to on the side above: the bound only climbs.
    const rate = up.passed / up.judged;
    let bound = likely(more, rate).from;
    const tells = (below: number, above: number) => {
      const [low, high] = [down.passed + below, up.passed + above];
      const [few, many] = [down.judged + more, up.judged + more];
      return high * few > low * many && isSignificant(fisherExact(high, many - high, low, few - low));
    };
    return expected(more, down.passed / down.judged, (below) => {
      while (bound <= more && !tells(below, bound)) bound += 1;
      return binomialAtLeast(bound, more, rate);
    });
  };
  return needed(clear, power, Math.min(up.judged, down.judged));
}

function isClear(measured: Measured): boolean {
  return overallVerdict(measured) === 'better';
}

function needed(clear: (further: number) => boolean, power: (more: number) => number, have: number): RunsNeeded {
  const at_least = first(1, clear);
  const more = first(at_least, (count) => power(count) >= POWER);
  return more > MOST_MORE ? { at_least } : { at_least, more, per_side: have + more };
}

/** The first number from `from` on for which `holds`; `MOST_MORE + 1` where there is none up to `MOST_MORE`. */
function first(from: number, holds: (count: number) => boolean): number {
  if (from > MOST_MORE) return MOST_MORE + 1;
  for (let count = from; count < from + TRIED_ONE_BY_ONE; count += 1) if (holds(count)) return count;
  let no = from + TRIED_ONE_BY_ONE - 1;
  let yes = no;
  do {
    if (yes >= MOST_MORE) return MOST_MORE + 1;
    no = yes;
    yes = Math.min(MOST_MORE, 2 * yes);
  } while (!holds(yes));
  while (yes - no > 1) {
    const middle = Math.trunc((yes + no) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** The mean of `value` over the successes in `tries`, from the fewest likely on upwards. */
function expected(tries: number, rate: number, value: (successes: number) => number): number {
  const { from, to } = likely(tries, rate);
  let sum = 0;
  for (let successes = from; successes <= to; successes += 1) {
    sum += binomial(successes, tries, rate) * value(successes);
  }
  return sum;
}

/** The successes that are not all but impossible: eight standard deviations about the mean. */
function likely(tries: number, rate: number): { from: number; to: number } {
  const reach = 8 * Math.sqrt(tries * rate * (1 - rate)) + 8;
  return {
    from: Math.max(0, Math.floor(tries * rate - reach)),
    to: Math.min(tries, Math.ceil(tries * rate + reach)),
  };
}

/** Of so many changed pairs, how many must have changed the same way; kept, as each follows from the one before. */
function criticalSplits(): (changed: number) => number {
  const known = [1];
  return (changed) => {
    for (let total = known.length; total <= changed; total += 1) {
      const least = known[total - 1] ?? 0;
      known.push(least <= total && isSignificant(mcnemarExact(least, total - least)) ? least : least + 1);
    }
    return known[changed] ?? changed + 1;
  };
}
