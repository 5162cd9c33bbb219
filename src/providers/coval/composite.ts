/**
 * The breakdown of a composite metric: one value for several criteria of the test case, each met, missed or undecided.
 * It is in `result` of the FULL view only; some copies of the documentation call it "not exposed", so it may be missing.
 */
import { isRecord } from '../shared/fields.ts';

export interface Composite {
  total: number;
  /** Criteria the judge could not decide. When all are, the value is 0.0 and says nothing about the agent. */
  undecided: number;
  /** The missed criteria with their explanations; absent when none was missed. */
  missed?: string;
}

/** `undefined` when the result holds no breakdown. */
export function composite(result: Record<string, unknown> | undefined): Composite | undefined {
  const list = result?.individual_results;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const parts = list.filter(isRecord);
  const missed = parts.filter((part) => decision(part) === 'NOT_MET').map(sentence);
  return {
    total: list.length,
    undecided: parts.filter((part) => decision(part) === 'UNKNOWN').length,
    ...(missed.length > 0 ? { missed: missed.join(' ') } : {}),
  };
}

/** The name of the field that holds MET / NOT_MET / UNKNOWN is documented nowhere: whichever has such a value is it. */
function decision(part: Record<string, unknown>): string | undefined {
  return Object.values(part)
    .map((value) => (typeof value === 'string' ? value.trim().toUpperCase().replaceAll(' ', '_') : ''))
    .find((word) => word === 'MET' || word === 'NOT_MET' || word === 'UNKNOWN');
}

function sentence(part: Record<string, unknown>): string {
  const said = [part.criterion, part.explanation].filter((text) => typeof text === 'string' && text !== '');
  const text = said.join(': ');
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A judge's reasoning, where only the FULL result holds it. */
export function explanationIn(result: Record<string, unknown> | undefined): string | undefined {
  const llm = isRecord(result?.llm) ? result.llm : undefined;
  const text = llm?.answer_explanation;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
