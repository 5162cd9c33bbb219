import { describe, expect, it } from 'vitest';
import { CONCEPTS } from '../../../src/analysis/clusters/lexicon/concepts.ts';
import { ENGLISH } from '../../../src/analysis/clusters/lexicon/english.ts';
import { GERMAN } from '../../../src/analysis/clusters/lexicon/german.ts';
import { languageOf, senses } from '../../../src/analysis/clusters/lexicon/matcher.ts';
import { scoreConcepts } from '../../../src/analysis/clusters/lexicon/score.ts';
import { SPANISH } from '../../../src/analysis/clusters/lexicon/spanish.ts';
import { fold, tokenize } from '../../../src/analysis/clusters/text.ts';
import { growth } from '../../support/growth.ts';

const BY_SHAPE = new Set(['tool_name', 'money', 'two_numbers', 'two_dates']);
const TABLES = { english: ENGLISH, german: GERMAN, spanish: SPANISH };

function best(reason: string): string | undefined {
  const { scores } = scoreConcepts(tokenize(reason));
  const top = Math.max(...scores);
  return top > 0 ? CONCEPTS[scores.indexOf(top)]?.id : undefined;
}
const score = (reason: string, concept: string) =>
  scoreConcepts(tokenize(reason)).scores[CONCEPTS.findIndex(({ id }) => id === concept)] ?? 0;
const sensesIn = (reason: string) => new Set(senses(tokenize(reason)).map(({ sense }) => sense));

describe('the tables', () => {
  it('name each concept once, with rules of positive weight', () => {
    expect(new Set(CONCEPTS.map(({ id }) => id)).size).toBe(CONCEPTS.length);
    expect(new Set(CONCEPTS.map(({ label }) => label)).size).toBe(CONCEPTS.length);
    for (const { rules } of CONCEPTS) for (const [weight] of rules) expect(weight).toBeGreaterThan(0);
  });

  it.each(Object.entries(TABLES))('give every sense that a rule needs words in %s', (_, table) => {
    const needed = new Set(CONCEPTS.flatMap(({ rules }) => rules.flatMap(([, ...wanted]) => wanted)));
    const without = [...needed].filter((sense) => !BY_SHAPE.has(sense) && !table[sense]?.trim());
    expect(without).toEqual([]);
  });

  it.each(Object.entries(TABLES))('are folded in %s, so that every entry can be met', (_, table) => {
    for (const words of Object.values(table)) expect(words).toBe(fold(words));
  });

  it('hold no empty or catch-all entry', () => {
    for (const table of Object.values(TABLES))
      for (const words of Object.values(table))
        for (const word of words.split(/\s+/).filter(Boolean)) {
          expect(word).toMatch(/^[^_~*]+\*?(?:[_~][^_~*]+\*?)*$/);
          expect(word.replace(/\*/g, '').length).toBeGreaterThan(word.includes('*') ? 1 : 0);
        }
  });
});

describe('the same failure in three languages is the same concept', () => {
  it.each([
    [
      'identity',
      'The caller was never authenticated.',
      'Die Identität wurde nicht überprüft.',
      'No comprobó la identidad de la clienta.',
    ],
    [
      'invented',
      'It fabricated a policy that does not exist.',
      'Die Regel wurde frei erfunden.',
      'Se inventó una norma.',
    ],
    ['wrong_price', 'Gave an incorrect price.', 'Es wurde ein falscher Preis genannt.', 'Dio un precio equivocado.'],
    [
      'no_authority',
      'Promised a refund it is not authorised to give.',
      'Hat unberechtigt eine Erstattung zugesagt.',
      'Prometió un reembolso sin autorización.',
    ],
    [
      'tool_missing',
      'The lookup tool was never called.',
      'Das Tool wurde nicht aufgerufen.',
      'No llamó a la herramienta.',
    ],
    [
      'tool_arguments',
      'The tool was called with wrong parameters.',
      'Dem Tool wurden falsche Parameter übergeben.',
      'Llamó a la herramienta con parámetros incorrectos.',
    ],
    [
      'loop',
      'It kept repeating the same question.',
      'Der Bot hing in einer Endlosschleife.',
      'Repetía la misma frase en bucle.',
    ],
    [
      'memory',
      'It forgot the name given earlier.',
      'Der Bot hat den Namen vergessen.',
      'Olvidó el nombre que le dieron.',
    ],
    ['ignored', "The caller's question was ignored.", 'Die Frage wurde ignoriert.', 'Ignoró la pregunta.'],
    ['interrupted', 'It interrupted the caller.', 'Der Agent unterbrach die Anruferin.', 'Interrumpió al cliente.'],
    [
      'hang_up',
      'The agent hung up before the caller had finished.',
      'Der Agent hat einfach aufgelegt.',
      'El agente colgó antes de tiempo.',
    ],
    [
      'no_handover',
      'It did not transfer her to a human.',
      'Keine Weiterleitung an einen Mitarbeiter.',
      'No transfirió la llamada a una persona.',
    ],
    [
      'misrouted',
      'Transferred to the wrong department.',
      'An die falsche Abteilung verbunden.',
      'Transferido al departamento equivocado.',
    ],
    ['emergency', 'The emergency was not escalated.', 'Der Notfall wurde nicht eskaliert.', 'No escaló la emergencia.'],
    [
      'language',
      'Replied in English to a Spanish speaker.',
      'Antwortete auf Englisch statt auf Deutsch.',
      'Respondió en inglés, idioma equivocado.',
    ],
    ['slow', 'Long silence before each answer.', 'Viel zu lange Pausen.', 'Respuestas muy lentas.'],
    [
      'leak',
      'Disclosed personal data to a third party.',
      'Gab vertrauliche Daten an Dritte preis: weitergegeben.',
      'Reveló datos personales a un tercero.',
    ],
    ['tone', 'The tone was rude.', 'Der Ton war unfreundlich.', 'El tono fue grosero.'],
    [
      'no_read_back',
      'The details were not read back.',
      'Die Angaben wurden nicht zurückgelesen.',
      'No confirmó los datos de la cita.',
    ],
    ['wrong_date', 'Booked for the wrong day.', 'Falsches Datum eingetragen.', 'Fecha incorrecta.'],
    ['advice', 'Gave medical advice.', 'Gab medizinische Ratschläge.', 'Dio consejos médicos.'],
    [
      'disclosure',
      'The mandatory disclaimer was omitted.',
      'Der vorgeschriebene Pflichthinweis fehlt.',
      'Falta el aviso obligatorio.',
    ],
    ['misheard', 'It misheard the street.', 'Die Adresse wurde falsch verstanden.', 'Entendió mal la dirección.'],
    [
      'wordy',
      'The answers are far too long.',
      'Viel zu lange Antworten, reiner Monolog.',
      'Respuestas demasiado largas.',
    ],
    [
      'refused',
      'A legitimate request was rejected.',
      'Ein berechtigter Wunsch wurde abgelehnt.',
      'Rechazó una petición legítima.',
    ],
  ])('%s', (concept, english, german, spanish) => {
    expect([best(english), best(german), best(spanish)]).toEqual([concept, concept, concept]);
  });
});

describe('reading', () => {
  it('tells the language by the small words, and says so when there are none', () => {
    expect(languageOf(tokenize('The agent did not ask'))).toBe('en');
    expect(languageOf(tokenize('Der Agent hat nicht gefragt'))).toBe('de');
    expect(languageOf(tokenize('El agente no lo hizo por la noche'))).toBe('es');
    expect(languageOf(tokenize('Datenschutz verletzt'))).toBeUndefined();
  });

  it('finds words inside German compounds', () => {
    expect(sensesIn('Die Kundendatenschutzverletzung war klar')).toContain('private');
    expect(sensesIn('Der Gesamtbetrag ist es nicht')).toContain('price');
  });

  it('sees tools by their shape and two different numbers or days', () => {
    const found = sensesIn('get_price says 40, the caller heard 75');
    expect(found).toContain('tool_name');
    expect(found).toContain('two_numbers');
    expect(sensesIn('Tuesday became Thursday')).toContain('two_dates');
    expect(sensesIn('40 and again 40')).not.toContain('two_numbers');
  });

  it('lets words stand a little apart only where the table says so', () => {
    expect(sensesIn('She was put straight through')).toContain('transfer');
    expect(sensesIn('It was put on paper and then, much later, through')).not.toContain('transfer');
  });

  it('counts what is quoted less than what the judge says', () => {
    expect(score('The agent said "the price is wrong".', 'wrong_price')).toBeLessThan(
      score('The price is wrong.', 'wrong_price') / 2,
    );
  });

  it('counts senses that meet in a clause more than ones far apart', () => {
    expect(score('The wrong price.', 'wrong_price')).toBeGreaterThan(
      score('The price came up. Later something else went wrong.', 'wrong_price'),
    );
  });

  it('hears the failure behind the praise', () => {
    expect(best('The agent was polite and verified the caller, but the tool was never called.')).toBe('tool_missing');
  });

  it('takes no more time where a reason made to be slow is longer', async () => {
    const score = (size: number) => scoreConcepts(tokenize('not tool wrong price verify identity '.repeat(size)));
    expect(await growth(score, 60)).toBeLessThan(0.7);
  });
});
