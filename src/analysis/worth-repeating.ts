/**
 * Which tests to run again, and how often, where a comparison is not clear: those that changed. What their repeats then
 * prove is proven of them.
 */
import { type Falls, fell, turned } from './falls.ts';
import { type Measured, measurePairs, overallVerdict } from './measure.ts';
import { isJudged, type MatchedTest, type Tally } from './pairing.ts';
import { isSignificant, type PairCounts } from './statistics.ts';

export interface WorthRepeating {
  /** Refs of tests. */
  tests: string[];
  /** Further runs of each, on both sides. */
  times: number;
}

/** Refs beyond this do not fit into a call that a person reads. */
const MOST_TESTS = 10;
/** More repeats than this are no plan. */
const MOST_TIMES = 20;

interface Changed extends Pick<PairCounts, 'first_only' | 'second_only'> {
  test: string;
  pairs: number;
  before: Tally;
  after: Tally;
}

/**
 * The tests that changed, and the fewest repeats of them that would settle all runs together if they go on as they did.
 * Absent where no number of repeats up to `MOST_TIMES` would.
 */
export function worthSettling(tests: readonly MatchedTest[], cells: PairCounts): WorthRepeating | undefined {
  const changed = ofOnePlatform(changes(tests).sort((a, b) => b.second_only - a.second_only));
  const rounds = (of: 'first_only' | 'second_only') => changed.reduce((sum, one) => sum + one[of] / one.pairs, 0);
  const [fixed, broken] = [rounds('first_only'), rounds('second_only')];
  return repeats(changed, (times) => {
    const fixes = Math.floor(times * fixed + 1e-9);
    const breaks = Math.floor(times * broken + 1e-9);
    const unchanged = times * changed.length - fixes - breaks;
    return isClear(
      measurePairs({
        ...cells,
        first_only: cells.first_only + fixes,
        second_only: cells.second_only + breaks,
        neither: cells.neither + unchanged,
      }),
    );
  });
}

/**
 * The tests that passed whenever they were judged before and fail now, without a proof of it, and the fewest repeats
 * that would prove each of them to have fallen, among those that are looked at already.
 */
export function worthProving(
  tests: readonly MatchedTest[],
  { regressed, repeated }: Pick<Falls, 'regressed' | 'repeated'>,
): WorthRepeating | undefined {
  const proven = new Set(regressed.map(({ test }) => test));
  const suspects = ofOnePlatform(changes(tests).filter((one) => turned(one) && !proven.has(one.test)));
  const family = repeated + suspects.length;
  return repeats(suspects, (times) =>
    suspects.every(({ before, after }) =>
      isSignificant(
        family *
          fell(
            { passed: before.passed + times, judged: before.judged + times },
            { passed: after.passed, judged: after.judged + times },
          ),
      ),
    ),
  );
}

function repeats(tests: readonly Changed[], tells: (times: number) => boolean): WorthRepeating | undefined {
  if (tests.length === 0) return undefined;
  for (let times = 1; times <= MOST_TIMES; times += 1)
    if (tells(times)) return { tests: tests.map(({ test }) => test), times };
  return undefined;
}

function isClear(measured: Measured): boolean {
  const verdict = overallVerdict(measured);
  return verdict === 'better' || verdict === 'worse';
}

/** Tests with a reference of which a pair changed. */
function changes(tests: readonly MatchedTest[]): Changed[] {
  return tests.flatMap((matched) => {
    const test = matched.after[0]?.test ?? matched.before[0]?.test;
    const judged = matched.pairs.filter(({ before, after }) => isJudged(before) && isJudged(after));
    const of = (was: string, is: string) =>
      judged.filter(({ before, after }) => before.verdict === was && after.verdict === is).length;
    const [first_only, second_only] = [of('failed', 'passed'), of('passed', 'failed')];
    if (test === undefined || first_only + second_only === 0) return [];
    const tally = (side: 'before' | 'after') => ({
      passed: matched[side].filter(({ verdict }) => verdict === 'passed').length,
      judged: matched[side].filter(isJudged).length,
    });
    return [{ test, first_only, second_only, pairs: judged.length, before: tally('before'), after: tally('after') }];
  });
}

/** As many as one call can start: of the platform of the first. */
function ofOnePlatform(tests: readonly Changed[]): Changed[] {
  const platform = ({ test }: Changed) => test.slice(0, test.indexOf('/'));
  return tests
    .filter((one, _, [first]) => first !== undefined && platform(one) === platform(first))
    .slice(0, MOST_TESTS);
}
