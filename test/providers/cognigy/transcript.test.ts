import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversationOf, toOutline, toTurns, turnsIn } from '../../../src/providers/cognigy/transcript.ts';
import { runReader } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const read = (turns: unknown[]) => toTurns(turns);
const speakers = (turns: unknown[]) => read(turns).turns.map((turn) => turn.speaker);

describe('who speaks', () => {
  it('is the caller first and then in turns, marked as inferred, when nobody says', () => {
    const read3 = read([{ text: 'Hello!' }, { text: 'Good morning.' }, { text: 'I need a slot.' }]);
    expect(read3.turns.map((turn) => turn.speaker)).toEqual(['caller', 'agent', 'caller']);
    expect(read3.speaker_inferred).toBe(true);
  });

  it.each([
    [
      'role',
      [
        { role: 'assistant', text: 'a' },
        { role: 'user', text: 'b' },
      ],
    ],
    [
      'source',
      [
        { source: 'bot', text: 'a' },
        { source: 'user', text: 'b' },
      ],
    ],
    [
      'data.source',
      [
        { data: { source: 'bot' }, text: 'a' },
        { data: { source: 'user' }, text: 'b' },
      ],
    ],
    [
      'other words',
      [
        { role: 'AI_AGENT', text: 'a' },
        { sender: 'Customer', text: 'b' },
      ],
    ],
  ])('is believed when %s says it', (_, turns) => {
    const conversation = read(turns);
    expect(conversation.turns.map((turn) => turn.speaker)).toEqual(['agent', 'caller']);
    expect(conversation.speaker_inferred).toBe(false);
  });

  it('stays unknown for the silent turns of a transcript that says it elsewhere', () => {
    expect(speakers([{ role: 'assistant', text: 'a' }, { text: 'b' }])).toEqual(['agent', 'unknown']);
  });

  it('is not read from words that mean nobody', () => {
    expect(speakers([{ role: 'turn', text: 'a' }, { text: 'b' }])).toEqual(['caller', 'agent']);
  });
});

describe('what is said and when', () => {
  it('follows the numbering, not the list', () => {
    const turns = [
      { sequence: 1, text: 'second' },
      { sequence: 0, text: 'first' },
    ];
    expect(read(turns).turns).toEqual([
      { index: 0, speaker: 'caller', text: 'first' },
      { index: 1, speaker: 'agent', text: 'second' },
    ]);
  });

  it('keeps the list where some turns have no number', () => {
    expect(read([{ sequence: 5, text: 'a' }, { text: 'b' }]).turns.map((turn) => turn.text)).toEqual(['a', 'b']);
  });

  it('leaves empty turns out without losing count of who speaks', () => {
    expect(read([{ text: 'a' }, { text: ' ', data: {} }, { text: 'c' }]).turns).toEqual([
      { index: 0, speaker: 'caller', text: 'a' },
      { index: 1, speaker: 'caller', text: 'c' },
    ]);
  });

  it('shows the data of a turn without words', () => {
    expect(read([{ text: '', data: { quickReplies: ['yes'] } }]).turns[0]?.text).toBe(
      '[data] {"quickReplies":["yes"]}',
    );
  });

  it.each([
    ['milliseconds', [1_795_000_000_000, 1_795_000_012_500], 12.5],
    ['seconds', [1_795_000_000, 1_795_000_012], 12],
    ['texts', ['2026-11-20T08:00:00Z', '2026-11-20T08:00:12.5Z'], 12.5],
  ])('tells seconds from the first turn, from %s', (_, [from, to], seconds) => {
    const conversation = read([
      { text: 'a', createdAt: from },
      { text: 'b', createdAt: to },
    ]);
    expect(conversation.turns.map((turn) => turn.at_seconds)).toEqual([0, seconds]);
    expect(conversation.span).toBe(seconds);
  });

  it('reads nothing from nothing', () => {
    expect(toTurns([])).toEqual({ turns: [], speaker_inferred: false });
  });
});

describe('turns that say something in another form', () => {
  it.each([
    ['a number', { text: 7 }, '7'],
    ['several texts', { text: ['Hello.', 'How can I help?'] }, 'Hello. How can I help?'],
    ['an object with a text', { text: { text: 'Hello.' } }, 'Hello.'],
    ['an object of another kind', { text: { found: true } }, '{"found":true}'],
    ['a message', { message: 'Hello.' }, 'Hello.'],
    ['contents', { content: [{ type: 'text', text: 'Hello.' }] }, 'Hello.'],
    ['a bare text', 'Hello.', 'Hello.'],
    ['buttons without words', { id: 't', buttons: [{ label: 'Yes' }] }, '[object that cannot be shown]'],
    ['a bare number', 42, '[number that cannot be shown]'],
    ['a list', ['Hello.'], '[list that cannot be shown]'],
    ['nothing at all', null, '[entry that cannot be shown]'],
  ])('%s', (_, turn, text) => {
    expect(read([{ text: 'Hi' }, turn]).turns.map((one) => one.text)).toEqual(['Hi', text]);
  });

  it.each([
    [{}],
    [{ id: 't', sequence: 3, createdAt: 1 }],
    [{ text: '', data: {} }],
    [{ text: {}, buttons: [] }],
    [''],
  ])('%j says nothing', (turn) => {
    expect(read([turn]).turns).toEqual([]);
  });
});

describe('what holds the turns', () => {
  const TURNS = [{ text: 'a' }, { text: 'b' }];

  it.each([
    ['a list', TURNS],
    ['items', { items: TURNS, total: 2 }],
    ['data', { data: TURNS }],
    ['JSON', JSON.stringify(TURNS)],
    ['JSON of items', JSON.stringify({ items: TURNS })],
    ['numbers', { 1: TURNS[1], 0: TURNS[0] }],
    ['many numbers', Object.fromEntries(TURNS.map((turn, index) => [index * 9 + 1, turn]))],
  ])('may be %s', (_, value) => {
    expect(turnsIn(value)).toEqual(TURNS);
  });

  it.each([
    ['Customer: a'],
    [7],
    [true],
    [{ first: TURNS }],
    ['"a"'],
    ['7'],
    [{ items: 'a' }],
    [{ items: { items: { items: { items: [] } } } }],
  ])('is not known as %j', (value) => {
    expect(turnsIn(value)).toBeUndefined();
    const run = mustRead(runReader, { id: 'r', turns: value, metrics: { success: true } });
    expect(() => conversationOf(run, true)).toThrow(/could not be read: Cognigy sent it as an? /);
  });

  const conversation = (run: Record<string, unknown>, judged = true) =>
    conversationOf(mustRead(runReader, { id: 'r', ...run }), judged).turns;

  it('is empty where it was read and is', () => {
    expect(conversation({ turns: [], totalTurns: 0 })).toEqual([]);
    expect(conversation({ turns: [] })).toEqual([]);
    expect(conversation({ totalTurns: 0 })).toEqual([]);
    expect(conversation({}, false)).toEqual([]);
  });

  it.each([
    ['nothing where turns are counted', { turns: [], totalTurns: 4 }],
    ['null where turns are counted', { turns: null, totalTurns: '4' }],
    ['an empty object where turns are counted', { turns: {}, totalTurns: 4 }],
    ['no member at all of a run that was judged', {}],
  ])('could not be read: %s', (_, run) => {
    expect(() => conversation(run)).toThrow(/could not be read/);
  });
});

it('an outline says of a conversation what reading all of it says', () => {
  const few = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const record = fc.record({
    sequence: few<unknown>(0, 1, 2, '3', 4, -5, 'x'),
    text: few<unknown>('a', '', ' ', 7, null),
    data: few<unknown>({}, { a: 1 }, '', 'x', null),
    buttons: few<unknown>([], [1], 'x'),
    createdAt: few<unknown>(1_700_000_000_000, 1_700_000_001, '2026-07-01T10:00:00Z', '2026-07-01', 'never', 0, {}),
  });
  const turn = fc.oneof({ weight: 5, arbitrary: record }, fc.constantFrom<unknown>('Hi', '', null, 3, [], true));
  const allNumbered = record.map((one, index = 0) => ({ ...one, sequence: Number(one.sequence) || index }));
  fc.assert(
    fc.property(fc.oneof(fc.array(turn), fc.array(allNumbered)), (raw) => {
      const { turns, span, began } = toTurns(raw);
      expect(toOutline(raw)).toEqual({ turns: turns.length, span, began });
    }),
    { numRuns: 2_000 },
  );
});
