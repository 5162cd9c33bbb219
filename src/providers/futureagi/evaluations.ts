/**
 * One evaluation entry of Future AGI as ours. Six shapes exist (verdict, score, choice, evaluator error, skipped,
 * placeholder); an evaluator error or an output of null is never an agent failure, and a score gets no verdict because
 * neither the threshold nor the reversed-scale flag of the platform is visible through its API.
 */
import type { Evaluation } from '../../model/schemas.ts';
import { isRecord } from '../shared/fields.ts';
import type { EvalEntry, EvalResult } from './wire.ts';

const PENDING = new Set(['pending', 'running', 'queued', 'in_progress']);
const BROKEN = new Set(['error', 'failed', 'timed_out', 'timeout']);
const PASSED = new Set(['passed', 'pass', 'true']);
const FAILED = new Set(['failed', 'fail', 'false']);

/** Text of a reason: a string, or (older servers) a list of strings. */
export function reasonText(reason: unknown): string | undefined {
  if (typeof reason === 'string') return reason.trim() || undefined;
  const parts = (Array.isArray(reason) ? reason : [reason]).filter(
    (part): part is string => typeof part === 'string' && part.trim() !== '',
  );
  return parts.length > 0 ? parts.join(' ').trim() : undefined;
}

type Outcome = Pick<Evaluation, 'verdict' | 'score'> & { chosen?: string };

/** The verdict of an output that is there. Booleans and pass/fail words decide, whatever type was declared. */
function judge(output: unknown, type: string | undefined): Outcome {
  if (typeof output === 'boolean') return { verdict: output ? 'passed' : 'failed' };
  if (typeof output === 'number') return { verdict: 'unscored', score: output };
  if (typeof output === 'string') {
    const word = output.trim().toLowerCase();
    if (PASSED.has(word)) return { verdict: 'passed' };
    if (FAILED.has(word)) return { verdict: 'failed' };
    const number = word === '' ? Number.NaN : Number(word);
    if (Number.isFinite(number) && type !== 'choices' && type !== 'reason')
      return { verdict: 'unscored', score: number };
    // A "reason" evaluation has text only; that text says nothing about a choice.
    return type === 'reason' || word === '' ? { verdict: 'unscored' } : { verdict: 'unscored', chosen: output };
  }
  if (Array.isArray(output)) {
    const labels = output.filter((label) => typeof label === 'string' || typeof label === 'number');
    return { verdict: 'unscored', ...(labels.length > 0 ? { chosen: labels.join(', ') } : {}) };
  }
  if (!isRecord(output)) return { verdict: 'unscored' };
  if (typeof output.failure === 'boolean') return { verdict: output.failure ? 'failed' : 'passed' };
  const chosen = reasonText(output.choice) ?? (Array.isArray(output.choices) ? output.choices.join(', ') : undefined);
  return {
    verdict: 'unscored',
    ...(typeof output.score === 'number' ? { score: output.score } : {}),
    ...(chosen ? { chosen } : {}),
  };
}

function verdictOf(entry: EvalEntry): Outcome {
  const status = entry.status?.trim().toLowerCase() ?? '';
  const output = entry.output ?? entry.value;
  const skipped = entry.skipped === true || status === 'skipped';
  if (!skipped && (PENDING.has(status) || (status === '' && isPlaceholder(entry)))) return { verdict: 'pending' };
  if (skipped) return { verdict: 'skipped' };
  const error = entry.error !== undefined && entry.error !== null && entry.error !== false && entry.error !== '';
  if (error || BROKEN.has(status) || output === undefined || output === null) return { verdict: 'error' };
  return judge(output, (entry.output_type ?? entry.type)?.trim().toLowerCase());
}

function isPlaceholder({ name, output, value, output_type, type, reason, error }: EvalEntry): boolean {
  return isEmpty(name) && isEmpty(output ?? value) && isEmpty(output_type ?? type) && isEmpty(reason) && isEmpty(error);
}

function isEmpty(field: unknown): boolean {
  return field === undefined || field === null || field === '';
}

/** Names of evaluation configurations by id, from the statistics that an execution carries. */
export function configNames(results: readonly EvalResult[]): Map<string, string> {
  return new Map(
    results.flatMap((template) =>
      template.result.flatMap((config) =>
        config.id && config.name ? [[config.id, config.name] as [string, string]] : [],
      ),
    ),
  );
}

/**
 * The evaluations of one call, in the vendor's order. A name is the one frozen when it was scored; a placeholder has
 * none and gets its configuration's, or at least its id.
 */
export function mapEvaluations(
  entries: ReadonlyMap<string, EvalEntry>,
  names: ReadonlyMap<string, string> = new Map(),
): Evaluation[] {
  const evaluations: Evaluation[] = [];
  for (const [key, entry] of entries) {
    const { verdict, score, chosen } = verdictOf(entry);
    const reason = reasonText(entry.reason);
    const said = chosen === undefined ? reason : `Chose ${chosen}.${reason ? ` ${reason}` : ''}`;
    evaluations.push({ name: entry.name?.trim() || names.get(key) || key, verdict, score, reason: said });
  }
  return evaluations;
}

/** Evaluations that a finished call does not have yet while its execution is still being scored. */
export function missingEvaluations(
  entries: ReadonlyMap<string, EvalEntry>,
  names: ReadonlyMap<string, string>,
  present: readonly Evaluation[],
): Evaluation[] {
  const have = new Set(present.map((evaluation) => evaluation.name));
  return [...names]
    .filter(([config, name]) => !entries.has(config) && !have.has(name))
    .map(([, name]) => ({ name, verdict: 'pending' as const }));
}
