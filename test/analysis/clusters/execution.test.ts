import { expect, it } from 'vitest';
import { breakageGroups, breakageTitle } from '../../../src/analysis/clusters/execution.ts';
import type { Run } from '../../../src/model/schemas.ts';

const run = (id: string, more: Partial<Run>): Run => ({
  ref: `coval/run/${id}`,
  session: 'coval/session/s',
  status: 'failed',
  verdict: 'error',
  failed_evaluations: [],
  evaluations: [],
  ...more,
});
const groupsOf = (...runs: Run[]) => {
  const groups = breakageGroups();
  for (const one of runs) groups.add(one);
  return groups.result().map((group) => ({ title: breakageTitle(group), runs: group.map((one) => one.run.slice(-1)) }));
};

it('groups what differs in ids and numbers only, most first', () => {
  expect(
    groupsOf(
      run('a', { error: { message: 'No answer from +49 30 1234567' } }),
      run('b', { error: { message: 'Connection to wss://10.0.0.1:443 timed out after 30021 ms' } }),
      run('c', { error: { message: 'Connection to wss://10.0.0.9:443 timed out after 30007 ms' } }),
    ),
  ).toEqual([
    { title: 'Run broke: Connection to wss://10.0.0.1:443 timed out after 30021 ms', runs: ['b', 'c'] },
    { title: 'Run broke: No answer from +49 30 1234567', runs: ['a'] },
  ]);
});

it('keeps codes and types apart, and evaluators from runs', () => {
  const failing = (type: string): Partial<Run> => ({ error: { message: 'Call failed', type } });
  const evaluator: Partial<Run> = {
    verdict: 'inconclusive',
    status: 'completed',
    evaluations: [{ name: 'Tone', verdict: 'error', reason: 'Call failed' }],
  };
  expect(groupsOf(run('a', failing('busy')), run('b', failing('no-answer')), run('c', evaluator))).toEqual([
    { title: 'Run broke (busy): Call failed', runs: ['a'] },
    { title: 'Run broke (no-answer): Call failed', runs: ['b'] },
    { title: 'Evaluator error: Call failed', runs: ['c'] },
  ]);
});

it('admits when nothing was said', () => {
  expect(groupsOf(run('a', {}))).toEqual([{ title: 'Run broke: no message given', runs: ['a'] }]);
});
