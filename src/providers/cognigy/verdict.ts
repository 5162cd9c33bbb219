/**
 * What was judged of a run. The items of `metrics.results` are undocumented (objects, by inference one for each
 * criterion): every plausible shape is read, and what cannot be read is `unscored`, and says in which form it came.
 */

import { isRecord } from '../../model/json.ts';
import type { Evaluation, EvaluationVerdict, RunVerdict } from '../../model/schemas.ts';
import { anything, record } from '../shared/fields.ts';
import { distinctNames, formOf, notUnderstood, readScore, reasonText, yesOrNo } from '../shared/judgements.ts';
import { asText, text } from '../shared/scalars.ts';
import type { WireCriterion, WireMetrics } from './wire.ts';

export function isJudged(metrics: WireMetrics | undefined): boolean {
  return metrics?.success !== undefined || resultsIn(metrics?.results).length > 0;
}

export interface Judgement {
  verdict: RunVerdict;
  /** What the platform said of the run as a whole, where that was not understood or cannot be. */
  overall?: Omit<Evaluation, 'name'>;
}

/**
 * The verdict of a run that was judged. The platform's own word counts: a run succeeds when all its criteria are met
 * (INFERRED), so a success beside a criterion that failed is none. Without its word each criterion has to have passed.
 */
export function judgementOf(metrics: WireMetrics | undefined, evaluations: readonly Evaluation[]): Judgement {
  const said = metrics?.success;
  const success = yesOrNo(said);
  if (success === false) return { verdict: 'failed' };
  const failed = evaluations.find(({ verdict }) => verdict === 'failed');
  const { percentage, numerator = 0, denominator } = metrics?.successRate ?? {};
  // A rate over zero criteria decides nothing. A percentage of 1 without counts may be a share of 1, which is all criteria.
  const partly =
    denominator === undefined
      ? percentage !== undefined && percentage < 100 && percentage !== 1
      : numerator < denominator;
  if (success === true) {
    if (failed) {
      const reason = `The platform calls this run a success, although "${failed.name}" failed.`;
      return contradicted('a success beside a criterion that failed', reason);
    }
    const details = metrics?.errorInfo?.technicalDetails;
    if (details !== undefined) return contradicted('a success beside details of an error', details);
    if (!partly) return { verdict: 'passed' };
    const met = denominator === undefined ? 'not all criteria' : `${numerator} of ${denominator} criteria`;
    const reason = `The platform calls this run a success, although it counts ${met} as met.`;
    return contradicted('a success beside criteria that are not all met', reason);
  }
  if (said !== undefined) {
    const overall = { verdict: 'unscored' as const, unread: formOf(said), reason: notUnderstood(said, undefined) };
    return { verdict: failed ? 'failed' : 'inconclusive', overall };
  }
  if (failed) return { verdict: 'failed' };
  if (partly && evaluations.every(({ verdict }) => verdict === 'passed')) {
    return contradicted('a rate beside criteria that all passed', 'The platform counts some criteria as not met.');
  }
  return { verdict: evaluations.every(({ verdict }) => verdict === 'passed') ? 'passed' : 'inconclusive' };
}

function contradicted(unread: string, reason: string): Judgement {
  return { verdict: 'inconclusive', overall: { verdict: 'unscored', unread, reason } };
}

/** Members that say whether a criterion was met; `OTHER_MEMBERS` may mean something else and count only where these are absent. */
const VERDICT_MEMBERS = ['success', 'passed', 'fulfilled', 'met', 'isSuccessful', 'isFulfilled', 'satisfied', 'pass'];
const OTHER_MEMBERS = ['result', 'verdict', 'status', 'outcome'];
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
/** Words for what is neither met nor not met. */
const WORDS: ReadonlyMap<string, EvaluationVerdict> = new Map([
  ...['skipped', 'notapplicable', 'na', 'ignored'].map((word) => [word, 'skipped'] as const),
  ...['error', 'errored'].map((word) => [word, 'error'] as const),
]);

type Result = Pick<Evaluation, 'verdict' | 'score' | 'scale' | 'reason' | 'unread'> & { name?: string | undefined };

/** The items of `results`: a list, the same under a member or as an object keyed by criterion; anything else is one item. */
export function resultsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === undefined || value === null || value === '') return [];
  if (!isRecord(value)) return [value];
  if (Array.isArray(value.items)) return value.items;
  if (Array.isArray(value.data)) return value.data;
  const entries = Object.entries(value);
  const keyed = entries.every(([, item]) => isRecord(item) || typeof item === 'boolean');
  if (!keyed) return [value];
  return entries.map(([name, item]) => (isRecord(item) ? { name, ...item } : { name, success: item }));
}

/**
 * One evaluation for each criterion, in their order, then results that belong to none. `otherwise` = the run has not come
 * to be judged: the verdict of all.
 */
export function toEvaluations(
  criteria: readonly WireCriterion[],
  results: unknown,
  otherwise?: Extract<EvaluationVerdict, 'pending' | 'skipped'>,
): Evaluation[] {
  const names = namesOf(criteria);
  if (otherwise !== undefined) return names.map((name) => ({ name, verdict: otherwise }));
  const read = resultsIn(results).map(readResult);
  const pairs = pairUp(criteria, read);
  const evaluations = names.map((name, index) => evaluation(name, pairs[index]));
  const paired = new Set(pairs);
  for (const result of read) {
    if (paired.has(result)) continue;
    const number = evaluations.length - criteria.length + 1;
    const { name = `result ${number}` } = result;
    const given = evaluations.some((one) => one.name === name);
    evaluations.push(evaluation(given ? `${name} [result ${number}]` : name, result));
  }
  return evaluations;
}

/** Names of the criteria; equal names get their position, which is the same in all runs of a scenario. */
function namesOf(criteria: readonly WireCriterion[]): string[] {
  const plain = criteria.map(nameOf);
  if (new Set(plain).size === plain.length) return plain;
  const names = distinctNames(plain.map((name, index) => ({ id: String(index + 1), name })));
  return plain.map((name, index) => names.get(String(index + 1)) ?? name);
}

export function nameOf(criterion: WireCriterion, index: number): string {
  const { name, text, type, params } = criterion;
  if (name ?? text) return (name ?? text ?? '').trim();
  return Object.keys(params).length > 0 ? `${type}: ${asText(params, 120)}` : `criterion ${index + 1}`;
}

function evaluation(name: string, result: Result | undefined): Evaluation {
  if (!result) return { name, verdict: 'unscored', unread: 'no result' };
  const { verdict, score, scale, reason, unread } = result;
  return { name, verdict, score, scale, reason, unread };
}

/** Pairs criteria with results: by name, else by position where there are as many results as criteria. */
function pairUp(criteria: readonly WireCriterion[], results: readonly Result[]): (Result | undefined)[] {
  const unpaired = new Set(results);
  const same = (a: string, b: string | undefined) =>
    a === b || (b !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase());
  const pairs = criteria.map(({ name, text }) => {
    const match = results.find(
      (result) =>
        unpaired.has(result) && result.name !== undefined && (same(result.name, name) || same(result.name, text)),
    );
    if (match) unpaired.delete(match);
    return match;
  });
  if (results.length !== criteria.length) return pairs;
  return pairs.map((pair, index) => {
    const own = results[index];
    // A result that names another criterion does not belong to this one, whatever its position.
    return pair ?? (own && unpaired.has(own) && own.name === undefined ? own : undefined);
  });
}

function readResult(value: unknown): Result {
  if (!isRecord(value)) {
    const verdict = readVerdict(value);
    return verdict
      ? { verdict }
      : { verdict: 'unscored', unread: formOf(value), reason: notUnderstood(value, undefined) };
  }
  const inner = firstOf(value, OTHER_MEMBERS, record);
  const failure = isRecord(value.error) ? text(value.error.message) : text(value.error);
  const reason = reasonIn(value) ?? (inner && reasonIn(inner)) ?? failure;
  const given = value.score ?? inner?.score;
  const { score, scale } = (given === undefined ? undefined : readScore(given)) ?? {};
  const name = nameIn(value, firstOf(value, NESTED, record));
  const verdict = verdictIn(value) ?? (failure === undefined ? undefined : 'error');
  if (verdict !== undefined) return { name, score, scale, verdict, reason };
  const said = firstOf(value, VERDICT_MEMBERS, anything) ?? firstOf(value, OTHER_MEMBERS, anything);
  // A score alone is shown but gives no verdict.
  if (score !== undefined && said === undefined) return { name, score, scale, verdict: 'unscored', reason };
  const form = said ?? value;
  return { name, score, scale, verdict: 'unscored', unread: formOf(form), reason: notUnderstood(form, reason) };
}

/** What the members of a result say, if they say one thing: a member that is not understood is no assent. */
function verdictIn(value: Record<string, unknown>): EvaluationVerdict | undefined {
  let said: EvaluationVerdict | undefined;
  let asked = 0;
  for (const key of VERDICT_MEMBERS) {
    if (value[key] === undefined || value[key] === null) continue;
    const verdict = readVerdict(value[key]);
    if (verdict === undefined || (asked > 0 && verdict !== said)) return undefined;
    said = verdict;
    asked += 1;
  }
  return (
    said ?? firstOf(value, OTHER_MEMBERS, (member) => (isRecord(member) ? verdictIn(member) : readVerdict(member)))
  );
}

function reasonIn(value: Record<string, unknown>): string | undefined {
  return firstOf(value, REASON_MEMBERS, reasonText);
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
  const met = yesOrNo(value);
  if (met !== undefined) return met ? 'passed' : 'failed';
  return typeof value === 'string' ? WORDS.get(value.toLowerCase().replace(/[^a-z]/g, '')) : undefined;
}

function firstText(value: Record<string, unknown>, members: readonly string[]): string | undefined {
  return firstOf(value, members, wordsOf);
}

/** The value of the first of these members that can be read. */
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
