import { describe, expect, it } from 'vitest';
import { countRun, emptyCounts } from '../../../src/model/verdicts.ts';
import { launch, launchToEnd, metricOf, openWorld, readRuns, sessionNamed, type World } from './harness.ts';

/** What the engine knows of a session: the truth that every reading must reproduce. */
function truth(world: World, name: string) {
  const session = world.engine.sessions().find((one) => one.name.includes(name));
  const counts = emptyCounts();
  for (const { outcome } of session?.runs ?? []) {
    if (outcome.kind !== 'conversation') countRun(counts, 'error');
    else countRun(counts, outcome.conversation.evaluations.every((one) => one.passed) ? 'passed' : 'failed');
  }
  return counts;
}

async function counted(world: World, session: string, depth: 'verdicts' | 'reasons' = 'verdicts') {
  const runs = await readRuns(world, session, depth);
  const counts = emptyCounts();
  for (const run of runs) countRun(counts, run.verdict);
  return { counts, runs };
}

describe('the cheap reading path', () => {
  it('reads the verdicts of 1,240 simulations with about one request a page', async () => {
    const world = await openWorld({}, { scale: 1240 });
    const session = await sessionNamed(world, '1240');
    const before = world.total();
    const { counts, runs } = await counted(world, session);
    const verdicts = world.total() - before;
    expect(counts).toEqual(truth(world, '1240'));
    expect(new Set(runs.map((run) => run.ref)).size).toBe(1240);
    expect(runs.every((run) => run.name !== undefined && run.test !== undefined)).toBe(true);

    const middle = world.total();
    const reasons = await counted(world, session, 'reasons');
    const withReasons = world.total() - middle;
    expect(reasons.counts).toEqual(counts);
    const failed = reasons.runs.filter((run) => run.verdict !== 'passed');
    expect(failed.every((run) => run.evaluations.some((one) => one.verdict === 'failed' && one.reason))).toBe(true);

    process.stdout.write(
      `coval, 1,240 simulations: ${verdicts} requests for verdicts, ${withReasons} for reasons (${failed.length} did not pass)\n${JSON.stringify(world.sent(), null, 1)}\n`,
    );
    const cases = new Set(runs.map((run) => run.test)).size;
    const criteria = 18;
    // 1 run, 13 pages, definitions, names of 3 sets, and one look per test case that lacks rows.
    expect(verdicts).toBeLessThanOrEqual(1 + 13 + 1 + 3 + cases + criteria);
    expect(withReasons).toBeLessThanOrEqual(verdicts + failed.length);
  });

  it('falls back to one BASIC read per finished simulation where results are aggregates', async () => {
    const world = await openWorld({ results: 'aggregates' });
    const session = await sessionNamed(world, 'last night');
    const before = world.total();
    const { counts, runs } = await counted(world, session);
    const newest = await world.provider.sessions.get([session], world.call);
    expect(counts).toEqual(truth(world, newest.name ?? ''));
    expect(world.total() - before).toBeLessThan(runs.length + 30);
  });

  it('reads a run that is under way, without an opinion on what is not finished', async () => {
    const world = await openWorld();
    const session = await launch(world);
    world.clock.now += 20_000;
    const { runs } = await counted(world, session);
    const states = new Set(runs.map((run) => run.status));
    expect(states.has('running')).toBe(true);
    expect(runs.filter((run) => run.status === 'running').every((run) => run.verdict === 'pending')).toBe(true);
    world.clock.now += 3_600_000;
    const later = await counted(world, session);
    expect(later.counts.pending).toBe(0);
    expect(later.counts.passed + later.counts.failed).toBe(later.counts.runs);
  });

  it.each(['null', 'absent'] as const)(
    'tells skipped, failed and cancelled metrics apart (rows: %s)',
    async (valueless_rows) => {
      const unmeasured: World['switches']['unmeasured'] = [
        { metric: 'Resolves the request', status: 'SKIPPED', every: 2 },
        { metric: 'Confirms the details', status: 'FAILED', every: 3 },
        { metric: 'Verifies identity', status: 'CANCELLED', every: 4 },
        { metric: 'Stays friendly', status: 'COMPLETED', every: 1 },
      ];
      const byValues = await openWorld({ unmeasured, valueless_rows });
      const bySimulation = await openWorld({ unmeasured, results: 'aggregates' });
      const one = await readRuns(byValues, await sessionNamed(byValues, 'last night'));
      const other = await readRuns(bySimulation, await sessionNamed(bySimulation, 'last night'));
      const facts = (runs: typeof one) =>
        runs.map(({ name, verdict, evaluations }) => [
          name,
          verdict,
          ...evaluations.map((e) => `${e.name}: ${e.verdict}`).sort(),
        ]);
      expect(facts(one)).toEqual(facts(other));
      const seen = new Set(one.flatMap((run) => run.evaluations.map((e) => e.verdict)));
      expect(seen.has('skipped') && seen.has('error')).toBe(true);
    },
  );

  it('shows status reasons of what was not measured', async () => {
    const world = await openWorld({ unmeasured: [{ metric: 'Resolves the request', status: 'SKIPPED', every: 1 }] });
    const runs = await readRuns(world, await sessionNamed(world, 'last night'));
    const skipped = runs.flatMap((run) => run.evaluations).filter((e) => e.verdict === 'skipped');
    expect(skipped.length).toBeGreaterThan(0);
    expect(skipped.every((e) => e.reason?.includes('OTel'))).toBe(true);
  });

  it.each(['numbers', 'words'] as const)('judges binary values as %s alike', async (binary) => {
    const world = await openWorld({ binary });
    const { counts } = await counted(world, await sessionNamed(world, 'last night'));
    const newest = world.engine.sessions().find((one) => one.name.includes('last night'));
    expect(counts).toEqual(truth(world, newest?.name ?? ''));
    expect(counts.failed).toBeGreaterThan(0);
  });

  it('counts a composite that could decide nothing as an error, at every depth', async () => {
    const world = await openWorld({ composite: 'unknown' });
    const session = await launch(world, { metrics: ['Expected behaviors'] });
    world.clock.now += 3_600_000;
    for (const depth of ['verdicts', 'reasons'] as const) {
      const { runs } = await counted(world, session, depth);
      expect(runs.every((run) => run.verdict === 'inconclusive' && run.evaluations[0]?.verdict === 'error')).toBe(true);
    }
    world.switches.composite = 'judged';
    const { runs } = await counted(world, session, 'reasons');
    const failed = runs.filter((run) => run.verdict === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    // The breakdown of FULL names the missed criteria; the explanation alone only counts them.
    expect(failed.every((run) => !/^\d+ of \d+ criteria/.test(run.evaluations[0]?.reason ?? ''))).toBe(true);
  });

  it('judges by the organisation threshold where the metric has no condition, and not at all where neither exists', async () => {
    const world = await openWorld();
    const session = await launch(world, { metrics: ['Turns per call', 'Response latency'] });
    world.clock.now += 3_600_000;
    const runs = await readRuns(world, session);
    const [run] = runs;
    const turns = run?.evaluations.find((e) => e.name === 'Turns per call');
    const latency = run?.evaluations.find((e) => e.name === 'Response latency');
    expect(turns).toMatchObject({ verdict: 'passed' });
    expect(latency).toMatchObject({ verdict: 'unscored' });
    expect(latency?.score).toBeGreaterThan(0);
    world.clock.now += 120_000;
    // A single run has no results to take names from: built-in metrics must be among the definitions.
    const single = await world.provider.runs.get([run?.ref.split('/').at(-1) ?? ''], world.call);
    expect(single.evaluations.map((e) => e.name)).toEqual(['Response latency', 'Turns per call']);
  });

  it('takes the newest of several outputs of one metric', async () => {
    const world = await openWorld({ superseded: 'listed', results: 'aggregates' });
    const session = await launchToEnd(world);
    const [first] = await readRuns(world, session);
    const id = first?.ref.split('/').at(-1) ?? '';
    const metric = await metricOf(world, id);
    world.switches.judged_again = [{ simulation: id, metric, at: world.clock.now }];
    const pending = await world.provider.runs.get([id], world.call);
    expect(pending.evaluations.filter((e) => e.verdict === 'pending')).toHaveLength(1);
    expect(pending.evaluations).toHaveLength(first?.evaluations.length ?? 0);
    world.clock.now += 10_000;
    const settled = await world.provider.runs.get([id], world.call);
    expect(settled.evaluations.some((e) => e.verdict === 'pending')).toBe(false);
  });

  it('reads outputs of the older kind, without status reasons', async () => {
    const world = await openWorld({
      metric_outputs: 'old',
      unmeasured: [{ metric: 'Resolves the request', status: 'FAILED', every: 1 }],
    });
    const runs = await readRuns(world, await sessionNamed(world, 'last night'));
    const broken = runs.flatMap((run) => run.evaluations).filter((e) => e.verdict === 'error');
    expect(broken.length).toBeGreaterThan(0);
    expect(broken.every((e) => e.reason === undefined)).toBe(true);
  });
});
