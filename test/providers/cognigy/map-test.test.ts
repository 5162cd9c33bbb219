import { describe, expect, it } from 'vitest';
import { packagesIn, toScenarioBody } from '../../../src/providers/cognigy/authoring.ts';
import { flowOf, toTestBrief, toTestDetail } from '../../../src/providers/cognigy/map-test.ts';
import { OPTIONS } from '../../../src/providers/cognigy/options.ts';
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
    expect(toTestBrief(mustRead(scenarioReader, wire), 'Main flow')).toEqual({
      ref: 'cognigy/case/s',
      kind: 'case',
      name: 'Booking',
      provider: 'cognigy',
      agent: 'Main flow',
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

describe('drafts', () => {
  const draft = {
    simulationName: 'Booking',
    personaName: 'Ann',
    personaDescription: 'In a hurry.',
    mission: 'Book a slot.',
    successCriteria: [{ name: 'Books', text: 'Books the slot.' }],
  };
  const body = {
    name: 'Booking',
    persona: 'In a hurry.',
    personaName: 'Ann',
    mission: 'Book a slot.',
    successCriteria: [{ type: 'text', params: { name: 'Books', text: 'Books the slot.' } }],
  };

  it.each([
    ['name and text', [{ name: 'Books', text: 'Books the slot.' }]],
    ['name and description', [{ name: 'Books', description: 'Books the slot.' }]],
    ['the stored form', [{ type: 'text', params: { name: 'Books', text: 'Books the slot.' } }]],
  ])('become scenarios, their criteria given as %s', (_, successCriteria) => {
    expect(toScenarioBody(mustRead(scenarioReader, { ...draft, successCriteria }))).toEqual(body);
  });

  it('keep criteria of a type that nobody has described', () => {
    const tool = { type: 'toolCall', params: { tool: 'book' } };
    expect(toScenarioBody(mustRead(scenarioReader, { ...draft, successCriteria: [tool] })).successCriteria).toEqual([
      tool,
    ]);
  });

  it.each([
    ['scenarios', { success: true, scenarios: [draft, draft] }, 2],
    ['personaPackages', { personaPackages: [draft] }, 1],
    ['packages', { packages: [draft] }, 1],
    ['personaPackage', { success: true, personaPackage: draft, metadata: {} }, 1],
    ['data', { data: [draft] }, 1],
    ['data of one', { data: draft }, 1],
    ['an array', [draft], 1],
    ['itself', draft, 1],
    ['nothing', { success: false }, 0],
    ['no answer', undefined, 0],
  ])('are found under %s', (_, answer, count) => {
    expect(packagesIn(answer).map(toScenarioBody)).toEqual(Array(count).fill(body));
  });
});
