import { describe, expect, it } from 'vitest';
import { flowOf, toTestBrief, toTestDetail } from '../../../src/providers/cognigy/map-test.ts';
import { OPTIONS } from '../../../src/providers/cognigy/plan.ts';
import { scenarioReader } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const wire = {
  id: 's',
  name: 'Booking',
  persona: 'In a hurry.',
  personaName: 'Ann',
  mission: 'Book a slot.',
  successCriteria: [
    { type: 'text', params: { name: 'Books', text: 'Books the slot.' } },
    { name: 'Polite', description: 'Stays polite.' },
    { name: 'Short', text: 'Short' },
  ],
  maxTurns: 12,
  lastChanged: 1_795_000_000_000,
  updatedAt: 1_795_000_060,
  flowReferenceId: 'ref',
  flowId: 'id',
};

describe('a scenario as a test', () => {
  it('is a case with its criteria and the later of two times of change', () => {
    expect(toTestBrief(mustRead(scenarioReader, wire), { name: 'Main flow', reference: 'f-1' })).toEqual({
      ref: 'cognigy/case/s',
      kind: 'case',
      name: 'Booking',
      provider: 'cognigy',
      agent: 'Main flow',
      agent_ref: 'cognigy/agent/f-1',
      criteria: 3,
      updated_at: '2026-11-18T11:07:40.000Z',
    });
    const other = { ...wire, lastChanged: 1_795_000_120_000 };
    expect(toTestBrief(mustRead(scenarioReader, other))?.updated_at).toBe('2026-11-18T11:08:40.000Z');
  });

  it('tells the caller, the criteria and what a start takes', () => {
    const detail = toTestDetail(mustRead(scenarioReader, wire), OPTIONS);
    expect(detail).toMatchObject({
      caller: 'Ann. In a hurry.\nMission: Book a slot.\nEnds after 12 turns at the latest.',
      success_criteria: ['Books: Books the slot.', 'Polite: Stays polite.', 'Short'],
      success_rule: 'all',
    });
    expect(Object.keys(detail?.options ?? {})).toEqual([
      'agent',
      'repeat',
      'name',
      ...Object.keys(OPTIONS).map((name) => `provider_options.${name}`),
    ]);
    expect(detail?.options?.['provider_options.data']).toContain('variables');
  });

  it('does without everything but an id', () => {
    expect(toTestDetail(mustRead(scenarioReader, { _id: 's' }), {})).toMatchObject({ name: 's', success_criteria: [] });
    expect(toTestBrief(mustRead(scenarioReader, { name: 'x' }))).toBeUndefined();
  });

  it.each([
    [{ flowReferenceId: 'ref', flowId: 'id' }, 'ref'],
    [{ flowId: 'id' }, 'id'],
    [{ flowId: null }, undefined],
  ])('names its flow in %j', (flow, expected) => {
    expect(flowOf(mustRead(scenarioReader, flow))).toBe(expected);
  });
});
