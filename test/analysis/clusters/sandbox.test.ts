/** On sessions of the sandbox each defect of the shipped playbook comes out as its own cluster. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../../../src/analysis/clusters/clusters.ts';
import type { Run } from '../../../src/model/schemas.ts';
import { play } from '../../../src/sandbox/engine/conversation.ts';
import { parsePlaybook } from '../../../src/sandbox/engine/playbook.ts';
import { CASES } from '../../../src/sandbox/engine/world.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { clusterFailures, clusterReasons } from './all-at-once.ts';

const { policies } = parsePlaybook(readFileSync(SHIPPED_PLAYBOOK, 'utf8'));
const SUITES = [...new Set(CASES.map(({ suite }) => suite))];

/** A session as a provider would map it, with the true cause of each failed evaluation beside it. */
function session(seed: string, repeat: number, suite?: string) {
  const causes = new Map<string, string>();
  const runs: Run[] = [];
  for (const one of CASES) {
    if (suite !== undefined && one.suite !== suite) continue;
    for (let iteration = 0; iteration < repeat; iteration += 1) {
      const talk = play({ case: one, policies, key: `${seed}.${iteration}`, iteration });
      const ref = `coval/run/${one.key}-${iteration}`;
      for (const { criterion, passed, cause } of talk.evaluations) {
        // A run per failed evaluation would be simpler to check, but is not what vendors send.
        if (!passed) causes.set(`${ref} ${criterion.name}`, cause ?? '?');
      }
      runs.push({
        ref,
        session: 'coval/session/1',
        status: 'completed',
        verdict: talk.passed ? 'passed' : 'failed',
        name: one.name,
        failed_evaluations: talk.evaluations.filter(({ passed }) => !passed).map(({ criterion }) => criterion.name),
        evaluations: talk.evaluations.map(({ criterion, passed, reason, score }) => ({
          name: criterion.name,
          verdict: passed ? 'passed' : 'failed',
          score,
          reason,
        })),
        ended_reason: talk.ended_reason,
        latency_seconds: talk.latency_seconds,
        transcript: talk.turns.map(({ speaker, text, at_seconds }, index) => ({ index, speaker, text, at_seconds })),
      });
    }
  }
  return { runs, causes };
}

/** Cause → the groups it is spread over, and group → the causes in it. */
function cross(runs: readonly Run[], causes: ReadonlyMap<string, string>) {
  const failures = runs.filter(({ verdict }) => verdict === 'failed').flatMap(failuresOf);
  const { group } = clusterReasons(failures);
  const spread = new Map<string, Set<number>>();
  const mixed = new Map<number, Set<string>>();
  failures.forEach(({ run, evaluation }, index) => {
    const cause = causes.get(`${run} ${evaluation}`) ?? '?';
    const at = group[index] ?? -1;
    spread.set(cause, (spread.get(cause) ?? new Set()).add(at));
    mixed.set(at, (mixed.get(at) ?? new Set()).add(cause));
  });
  return {
    causes: spread.size,
    split: [...spread].filter(([, groups]) => groups.size > 2).map(([cause]) => cause),
    merged: [...mixed.values()].filter((set) => set.size > 1).map((set) => [...set].sort().join(' + ')),
  };
}

const SEEDS = ['7/1', '7/2', 'nightly', 'a', 'b', 'c'];

describe('each defect of the shipped playbook is its own cluster', () => {
  it.each([...SUITES, undefined])('in sessions of suite %s', (suite) => {
    for (const seed of SEEDS) {
      for (const repeat of [1, 2, 3]) {
        const { runs, causes } = session(seed, repeat, suite);
        const found = cross(runs, causes);
        expect(found.causes).toBeGreaterThanOrEqual(6);
        expect({ seed, repeat, split: found.split, merged: found.merged }).toEqual({
          seed,
          repeat,
          split: [],
          merged: [],
        });
      }
    }
  });

  it('with evidence turns, and runs that fail for several causes in several clusters', async () => {
    const { runs, causes } = session('7/1', 2);
    const { clusters, unclustered } = await clusterFailures(runs);
    expect(unclustered).toBe(0);
    for (const cluster of clusters) expect(cluster.evidence.some(({ turn }) => turn !== undefined)).toBe(true);
    for (const { ref, verdict } of runs) {
      // A run that passes under the rule `any` in spite of a failed evaluation is no failure to explain.
      if (verdict !== 'failed') continue;
      const own = new Set([...causes].filter(([place]) => place.startsWith(`${ref} `)).map(([, cause]) => cause));
      const of = clusters.filter((cluster) => cluster.runs.includes(ref));
      expect(of.length).toBeGreaterThanOrEqual(own.size);
    }
  });
});
