/** What a case file holds: the case as the world shows it, and the script behind it. */
import { type CriterionKey, criterion } from '../criteria.ts';
import type { Language, Scene } from '../talk.ts';
import type { WorldCase, WorldSuite } from '../types.ts';

export interface CaseSpec {
  key: string;
  name: string;
  /** What the caller is after; becomes the instructions of the simulated caller. */
  goal: string;
  persona: string;
  criteria: readonly CriterionKey[];
  rule?: 'all' | 'any' | undefined;
  language?: Language | undefined;
  /** Defaults of the caller's variables; a start may override each. */
  variables: Readonly<Record<string, string>>;
  scenes: readonly Scene[];
  /** Outcome as shipped depends on the repetition. */
  flaky?: true | undefined;
}

export interface SuiteSpec extends WorldSuite {
  cases: readonly CaseSpec[];
}

/** The case as the world shows it, with its script left out. */
export function worldCase(suite: string, spec: CaseSpec): WorldCase {
  return {
    key: spec.key,
    suite,
    name: spec.name,
    prompt: `You are {customer_name}, calling Bright Harbor Dental. ${spec.goal} Your date of birth is {date_of_birth}; say it only when asked.`,
    persona: spec.persona,
    criteria: spec.criteria.map(criterion),
    rule: spec.rule ?? 'all',
    language: spec.language ?? 'en',
  };
}

/** A caller's variables from the full name and date of birth. */
export function caller(
  name: string,
  born: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { customer_name: name, first_name: name.split(' ')[0] ?? name, date_of_birth: born, ...more };
}
