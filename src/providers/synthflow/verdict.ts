/**
 * What the vendor judged of a simulation: its criteria one by one, and the run as a whole. A run passes only where the
 * vendor says so in a form that is understood and its criteria do not contradict it under its own rule, or where it says
 * nothing and the rule is positively fulfilled.
 */

import { isRecord } from '../../model/json.ts';
import type { Evaluation, RunVerdict, Status } from '../../model/schemas.ts';
import { runVerdict } from '../../model/verdicts.ts';
import { distinctNames, formOf, notUnderstood, reasonText, yesOrNo } from '../shared/judgements.ts';
import { itemsIn, jsonIn, type WireSimulation } from './wire.ts';

/** Stands beside the criteria where the vendor's word on the whole run cannot be taken. */
const OVERALL = 'overall success';
const AGAINST = 'Synthflow says that the run succeeded, and what it says of the criteria contradicts that.';

interface Analysis {
  /** What it says of the whole run; absent = nothing. */
  success: unknown;
  evaluations: readonly unknown[];
  /** Something in a form that is not known, where the evaluations, or all of the analysis, should be. */
  strange?: unknown;
}

/** `unknown`: a word that is neither; absent: it names no rule. */
type Rule = 'all' | 'any' | 'unknown' | undefined;

export interface Judgement {
  evaluations: Evaluation[];
  verdict: RunVerdict;
}

/** Why nothing that was said of a run lets it pass, in trusted words, and what was said, quoted. */
export interface Doubt {
  unread: string;
  reason: string;
}

/** The verdict of a run and of each of its criteria, as far as they can be understood; in doubt it is no pass. */
export function judge(wire: WireSimulation, status: Status, doubt?: Doubt): Judgement {
  const judgement = judgementOf(wire, status);
  if (doubt === undefined || judgement.verdict !== 'passed') return judgement;
  const overall: Evaluation = { name: OVERALL, verdict: 'unscored', ...doubt };
  return { evaluations: [...judgement.evaluations, overall], verdict: 'inconclusive' };
}

function judgementOf(wire: WireSimulation, status: Status): Judgement {
  const analysis = analysisOf(wire);
  const evaluations = evaluationsOf(wire.success_criteria ?? [], analysis, status);
  if (status !== 'completed') return { evaluations, verdict: runVerdict(status, []) };
  const rule = ruleOf(wire.call_success_type);
  const { success } = analysis;
  const stated = yesOrNo(success);
  const byRule = verdictByRule(rule, evaluations, wire.success_criteria?.length ?? 0);
  if (success === undefined) return { evaluations, verdict: byRule };
  if (stated === undefined) {
    const reason = notUnderstood(success, undefined);
    evaluations.push({ name: OVERALL, verdict: 'unscored', unread: formOf(success), reason });
    return { evaluations, verdict: byRule === 'failed' ? 'failed' : 'inconclusive' };
  }
  if (!stated) return { evaluations, verdict: 'failed' };
  // Without a rule, or under one that is not known, some failed criteria contradict nothing.
  if (byRule === 'failed' && (rule === 'all' || rule === 'any' || evaluations.every(isFailed))) {
    evaluations.push({
      name: OVERALL,
      verdict: 'unscored',
      unread: 'a statement against its criteria',
      reason: AGAINST,
    });
    return { evaluations, verdict: 'inconclusive' };
  }
  const doubtful = evaluations.some(({ unread }) => unread !== undefined) && !(rule === 'any' && byRule === 'passed');
  return { evaluations, verdict: doubtful ? 'inconclusive' : 'passed' };
}

/** Whether there is a judgement to go by: the word on the whole run, or one on each criterion. */
export function isJudged(wire: WireSimulation): boolean {
  const { success, evaluations, strange } = analysisOf(wire);
  if (success !== undefined || strange !== undefined) return true;
  const needed = Math.max(1, wire.success_criteria?.length ?? 0);
  return evaluations.length >= needed && evaluations.every((one) => statementIn(one) !== undefined);
}

function analysisOf({ success_criteria_analysis: came }: WireSimulation): Analysis {
  const value = typeof came === 'string' ? (jsonIn(came) ?? came) : came;
  if (value === undefined) return { success: undefined, evaluations: [] };
  if (!isRecord(value)) return { success: undefined, evaluations: [], strange: value };
  const success = value.success ?? undefined;
  if (value.evaluations === undefined || value.evaluations === null) return { success, evaluations: [] };
  const evaluations = itemsIn(value.evaluations);
  return evaluations ? { success, evaluations } : { success, evaluations: [], strange: value.evaluations };
}

/** The rule that a word of the platform names. */
export function ruleOf(word: string | undefined): Rule {
  const rule = word?.trim().toLowerCase();
  return rule === 'all' || rule === 'any' || rule === undefined ? rule : 'unknown';
}

/** What the criteria come to where nothing is said of the whole: by the rule, which is "all" unless another is named. */
function verdictByRule(rule: Rule, evaluations: readonly Evaluation[], criteria: number): RunVerdict {
  const enough = evaluations.length > 0 && evaluations.length >= criteria;
  const allPassed = enough && evaluations.every(({ verdict }) => verdict === 'passed');
  const allFailed = enough && evaluations.every(isFailed);
  if (allPassed) return 'passed';
  if (rule === 'any' && evaluations.some(({ verdict }) => verdict === 'passed')) return 'passed';
  if (allFailed) return 'failed';
  return (rule === 'all' || rule === undefined) && evaluations.some(isFailed) ? 'failed' : 'inconclusive';
}

function isFailed({ verdict }: Evaluation): boolean {
  return verdict === 'failed';
}

/**
 * Evaluations carry neither name nor id. They belong to the criteria by position (INFERRED), which holds only while
 * there are as many of one as of the other; otherwise they stand for themselves and say so.
 */
function evaluationsOf(criteria: readonly string[], analysis: Analysis, status: Status): Evaluation[] {
  const { success, evaluations: judged, strange } = analysis;
  const names = namesOf(criteria);
  if (judged.length === 0) {
    if (status !== 'completed') return names.map((name) => ({ name, verdict: withoutWord(status) }));
    if (strange !== undefined) {
      const [unread, reason] = [formOf(strange), notUnderstood(strange, undefined)];
      return (names.length > 0 ? names : [OVERALL]).map((name) => ({ name, verdict: 'unscored', unread, reason }));
    }
    const unread = success === undefined ? 'no result' : undefined;
    return names.map((name) => ({ name, verdict: 'unscored', unread }));
  }
  const paired = judged.length === criteria.length;
  return judged.map((one, index): Evaluation => {
    const name = (paired ? names[index] : undefined) ?? `${positionOf(index)} (unpaired)`;
    const reason = isRecord(one) ? reasonText(one.reasoning ?? one.reason) : undefined;
    if (status !== 'completed') return { name, verdict: withoutWord(status), reason };
    const said = statementIn(one);
    if (said === undefined) return { name, verdict: 'unscored', reason };
    const passed = yesOrNo(said);
    if (passed !== undefined) return { name, verdict: passed ? 'passed' : 'failed', reason };
    return { name, verdict: 'unscored', unread: formOf(said), reason: notUnderstood(said, reason) };
  });
}

/** What a judge says of a conversation that broke off, or is still going on, says nothing of the agent. */
function withoutWord(status: Status): Evaluation['verdict'] {
  return status === 'failed' || status === 'cancelled' ? 'skipped' : 'pending';
}

/** What an evaluation says of its criterion, understood or not; undefined = nothing. */
function statementIn(evaluation: unknown): unknown {
  if (!isRecord(evaluation)) return evaluation ?? undefined;
  if (evaluation.success !== undefined && evaluation.success !== null) return evaluation.success;
  const others = Object.entries(evaluation).filter(([key, value]) => !SPOKEN.has(key) && value !== null);
  return others.length > 0 ? evaluation : undefined;
}

const SPOKEN: ReadonlySet<string> = new Set(['success', 'reasoning', 'reason']);

/** Texts of the criteria, told apart by their position where two are the same. */
function namesOf(criteria: readonly string[]): string[] {
  const names = criteria.map((text, index) => text.trim() || positionOf(index));
  if (names.every((name, index) => names.indexOf(name) === index)) return names;
  const distinct = distinctNames(names.map((name, index) => ({ id: positionOf(index), name })));
  return names.map((_, index) => distinct.get(positionOf(index)) ?? positionOf(index));
}

function positionOf(index: number): string {
  return `criterion ${index + 1}`;
}
