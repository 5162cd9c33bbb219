/**
 * One evaluation entry of Future AGI as ours. Six shapes exist (verdict, score, choice, evaluator error, skipped,
 * placeholder); an evaluator error or an output of null is never an agent failure, a score gets no verdict because
 * neither the threshold nor the reversed-scale flag of the platform is visible through its API, and a form that is not
 * known is no verdict either: it is named, and its run does not pass.
 */

import { isRecord } from '../../model/json.ts';
import type { Evaluation } from '../../model/schemas.ts';
import type { RunDepth } from '../provider.ts';
import { formOf, notUnderstood, readScore, reasonText, yesOrNo } from '../shared/judgements.ts';
import { asText, number, text } from '../shared/scalars.ts';
import { plainWord, type WireEvaluation, type WireTemplate } from './wire.ts';

const PENDING = new Set(['pending', 'running', 'queued', 'in_progress', 'started', 'processing', 'evaluating']);
const BROKEN = new Set(['error', 'errored', 'failed', 'timed_out', 'timeout', 'cancelled', 'canceled']);
/** Only with one of these, or without any, an output is a result. */
const DONE = new Set(['', 'completed', 'complete', 'success', 'succeeded', 'passed', 'done', 'finished', 'ok']);

/** What an output of a declared type tells: a verdict, a score, a choice, or text only. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ...['Pass/Fail', 'passfail', 'boolean', 'bool', 'binary'].map((type) => [type, 'verdict'] as const),
  ...['score', 'numeric', 'number', 'percentage', 'float', 'integer'].map((type) => [type, 'score'] as const),
  ...['choices', 'choice'].map((type) => [type, 'choice'] as const),
  ...['reason', 'text'].map((type) => [type, 'text'] as const),
]);
type Kind = 'verdict' | 'score' | 'choice' | 'text';

/** What kind of output is declared; undefined for a type that is absent or not known. */
export function kindOf({ output_type, type }: Pick<WireEvaluation, 'output_type' | 'type'>): Kind | undefined {
  const word = output_type ?? type;
  if (word === undefined) return undefined;
  return KINDS.get(word) ?? KINDS.get(word.toLowerCase().replace(/[^a-z]/g, ''));
}

/** `said`: text of the output itself, before the reason. */
type Outcome = Pick<Evaluation, 'verdict' | 'score' | 'scale' | 'unread'> & { said?: string | undefined };

// Shared: of 10,000 runs by cold code, what is made for each evaluation is most of the work (measured).
const PASSED: Outcome = { verdict: 'passed' };
const FAILED: Outcome = { verdict: 'failed' };
const UNSCORED: Outcome = { verdict: 'unscored' };

const unreadAs = (unread: string): Outcome => ({ verdict: 'unscored', unread });

function decided(said: boolean | undefined, output: unknown): Outcome {
  return said === undefined ? unreadAs(formOf(output)) : unlessSaid(said);
}

/** What an object says in words: its numbers are scores, not verdicts. */
function worded(output: Record<string, unknown>): boolean | undefined {
  return yesOrNo(Object.fromEntries(Object.entries(output).filter(([, value]) => number(value) === undefined)));
}

/** The verdict of an output that is there. Booleans decide, whatever type was declared. */
function judge(output: unknown, kind: Kind | undefined): Outcome {
  if (typeof output === 'boolean') return unlessSaid(output);
  if (kind === 'verdict' && (output === 'Passed' || output === 'Failed')) return output === 'Passed' ? PASSED : FAILED;
  const blank = typeof output === 'string' && output.trim() === '';
  if (blank || (typeof output === 'object' && output !== null && Object.keys(output).length === 0))
    return unreadAs(formOf(output));
  if (kind === 'verdict') return decided(yesOrNo(output), output);
  if (kind === 'score') return scored(output);
  if (kind === 'text') return spoken(output);
  if (kind === 'choice' || (isRecord(output) && (output.choice ?? output.choices) !== undefined)) return chosen(output);
  if (yesOrNo(output) === undefined || isRecord(output)) return scored(output);
  // An output of no known type that is 1 or 0 may be a verdict, and it may be a score.
  const score = readScore(output);
  return score
    ? { ...unreadAs('a number that may be a verdict or a score'), ...score }
    : decided(yesOrNo(output), output);
}

function scored(output: unknown): Outcome {
  const score = readScore(output);
  const said = isRecord(output) ? worded(output) : score === undefined ? yesOrNo(output) : undefined;
  return score === undefined ? decided(said, output) : { ...unlessSaid(said), ...score };
}

function unlessSaid(said: boolean | undefined): Outcome {
  return said === undefined ? UNSCORED : said ? PASSED : FAILED;
}

/** A choice is no verdict by nature, but for a word that is one. */
function chosen(output: unknown): Outcome {
  const picked = isRecord(output) ? (output.choice ?? output.choices ?? output.value ?? output.label) : output;
  const labels = (Array.isArray(picked) ? picked : [picked]).map((label) => text(label)?.trim());
  const [only] = labels;
  const score = isRecord(output) ? readScore({ score: output.score }) : undefined;
  const stated = isRecord(output) ? worded(output) : undefined;
  const word = labels.length === 1 && only !== undefined && number(only) === undefined ? yesOrNo(only) : undefined;
  if (labels.length === 0) return unreadAs(formOf(picked));
  if (labels.includes(undefined)) return decided(stated ?? yesOrNo(picked), output);
  // A verdict among other labels is not the verdict, and not nothing either.
  if (stated === undefined && labels.length > 1 && labels.some((label) => yesOrNo(label) !== undefined))
    return unreadAs(formOf(picked));
  if (word !== undefined && stated !== undefined && word !== stated) return unreadAs(formOf(output));
  return { ...unlessSaid(word ?? stated), ...score, said: `Chose ${labels.join(', ')}.` };
}

/** Text tells no verdict, whatever it says; an object beside it may. */
function spoken(output: unknown): Outcome {
  const stated = isRecord(output) ? worded(output) : undefined;
  if (stated !== undefined) return decided(stated, output);
  const said = reasonText(output);
  return said === undefined ? unreadAs(formOf(output)) : { verdict: 'unscored', said };
}

function outcomeOf(entry: WireEvaluation, settled: boolean): Outcome {
  const status = entry.status === undefined ? '' : plainWord(entry.status);
  const output = entry.output ?? entry.value;
  if (entry.skipped === true || status === 'skipped') return { verdict: 'skipped' };
  if (PENDING.has(status) || (status === '' && isPlaceholder(entry)))
    return settled ? unreadAs('no result') : { verdict: 'pending' };
  if (tellsError(entry.error) || BROKEN.has(status) || output === undefined) return { verdict: 'error' };
  if (!DONE.has(status)) return unreadAs('an unknown status');
  const outcome = judge(output, kindOf(entry));
  // Both names of an output, with different verdicts in them.
  const contradicted =
    isSaid(entry.output) && isSaid(entry.value) && judge(entry.value, kindOf(entry)).verdict !== outcome.verdict;
  return contradicted ? unreadAs('an output beside another value') : outcome;
}

function isPlaceholder({ name, output, value, output_type, type, reason, error }: WireEvaluation): boolean {
  return isOff(output ?? value) && [name, output_type ?? type, reason, error].every((field) => isOff(field));
}

/** Its form is known so well that quoting it tells nothing. */
function isPlain(output: unknown): boolean {
  return typeof output !== 'object' && /^\s*(failed|fail|false)\s*$/i.test(String(output));
}

/** What is said beside a verdict; of a form that was not understood, and of a failure without a reason, the value. */
function reasonOf(
  { reason, output: own, value }: WireEvaluation,
  { verdict, unread, said }: Outcome,
): string | undefined {
  const output = own ?? value;
  const given = [said, reasonText(reason)].filter(Boolean).join(' ') || undefined;
  if (unread !== undefined && output !== undefined) return notUnderstood(output, given);
  return given === undefined && verdict === 'failed' && !isPlain(output) ? `Output: ${asText(output, 200)}` : given;
}

const isSaid = (field: unknown) => field !== undefined && field !== null && field !== '';

/** An error that is there: nothing, blanks and what is empty are none. */
function tellsError(error: unknown): boolean {
  if (typeof error === 'string') return error.trim() !== '';
  return !isOff(error) && !(typeof error === 'object' && error !== null && Object.keys(error).length === 0);
}

function isOff(field: unknown): boolean {
  return field === undefined || field === null || field === '' || field === false;
}

/** Names of evaluation configurations by id, from the statistics that an execution carries. */
export function configNames(results: readonly WireTemplate[]): Map<string, string> {
  return new Map(
    results.flatMap((template) =>
      template.result.flatMap((config) =>
        config.id && config.name ? [[config.id, config.name] as [string, string]] : [],
      ),
    ),
  );
}

export interface EvaluationFacts {
  /** Names of the configurations, by id, for entries without one. */
  names?: ReadonlyMap<string, string>;
  /** It ended so long ago that what has no result by now gets none. */
  settled?: boolean | undefined;
  /** Reasons are left out where only verdicts are read. */
  depth?: RunDepth;
  /** Evaluations that passed, by configuration: where their reasons are not kept, all runs hold the same one. */
  passed?: Map<string, Evaluation>;
  /** Hears of each evaluation and the id of its configuration. */
  note?: ((evaluation: Evaluation, id: string) => void) | undefined;
}

/**
 * The evaluations of one call, in the vendor's order. A name is the one frozen when it was scored; a placeholder has
 * none and gets its configuration's, or at least its id.
 */
export function toEvaluations(
  entries: ReadonlyMap<string, WireEvaluation>,
  { names, settled = false, depth, passed, note }: EvaluationFacts = {},
): Evaluation[] {
  const evaluations: Evaluation[] = [];
  for (const [key, entry] of entries) {
    const outcome = outcomeOf(entry, settled);
    const { verdict, score, scale, unread } = outcome;
    const name = nameOf(entry.name?.trim() || undefined, names?.get(key)) ?? key;
    const alike = outcome === PASSED ? passed?.get(key) : undefined;
    if (alike?.name === name) {
      evaluations.push(alike);
      continue;
    }
    const keeps = depth !== 'verdicts' && !(outcome === PASSED && passed);
    const reason = keeps ? reasonOf(entry, outcome) : undefined;
    const evaluation: Evaluation = { name, verdict, score, scale, unread, reason };
    if (outcome === PASSED) passed?.set(key, evaluation);
    note?.(evaluation, key);
    evaluations.push(evaluation);
  }
  return evaluations;
}

/** Its own, else that of its configuration; where they are the same, that of its configuration, so that all runs hold one text. */
function nameOf(own: string | undefined, configured: string | undefined): string | undefined {
  return own === undefined || own === configured ? configured || undefined : own;
}

/** Evaluations that a finished call does not have yet while its execution is still being scored. */
export function missingEvaluations(
  entries: ReadonlyMap<string, WireEvaluation>,
  present: readonly Evaluation[],
  { names = new Map(), note }: EvaluationFacts,
): Evaluation[] {
  const have = new Set(present.map((evaluation) => evaluation.name));
  const missing: Evaluation[] = [];
  for (const [config, name] of names) {
    if (entries.has(config) || have.has(name)) continue;
    const evaluation: Evaluation = { name, verdict: 'pending' };
    note?.(evaluation, config);
    missing.push(evaluation);
  }
  return missing;
}
