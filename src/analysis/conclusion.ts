/**
 * What a comparison comes to: "better" or "worse" only when the 95 % interval of the difference leaves out zero and the
 * exact test agrees.
 */

import type { Interval } from '../model/pass-rate.ts';
import type { COMPARISON_VERDICTS } from '../model/schemas.ts';

/** How many runs of each side a reading left open; undefined = not known. */
export interface OpenSides {
  before?: number | undefined;
  after?: number | undefined;
}

export interface Conclusion {
  /** `incomplete` where nothing was compared, or where the open runs could change the verdict. */
  verdict: (typeof COMPARISON_VERDICTS)[number];
  /** Roughly what it would take to tell, when nothing is clear yet but the rates differ. */
  runs_needed?: { per_side: number; more: number } | undefined;
  /** The open runs that could change the verdict. */
  open_runs?: OpenSides | undefined;
}

export interface ConclusionFacts {
  difference?: number | undefined;
  interval?: Interval | undefined;
  p_value?: number | undefined;
  /** What it would take to tell, where the rates differ. */
  needed?: { per_side: number; more: number } | undefined;
}

export function conclude({ difference, interval, p_value, needed }: ConclusionFacts): Conclusion {
  // Nothing judged is no sign that nothing changed.
  if (difference === undefined || interval === undefined || p_value === undefined) return { verdict: 'incomplete' };
  const [low, high] = interval;
  if ((low <= 0 && high >= 0) || p_value >= 0.05) return { verdict: 'no clear difference', runs_needed: needed };
  return { verdict: difference > 0 ? 'better' : 'worse' };
}
