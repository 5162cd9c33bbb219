/** The sentences that a comparison comes to, in our own words and numbers. */
import { plural } from '../../model/plural.ts';
import type { CompareSessions } from '../tools/compare-sessions.ts';
import { probability } from './words.ts';

type Facts = Pick<
  CompareSessions,
  | 'verdict'
  | 'overall'
  | 'regressed'
  | 'repeated_tests'
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

/** Changed tests from which on a proof by pairs needs no repeats of one test. */
const ENOUGH_TESTS = 6;

export function conclusionOf(facts: Facts): string {
  if (facts.verdict === 'incomplete') return `Incomplete: ${whatIsMissing(facts)}`;
  if (facts.verdict !== 'regressed') return together(facts.verdict, facts);
  const { counts, regressed = [], repeated_tests, overall = 'incomplete' } = facts;
  const p = regressed[0]?.p_value_adjusted;
  const proof =
    p === undefined
      ? 'whatever the missing runs would show'
      : `one-sided exact Fisher, Holm over ${repeated_tests} repeated, ${probability('p', p)}`;
  const rest = overall === 'incomplete' ? `undecided: ${whatIsMissing(facts)}` : lowered(together(overall, facts));
  return `Regressed: ${plural(counts.regressed, 'test')} fell (${proof}). All runs together: ${rest}`;
}

/** What all compared runs together come to. */
function together(verdict: keyof typeof WORDS, facts: Facts): string {
  const { difference, interval, p_value, counts, compared_before: before, compared_after: after } = facts;
  // Of a reading that is not complete no rate is stated, though its verdict may hold.
  if (difference === undefined || interval === undefined || p_value === undefined)
    return `${WORDS[verdict]}, whatever the missing runs would show: of the compared runs that were read, ${before.passed} of ${before.judged} passed before, ${after.passed} of ${after.judged} after.`;
  const paired = facts.method === 'paired';
  const over = paired
    ? `of ${before.judged} paired runs`
    : `(${before.judged} runs before, ${after.judged} after, not paired)`;
  return [
    `${WORDS[verdict]}: ${precisePercent(before.passed / before.judged)} → ${precisePercent(after.passed / after.judged)} passed ${over}:`,
    `${points(difference)} points, 95 % interval ${points(interval[0] ?? 0)} to ${points(interval[1] ?? 0)},`,
    `exact ${paired ? 'McNemar' : 'Fisher'} ${probability('p', p_value)}.`,
    ...(paired ? [`${counts.fixed} fixed, ${counts.broken} broken.`] : []),
    ...(verdict === 'no clear difference' ? [doubt(interval), advice(facts)] : []),
  ].join(' ');
}

/** What is known of single tests that were repeated on both sides; '' where none was. */
export function fallsSentence({
  counts,
  repeated_tests,
  coverage,
}: Pick<CompareSessions, 'counts' | 'repeated_tests' | 'coverage'>): string {
  if (repeated_tests === 0) return '';
  const read = coverage.complete ? '' : ' that was read';
  if (counts.suspicions > 0) {
    return `Suspicion: ${plural(counts.suspicions, 'test')} passed every time before and ${counts.suspicions === 1 ? 'fails' : 'fail'} every time now${read}; too few runs to prove it.`;
  }
  if (counts.regressed > 0) return '';
  return `Of ${plural(repeated_tests, 'repeated test')} none provably fell.`;
}

/** For which tests a proof holds; '' where it rests on enough of them, or there is none. */
export function scope({
  verdict,
  overall,
  tests,
  tests_changed = tests,
}: Pick<CompareSessions, 'verdict' | 'overall' | 'tests' | 'tests_changed'>): string {
  const proven = [verdict, overall].some((one) => one === 'better' || one === 'worse');
  if (!proven || tests_changed >= ENOUGH_TESTS) return '';
  return `Proven for the ${plural(tests_changed, 'test')} that changed only: repeats of one test are not independent tests.`;
}

/** Which tests to run again, and how often. */
export function worthRepeating({ repeat, next = [] }: Pick<CompareSessions, 'repeat' | 'next'>): string {
  if (!repeat) return '';
  const { tests, times } = repeat;
  const these = `${plural(tests.length, 'test')} that changed`;
  // A next step that starts them names them.
  const names = next.some((step) => tests.every((test) => step.includes(test))) ? '' : ` (${tests.join(', ')})`;
  return `Worth repeating: ${these}${names}, ${times === 1 ? 'once more' : `${times} times more`} on each side (before: with the agent as it was). Then compare all sessions of each side as one: before=a,b after=c,d.`;
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

function advice({ runs_needed, method }: Facts): string {
  if (!runs_needed) return 'The rates are equal, so no number of further runs can be named.';
  const { at_least, more } = runs_needed;
  const plan =
    more === undefined
      ? 'more than 2,000 further runs per side would be needed to tell'
      : `${more.toLocaleString('en-US')} more ${more === 1 ? 'run' : 'runs'} per side would tell (power 0.8)`;
  const best =
    method === 'paired' ? 'pairs cannot, even if each changes the same way' : 'cannot, even if each shows it';
  return `If further runs go as these, ${plan}${at_least > 1 && at_least !== more ? `; fewer than ${at_least} ${best}` : ''}.`;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `66.7 %`: with the digit that `percent` of `words` rounds away, as the difference beside it has. */
function precisePercent(rate: number): string {
  return `${trim(rate * 100)} %`;
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
