/** The one sentence that a comparison comes to, in our own words and numbers. */
import type { CompareSessions } from '../tools/compare-sessions.ts';

type Facts = Pick<
  CompareSessions,
  | 'verdict'
  | 'method'
  | 'compared_before'
  | 'compared_after'
  | 'difference'
  | 'interval'
  | 'p_value'
  | 'counts'
  | 'runs_needed'
  | 'open_runs'
>;

const WORDS = { better: 'Better', worse: 'Worse', 'no clear difference': 'No clear difference' } as const;

/** Numbers of runs beyond this are not a plan any more. */
const PRACTICAL = 100_000;

export function conclusionOf(facts: Facts): string {
  const { verdict, difference, interval, p_value, counts, compared_before: before, compared_after: after } = facts;
  if (verdict === 'incomplete') return `Incomplete: ${whatIsMissing(facts)}`;
  // Of a reading that is not complete no rate is stated, though its verdict may hold.
  if (difference === undefined || interval === undefined || p_value === undefined)
    return `${WORDS[verdict]}, whatever the missing runs would show: of the compared runs that were read, ${before.passed} of ${before.judged} passed before, ${after.passed} of ${after.judged} after.`;
  const paired = facts.method === 'paired';
  const over = paired
    ? `of ${before.judged} paired runs`
    : `(${before.judged} runs before, ${after.judged} after, not paired)`;
  return [
    `${WORDS[verdict]}: ${percent(before.passed / before.judged)} → ${percent(after.passed / after.judged)} passed ${over}:`,
    `${points(difference)} points, 95% interval ${points(interval[0] ?? 0)} to ${points(interval[1] ?? 0)},`,
    `exact ${paired ? 'McNemar' : 'Fisher'} ${probability(p_value)}.`,
    ...(paired ? [`${counts.fixed} fixed, ${counts.broken} broken.`] : []),
    ...(verdict === 'no clear difference' ? [doubt(interval), advice(facts.runs_needed)] : []),
  ].join(' ');
}

function whatIsMissing({ method, compared_before: before, compared_after: after, open_runs: open }: Facts): string {
  if (open) {
    const missing =
      open.before === undefined || open.after === undefined
        ? 'it is not known how many runs are missing'
        : `runs are missing or not finished (${open.before} before, ${open.after} after)`;
    return `${missing}, and they could change the verdict, so that nothing is concluded.`;
  }
  if (method === 'paired') return 'no test has a judged run on both sides, so that nothing is compared.';
  const side = before.judged > 0 ? 'the side after' : after.judged > 0 ? 'the side before' : 'either side';
  return `there is no judged run on ${side}, so that nothing is compared.`;
}

function doubt([low = 0, high = 0]: readonly number[]): string {
  return low > 0 || high < 0
    ? 'The interval leaves out zero, but the exact test does not confirm it.'
    : 'The interval holds zero.';
}

function advice(needed: Facts['runs_needed']): string {
  if (!needed) return 'The rates are equal, so no number of further runs can be named.';
  if (needed.more > PRACTICAL)
    return `If the true difference is this small, more than ${PRACTICAL.toLocaleString('en-US')} further runs per side would be needed to tell.`;
  const more = needed.more === 0 ? 'a few' : `about ${needed.more.toLocaleString('en-US')}`;
  const noun = needed.more === 1 ? 'run' : 'runs';
  return `If the true difference is this large, ${more} more ${noun} per side would tell (power 0.8).`;
}

function percent(rate: number): string {
  return `${trim(rate * 100)}%`;
}

/** `+12.5`, `−3`, `0`: a difference of rates in points of a hundred. */
export function points(difference: number): string {
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
