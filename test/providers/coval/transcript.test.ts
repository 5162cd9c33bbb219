import { describe, expect, it } from 'vitest';
import { readTranscript, spokenSeconds } from '../../../src/providers/coval/transcript.ts';

describe('transcripts', () => {
  it.each([null, undefined, [], '', '[]', '   ', 7, {}])('%j is no turn', (transcript) => {
    expect(readTranscript(transcript)).toEqual([]);
    expect(spokenSeconds(transcript)).toBeUndefined();
  });

  it('reads documented offsets as milliseconds', () => {
    const message = { role: 'assistant', content: 'Hi', start_timestamp: '1.5', start_offset: 1500, end_offset: 2500 };
    expect(readTranscript([message])).toEqual([{ index: 0, speaker: 'agent', at_seconds: 1.5, text: 'Hi' }]);
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
    expect(readTranscript([{ role: 'user', content: 'x', ...timing }])[0]?.at_seconds).toBe(at);
  });

  it('counts clock times from the first', () => {
    const turns = readTranscript([
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
    ['narrator', 'unknown'],
    [undefined, 'unknown'],
  ])('role %s is the %s', (role, speaker) => {
    expect(readTranscript([{ role, content: 'x' }])[0]?.speaker).toBe(speaker);
  });

  it('reads tool calls in both forms', () => {
    const call = { role: 'assistant', is_tool_call: true, name: 'book', content: '{"arguments": {"day": "Mon"}}' };
    expect(readTranscript([call])[0]).toMatchObject({ speaker: 'tool', text: 'book({"day":"Mon"})' });
    expect(readTranscript([{ ...call, tool_call_owner: 'user', name: 'keypad', content: '1' }])[0]?.text).toBe(
      'keypad(1) (by the caller)',
    );
    const tool_calls = [
      { function: { name: 'book', arguments: '{"day":"Mon"}' } },
      { name: 'log', arguments: { a: 1 } },
    ];
    const both = readTranscript([
      { role: 'assistant', content: 'One moment.', tool_calls },
      { role: 'assistant', content: null, tool_calls },
    ]);
    expect(both[0]).toMatchObject({ speaker: 'agent', text: 'One moment. book({"day":"Mon"}) log({"a":1})' });
    expect(both[1]?.speaker).toBe('tool');
  });

  it('keeps one turn per message, so that message indices fit', () => {
    const turns = readTranscript([
      'loose text',
      null,
      { role: 'user', content: ['a', { type: 'text', text: 'b' }] },
      { role: 'user', content: { x: 1 } },
    ]);
    expect(turns.map((turn) => [turn.index, turn.text])).toEqual([
      [0, 'loose text'],
      [1, ''],
      [2, 'a b'],
      [3, '{"x":1}'],
    ]);
  });

  it('reads a list sent as JSON text, in an object, or as plain text', () => {
    const list = [{ role: 'user', content: 'Hello' }];
    expect(readTranscript(JSON.stringify(list))).toEqual(readTranscript(list));
    expect(readTranscript(JSON.stringify({ messages: list }))).toEqual(readTranscript(list));
    expect(readTranscript({ transcript: list })).toEqual(readTranscript(list));
    expect(readTranscript('no json at all')).toEqual([{ index: 0, speaker: 'unknown', text: 'no json at all' }]);
    expect(readTranscript('[broken')).toHaveLength(1);
  });
});
