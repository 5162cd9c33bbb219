import { describe, expect, it } from 'vitest';
import { revisionOfAssistant, toAgent, toAgentBrief, withTrigger } from '../../../src/providers/synthflow/map-agent.ts';
import { actionIdsOf, actionReader, assistantsReader, phoneNumbersOf } from '../../../src/providers/synthflow/wire.ts';

const NOTHING = { actions: [], unread: 0, suites: [] };
const action = (name: string, further = {}) => {
  const read = actionReader({ action_id: `id-${name}`, action_type: 'CUSTOM_ACTION', name, ...further });
  if (!read) throw new Error('It could not be read.');
  return read;
};

describe('an assistant', () => {
  it('is read from a list, an object, alone, and from an empty list as none', () => {
    const one = { model_id: 'a-1', name: 'Desk' };
    for (const form of [{ assistants: [one] }, { assistants: one }, one, [one]])
      expect(assistantsReader(form)).toEqual({ assistants: [one] });
    for (const form of [{ assistants: [] }, { assistants: null }])
      expect(assistantsReader(form)).toEqual({ assistants: [] });
    for (const form of [{}, 'x', { assistants: 7 }, { name: 'Desk' }]) expect(assistantsReader(form)).toBeUndefined();
  });

  it('shows numbers as they came: as JSON, or as the text that the vendor wrote', () => {
    const { parts } = toAgent(
      'a',
      { agent: { voice_speed: '1.0', min_words_to_interrupt: 2, voice_stability: 0.5 } },
      NOTHING,
    );
    const of = (id: string) => parts.find((part) => part.id === id);
    expect(of('voice.speed')).toMatchObject({ text: '1.0', form: 'text' });
    expect(of('turn_taking.min_words_to_interrupt')).toMatchObject({ text: '2', form: 'json' });
    expect(of('voice.stability')).toMatchObject({ text: '0.5', form: 'json' });
  });

  it('shows no member without a row, and counts it', () => {
    const agent = toAgent('a', { agent: { prompt: 'x', new_key: 'sk-123' }, secret: { deep: 'sk-456' } }, NOTHING);
    expect(agent.hidden).toBe(2);
    expect(JSON.stringify(agent)).not.toMatch(/sk-/);
  });

  it('has a revision of its content, hidden members included, not of its times', () => {
    const of = (further: object) => revisionOfAssistant({ model_id: 'a', agent: { prompt: 'x' }, ...further });
    expect(of({ updated_at: '2026-01-01', created_at: '2025-01-01' })).toBe(of({}));
    expect(of({ external_webhook_url: 'https://x' })).not.toBe(of({}));
  });

  it('has the numbers that reach it once each, in every form', () => {
    const numbers = { phone_number: '+1', attached_phone_numbers: [{ number: '+1' }, '+2', { sid: 'x' }, null] };
    expect(phoneNumbersOf(numbers)).toEqual(['+1', '+2']);
    expect(phoneNumbersOf({})).toEqual([]);
  });

  it('has actions by id, and takes whole ones for theirs', () => {
    expect(actionIdsOf({ actions: ['a', { action_id: 'b' }, { id: 'c' }, 'a', null, {}] })).toEqual(['a', 'b', 'c']);
    expect(actionIdsOf({ actions: null })).toEqual([]);
  });

  it('in a list is none without an id', () => {
    expect(toAgentBrief({ id: undefined, name: 'x', type: undefined })).toBeUndefined();
    expect(toAgentBrief({ id: 'a/b', name: undefined, type: undefined })).toMatchObject({
      ref: 'synthflow/agent/a%2Fb',
      name: 'a/b',
    });
  });
});

describe('actions', () => {
  it('have parts with names of their own, which hold no id', () => {
    const actions = [action('Look up'), action('Look up'), action('***'), action('Größe')];
    const { parts } = toAgent('a', {}, { ...NOTHING, actions });
    const ids = parts.filter(({ kind }) => kind === 'tool').map(({ id }) => id);
    expect(ids).toEqual(['tool.1', 'tool.2', 'tool.3', 'tool.4']);
  });

  it('show what is documented of them, and hide the rest', () => {
    const read = action('A', { url: 'https://x?key=1', headers: [{ value: 'k' }], description: 'Does it' });
    expect(read.shown).toEqual({ name: 'A', type: 'CUSTOM_ACTION', description: 'Does it', variables: undefined });
    expect(read.hidden).toEqual(['https://x?key=1', [{ value: 'k' }]]);
    const assistant = {
      input_variables: [
        {
          action_id: 'id-A',
          trigger_condition: 'When asked',
          values: [{ name: 'n', type: 'string', example: 'sk-1' }, 7],
        },
      ],
    };
    expect(withTrigger(read, assistant).shown).toMatchObject({
      trigger: 'When asked',
      variables: [{ name: 'n', type: 'string' }],
    });
    expect(JSON.stringify(withTrigger(read, assistant).shown)).not.toContain('sk-1');
  });

  it('are read bare and in the wrapper of an agent', () => {
    for (const form of [{ action_id: 'a' }, { actions: [{ action_id: 'a' }] }, { actions: { id: 'a' } }])
      expect(actionReader(form)?.id).toBe('a');
    for (const form of [{}, { actions: [] }, 'x', { name: 'n' }]) expect(actionReader(form)).toBeUndefined();
  });
});
