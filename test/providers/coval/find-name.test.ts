import { expect, it } from 'vitest';
import { correlated } from '../../../src/providers/coval/find.ts';
import { at, text } from '../../support/data.ts';

it('a run that was given no name is named by its test, without quotation marks of ours', () => {
  const body = { agent_id: 'a', persona_id: 'p', test_set_id: 't', metadata: {} };
  const sent = correlated({ label: '"Urgent calls": 8 cases', runs: 8, body, correlation_id: 'c0ffee' });
  const name = text(at(at(sent, 'metadata'), 'display_name'));
  expect(name).toMatch(/^Urgent calls: 8 cases/);
});
