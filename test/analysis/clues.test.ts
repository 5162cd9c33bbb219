import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClues } from '../../src/analysis/clues.ts';
import { growth } from '../support/growth.ts';

const quotes = (reason: string) => readClues(reason, '').quotes.map((quote) => quote.folded);

describe('quotes', () => {
  it.each([
    ['The agent said "we are closed".', ['we are closed']],
    ['It said “we are closed”, then “good bye now”.', ['we are closed', 'good bye now']],
    ['Der Agent sagt „wir haben zu“ und legt auf.', ['wir haben zu']],
    ['Sie hört »wir haben zu« am Ende.', ['wir haben zu']],
    ['Le dijo «ya está cerrado» sin más.', ['ya esta cerrado']],
    ["The agent replied 'I can't do that' twice.", ['i can t do that']],
    ['It answered ‘we are closed’.', ['we are closed']],
    ['calls `cancel everything` here', ['cancel everything']],
    ["The caller's name isn't used, the agent's tone is flat.", []],
    ['An unclosed "quote is only text', []],
    ['"first part ... second part"', ['first part', 'second part']],
    ['"cut short [...] then on"', ['cut short', 'then on']],
    ['Empty "" quotes', []],
  ])('%s', (reason, expected) => {
    expect(quotes(reason)).toEqual(expected);
  });

  it('knows who was speaking where the reason says so', () => {
    const [first, second] = readClues(
      'Der Kunde fragte „wann genau“, worauf der Agent sagte: „weiß nicht“.',
      '',
    ).quotes;
    expect(first?.said_by).toBe('caller');
    expect(second?.said_by).toBe('agent');
  });

  it('takes no more time where a reason made of opening marks is longer', async () => {
    expect(await growth((size) => readClues('„'.repeat(size), ''), 12_000)).toBeLessThan(0.7);
    expect(await growth((size) => readClues("'a".repeat(size), ''), 6_000)).toBeLessThan(0.7);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme' }), (reason, name) => {
        const clues = readClues(reason, name);
        for (const quote of clues.quotes) expect(quote.folded.length).toBeGreaterThan(1);
      }),
    );
  });
});

describe('turn mentions', () => {
  it.each([
    ['At turn 7 the agent gives up.', [{ number: 7, kind: 'index' }]],
    [
      'See turns 3 and 9.',
      [
        { number: 3, kind: 'index' },
        { number: 9, kind: 'index' },
      ],
    ],
    ['In Nachricht Nr. 4 fehlt der Name.', [{ number: 4, kind: 'index' }]],
    ['En el turno 12 se equivoca.', [{ number: 12, kind: 'index' }]],
    ['the third message is rude', [{ number: 3, kind: 'ordinal' }]],
    ["the agent's second response", [{ number: 2, kind: 'ordinal', speaker: 'agent' }]],
    ['the second agent response', [{ number: 2, kind: 'ordinal', speaker: 'agent' }]],
    ['die dritte Nachricht des Anrufers', [{ number: 3, kind: 'ordinal', speaker: 'caller' }]],
    ['el tercer mensaje del agente', [{ number: 3, kind: 'ordinal', speaker: 'agent' }]],
    ['in der letzten Antwort', [{ number: -1, kind: 'ordinal' }]],
    ['the final message', [{ number: -1, kind: 'ordinal' }]],
    ['took 7 turns and returned 3 results', []],
  ])('%s', (reason, expected) => {
    expect(readClues(reason, '').turns).toEqual(expected);
  });
});

describe('other clues', () => {
  it('reads moments, but not times of day', () => {
    expect(readClues('at 1:05 the line drops', '').moments).toEqual([65]);
    expect(readClues('bei 0:42 bricht es ab', '').moments).toEqual([42]);
    expect(readClues('booked at 3:30 pm', '').moments).toEqual([]);
  });

  it.each([
    ['a silence of 12 seconds', { seconds: 12 }],
    ['eine Pause von 7,5 Sekunden', { seconds: 7.5 }],
    ['la agente tardó en responder', {}],
    ['all went well', undefined],
  ])('%s', (reason, pause) => {
    expect(readClues(reason, '').pause).toEqual(pause);
  });

  it('recognises tools however they are spelt', () => {
    expect(readClues('never called book_slot or bookSlot()', '').tools).toEqual(['bookslot']);
    expect(readClues('cost 49.90, done.Then it ended', '').tools).toEqual([]);
  });

  it('weighs names over words over the criterion', () => {
    const { words } = readClues('The agent confused Ms Whitfield with another patient', 'Verifies identity');
    expect(words.get('whitfi')).toBeGreaterThan(words.get('confus') ?? 9);
    expect(words.get('confus')).toBeGreaterThan(words.get('identi') ?? 9);
    expect(words.has('agent')).toBe(false);
  });
});
