/** Transcripts (F), on Coval: "no turns" is said only of a transcript that was read and is empty. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { coval } from './coval-world.ts';
import { headline } from './honesty.ts';
import { expectError, said } from './outcomes.ts';

const ask = askingFor('coval');
const messages = [
  { role: 'user', content: 'I want my money back.' },
  { role: 'assistant', content: 'Let me see.' },
];
const turnsOf = async (transcript: unknown) => {
  const world = coval({ simulations: 1, transcript: () => transcript });
  return ask(world, 'get_transcript', { run: world.run(0), limit: 100 });
};

describe('messages in another member', () => {
  it.each(['utterances', 'items'])('%s are its turns', async (name) => {
    const answer = await turnsOf({ [name]: messages });
    expect(headline(answer)).not.toMatch(/has no turns/);
    expect(list(at(answer.data, 'turns')), said(answer)).toMatchObject([
      { speaker: 'caller', text: 'I want my money back.' },
      { speaker: 'agent', text: 'Let me see.' },
    ]);
  });

  it('that nobody knows are an error, not silence', async () => {
    const answer = await turnsOf({ dialogue_v9: { parts: messages } });
    expect(headline(answer)).not.toMatch(/has no turns/);
    if (answer.isError) expectError(answer, /read/i);
    else expect(answer.text).toMatch(/money back/);
  });

  it('search_transcripts finds them, or says that they could not be read', async () => {
    const world = coval({ simulations: 3, transcript: () => ({ utterances: messages }) });
    const answer = await ask(world, 'search_transcripts', { session: world.session, query: 'money' });
    expect(headline(answer)).not.toMatch(/had no transcript/);
    expect(list(at(answer.data, 'matches'))).toHaveLength(3);
  });
});

it('a transcript that was read and is empty has no turns', async () => {
  const answer = await turnsOf([]);
  expect(answer.isError, said(answer)).toBe(false);
  expect(headline(answer)).toMatch(/no turns/);
});

describe('audio in a message', () => {
  const sound = `UklGRiQAAABXQVZFZm10IBAAAAABAAEA${'QUJDREVGR0g'.repeat(40)}==`;
  const spoken = { type: 'text', text: 'Good day.' };
  it.each([
    ['as an object', { type: 'audio', data: sound }],
    ['as a part beside words', [{ type: 'input_audio', input_audio: { data: sound, format: 'wav' } }, spoken]],
    ['as an address that holds it', `data:audio/wav;base64,${sound}`],
    ['as bare text', sound],
  ])('(%s) is not printed as speech', async (_, content) => {
    const answer = await turnsOf([{ role: 'assistant', content }, ...messages]);
    expect(answer.text).not.toMatch(/QUJDREVGR0gQUJDREVGR0g/);
    expect(JSON.stringify(answer.data)).not.toMatch(/QUJDREVGR0gQUJDREVGR0g/);
    expect(list(at(answer.data, 'turns')), said(answer)).toHaveLength(3);
    if (Array.isArray(content)) expect(answer.text).toMatch(/Good day/);
  });
});

describe('roles that are written in another way', () => {
  it('a tool call has its name', async () => {
    const call = { role: 'tool_call_invocation', name: 'lookup_order', arguments: '{"order":7}' };
    const answer = await turnsOf([...messages, call]);
    const turn = list(at(answer.data, 'turns'))[2];
    expect(at(turn, 'speaker')).toBe('tool');
    expect(String(at(turn, 'text'))).toMatch(/lookup_order/);
  });

  it('a bot with a member `message` is the agent, and is heard', async () => {
    const answer = await turnsOf([{ role: 'bot', message: 'Which order is it?' }, ...messages]);
    expect(list(at(answer.data, 'turns'))[0]).toMatchObject({ speaker: 'agent', text: 'Which order is it?' });
  });

  it('a role that nobody knows is unknown, and is heard', async () => {
    const answer = await turnsOf([{ role: 'transfer_target', content: 'Human desk.' }, ...messages]);
    expect(list(at(answer.data, 'turns'))[0]).toMatchObject({ speaker: 'unknown', text: 'Human desk.' });
  });
});
