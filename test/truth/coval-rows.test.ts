/** The parent's counters (C), and what is empty without being so (D), on Coval. */
import { describe, expect, it } from 'vitest';
import { askingAlone, askingFor, RUN_READERS } from './asking.ts';
import { coval } from './coval-world.ts';
import { headline } from './honesty.ts';
import { expectDoubt, expectIncomplete } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('coval');
const progress = (total: number, failed = 0) => ({
  total_test_cases: total,
  completed_test_cases: total - failed,
  failed_test_cases: failed,
  in_progress_test_cases: 0,
});

describe('eight simulations that passed, where the run counts ten and two of them broken', () => {
  const eight = (run = {}) => coval({ simulations: 8, run: { progress: progress(10, 2), ...run } });

  it('get_session says which two nobody saw', async () => {
    const world = eight();
    const answer = await ask(world, 'get_session', { session: world.session });
    expectIncomplete(answer, { missing: 2, bounds: [0.8, 1], says: /2 of the 10\b.*no page/ });
  });

  it('also where the run has no results', async () => {
    const world = eight({ results: null });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectIncomplete(answer, { missing: 2, says: /2 of the 10/ });
  });

  it.each(RUN_READERS)('%s says it too', async (tool, more) => {
    const world = eight();
    const answer = await ask(world, tool, { session: world.session, ...more });
    expectIncomplete(answer, { missing: 2, says: /2 of the 10/ });
  });
});

describe('no simulations where the run counts five', () => {
  const empty = () => coval({ simulations: 0, run: { progress: progress(5), results: null } });

  it('is not "not read yet": they were read, and five are missing', async () => {
    const world = empty();
    const answer = await ask(world, 'get_session', { session: world.session });
    expect(headline(answer)).not.toMatch(/not (read|counted) yet/);
    expectIncomplete(answer, { missing: 5, says: /\b5\b/ });
  });

  it.each(RUN_READERS)('%s says that five are missing', async (tool, more) => {
    const world = empty();
    const answer = await ask(world, tool, { session: world.session, ...more });
    expectIncomplete(answer, { missing: 5, says: /\b5\b/ });
  });
});

describe('metric definitions that come as an error with 200', () => {
  const world = () =>
    coval({
      simulations: 3,
      instead: ({ path }: Asked): Reply =>
        path === '/v1/metrics'
          ? { body: { metrics: null, error: { code: 'INTERNAL', message: 'Metric store is being rebuilt.' } } }
          : undefined,
    });

  it.each(['get_session', 'list_runs', 'get_failure_clusters'])('%s does not judge by nothing', async (tool) => {
    const broken = world();
    const answer = await askingAlone('coval', (alone) => alone(broken, tool, { session: broken.session }));
    // Said where the numbers are, or no numbers at all.
    if (!/metric.*(not be read|cannot be read|not read)/i.test(headline(answer))) expectDoubt(answer);
  });
});
