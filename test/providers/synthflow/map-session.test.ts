import { describe, expect, it } from 'vitest';
import { toSession } from '../../../src/providers/synthflow/map-session.ts';
import { simulationSessionReader } from '../../../src/providers/synthflow/wire.ts';
import { mustRead } from '../../support/data.ts';
import listSessions from './fixtures/list-sessions.response.json' with { type: 'json' };

const NOW = Date.parse('2026-11-22T11:00:00Z');

function simulation(id: string, fields: Record<string, unknown> = {}) {
  return {
    simulation_id: id,
    simulation_case_id: `case-${id}`,
    simulation_case_name: `Case ${id}`,
    agent_name: 'Desk',
    status: 'completed',
    created_at: '2026-11-22T10:00:00Z',
    updated_at: '2026-11-22T10:02:00Z',
    success_criteria_analysis: { success: true, evaluations: [] },
    ...fields,
  };
}

function session(simulations: unknown, counters: Record<string, unknown> = {}, origin?: { ref: string; name: string }) {
  const wire = mustRead(simulationSessionReader, { simulation_session_id: 's1', simulations, ...counters });
  const mapped = toSession(wire, { now: NOW }, () => origin);
  if (!mapped) throw new Error('not mapped');
  return mapped;
}

const failing = { success_criteria_analysis: { success: false, evaluations: [] } };

describe('a session', () => {
  it('is counted from the simulations it embeds', () => {
    const mapped = session([simulation('a'), simulation('b', failing), simulation('c', { status: 'failed' })]);
    expect(mapped).toMatchObject({
      ref: 'synthflow/session/s1',
      status: 'completed',
      agent: 'Desk',
      created_at: '2026-11-22T10:00:00.000Z',
      ended_at: '2026-11-22T10:02:00.000Z',
      counts: { runs: 3, passed: 1, failed: 1, error: 1, inconclusive: 0, pending: 0 },
      pass_rate: 0.5,
    });
    expect(mapped.name).toBeUndefined();
    expect(mapped.test).toBeUndefined();
  });

  it.each([
    ['nothing in it', [], 'queued'],
    ['one under way', [simulation('a'), simulation('b', { status: 'in-progress' })], 'running'],
    [
      'one being scored',
      [simulation('a'), simulation('b', { success_criteria_analysis: null, updated_at: '2026-11-22T10:59:30Z' })],
      'scoring',
    ],
    ['all broken', [simulation('a', { status: 'failed' })], 'failed'],
    ['all over', [simulation('a'), simulation('b', { status: 'failed' })], 'completed'],
  ])('with %s has a status', (_, simulations, status) => {
    const mapped = session(simulations);
    expect(mapped.status).toBe(status);
    expect(mapped.ended_at === undefined).toBe(['queued', 'running', 'scoring'].includes(status));
  });

  it('splits what it does not embed by the counters and calls the rest uncounted', () => {
    const mapped = session([simulation('a')], {
      total_simulations: 10,
      completed_simulations: 5,
      failed_simulations: 2,
      pending_simulations: 3,
    });
    expect(mapped.counts).toEqual({
      runs: 10,
      passed: 1,
      failed: 0,
      error: 2,
      inconclusive: 0,
      pending: 3,
      uncounted: 4,
    });
    expect(mapped.status).toBe('running');
    expect(mapped.pass_rate).toBeUndefined();
  });

  it('embedding nothing has counters to go by', () => {
    expect(session(null, { total_simulations: 4, pending_simulations: 4 })).toMatchObject({
      status: 'running',
      counts: { pending: 4 },
    });
    expect(session(null, { total_simulations: 4, completed_simulations: 4 })).toMatchObject({
      status: 'completed',
      counts: { uncounted: 4 },
    });
    expect(session(null, { total_simulations: 2, failed_simulations: 2 })).toMatchObject({
      status: 'failed',
      counts: { error: 2 },
    });
  });

  it('believes its simulations over counters that contradict them', () => {
    const counters = { total_simulations: 1, completed_simulations: 1, failed_simulations: 1, pending_simulations: 1 };
    expect(session([simulation('a')], counters)).toMatchObject({
      status: 'completed',
      counts: { runs: 1, passed: 1, pending: 0 },
    });
  });

  it('of one case is a session of that case; of several, of what was found out', () => {
    const same = [simulation('a', { simulation_case_id: 'x' }), simulation('b', { simulation_case_id: 'x' })];
    expect(session(same, {}, { ref: 'never', name: 'asked' })).toMatchObject({
      test: 'synthflow/case/x',
      name: 'Case a',
    });
    const several = [simulation('a'), simulation('b')];
    expect(session(several, {}, { ref: 'synthflow/suite/u', name: 'Suite' })).toMatchObject({
      test: 'synthflow/suite/u',
      name: 'Suite',
    });
  });

  it('of several agents names none', () => {
    expect(session([simulation('a'), simulation('b', { agent_name: 'Other' })]).agent).toBeUndefined();
  });

  it('is nothing without an id', () => {
    expect(toSession(mustRead(simulationSessionReader, {}), { now: NOW })).toBeUndefined();
  });

  it('maps the published example without a special case', () => {
    const wire = mustRead(simulationSessionReader, listSessions.response.items[0]);
    expect(toSession(wire, { now: NOW })).toMatchObject({
      ref: 'synthflow/session/string',
      status: 'running',
      counts: { runs: 1, pending: 1 },
      test: 'synthflow/case/string',
    });
  });
});
