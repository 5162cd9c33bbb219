/**
 * What a comparison comes to. Over all runs together it is "better" or "worse" only when the 95 % interval of the
 * difference leaves out zero and the exact test agrees; a single test that provably fell makes it "regressed", however
 * much better the others became.
 */
import type { COMPARISON_VERDICTS } from '../model/schemas.ts';
import type { Overall } from './measure.ts';
import type { RunsNeeded } from './runs-needed.ts';

/** How many runs of each side a reading left open; undefined = not known. */
export interface OpenSides {
  before?: number | undefined;
  after?: number | undefined;
}

export interface Conclusion {
  /** `incomplete` where nothing was compared, or where the open runs could change the verdict. */
  verdict: (typeof COMPARISON_VERDICTS)[number];
  /** Beside `regressed`: the verdict over all runs together. */
  overall?: Exclude<Overall, 'worse'> | undefined;
  /** What it would take to tell, when nothing is clear yet but the rates differ. */
  runs_needed?: RunsNeeded | undefined;
  /** The open runs that could change the verdict. */
  open_runs?: OpenSides | undefined;
}

/**
 * The verdict of a whole comparison. `settled`: the overall verdict is the same however the open runs came out. `fell`:
 * whether a single test fell, in every such case (`proven`), in none, or in some.
 */
export function conclude(
  overall: Overall,
  settled: boolean,
  fell: 'proven' | 'possible' | 'no',
): Pick<Conclusion, 'verdict' | 'overall'> {
  if (settled && overall === 'worse') return { verdict: 'worse' };
  if (fell === 'proven')
    return { verdict: 'regressed', overall: settled && overall !== 'worse' ? overall : 'incomplete' };
  return { verdict: settled && fell === 'no' ? overall : 'incomplete' };
}
