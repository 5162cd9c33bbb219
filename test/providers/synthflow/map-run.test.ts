import { describe, expect, it } from 'vitest';
import { ANALYSIS_GRACE_SECONDS, toRun } from '../../../src/providers/synthflow/map-run.ts';
import { simulationReader } from '../../../src/providers/synthflow/wire.ts';
import { mustRead } from '../../support/data.ts';
import listSessions from './fixtures/list-sessions.response.json' with { type: 'json' };

const CREATED = '2026-11-22T10:00:00Z';
const UPDATED = '2026-11-22T10:01:30Z';
const NOW = Date.parse('2026-11-22T11:00:00Z');

function run(fields: Record<string, unknown>, now = NOW) {
  const wire = mustRead(simulationReader, {
    simulation_id: 'r1',
    simulation_session_id: 's1',
    simulation_case_id: 'c1',
    status: 'completed',
    created_at: CREATED,
    updated_at: UPDATED,
    ...fields,
  });
  const mapped = toRun(wire, { now });
  if (!mapped) throw new Error('not mapped');
  return mapped;
}

const analysis = (success: unknown, ...each: unknown[]) => ({
  success_criteria_analysis: {
    success,
    evaluations: each.map((one) => ({ success: one, reasoning: `because ${one}` })),
  },
});

describe('status and verdict', () => {
  it.each([
    ['in-progress', {}, 'running', 'pending'],
    ['In_Progress', {}, 'running', 'pending'],
    ['IN_PROGRESS', analysis(true, true), 'running', 'pending'],
    ['queued', {}, 'queued', 'pending'],
    ['failed', {}, 'failed', 'error'],
    ['failed', analysis(false, false), 'failed', 'error'],
    ['cancelled', {}, 'cancelled', 'inconclusive'],
    ['completed', analysis(true, true), 'completed', 'passed'],
    ['completed', analysis(false, false), 'completed', 'failed'],
    ['COMPLETED', analysis(true, true), 'completed', 'passed'],
    ['completed', {}, 'completed', 'inconclusive'],
    ['completed', { success_criteria_analysis: null }, 'completed', 'inconclusive'],
    ['something new', analysis(true, true), 'completed', 'inconclusive'],
    ['something new', analysis(false, false), 'completed', 'failed'],
    ['succeeded', analysis(true, true), 'completed', 'passed'],
    ['something new', {}, 'running', 'pending'],
    [null, {}, 'running', 'pending'],
  ])('%s with %o is %s and %s', (status, more, expected, verdict) => {
    expect(run({ status, ...more })).toMatchObject({ status: expected, verdict });
  });

  it('waits for the analysis of a completed run, for a while', () => {
    const completed = Date.parse(UPDATED);
    const inGrace = run({}, completed + ANALYSIS_GRACE_SECONDS * 1000);
    expect(inGrace).toMatchObject({ status: 'scoring', verdict: 'pending' });
    expect(run({}, completed + ANALYSIS_GRACE_SECONDS * 1000 + 1)).toMatchObject({ verdict: 'inconclusive' });
  });

  it('waits as long for what is missing in an analysis, and no longer', () => {
    const completed = Date.parse(UPDATED);
    const some = { success_criteria: ['a', 'b'], ...analysis(null, true) };
    for (const partly of [some, { ...some, ...analysis(null, true, null) }, { success_criteria_analysis: {} }]) {
      expect(run(partly, completed + 1000)).toMatchObject({ status: 'scoring', verdict: 'pending' });
      expect(run(partly, completed + 121_000)).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
    }
    expect(run({ ...some, ...analysis(null, true, true) }, completed + 1000).verdict).toBe('passed');
  });

  it('knows no status by the names that every object has', () => {
    expect(run({ status: 'constructor' })).toMatchObject({ status: 'running' });
    expect(run({ status: '__proto__', ...analysis(true, true) })).toMatchObject({ status: 'completed' });
  });

  it('does not wait for hours because the clock of the vendor runs ahead', () => {
    expect(run({}, Date.parse(UPDATED) - 3_600_000)).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
    expect(run({ updated_at: null })).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
  });

  it('believes the verdict of the vendor over the single criteria', () => {
    const any = run({ call_success_type: 'any', success_criteria: ['a', 'b'], ...analysis(true, false, true) });
    expect(any).toMatchObject({ verdict: 'passed', failed_evaluations: ['a'], success_rule: 'any' });
    const fine = run({ call_success_type: 'any', success_criteria: ['a', 'b'], ...analysis(true, true, true) });
    expect(fine?.success_rule).toBeUndefined();
  });

  it.each([
    ['all', 'failed'],
    ['any', 'passed'],
    [null, 'failed'],
  ])('decides by the rule %s when the vendor leaves the verdict out', (call_success_type, verdict) => {
    const both = run({ call_success_type, success_criteria: ['a', 'b'], ...analysis(null, false, true) });
    expect(both.verdict).toBe(verdict);
  });
});

describe('evaluations', () => {
  const criteria = { success_criteria: ['Greets', 'Books'] };

  it('are named by the criterion at their position', () => {
    expect(run({ ...criteria, ...analysis(false, true, false) })).toMatchObject({
      failed_evaluations: ['Books'],
      evaluations: [
        { name: 'Greets', verdict: 'passed', reason: 'because true' },
        { name: 'Books', verdict: 'failed', reason: 'because false' },
      ],
    });
  });

  it.each([
    [1, [false]],
    [3, [true, false, true]],
  ])('stand for themselves, and say so, when there are %i for two criteria', (_, each) => {
    const mapped = run({ ...criteria, ...analysis(false, ...each) });
    expect(mapped.evaluations.map((one) => one.name)).toEqual(
      each.map((__, index) => `criterion ${index + 1} (unpaired)`),
    );
    expect(mapped.failed_evaluations).toEqual([`criterion ${each.indexOf(false) + 1} (unpaired)`]);
  });

  it.each([
    ['in-progress', 'pending'],
    ['failed', 'skipped'],
    ['completed', 'unscored'],
  ])('of a run that is %s and not judged are %s', (status, verdict) => {
    const unread = status === 'completed' ? 'no result' : undefined;
    expect(run({ ...criteria, status }).evaluations).toEqual([
      { name: 'Greets', verdict, unread },
      { name: 'Books', verdict, unread },
    ]);
  });

  it('of a run that broke never count as failures of the agent, and keep their reasons', () => {
    const mapped = run({ ...criteria, status: 'failed', ...analysis(false, false, false) });
    expect(mapped.failed_evaluations).toEqual([]);
    expect(mapped.evaluations[0]).toEqual({ name: 'Greets', verdict: 'skipped', reason: 'because false' });
  });

  it('without a verdict are unscored', () => {
    expect(run({ ...criteria, ...analysis(true, null, true) }).evaluations[0]?.verdict).toBe('unscored');
  });

  it('of a criterion without text get its number', () => {
    expect(run({ success_criteria: ['', 'Books'], ...analysis(true, true, true) }).evaluations[0]?.name).toBe(
      'criterion 1',
    );
  });
});

describe('the rest of a run', () => {
  it('has references, name, agent and times', () => {
    const mapped = run({ simulation_case_name: 'Late', agent_name: 'Desk', ...analysis(true, true) });
    expect(mapped).toMatchObject({
      ref: 'synthflow/run/r1',
      session: 'synthflow/session/s1',
      test: 'synthflow/case/c1',
      name: 'Late',
      agent: 'Desk',
      started_at: '2026-11-22T10:00:00.000Z',
      duration_seconds: 90,
      vendor_status: 'completed',
    });
  });

  it('takes the session it was read from when it names none, and names none otherwise', () => {
    const wire = mustRead(simulationReader, { simulation_id: 'r1' });
    expect(toRun(wire, { now: NOW, session: 's9' })?.session).toBe('synthflow/session/s9');
    expect(toRun(wire, { now: NOW })?.session).toBe('');
  });

  it('is nothing without an id', () => {
    expect(toRun(mustRead(simulationReader, { status: 'completed' }), { now: NOW })).toBeUndefined();
  });

  it('has no duration while it goes on, or when the clock stood still', () => {
    expect(run({ status: 'in-progress' }).duration_seconds).toBeUndefined();
    expect(run({ updated_at: CREATED }).duration_seconds).toBeUndefined();
  });

  it('carries the technical error of a run that broke, whatever is left of it', () => {
    const broke = run({ status: 'failed', error_info: { message: 'no line', code: 504, type: 'timeout' } });
    expect(broke.error).toEqual({ message: 'no line', code: '504', type: 'timeout' });
    expect(run({ status: 'failed', error_info: { code: 504 } }).error).toEqual({ message: '504', code: '504' });
    expect(run({ status: 'failed', error_info: null }).error).toBeUndefined();
    expect(run({ error_info: { message: 'old' }, ...analysis(true, true) }).error).toBeUndefined();
  });

  it.each([
    ['https://x.example/a.mp3', true],
    ['string', undefined],
    ['javascript:alert(1)', undefined],
    [null, undefined],
  ])('knows whether %s is a recording', (recording_url, expected) => {
    expect(run({ recording_url }).has_recording).toBe(expected);
  });

  it('maps the published example without a special case', () => {
    const [simulation] = listSessions.response.items[0]?.simulations ?? [];
    const mapped = toRun(mustRead(simulationReader, simulation), { now: NOW });
    expect(mapped).toMatchObject({
      ref: 'synthflow/run/string',
      status: 'running',
      verdict: 'pending',
      turns: 1,
      evaluations: [{ name: 'string', verdict: 'pending' }],
    });
  });
});
