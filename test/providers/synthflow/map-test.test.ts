import { describe, expect, it } from 'vitest';
import { toCaseBrief, toCaseDetail, toSuiteBrief, toSuiteDetail } from '../../../src/providers/synthflow/map-test.ts';
import { caseReader, suiteReader } from '../../../src/providers/synthflow/wire.ts';
import { mustRead } from '../../support/data.ts';

const definition = mustRead(caseReader, {
  simulation_case_id: 'c/1',
  suite_id: 'u1',
  name: 'Late cancellation',
  prompt: 'You are late.',
  type: 'custom',
  success_criteria: ['Says the fee'],
  call_success_type: 'any',
  base_agent: { model_id: '1726005822670-239735712159542050', agent_name: 'Desk' },
  updated_at: '2026-11-22T10:00:00',
});

describe('a case', () => {
  it('becomes a test with what its caller and judge are told', () => {
    expect(toCaseDetail(definition)).toMatchObject({
      ref: 'synthflow/case/c%2F1',
      kind: 'case',
      name: 'Late cancellation',
      agent: 'Desk',
      suite: 'synthflow/suite/u1',
      criteria: 1,
      updated_at: '2026-11-22T10:00:00.000Z',
      caller: 'You are late.',
      success_criteria: ['Says the fee'],
      success_rule: 'any',
    });
  });

  it('falls back to ids for missing names and leaves unknown rules out', () => {
    const bare = mustRead(caseReader, {
      simulation_case_id: 'c1',
      call_success_type: 'most',
      base_agent: { model_id: 'm' },
    });
    expect(toCaseDetail(bare)).toMatchObject({ name: 'c1', agent: 'm' });
    expect(toCaseDetail(bare)?.success_rule).toBeUndefined();
  });

  it('does not offer what only suites can do', () => {
    expect(Object.keys(toCaseDetail(definition)?.options ?? {})).toEqual(['agent', 'variables', 'repeat']);
  });

  it('is nothing without an id', () => {
    expect(toCaseBrief(mustRead(caseReader, { name: 'x' }))).toBeUndefined();
    expect(toCaseDetail(mustRead(caseReader, { name: 'x' }))).toBeUndefined();
  });
});

describe('a suite', () => {
  it('counts the summaries of a list as well as the cases of a full answer', () => {
    expect(toSuiteBrief(mustRead(suiteReader, { id: 'u1', case_summaries: [{}, {}] }))?.cases).toBe(2);
    expect(toSuiteBrief(mustRead(suiteReader, { id: 'u1', cases: [{}, {}, {}] }))?.cases).toBe(3);
    expect(toSuiteBrief(mustRead(suiteReader, { id: 'u1', cases: [{}, 'x', null] }))?.cases).toBe(3);
    expect(toSuiteBrief(mustRead(suiteReader, { id: 'u1' }))?.cases).toBeUndefined();
    expect(toSuiteBrief(mustRead(suiteReader, { name: 'x' }))).toBeUndefined();
  });

  it('lists its members and says what a start takes', () => {
    const suite = mustRead(suiteReader, { id: 'u1', name: 'All', model_id: 'm', language: 'es-ES' });
    const detail = toSuiteDetail(suite, [definition, mustRead(caseReader, { name: 'no id' })]);
    expect(detail).toMatchObject({
      kind: 'suite',
      agent: 'm',
      cases: 2,
      members_omitted: 1,
      language: 'es-ES',
      members: [{ ref: 'synthflow/case/c%2F1', name: 'Late cancellation' }],
    });
    expect(detail?.options?.max_turns).toContain('10 to 50');
    expect(toSuiteDetail(suite, [definition])?.members_omitted).toBeUndefined();
    expect(toSuiteDetail(suite, [definition, undefined], 3)).toMatchObject({ cases: 5, members_omitted: 4 });
  });
});
