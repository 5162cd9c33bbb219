import { describe, expect, it } from 'vitest';
import { spokenSeconds, toTurns } from '../../../src/providers/coval/transcript.ts';

describe('transcripts', () => {
  it.each([
    null,
    undefined,
    [],
    '',
    '[]',
    '   ',
    { messages: [] },
    { turns: [] },
    { messages: null },
    { transcript: { items: [] } },
  ])('%j is no turn', (transcript) => {
    expect(toTurns(transcript)).toEqual([]);
    expect(spokenSeconds(transcript)).toBeUndefined();
  });

  it.each([7, true, {}, { found: true }, { items: 7 }, { messages: { a: 1 } }, '[{"role": "user", "cont'])(
    '%j could not be read',
    (transcript) => {
      expect(() => toTurns(transcript)).toThrow('transcript could not be read');
      expect(spokenSeconds(transcript)).toBeUndefined();
    },
  );

  it('finds messages under any name, nested, and as text', () => {
    const list = [{ role: 'bot', message: 'Hello' }];
    const turns = [{ index: 0, speaker: 'agent', text: 'Hello' }];
    for (const one of [
      { utterances: list },
      { items: list },
      { turns: list },
      { transcript: { items: list } },
      { transcript: { messages: { entries: list } } },
      { messages: JSON.stringify(list) },
      JSON.stringify({ data: { turns: list } }),
      JSON.stringify(JSON.stringify(list)),
      { 0: list[0] },
      list[0],
      { messages: null, items: list },
    ])
      expect(toTurns(one), JSON.stringify(one)).toEqual(turns);
    expect(toTurns({ text: 'Hello' })).toEqual([{ index: 0, speaker: 'unknown', text: 'Hello' }]);
  });

  it('never prints sound as speech', () => {
    const sound = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 37) % 256)).toString('base64');
    for (const content of [
      sound,
      `data:audio/wav;base64,${sound}`,
      [{ type: 'input_audio', input_audio: { data: sound, format: 'wav' } }],
      [{ type: 'audio', data: sound }],
      { audio: sound },
      { data: sound, type: 'audio/wav' },
    ])
      expect(toTurns([{ role: 'user', content }])[0]?.text, JSON.stringify(content).slice(0, 60)).toBe('[audio]');
    const both = [
      { type: 'text', text: 'Hello' },
      { type: 'audio', data: sound },
    ];
    expect(toTurns([{ role: 'user', content: both }])[0]?.text).toBe('Hello [audio]');
    expect(toTurns([{ role: 'user', audio: sound }])[0]?.text).toBe('[audio]');
    expect(toTurns([{ role: 'user', content: { data: sound } }])[0]?.text).toBe('{"data":"[audio]"}');
    const spoken = 'My booking number is AB12 and I would like to come on Tuesday at 10 if that works for you';
    expect(toTurns([{ role: 'user', content: spoken }])[0]?.text).toBe(spoken);
  });

  it('reads documented offsets as milliseconds', () => {
    const message = { role: 'assistant', content: 'Hi', start_timestamp: '1.5', start_offset: 1500, end_offset: 2500 };
    expect(toTurns([message])).toEqual([{ index: 0, speaker: 'agent', at_seconds: 1.5, text: 'Hi' }]);
    expect(spokenSeconds([message])).toBe(2.5);
  });

  it.each([
    [{ start_timestamp: '3.25' }, 3.25],
    [{ start_time: 3.25 }, 3.25],
    [{ start_time: '3.25' }, 3.25],
    [{ start_time: 'soon' }, undefined],
    [{ start_offset: null, start_time: 2 }, 2],
    [{}, undefined],
  ])('timing %j is %s', (timing, at) => {
    expect(toTurns([{ role: 'user', content: 'x', ...timing }])[0]?.at_seconds).toBe(at);
  });

  it('counts clock times from the first', () => {
    const turns = toTurns([
      { role: 'user', content: 'a', start_time: 1_760_000_000 },
      { role: 'assistant', content: 'b', start_time: 1_760_000_004.5 },
    ]);
    expect(turns.map((turn) => turn.at_seconds)).toEqual([0, 4.5]);
  });

  it.each([
    ['user', 'caller'],
    ['persona', 'caller'],
    ['assistant', 'agent'],
    ['Agent', 'agent'],
    ['system', 'system'],
    ['tool', 'tool'],
    ['function', 'tool'],
    ['tool_call_invocation', 'tool'],
    ['Bot', 'agent'],
    ['human', 'caller'],
    ['constructor', 'unknown'],
    ['narrator', 'unknown'],
    [undefined, 'unknown'],
  ])('role %s is the %s', (role, speaker) => {
    expect(toTurns([{ role, content: 'x' }])[0]?.speaker).toBe(speaker);
  });

  it('reads tool calls in both forms', () => {
    const call = { role: 'assistant', is_tool_call: true, name: 'book', content: '{"arguments": {"day": "Mon"}}' };
    expect(toTurns([call])[0]).toMatchObject({ speaker: 'tool', text: 'book({"day":"Mon"})' });
    expect(toTurns([{ ...call, tool_call_owner: 'user', name: 'keypad', content: '1' }])[0]?.text).toBe(
      'keypad(1) (by the caller)',
    );
    const tool_calls = [
      { function: { name: 'book', arguments: '{"day":"Mon"}' } },
      { name: 'log', arguments: { a: 1 } },
    ];
    const both = toTurns([
      { role: 'assistant', content: 'One moment.', tool_calls },
      { role: 'assistant', content: null, tool_calls },
    ]);
    expect(both[0]).toMatchObject({ speaker: 'agent', text: 'One moment. book({"day":"Mon"}) log({"a":1})' });
    expect(both[1]?.speaker).toBe('tool');
    const [invoked, answered, single] = toTurns([
      { role: 'tool_call_invocation', name: 'book', arguments: '{"day":"Mon"}' },
      { role: 'tool_call_result', content: 'done' },
      { role: 'assistant', content: '', tool_calls: { name: 'log', arguments: { a: 1 } } },
    ]);
    expect(invoked).toMatchObject({ speaker: 'tool', text: 'book({"day":"Mon"})' });
    expect(answered).toMatchObject({ speaker: 'tool', text: 'done' });
    expect(single).toMatchObject({ speaker: 'tool', text: 'log({"a":1})' });
  });

  it('keeps one turn per message, so that message indices fit', () => {
    const turns = toTurns([
      'loose text',
      null,
      { role: 'user', content: ['a', { type: 'text', text: 'b' }] },
      { role: 'user', content: { x: 1 } },
      { role: 'user', content: { text: { value: 'c' } } },
      { role: 'user', content: 42 },
      { role: 'user', found: true },
      { role: 'user', content: '' },
    ]);
    expect(turns.map((turn) => [turn.index, turn.text])).toEqual([
      [0, 'loose text'],
      [1, '[empty row]'],
      [2, 'a b'],
      [3, '{"x":1}'],
      [4, 'c'],
      [5, '42'],
      [6, '[object that cannot be shown]'],
      [7, ''],
    ]);
  });

  it('reads a list sent as JSON text, in an object, or as plain text', () => {
    const list = [{ role: 'user', content: 'Hello' }];
    expect(toTurns(JSON.stringify(list))).toEqual(toTurns(list));
    expect(toTurns(JSON.stringify({ messages: list }))).toEqual(toTurns(list));
    expect(toTurns({ transcript: list })).toEqual(toTurns(list));
    expect(toTurns('no json at all')).toEqual([{ index: 0, speaker: 'unknown', text: 'no json at all' }]);
    expect(toTurns('[broken')).toHaveLength(1);
  });
});
