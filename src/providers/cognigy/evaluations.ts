/**
 * What each success criterion said of a run. The items of `metrics.results` are undocumented (objects, by inference one
 * for each criterion), so every plausible shape is read; what cannot be read stays `unscored` and decides nothing.
 */
import type { Evaluation, EvaluationVerdict } from '../../model/schemas.ts';
import { isRecord, record } from '../shared/fields.ts';
import { asText } from './lenient.ts';
import type { WireCriterion } from './wire.ts';

const VERDICT_MEMBERS = [
  'success',
  'passed',
  'fulfilled',
  'met',
  'result',
  'isSuccessful',
  'isFulfilled',
  'satisfied',
  'pass',
  'verdict',
  'status',
  'outcome',
];
const REASON_MEMBERS = [
  'reason',
  'reasoning',
  'explanation',
  'summary',
  'rationale',
  'justification',
  'comment',
  'feedback',
  'message',
];
const NAME_MEMBERS = ['name', 'criterionName', 'criteriaName', 'title'];
const NESTED = ['criterion', 'successCriterion', 'criteria', 'successCriteria'];
const WORDS: ReadonlyMap<string, EvaluationVerdict> = new Map([
  ...['true', 'passed', 'pass', 'success', 'succeeded', 'successful', 'fulfilled', 'met', 'yes', 'satisfied'].map(
    (word) => [word, 'passed'] as const,
  ),
  ...['false', 'failed', 'fail', 'failure', 'unsuccessful', 'unfulfilled', 'notfulfilled', 'notmet', 'unmet', 'no'].map(
    (word) => [word, 'failed'] as const,
  ),
  ...['skipped', 'notapplicable', 'na', 'ignored'].map((word) => [word, 'skipped'] as const),
  ...['error', 'errored'].map((word) => [word, 'error'] as const),
]);

interface Result {
  name?: string;
  verdict?: EvaluationVerdict;
  score?: number;
  reason?: string;
}

/**
 * One evaluation for each criterion, in their order, then results that belong to none. `judged` = the run ended and what
 * a judge says counts; otherwise `otherwise` is the verdict of all.
 */
export function toEvaluations(
  criteria: readonly WireCriterion[],
  results: readonly unknown[] | undefined,
  otherwise?: Extract<EvaluationVerdict, 'pending' | 'skipped'>,
): Evaluation[] {
  const names = distinct(criteria.map((criterion, index) => nameOf(criterion, index)));
  if (otherwise !== undefined) return names.map((name) => ({ name, verdict: otherwise }));
  const read = (results ?? []).map(readResult);
  const pairs = pairUp(criteria, read);
  const paired = names.map((name, index) => evaluation(name, pairs[index]));
  const taken = new Set(pairs.filter((result) => result !== undefined));
  const extra = read.filter((result) => !taken.has(result));
  if (extra.length === 0) return paired;
  const unclaimed = distinct([...names, ...extra.map((result, index) => result.name ?? `result ${index + 1}`)]);
  return [...paired, ...extra.map((result, index) => evaluation(unclaimed[names.length + index] ?? '', result))];
}

/** True when at least one item of the results says whether its criterion was met. */
export function areReadable(evaluations: readonly Evaluation[]): boolean {
  return evaluations.some(({ verdict }) => verdict === 'passed' || verdict === 'failed');
}

export function nameOf(criterion: WireCriterion, index: number): string {
  const { name, text, type, params } = criterion;
  if (name ?? text) return (name ?? text ?? '').trim();
  return Object.keys(params).length > 0 ? `${type}: ${asText(params, 120)}` : `criterion ${index + 1}`;
}

function evaluation(name: string, result: Result | undefined): Evaluation {
  return { name, verdict: result?.verdict ?? 'unscored', score: result?.score, reason: result?.reason };
}

/** By name where results have names that are criteria; by position only where there are as many of one as of the other. */
function pairUp(criteria: readonly WireCriterion[], results: readonly Result[]): (Result | undefined)[] {
  const left = new Set(results);
  const same = (a: string, b: string | undefined) =>
    a === b || (b !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase());
  const pairs = criteria.map(({ name, text }) => {
    const match = results.find(
      (result) => left.has(result) && result.name !== undefined && (same(result.name, name) || same(result.name, text)),
    );
    if (match) left.delete(match);
    return match;
  });
  if (results.length !== criteria.length) return pairs;
  return pairs.map((pair, index) => {
    const own = results[index];
    // A result that names another criterion is not this one's, wherever it stands.
    return pair ?? (own && left.has(own) && own.name === undefined ? own : undefined);
  });
}

function readResult(value: unknown): Result {
  const verdict = readVerdict(value);
  if (!isRecord(value)) return { verdict, reason: wordsOf(value) };
  const deep = Object.values(value).some(isRecord);
  const inner = deep ? firstOf(value, VERDICT_MEMBERS, record) : undefined;
  const nested = deep ? firstOf(value, NESTED, record) : undefined;
  const own = firstOf(value, VERDICT_MEMBERS, readVerdict);
  const within = inner && firstOf(inner, VERDICT_MEMBERS, readVerdict);
  const found = own ?? within;
  const reason = firstText(value, REASON_MEMBERS) ?? (inner && firstText(inner, REASON_MEMBERS));
  const failure = isRecord(value.error) ? wordsOf(value.error.message) : wordsOf(value.error);
  const score = [value.score, inner?.score].find((one) => typeof one === 'number');
  return {
    name: nameIn(value, nested),
    verdict: found ?? (failure === undefined ? undefined : 'error'),
    score: typeof score === 'number' ? score : undefined,
    // Nothing that can be read: the raw object is better than silence.
    reason: reason ?? failure ?? (found === undefined ? asText(value) : undefined),
  };
}

function nameIn(value: Record<string, unknown>, nested: Record<string, unknown> | undefined): string | undefined {
  const places = [value, value.params, nested, nested?.params].filter(isRecord);
  for (const place of places) {
    const name = firstText(place, NAME_MEMBERS);
    if (name !== undefined) return name;
  }
  for (const place of places) {
    const text = firstText(place, ['text', 'description']);
    if (text !== undefined) return text;
  }
  // `criterion: "Verifies identity"`, and names that are the value of another word for it.
  return firstText(value, NESTED);
}

function readVerdict(value: unknown): EvaluationVerdict | undefined {
  if (typeof value === 'boolean') return value ? 'passed' : 'failed';
  if (typeof value !== 'string') return undefined;
  return WORDS.get(value.toLowerCase().replace(/[^a-z]/g, ''));
}

function firstText(value: Record<string, unknown>, members: readonly string[]): string | undefined {
  return firstOf(value, members, wordsOf);
}

/** What the first of these members says that says anything. */
function firstOf<T>(
  value: Record<string, unknown>,
  members: readonly string[],
  read: (member: unknown) => T | undefined,
): T | undefined {
  for (const key of members) {
    const found = value[key] === undefined ? undefined : read(value[key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wordsOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Two criteria of one name stay two. */
function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}
