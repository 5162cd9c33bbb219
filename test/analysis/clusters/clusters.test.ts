import { describe, expect, it } from 'vitest';
import type { ClusterSet, FailureCluster } from '../../../src/model/clusters.ts';
import type { Evaluation, Run, Turn } from '../../../src/model/schemas.ts';
import { clusterFailures } from './all-at-once.ts';

function run(id: string, reasons: Record<string, string>, more: Partial<Run> = {}): Run {
  const evaluations = Object.entries(reasons).map(
    ([name, reason]): Evaluation => ({ name, verdict: 'failed', reason }),
  );
  return {
    ref: `coval/run/${id}`,
    session: 'coval/session/s',
    status: 'completed',
    verdict: 'failed',
    failed_evaluations: Object.keys(reasons),
    evaluations,
    ...more,
  };
}
const turns = (...texts: string[]): Turn[] =>
  texts.map((text, index) => ({ index, speaker: index % 2 === 0 ? 'agent' : 'caller', text }));
const broken = (id: string, message: string, more: Partial<Run> = {}): Run =>
  run(id, {}, { verdict: 'error', status: 'failed', error: { message }, ...more });
const find = (set: ClusterSet, word: string): FailureCluster => {
  const found = set.clusters.find(({ title }) => title.toLowerCase().includes(word));
  if (!found) throw new Error(`no cluster about ${word}: ${set.clusters.map(({ title }) => title).join(' | ')}`);
  return found;
};

const RUNS = [
  run(
    'a',
    { Privacy: 'The caller was never verified: "your file is open".', Tone: 'Rude tone.' },
    { transcript: turns('Hello, how can I help?', 'It is me.', 'Great, your file is open.', 'Thanks.') },
  ),
  run('b', { Goal: 'Identity of the caller was not checked.' }),
  run('c', { Goal: 'Die Identität wurde nicht geprüft.' }),
  run('d', { Manners: 'The agent was dismissive and rude.' }),
];

describe('computed clusters', () => {
  it('say what failed, in which runs and evaluations, how many and how surely', async () => {
    const set = await clusterFailures(RUNS);
    const identity = find(set, 'identity');
    expect(identity).toMatchObject({ source: 'computed', kind: 'failure', share: 0.75 });
    expect([...identity.runs].sort()).toEqual(['coval/run/a', 'coval/run/b', 'coval/run/c']);
    expect([...identity.evaluations].sort()).toEqual(['Goal', 'Privacy']);
    expect(['high', 'medium']).toContain(identity.confidence);
    expect(RUNS.flatMap(({ evaluations }) => evaluations.map(({ reason }) => reason))).toContain(
      identity.typical_reason,
    );
    expect(find(set, 'rude').runs.toSorted()).toEqual(['coval/run/a', 'coval/run/d']);
    expect(set).toMatchObject({ unclustered: 0 });
  });

  it('come largest first', async () => {
    const { clusters } = await clusterFailures(RUNS);
    const sizes = clusters.map(({ runs }) => runs.length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('show the turn that a reason quotes', async () => {
    const { evidence } = find(await clusterFailures(RUNS), 'identity');
    expect(evidence.find((one) => one.run === 'coval/run/a')).toEqual({
      run: 'coval/run/a',
      evaluation: 'Privacy',
      reason: 'The caller was never verified: "your file is open".',
      turn: 2,
      text: 'Great, your file is open.',
    });
    const without = evidence.find((one) => one.run === 'coval/run/b');
    expect(without?.run).toBe('coval/run/b');
    expect(without?.turn).toBeUndefined();
  });

  it('give at most a handful of evidence, each from another run', async () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      run(`m${index}`, { Tone: `Rude tone towards the lady named ${'abcdefghijklmnopqrstuvwxyzäöüß'[index]}x.` }),
    );
    for (const { evidence } of (await clusterFailures(many)).clusters) {
      expect(evidence.length).toBeLessThanOrEqual(5);
      expect(new Set(evidence.map((one) => one.run)).size).toBe(evidence.length);
    }
  });

  it('keep their ids in any order of runs, and change them with their members', async () => {
    const ids = async (runs: Run[]) => (await clusterFailures(runs)).clusters.map(({ id }) => id).sort();
    const first = await ids(RUNS);
    expect(await ids([...RUNS].reverse())).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
    expect(await ids(RUNS.slice(0, 3))).not.toEqual(first);
  });

  it('let one run be in several', async () => {
    const { clusters } = await clusterFailures(RUNS);
    expect(clusters.filter(({ runs }) => runs.includes('coval/run/a'))).toHaveLength(2);
  });

  it('leave passed runs alone, also those with a failed evaluation (rule any)', async () => {
    const set = await clusterFailures([run('p', { Tone: 'Rude.' }, { verdict: 'passed' })]);
    expect(set).toEqual({ clusters: [], unclustered: 0 });
  });

  it('say how many failed runs they cannot explain', async () => {
    const set = await clusterFailures([run('x', {}), ...RUNS]);
    expect(set.unclustered).toBe(1);
  });

  it('work on criteria alone where the judge gives no reason, with little confidence', async () => {
    const silent = (id: string) =>
      run(
        id,
        {},
        { evaluations: [{ name: 'Greets the caller', verdict: 'failed' }], failed_evaluations: ['Greets the caller'] },
      );
    const { clusters } = await clusterFailures([silent('a'), silent('b')]);
    expect(clusters).toHaveLength(1);
    expect(clusters[0]).toMatchObject({ confidence: 'low', runs: ['coval/run/a', 'coval/run/b'] });
    expect(clusters[0]?.title).toContain('Greets the caller');
    expect(clusters[0]?.typical_reason).toBeUndefined();
  });

  it('have titles of bounded length from whatever a judge writes', async () => {
    const long = `zzz${'y'.repeat(3000)}`;
    const set = await clusterFailures([
      run('a', { A: long }),
      run('b', { B: '\u202e<b>' }),
      run('c', { C: '"'.repeat(99) }),
    ]);
    for (const { title } of set.clusters) {
      expect(title.length).toBeGreaterThan(0);
      expect(title.length).toBeLessThan(200);
    }
  });
});

describe('execution clusters', () => {
  const set = () =>
    clusterFailures([
      broken('a', 'Connection to wss://10.0.0.1:443 timed out after 30021 ms'),
      broken('b', 'Connection to wss://10.0.0.9:443 timed out after 30007 ms'),
      broken('c', 'No answer from +49 30 1234567'),
      run(
        'd',
        {},
        {
          verdict: 'inconclusive',
          evaluations: [{ name: 'Tone', verdict: 'error', reason: 'Judge model overloaded (529)' }],
        },
      ),
      run('e', { Tone: 'Rude tone.' }),
    ]);

  it('are apart from failures and group what differs in ids and numbers only', async () => {
    const execution = (await set()).clusters.filter(({ kind }) => kind === 'execution');
    expect(execution.map(({ runs }) => runs)).toEqual([
      ['coval/run/a', 'coval/run/b'],
      expect.arrayContaining([expect.any(String)]),
      expect.arrayContaining([expect.any(String)]),
    ]);
    expect(execution[0]).toMatchObject({ share: 0.5, confidence: 'high' });
    expect(execution[0]?.title).toContain('timed out');
  });

  it('name the evaluator that broke', async () => {
    expect(find(await set(), 'evaluator error')).toMatchObject({ evaluations: ['Tone'], runs: ['coval/run/d'] });
  });

  it('do not make their runs unexplained failures', async () => {
    expect((await set()).unclustered).toBe(0);
  });

  it('keep different codes apart though the words are the same', async () => {
    const of = (id: string, code: string) => broken(id, '', { error: { message: 'Call failed', code } });
    const { clusters } = await clusterFailures([of('a', 'busy'), of('b', 'no-answer')]);
    expect(clusters.map(({ title }) => title).sort()).toEqual([
      'Run broke (busy): Call failed',
      'Run broke (no-answer): Call failed',
    ]);
  });

  it('admit when nothing was said', async () => {
    const { clusters } = await clusterFailures([run('a', {}, { verdict: 'error', status: 'failed' })]);
    expect(clusters[0]).toMatchObject({ kind: 'execution', confidence: 'low', title: 'Run broke: no message given' });
  });
});

describe('with clusters of the vendor', () => {
  const vendor = (more: Partial<FailureCluster> = {}): ClusterSet => ({
    clusters: [
      {
        id: 'fma-1',
        title: 'Agent skips verification',
        source: 'vendor',
        kind: 'failure',
        evaluations: [],
        runs: ['coval/run/a', 'coval/run/b'],
        evidence: [],
        advice: 'Ask for the date of birth.',
        ...more,
      },
    ],
    unclustered: 2,
    vendor_status: 'completed',
    stale: true,
  });

  it('puts them first, untouched, and computes only what they leave', async () => {
    const set = await clusterFailures(RUNS, vendor());
    expect(set.clusters[0]).toMatchObject(vendor().clusters[0] ?? {});
    expect(set.clusters.slice(1).every(({ source }) => source === 'computed')).toBe(true);
    expect(
      set.clusters
        .slice(1)
        .flatMap(({ runs }) => runs)
        .toSorted(),
    ).toEqual(['coval/run/c', 'coval/run/d']);
    expect(set).toMatchObject({ unclustered: 0, vendor_status: 'completed', stale: true });
  });

  it('takes a cluster that names evaluations to cover those only', async () => {
    const set = await clusterFailures(RUNS, vendor({ evaluations: ['Privacy', 'Goal'] }));
    expect(find(set, 'rude').runs.toSorted()).toEqual(['coval/run/a', 'coval/run/d']);
  });

  it('adds nothing to clusters of the platform that cover every failure', async () => {
    const set = await clusterFailures(RUNS.slice(0, 2), vendor());
    expect(set.clusters).toHaveLength(1);
  });
});

it('lets others work while it is busy', async () => {
  const letters = (n: number) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)] ?? '').join('');
  const many = Array.from({ length: 3000 }, (_, index) =>
    run(`r${index}`, { Tone: `Rude tone to x${letters(index)}.` }),
  );
  const before = process.cpuUsage();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  await clusterFailures(many);
  clearInterval(timer);
  const { user, system } = process.cpuUsage(before);
  // A turn at least in every half second of work.
  expect(ticks).toBeGreaterThan(3);
  expect((user + system) / 1_000 / ticks).toBeLessThan(500);
});
