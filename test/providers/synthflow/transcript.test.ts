import { describe, expect, it } from 'vitest';
import { countTurns, toTurns } from '../../../src/providers/synthflow/transcript.ts';
import { simulationReader } from '../../../src/providers/synthflow/wire.ts';
import { mustRead } from '../../support/data.ts';

function turns(timeline: unknown) {
  return toTurns(mustRead(simulationReader, { timeline }).timeline) ?? [];
}
const speaker = (sender_type: unknown, type: unknown = 'message') =>
  turns([{ sender_type, type, value: 'x' }])[0]?.speaker;
const seconds = (...items: Record<string, unknown>[]) =>
  turns(items.map((item) => ({ value: 'x', ...item }))).map((turn) => turn.at_seconds);

describe('counting', () => {
  it.each([
    [[]],
    [[{ value: 'hello' }, { value: '  ' }, { type: 'tool_call' }, { type: '' }, {}]],
    [[{ value: null, type: 'end' }, { value: 'a', type: 'message' }, { value: null }]],
    [[{ text: 'a' }, 'b', 7, { shape: 1 }, [], { sender_type: 'agent', timestamp: 2 }]],
  ])('%o counts the turns it makes', (timeline) => {
    expect(countTurns(mustRead(simulationReader, { timeline }).timeline)).toBe(turns(timeline).length);
  });
});

describe('who speaks', () => {
  it.each([
    ['agent', 'agent'],
    ['Assistant', 'agent'],
    ['bot', 'agent'],
    ['target_agent', 'agent'],
    ['user', 'caller'],
    ['human', 'caller'],
    ['persona_agent', 'caller'],
    ['PersonaAgent', 'caller'],
    ['simulated_agent', 'caller'],
    ['transfer_target', 'unknown'],
    ['human_agent', 'unknown'],
    ['live-agent', 'unknown'],
    ['customer_service_agent', 'unknown'],
    ['operator', 'unknown'],
    ['simulated-customer', 'caller'],
    ['tool', 'tool'],
    ['function_call', 'tool'],
    ['system', 'system'],
    ['alpha', 'unknown'],
    [null, 'unknown'],
  ])('%s is the %s', (sender, expected) => {
    expect(speaker(sender)).toBe(expected);
  });

  it('a tool call stays one whoever sent it, and an event without a sender is the system', () => {
    expect(speaker('agent', 'tool_call')).toBe('tool');
    expect(speaker(null, 'system_event')).toBe('system');
    expect(speaker('agent', 'event')).toBe('agent');
  });
});

describe('what is said', () => {
  it('keeps the order, numbers the turns, leaves out items that say nothing', () => {
    const said = turns([{ value: 'one' }, {}, { value: '  ' }, null, { value: 'two' }]);
    expect(said.map(({ index, text }) => [index, text])).toEqual([
      [0, 'one'],
      [1, 'two'],
    ]);
  });

  it('shows an event by its type and an object as JSON', () => {
    expect(turns([{ type: 'call_end' }])[0]?.text).toBe('[call_end]');
    expect(turns([{ value: { tool: 'book' } }])[0]?.text).toBe('{"tool":"book"}');
  });

  const SAID = [
    { sender_type: 'user', value: 'one' },
    { sender_type: 'agent', value: 'two' },
  ];
  it.each([
    ['JSON text', JSON.stringify(SAID)],
    ['JSON text of JSON text', JSON.stringify(JSON.stringify(SAID))],
    ['JSON text of an object', JSON.stringify({ items: SAID })],
    ['items', { items: SAID }],
    ['turns', { turns: SAID, count: 2 }],
    ['messages', { messages: SAID }],
    ['items as JSON text', { items: JSON.stringify(SAID) }],
    ['an object keyed by number', { 0: SAID[0], 1: SAID[1] }],
    ['an object keyed by number from 9 on', { 10: SAID[1], 9: SAID[0] }],
    ['other names of the members', SAID.map(({ sender_type: role, value: content }) => ({ role, content }))],
    ['texts in objects', SAID.map(({ sender_type, value: text }) => ({ sender_type, value: { text } }))],
  ])('is read from %s', (_, timeline) => {
    expect(toTurns(timeline)).toEqual([
      { index: 0, speaker: 'caller', text: 'one' },
      { index: 1, speaker: 'agent', text: 'two' },
    ]);
    expect(countTurns(timeline)).toBe(2);
  });

  it.each([[undefined], [null], [''], ['Hello.'], [42], [{}], [{ note: 'none' }], [{ items: 'none' }], ['{"broken"']])(
    'is not known of %j',
    (timeline) => {
      expect(toTurns(timeline)).toBeUndefined();
      expect(countTurns(timeline)).toBeUndefined();
    },
  );

  it('is empty only where an empty list came', () => {
    for (const empty of [[], '[]', { items: [] }]) expect(toTurns(empty)).toEqual([]);
  });

  it('leaves the place of what cannot be shown, and shows the rest as text', () => {
    const items = [{ value: ['a', 1] }, { value: 42 }, { shape: { of: 1 } }, 'plain', 7, ['x'], { value: false }];
    expect(turns(items).map((turn) => turn.text)).toEqual([
      '["a",1]',
      '42',
      '[object that cannot be shown]',
      'plain',
      '7',
      '["x"]',
      'false',
    ]);
  });
});

describe('when it is said', () => {
  const at = (s: number) => new Date(Date.parse('2026-11-22T10:00:00Z') + s * 1000).toISOString();

  it.each([
    ['numbers', [{ timestamp: 0.5 }, { timestamp: 4 }]],
    ['texts', [{ timestamp: '0.5' }, { timestamp: '4' }]],
    ['clock times', [{ timestamp: '0:00.5' }, { timestamp: '0:04' }]],
    [
      'milliseconds beside dates',
      [
        { timestamp: 500, timestamp_datetime: at(0.5) },
        { timestamp: 4000, timestamp_datetime: at(4) },
      ],
    ],
    [
      'seconds beside dates',
      [
        { timestamp: 0.5, timestamp_datetime: at(0.5) },
        { timestamp: 4, timestamp_datetime: at(4) },
      ],
    ],
  ])('reads %s as seconds from the start', (_, items) => {
    expect(seconds(...items)).toEqual([0.5, 4]);
  });

  it.each([
    ['epoch seconds', [{ timestamp: 1795341600 }, { timestamp: 1795341603.5 }]],
    ['epoch milliseconds', [{ timestamp: 1795341600000 }, { timestamp: '1795341603500' }]],
    ['dates only', [{ timestamp_datetime: at(0) }, { timestamp_datetime: at(3.5) }]],
    ['dates where a number belongs', [{ timestamp: at(0) }, { timestamp: at(3.5) }]],
  ])('counts %s from the first turn', (_, items) => {
    expect(seconds(...items)).toEqual([0, 3.5]);
  });

  it('takes offsets of many hours for milliseconds', () => {
    expect(seconds({ timestamp: 1500 }, { timestamp: 61_000 })).toEqual([1.5, 61]);
  });

  it('gives no time to a turn that is dated before the first', () => {
    expect(seconds({ timestamp_datetime: at(5) }, { timestamp_datetime: at(3) })).toEqual([0, undefined]);
  });

  it('says nothing where it knows nothing', () => {
    expect(seconds({}, { timestamp: 'soon' }, { timestamp: -3 }, { timestamp: '' })).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
