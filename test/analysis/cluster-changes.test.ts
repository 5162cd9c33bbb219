import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareClusters } from '../../src/analysis/cluster-changes.ts';
import type { ClusterSet, FailureCluster } from '../../src/model/clusters.ts';
import type { Run } from '../../src/model/schemas.ts';
import { play } from '../../src/sandbox/engine/conversation.ts';
import { parsePlaybook } from '../../src/sandbox/engine/playbook.ts';
import type { Cause } from '../../src/sandbox/engine/policies.ts';
import { CASES } from '../../src/sandbox/engine/world.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';
import { FIXES, fixed } from '../sandbox/engine/fixes.ts';
import { clusterFailures } from './clusters/all-at-once.ts';
import { aRun, judged } from './runs.ts';

const shipped = readFileSync(SHIPPED_PLAYBOOK, 'utf8');

function aCluster(given: Partial<FailureCluster> & { id: string }): FailureCluster {
  return { title: given.id, source: 'computed', kind: 'failure', evaluations: [], runs: [], evidence: [], ...given };
}
const setOf = (...clusters: FailureCluster[]): ClusterSet => ({ clusters, unclustered: 0 });
const ids = (clusters: readonly { id: string }[]) => clusters.map((cluster) => cluster.id).sort();

/** All cases played once, and one cluster per cause, as a perfect clustering would have it. */
function played(playbook: string, seed: string): { runs: Run[]; set: ClusterSet } {
  const { policies } = parsePlaybook(playbook);
  const clusters = new Map<string, FailureCluster>();
  const runs = CASES.map((one, i) => {
    const conversation = play({ case: one, policies, key: seed, iteration: 0 });
    const ref = `synthflow/run/${seed}-${i}`;
    for (const { passed, cause = '', reason, criterion } of conversation.evaluations) {
      if (passed) continue;
      // Ids are the causes, for the test to read; the comparison does not look at them.
      const cluster =
        clusters.get(cause) ?? aCluster({ id: cause, title: reason.slice(0, 50), typical_reason: reason });
      clusters.set(cause, cluster);
      if (!cluster.runs.includes(ref)) cluster.runs.push(ref);
      if (!cluster.evaluations.includes(criterion.name)) cluster.evaluations.push(criterion.name);
      if (cluster.evidence.length < 3) cluster.evidence.push({ run: ref, reason, evaluation: criterion.name });
    }
    return aRun({
      ref,
      test: `synthflow/case/${one.key}`,
      verdict: conversation.passed ? 'passed' : 'failed',
      evaluations: conversation.evaluations.map(({ criterion, passed, reason }) =>
        judged(criterion.name, passed ? 'passed' : 'failed', reason),
      ),
    });
  });
  return { runs, set: setOf(...clusters.values()) };
}

describe('compareClusters on the sandbox', () => {
  const before = played(shipped, 'before');
  const causes: Cause[] = FIXES.map(({ cause }) => cause).filter((cause) => ids(before.set.clusters).includes(cause));

  it('sees at least eight causes to begin with', () => {
    expect(causes.length).toBeGreaterThanOrEqual(8);
  });

  it.each(FIXES.map(({ cause }) => cause))('after %s is fixed, exactly that cluster is resolved', (cause) => {
    for (const seed of ['one', 'two', 'three']) {
      const after = played(fixed(shipped, [cause]), `after-${seed}`);
      const changes = compareClusters(before.set, after.set, { before: before.runs, after: after.runs });
      const stillThere = new Set(ids(after.set.clusters));
      expect(ids(changes.resolved)).toEqual(ids(before.set.clusters).filter((id) => !stillThere.has(id)));
      expect(ids(changes.resolved)).toEqual(causes.includes(cause) ? [cause] : []);
      expect(changes.new).toEqual([]);
      for (const one of changes.persisting) expect(one.was.map(({ id }) => id)).toEqual([one.id]);
    }
  });

  it('tells two fixes at once', () => {
    const after = played(fixed(shipped, ['cancellation-fee', 'no-handover']), 'later');
    const changes = compareClusters(before.set, after.set, { before: before.runs, after: after.runs });
    expect(ids(changes.resolved)).toEqual(['cancellation-fee', 'no-handover']);
    expect(changes.new).toEqual([]);
  });

  it('calls a regression new', () => {
    const after = played(fixed(shipped, ['dead-air']), 'later');
    const changes = compareClusters(after.set, before.set, { before: after.runs, after: before.runs });
    expect(ids(changes.new)).toEqual(['dead-air']);
    expect(changes.resolved).toEqual([]);
  });
});

describe('compareClusters on computed clusters', () => {
  it('calls nothing but the fixed cause resolved, for nearly every fix and phrasing', async () => {
    const computed = async (playbook: string, seed: string) => {
      const { runs } = played(playbook, seed);
      const set = await clusterFailures(runs.filter(({ verdict }) => verdict === 'failed'));
      return { runs, set };
    };
    let tried = 0;
    let exact = 0;
    for (const seed of ['a', 'b']) {
      const before = await computed(shipped, seed);
      const truth = played(shipped, seed);
      for (const { cause } of FIXES) {
        const after = await computed(fixed(shipped, [cause]), `${seed} ${cause}`);
        const changes = compareClusters(before.set, after.set, { before: before.runs, after: after.runs });
        const caused = truth.set.clusters.find(({ id }) => id === cause);
        tried += 1;
        const right = changes.resolved.every(({ runs }) => runs.some((ref) => caused?.runs.includes(ref)));
        const some = changes.resolved.length > 0 || caused === undefined;
        if (right && some && changes.new.length === 0) exact += 1;
      }
    }
    expect(tried).toBe(2 * FIXES.length);
    expect(exact / tried).toBeGreaterThan(0.9);
  });
});

describe('compareClusters', () => {
  const fee = aCluster({
    id: 'fee',
    title: 'wrong cancellation fee',
    evaluations: ['Accurate'],
    typical_reason: 'The agent quoted a wrong cancellation fee of 75 dollars.',
    runs: ['synthflow/run/a', 'synthflow/run/b'],
  });
  const transfer = aCluster({
    id: 'transfer',
    title: 'refused transfer to a human',
    evaluations: ['Escalates'],
    typical_reason: 'The caller asked for a person and was refused a transfer.',
    runs: ['synthflow/run/c'],
  });
  const run = (ref: string, test: string) => aRun({ ref: `synthflow/run/${ref}`, test, verdict: 'failed' });
  const runsBefore = [run('a', 't1'), run('b', 't2'), run('c', 't3')];

  it('takes empty sets', () => {
    expect(compareClusters(setOf(), setOf())).toEqual({ resolved: [], untested: [], new: [], persisting: [] });
    expect(ids(compareClusters(setOf(fee), setOf()).resolved)).toEqual(['fee']);
    expect(ids(compareClusters(setOf(), setOf(fee)).new)).toEqual(['fee']);
  });

  it('does not go by id: the same id may be another cause, the same cause another id', () => {
    const changes = compareClusters(setOf(fee, transfer), setOf({ ...transfer, id: 'fee' }));
    expect(ids(changes.resolved)).toEqual(['fee']);
    expect(changes.persisting.map((one) => [one.id, one.was])).toEqual([['fee', [{ id: 'transfer', runs: 1 }]]]);
  });

  it('never takes a technical failure for a failure of the agent', () => {
    const changes = compareClusters(setOf(fee), setOf({ ...fee, kind: 'execution' }));
    expect(changes.persisting).toEqual([]);
    expect(changes.resolved).toHaveLength(1);
    expect(changes.new).toHaveLength(1);
  });

  it('calls a cluster untested, not resolved, when none of its tests was judged after', () => {
    const options = { before: runsBefore, after: [], tested_after: new Set(['t3', 't2']) };
    const changes = compareClusters(setOf(fee, transfer), setOf(), options);
    expect(ids(changes.resolved)).toEqual(['fee', 'transfer']);
    const fewer = compareClusters(setOf(fee, transfer), setOf(), { ...options, tested_after: new Set(['t1']) });
    expect(ids(fewer.resolved)).toEqual(['fee']);
    expect(ids(fewer.untested)).toEqual(['transfer']);
  });

  it('tells another cause at the same place by its words, when there are enough', () => {
    const said = (id: string, reasons: string[]) => {
      const runs = reasons.map((reason, i) =>
        aRun({
          ref: `synthflow/run/${id}${i}`,
          test: `t${i}`,
          verdict: 'failed',
          evaluations: [judged('Goal reached', 'failed', reason)],
        }),
      );
      const evidence = runs.map(({ ref }, i) => ({ run: ref, evaluation: 'Goal reached', reason: reasons[i] }));
      const refs = runs.map(({ ref }) => ref);
      return { runs, set: setOf(aCluster({ id, title: '', evaluations: ['Goal reached'], runs: refs, evidence })) };
    };
    const fees = said('fee', [
      'A wrong cancellation fee was named.',
      'The fee for cancelling is misstated.',
      'Charged seventy-five as cancellation fee.',
      'Wrong late fee quoted.',
    ]);
    const again = said('fee2', [
      'Late fee quoted wrongly.',
      'Cancellation fee misstated.',
      'Named a wrong fee for cancelling.',
      'Fee of seventy-five charged.',
    ]);
    const human = said('human', [
      'Refused to transfer to a person.',
      'Blocked the hand-over to staff.',
      'No colleague was put through.',
      'Wish for a human declined.',
    ]);
    const same = compareClusters(fees.set, again.set, { before: fees.runs, after: again.runs });
    expect(ids(same.persisting)).toEqual(['fee2']);
    const other = compareClusters(fees.set, human.set, { before: fees.runs, after: human.runs });
    expect(ids(other.resolved)).toEqual(['fee']);
    expect(ids(other.new)).toEqual(['human']);
  });

  it('does not call a stray piece resolved while the same evaluations of its tests still fail', () => {
    const failing = (ref: string, test: string, reason: string) =>
      aRun({ ref: `synthflow/run/${ref}`, test, verdict: 'failed', evaluations: [judged('Rule', 'failed', reason)] });
    const [one, two] = [failing('p', 't1', 'alpha beta'), failing('q', 't2', 'gamma delta')];
    const [uno, dos] = [failing('u', 't1', 'alpha epsilon'), failing('v', 't2', 'alpha zeta')];
    const piece = (id: string, runs: Run[]) =>
      aCluster({ id, title: '', evaluations: ['Rule'], runs: runs.map(({ ref }) => ref) });
    const apart = setOf(piece('main', [one]), piece('stray', [two]));
    const whole = setOf(piece('all', [uno, dos]));
    const changes = compareClusters(apart, whole, { before: [one, two], after: [uno, dos] });
    expect(changes.resolved).toEqual([]);
    expect(changes.persisting[0]?.was.map(({ id }) => id).sort()).toEqual(['main', 'stray']);
    const back = compareClusters(whole, apart, { before: [uno, dos], after: [one, two] });
    expect(back.new).toEqual([]);
    // And once its test passes, it is gone.
    const later = compareClusters(apart, setOf(piece('all', [uno])), { before: [one, two], after: [uno] });
    expect(ids(later.resolved)).toEqual(['stray']);
  });

  it('sees two clusters merged into one, and one split in two', () => {
    const late = { ...fee, id: 'late', typical_reason: 'A late cancellation was charged a wrong fee of 75.' };
    const both = {
      ...fee,
      id: 'both',
      evidence: [fee, late].map((one) => ({ run: 'r', reason: one.typical_reason })),
    };
    const apart = [
      {
        ...fee,
        title: 'fee quoted',
        evidence: [{ run: 'r', reason: 'alpha beta gamma quoted fee' }],
        typical_reason: 'alpha beta',
      },
      {
        ...late,
        title: 'late charged',
        evidence: [{ run: 'r', reason: 'delta epsilon charged fee' }],
        typical_reason: 'delta epsilon',
      },
    ];
    const mixture = {
      ...both,
      title: 'fee quoted late charged',
      typical_reason: 'alpha beta delta epsilon',
      evidence: apart.flatMap((one) => one.evidence),
    };
    const merged = compareClusters(setOf(...apart), setOf(mixture));
    expect(merged.persisting[0]?.was.map(({ id }) => id).sort()).toEqual(['fee', 'late']);
    expect(merged.resolved).toEqual([]);
    const split = compareClusters(setOf(mixture), setOf(...apart));
    expect(ids(split.persisting)).toEqual(['fee', 'late']);
    expect(split.new).toEqual([]);
  });

  it('pairs tests by name across providers when asked', () => {
    const plain = (id: string, runs: string[]) => aCluster({ id, title: '', runs });
    const there = aRun({ ref: 'coval/run/x', test: 'coval/case/9', name: 'Late Cancellation', verdict: 'failed' });
    const here = aRun({
      ref: 'synthflow/run/y',
      test: 'synthflow/case/1',
      name: 'late cancellation',
      verdict: 'failed',
    });
    const given = { before: [here], after: [there] };
    const sets = [setOf(plain('p', [here.ref])), setOf(plain('q', [there.ref]))] as const;
    expect(compareClusters(...sets, given).persisting).toEqual([]);
    expect(ids(compareClusters(...sets, { ...given, match: 'name' }).persisting)).toEqual(['q']);
  });

  it('accounts for every cluster once, and finds nothing changed between a set and itself', () => {
    const word = fc.constantFrom('fee', 'transfer', 'identity', 'price', 'language', 'silence', 'booking', 'greeting');
    const cluster = fc.record({
      words: fc.array(word, { minLength: 1, maxLength: 5 }),
      evaluation: fc.constantFrom('A', 'B'),
      kind: fc.constantFrom('failure' as const, 'execution' as const),
    });
    const set = fc.array(cluster, { maxLength: 6 }).map((list) =>
      setOf(
        ...list.map(({ words, evaluation, kind }, i) =>
          aCluster({
            id: `c${i}`,
            kind,
            typical_reason: words.join(' '),
            title: words[0],
            evaluations: [evaluation],
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(set, set, (one, other) => {
        const changes = compareClusters(one, other);
        expect(ids([...changes.new, ...changes.persisting])).toEqual(ids(other.clusters));
        const was = changes.persisting.flatMap((entry) => entry.was.map(({ id }) => id));
        expect(ids(one.clusters).every((id) => was.includes(id) || ids(changes.resolved).includes(id))).toBe(true);
        expect(ids(changes.resolved).some((id) => was.includes(id))).toBe(false);
        const same = compareClusters(one, one);
        expect(same.resolved).toEqual([]);
        expect(same.new).toEqual([]);
      }),
    );
  });
});
