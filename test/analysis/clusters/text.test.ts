import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_REASON, normalise, quotations, stem, tokenize } from '../../../src/analysis/clusters/text.ts';

const words = (reason: string) => tokenize(reason).map(({ text }) => text);

describe('tokenize', () => {
  it('folds case and accents and keeps tool names whole', () => {
    expect(words('Übergabe FEHLT: book_appointment, días, groß')).toEqual([
      'ubergabe',
      'fehlt',
      'book_appointment',
      'dias',
      'gross',
    ]);
  });

  it('keeps negated verbs, numbers and money together', () => {
    expect(words("The agent didn't say €49.90 (turn 3).")).toEqual([
      'the',
      'agent',
      "didn't",
      'say',
      '€',
      '49.90',
      'turn',
      '3',
    ]);
  });

  it('reads a typographic apostrophe as a plain one', () => {
    expect(words('It wasn’t done')).toContain("wasn't");
  });

  it.each([
    ['He said "not my problem" and left.', ['not', 'my', 'problem']],
    ['Der Agent sagte „das geht nicht“ und schwieg.', ['das', 'geht', 'nicht']],
    ['Dijo «no se puede» y colgó.', ['no', 'se', 'puede']],
  ])('knows what is quoted in: %s', (reason, quoted) => {
    expect(
      tokenize(reason)
        .filter((token) => token.quoted)
        .map(({ text }) => text),
    ).toEqual(quoted);
  });

  it('opens no quotation that never closes', () => {
    expect(tokenize('A 5" screen was promised').every(({ quoted }) => !quoted)).toBe(true);
  });

  it('parts sentences at full stops and clauses at conjunctions and semicolons, not inside numbers', () => {
    const tokens = tokenize('It cost 1.50 in total; fine. The caller left, but came back.');
    const at = (text: string) => tokens.find((token) => token.text === text);
    expect(at('cost')?.sentence).toBe(at('total')?.sentence);
    expect(at('total')?.clause).not.toBe(at('fine')?.clause);
    expect(at('left')?.sentence).toBe(at('came')?.sentence);
    expect(at('left')?.clause).not.toBe(at('came')?.clause);
    expect(at('fine')?.sentence).not.toBe(at('left')?.sentence);
  });

  it('reads no more than the first part of an endless reason, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.constantFrom('"', '(', '“', "'", 'a', '1.', '_', ' not', '\u0301', '🙂'), (piece) => {
        const tokens = tokenize(piece.repeat(200_000));
        expect(tokens.length).toBeLessThanOrEqual(MAX_REASON);
      }),
      { numRuns: 20 },
    );
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(tokenize(text)).toBeInstanceOf(Array);
        expect(normalise(text)).toBe(normalise(normalise(text)));
      }),
    );
  });
});

describe('quotations', () => {
  it('come longest first', () => {
    expect(quotations('"short one" and then "a considerably longer one"')).toEqual([
      'a considerably longer one',
      'short one',
    ]);
  });
  it('are none where a mark stands alone', () => expect(quotations('a 5" screen')).toEqual([]));
});

describe('normalise', () => {
  it('makes repeats of one reason equal', () => {
    const forms = ['Waited 9.5 seconds, twice!', 'waited 12 seconds twice', '  WAITED 1,000   seconds – twice '];
    expect(new Set(forms.map(normalise)).size).toBe(1);
  });
  it('keeps different words apart', () => expect(normalise('wrong fee')).not.toBe(normalise('wrong date')));
  it('is empty for what holds no word', () => expect(normalise('… !!')).toBe(''));
});

describe('stem', () => {
  it.each([
    ['appointment', 'appointments'],
    ['verify', 'verifies'],
    ['booked', 'booking'],
    ['Buchung'.toLowerCase(), 'buchungen'],
    ['reserva', 'reservas'],
  ])('lets %s meet %s', (one, other) => expect(stem(one)).toBe(stem(other)));
  it('leaves short words and tool names alone', () => {
    expect(stem('fees')).toBe('fees');
    expect(stem('book_appointments')).toBe('book_appointments');
  });
});
