/**
 * The one sentence a comparison comes to, in our own (trusted) words and numbers. It says "better" or "worse" only when
 * the 95 % interval of the difference leaves out zero and the exact test agrees.
 */
import type { Interval } from '../model/pass-rate.ts';

export type ComparisonVerdict = 'better' | 'worse' | 'no clear difference' | 'incomplete';

export interface Conclusion {
  verdict: ComparisonVerdict;
  text: string;
  /** Roughly what it would take to tell, when nothing is clear yet but the rates differ. */
  runs_needed?: { per_side: number; more: number };
}

export interface ConclusionFacts {
  paired: boolean;
  before: { passed: number; judged: number };
  after: { passed: number; judged: number };
  difference?: number;
  interval?: Interval;
  p_value?: number;
  fixed: number;
  broken: number;
  needed?: { per_side: number; more: number };
}

const WORDS: Readonly<Record<ComparisonVerdict, string>> = {
  better: 'Better',
  worse: 'Worse',
  'no clear difference': 'No clear difference',
  incomplete: 'Incomplete',
};

/** Numbers of runs beyond this are not a plan any more. */
const PRACTICAL = 100_000;

export function conclude(facts: ConclusionFacts): Conclusion {
  const { difference, interval, p_value, before, after } = facts;
  if (difference === undefined || interval === undefined || p_value === undefined) {
    const side = before.judged === 0 ? (after.judged === 0 ? 'either side' : 'the side before') : 'the side after';
    return {
      // Nothing judged is no sign that nothing changed.
      verdict: 'incomplete',
      text: facts.paired
        ? 'Incomplete: no test has a judged run on both sides, so that nothing is compared.'
        : `Incomplete: there is no judged run on ${side}, so that nothing is compared.`,
    };
  }
  const outside = interval[0] > 0 || interval[1] < 0;
  const clear = outside && p_value < 0.05;
  const verdict: ComparisonVerdict = !clear ? 'no clear difference' : difference > 0 ? 'better' : 'worse';
  const over = facts.paired
    ? `of ${before.judged} paired runs`
    : `(${before.judged} runs before, ${after.judged} after, not paired)`;
  const numbers =
    `${percent(before.passed / before.judged)} → ${percent(after.passed / after.judged)} passed ${over}: ` +
    `${points(difference)} points, 95% interval ${points(interval[0])} to ${points(interval[1])}, ` +
    `exact ${facts.paired ? 'McNemar' : 'Fisher'} ${probability(p_value)}.`;
  const changes = facts.paired ? ` ${facts.fixed} fixed, ${facts.broken} broken.` : '';
  const words = WORDS[verdict];
  if (clear) return { verdict, text: `${words}: ${numbers}${changes}` };
  const doubt = outside
    ? ' The interval leaves out zero, but the exact test does not confirm it.'
    : ' The interval holds zero.';
  return {
    verdict,
    text: `${words}: ${numbers}${changes}${doubt}${advice(facts.needed)}`,
    ...(facts.needed ? { runs_needed: facts.needed } : {}),
  };
}

/** What is said where runs are missing that could change the conclusion; `missing` in words. */
export function undecided(missing: string): Conclusion {
  return {
    verdict: 'incomplete',
    text: `Incomplete: ${missing}, and they could change the verdict, so that nothing is concluded.`,
  };
}

function advice(needed: ConclusionFacts['needed']): string {
  if (!needed) return ' The rates are equal, so no number of further runs can be named.';
  if (needed.more > PRACTICAL) {
    return ` If the true difference is this small, more than ${PRACTICAL.toLocaleString('en-US')} further runs per side would be needed to tell.`;
  }
  const more = needed.more === 0 ? 'a few' : `about ${needed.more.toLocaleString('en-US')}`;
  const noun = needed.more === 1 ? 'run' : 'runs';
  return ` If the true difference is this large, ${more} more ${noun} per side would tell (power 0.8).`;
}

function percent(rate: number): string {
  return `${trim(rate * 100)}%`;
}

function points(difference: number): string {
  const rounded = trim(difference * 100);
  return rounded.startsWith('-') ? `−${rounded.slice(1)}` : rounded === '0' ? '0' : `+${rounded}`;
}

/** One decimal, but never rounded to (or away from) zero or a whole: an interval's sign must survive. */
function trim(value: number): string {
  for (const digits of [1, 2, 4]) {
    const text = value.toFixed(digits);
    const number = Number(text);
    if (number !== 0 && (number !== 100 || value === 100)) return String(number);
  }
  return String(Number(value.toPrecision(1)));
}

function probability(p: number): string {
  if (p < 0.001) return 'p < 0.001';
  // Never shown as 0.05 when it is below or above.
  const digits = p >= 0.045 && p < 0.055 ? 4 : p < 0.01 ? 3 : 2;
  return `p = ${p.toFixed(digits)}`;
}
