/** An id that a platform does not know is called by what was asked for, on every platform, and what is known is offered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isProblem, type Problem } from '../../src/model/problem.ts';
import { call } from '../faults/operations.ts';
import { openRig, type Rig } from '../faults/rigs.ts';
import { VENDORS } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

const ID = '9b2f6c3e-0d1a-4c57-8a77-2f1f4f6f0000';
const ASKED = [
  ['get_session', 'session', 'session'],
  ['list_runs', 'session', 'session'],
  ['list_failures', 'session', 'session'],
  ['save_failure_modes', 'session', 'session'],
  ['get_failure_clusters', 'session', 'session'],
  ['wait_for_session', 'session', 'session'],
  ['get_run', 'run', 'run'],
  ['get_transcript', 'run', 'run'],
  ['get_test', 'suite', 'suite'],
  ['get_test', 'case', 'case'],
] as const;

/** What these tools are asked beside. */
const FURTHER: Record<string, Record<string, unknown>> = {
  wait_for_session: { timeout_seconds: 0 },
  save_failure_modes: { singles: ['F-0000000000'] },
};

describe.each(VENDORS)('%s', (vendor) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig(vendor, {});
  });
  afterAll(() => rig?.close());

  it.each(ASKED)('%s of an unknown %s says so of a %s', async (tool, kind, word) => {
    const argument = tool === 'get_test' ? 'test' : kind;
    const id =
      vendor === 'cognigy' ? { session: `${ID}~${ID}`, run: `${ID}~${ID}~${ID}`, suite: ID, case: ID }[kind] : ID;
    const problem: Problem | undefined = await call(
      tool,
      { [argument]: `${vendor}/${kind}/${id}`, ...FURTHER[tool] },
      rig.context(noDeadline()),
    ).then(
      () => undefined,
      (error: unknown) => (isProblem(error) ? error : undefined),
    );
    if (vendor === 'cognigy' && kind === 'suite') return expect(problem?.message).toMatch(/suite|case/);
    expect(problem).toMatchObject({ kind: 'not_found' });
    expect(problem?.message).toMatch(new RegExp(`knows no ${word} (with this id|of that id or name)`));
  });
});
