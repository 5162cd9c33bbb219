/**
 * The failures of a reading: every failed evaluation of the runs that failed, folded by wording as the runs come. Of each
 * only what tells it apart is kept, so that a session of 100,000 runs fits.
 */
import { createHash } from 'node:crypto';
import { readWording } from '../analysis/wording.ts';
import type { Run } from '../model/schemas.ts';

/** One failed evaluation of one run; of a failed run without any, the run itself. */
export interface Failure {
  /** Reference of the run. */
  run: string;
  /** Which of several evaluations of this name in the run, from 0; those that passed count, since thresholds change which do. */
  nth: number;
  group: FailureGroup;
  /** Made once it is asked for (`failureId`): a hash takes 10 µs, and a large session asks for all of them in each answer. */
  id?: string | undefined;
}

/** Failures of one criterion and one wording. A failure without a reason is a group of its own. */
export interface FailureGroup {
  /** Name of the criterion; '' where the platform does not say by which one the run failed. */
  evaluation: string;
  /** What the first of them was told (untrusted); '' for none. */
  reason: string;
  /**
   * What failures of this group may be recognised by later: undefined without a reason, and where the wording may hold
   * personal details, so that it is kept nowhere.
   */
  wording: string | undefined;
  /** In the order in which they were read. */
  failures: Failure[];
  /** The reasons of the first few, in the order of `failures`. */
  reasons: string[];
}

/** What is known of a run that failed, beside its failures. */
export interface FailedRun {
  session: string;
  test?: string | undefined;
  name?: string | undefined;
  /** Reference of the agent that ran, where the run tells it. */
  agent_ref?: string | undefined;
}

export interface FailureTable {
  groups: readonly FailureGroup[];
  /** Failures in all. */
  total: number;
  runs: ReadonlyMap<string, FailedRun>;
  /** What the platform calls the agents of these runs, by reference (untrusted). */
  agents?: ReadonlyMap<string, string> | undefined;
}

/** Reasons that a group keeps, to be shown as evidence. */
const MOST_REASONS = 5;

/** A failed run, or one without a verdict in which an evaluation failed. What failed in a run that passed all the same is no failure. */
export function hasFailed({ verdict, failed_evaluations }: Pick<Run, 'verdict' | 'failed_evaluations'>): boolean {
  return verdict === 'failed' || (verdict === 'inconclusive' && failed_evaluations.length > 0);
}

/** The table as a fold over runs. */
export function failureFold(): { add(run: Run): void; result(): FailureTable } {
  const runs = new Map<string, FailedRun>();
  const agents = new Map<string, string>();
  /** By test: what runs of one test in one session have in common is kept once, since there are many. */
  const known = new Map<string | undefined, FailedRun[]>();
  const knownRun = ({ session, test, name, agent_ref }: Run): FailedRun => {
    const ofTest = known.get(test) ?? [];
    const same = ofTest.find((one) => one.session === session && one.name === name && one.agent_ref === agent_ref);
    if (same) return same;
    const found = { session, test, name, agent_ref };
    if (ofTest.length < MOST_ALIKE) known.set(test, [...ofTest, found]);
    return found;
  };
  const groups: FailureGroup[] = [];
  /** By criterion, and by reason as it came: most reasons of a large session are there before. */
  const byReason = new Map<string, Map<string, FailureGroup>>();
  let remembered = 0;
  const byWording = new Map<string, FailureGroup>();
  let total = 0;
  const groupOf = (evaluation: string, reason: string): FailureGroup => {
    const ofEvaluation = byReason.get(evaluation) ?? new Map<string, FailureGroup>();
    const known = ofEvaluation.get(reason);
    if (known) return known;
    const wording = readWording(evaluation, reason);
    // Two names that a wording writes alike are two criteria: of one run they are two failures.
    const said = wording && `${evaluation}\u0000${wording.text}`;
    const alike = said === undefined ? undefined : byWording.get(said);
    const kept = wording?.personal ? undefined : wording?.text;
    const group = alike ?? { evaluation, reason, wording: kept, failures: [], reasons: [] };
    if (!alike) groups.push(group);
    if (said !== undefined) {
      byWording.set(said, group);
      if (remembered < MOST_REMEMBERED) {
        byReason.set(evaluation, ofEvaluation.set(reason, group));
        remembered += 1;
      }
    }
    return group;
  };
  const add = (run: string, nth: number, evaluation: string, reason: string) => {
    const group = groupOf(evaluation, reason);
    group.failures.push({ run, nth, group });
    if (group.reasons.length < MOST_REASONS) group.reasons.push(reason);
    total += 1;
  };
  return {
    add(run) {
      if (!hasFailed(run)) return;
      const { ref, agent, agent_ref, evaluations } = run;
      runs.set(ref, knownRun(run));
      if (agent_ref !== undefined && agent !== undefined) agents.set(agent_ref, agent);
      const seen = new Map<string, number>();
      let failed = 0;
      for (const { name: evaluation, verdict, reason = '' } of evaluations) {
        const nth = seen.get(evaluation) ?? 0;
        seen.set(evaluation, nth + 1);
        if (verdict !== 'failed') continue;
        failed += 1;
        add(ref, nth, evaluation, reason);
      }
      if (failed === 0) add(ref, 0, '', '');
    },
    result: () => ({ groups, total, runs, agents }),
  };
}

/** Runs of one test that differ in session, name or agent, of which is remembered what they have in common. */
const MOST_ALIKE = 50;
/** Reasons whose group is remembered by their very text. */
const MOST_REMEMBERED = 5_000;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LETTERS = 10;

/** `F-` and ten characters (50 bits), made of run and criterion: it carries no words, and is the same in every reading. */
export function failureId(failure: Failure): string {
  const { run, nth, group } = failure;
  failure.id ??= `F-${shortHash(`${run}\n${group.evaluation}\n${nth}`, ID_LETTERS)}`;
  return failure.id;
}

/** So many letters and digits of a hash: 5 bits each, at most 30 of them. */
export function shortHash(text: string, letters: number): string {
  const bytes = createHash('sha256').update(text).digest();
  let short = '';
  for (let at = 0; at < letters; at += 1) short += ALPHABET[(bytes[at] ?? 0) & 31];
  return short;
}
