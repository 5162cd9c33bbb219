import { describe, expect, it } from 'vitest';
import { batchIn } from '../../../src/providers/cognigy/start.ts';

describe('the batch in an answer to run now', () => {
  it.each([
    ['id', { id: 'b', simulationReference: 's' }],
    ['_id', { _id: 'b' }],
    ['referenceId', { referenceId: 'b' }],
    ['simulationRunBatchId', { message: 'ok', simulationRunBatchId: 'b' }],
    ['simulationRunBatchReference', { id: 'r', simulationRunBatchReference: 'b' }],
    ['batch.id', { batch: { id: 'b' } }],
    ['batch as text', { batch: 'b' }],
    ['data.id', { data: { _id: 'b' } }],
    ['simulationRunBatch', { success: true, simulationRunBatch: { id: 'b' } }],
    ['its runs', [{ id: 'r1', turns: [], simulationRunBatchReference: 'b' }]],
    ['its runs in data', { data: [{ id: 'r1', simulationRunBatchReference: 'b' }] }],
  ])('%s', (_, body) => {
    expect(batchIn(body, 's')).toBe('b');
  });

  it.each([
    ['the scenario', { id: 's2', persona: 'In a hurry', mission: 'Book', successCriteria: [] }],
    ['the scenario by its id', { id: 's' }],
    ['a scheduler', { scheduler: { id: 'x' } }],
    ['a bare scheduler', { id: 'x', enableSchedule: true }],
    ['a run', { id: 'r', turns: [] }],
    ['nothing', undefined],
    ['an empty object', {}],
    ['a text', 'accepted'],
    ['an empty list', []],
    ['an empty id', { id: ' ' }],
  ])('is not %s', (_, body) => {
    expect(batchIn(body, 's')).toBeUndefined();
  });
});
