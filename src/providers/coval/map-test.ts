/** Test cases and test sets in our words. Pure; what a list does not tell is left out. */
import { formatRef } from '../../model/refs.ts';
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import { iso } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';
import type { WireTestCase, WireTestSet } from './wire.ts';

const NAME_LENGTH = 80;
/** Members of a suite that its detail names; the rest is counted. */
const MAX_MEMBERS = 200;

/** What a person would call a test case: its description, else the start of its scenario. */
export function caseName(testCase: WireTestCase): string {
  const text = (testCase.description ?? firstWords(testCase.input_str) ?? testCase.id).replace(/\s+/g, ' ').trim();
  return text.length > NAME_LENGTH ? `${text.slice(0, NAME_LENGTH - 1)}…` : text || testCase.id;
}

/** The scenario text; for a recorded conversation (a JSON list of messages) its first words. */
function firstWords(input: string | undefined): string | undefined {
  if (!input?.trimStart().startsWith('[')) return input;
  const said = /"content"\s*:\s*"((?:[^"\\]|\\.)+)"/.exec(input)?.[1];
  return said ?? input;
}

export function criteriaOf(testCase: WireTestCase): string[] {
  return testCase.expected_behaviors ?? (testCase.expected_output_str ? [testCase.expected_output_str] : []);
}

export function suiteName(testSet: WireTestSet): string {
  return testSet.display_name ?? testSet.slug ?? testSet.id;
}

export function toCaseBrief(testCase: WireTestCase): TestBrief {
  return {
    ref: formatRef(PLATFORM.id, 'case', testCase.id),
    kind: 'case',
    name: caseName(testCase),
    provider: PLATFORM.id,
    suite: testCase.test_set_id && formatRef(PLATFORM.id, 'suite', testCase.test_set_id),
    criteria: criteriaOf(testCase).length,
    updated_at: iso(testCase.update_time),
  };
}

export function toCaseDetail(testCase: WireTestCase): TestDetail {
  return {
    ...toCaseBrief(testCase),
    caller: testCase.input_str,
    success_criteria: criteriaOf(testCase),
    success_rule: 'all',
  };
}

export function toSuiteBrief(testSet: WireTestSet): TestBrief {
  return {
    ref: formatRef(PLATFORM.id, 'suite', testSet.id),
    kind: 'suite',
    name: suiteName(testSet),
    provider: PLATFORM.id,
    cases: testSet.test_case_count,
    updated_at: iso(testSet.update_time),
  };
}

/** `known` = the cases that could be listed. Those that the list lost are counted all the same. */
export function toSuiteDetail(testSet: WireTestSet, known: readonly WireTestCase[], expected = 0): TestDetail {
  const cases = Math.max(known.length, expected, testSet.test_case_count ?? 0);
  const members = known.slice(0, MAX_MEMBERS);
  return {
    ...toSuiteBrief(testSet),
    cases,
    members: members.map((one) => ({ ref: formatRef(PLATFORM.id, 'case', one.id), name: caseName(one) })),
    members_omitted: cases > members.length ? cases - members.length : undefined,
  };
}
