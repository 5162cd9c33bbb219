import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countTurns, toTurns } from '../../../src/providers/synthflow/timeline.ts';
import { instant, iso } from '../../../src/providers/synthflow/times.ts';
import { simulationReader } from '../../../src/providers/synthflow/wire.ts';
import { mustRead } from '../../support/data.ts';

function turns(timeline: unknown[]) {
  return toTurns(mustRead(simulationReader, { timeline }).timeline);
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
  ])('%o counts the turns it makes', (timeline) => {
    expect(countTurns(mustRead(simulationReader, { timeline }).timeline ?? [])).toBe(turns(timeline).length);
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

  it('is nothing without a timeline', () => {
    expect(toTurns(undefined)).toEqual([]);
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

describe('moments', () => {
  const zone = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = 'America/New_York';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it.each([
    ['2026-11-22T10:00:00Z'],
    ['2026-11-22T10:00:00'],
    ['2026-11-22T10:00:00.000000'],
    ['2026-11-22 10:00:00+00:00'],
    ['2026-11-22T11:00:00+0100'],
    ['1795341600'],
    ['1795341600000'],
  ])('reads %s as UTC, wherever it is read', (text) => {
    expect(new Date(2026, 10, 22).getTimezoneOffset()).toBe(300);
    expect(iso(text)).toBe('2026-11-22T10:00:00.000Z');
  });

  it.each(['string', '', '17', '2026-13-45T10:00:00Z', undefined])('does not read %s', (text) => {
    expect(instant(text)).toBeUndefined();
  });
});
