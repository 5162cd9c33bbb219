import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceFinder, failureWindow } from '../../src/analysis/evidence.ts';
import type { Speaker, Turn } from '../../src/model/schemas.ts';
import { createEngine } from '../../src/sandbox/engine/engine.ts';
import { growth } from '../support/growth.ts';
import { judged } from './runs.ts';

function transcript(...lines: [Speaker, string, number?][]): Turn[] {
  return lines.map(([speaker, text, at], index) => ({
    index,
    speaker,
    text,
    ...(at === undefined ? {} : { at_seconds: at }),
  }));
}

const hotel = transcript(
  ['agent', 'Thank you for calling the Harbour Hotel, how can I help?', 0],
  ['caller', 'Hi, this is Priya Raman. I need to move my booking from Friday to Sunday.', 4],
  ['agent', 'Of course. Let me look that up.', 10],
  ['tool', 'find_booking({"name":"Raman"}) -> {"id":"HB-2231","nights":2}', 12],
  ['agent', 'I found your reservation, Ms Rahman. Moving it costs thirty-five dollars.', 31],
  ['caller', 'Thirty-five? The website said it was free.', 37],
  ['agent', 'I am sure the website is wrong. Shall I go ahead?', 41],
  ['caller', 'No. Can I speak to somebody at the front desk?', 46],
  ['agent', 'I can help you with everything here. Shall I go ahead?', 50],
  ['caller', 'Forget it.', 55],
  ['agent', 'Have a pleasant day!', 57],
);
const bank = transcript(
  ['agent', 'Willkommen bei der Sparbank, was kann ich für Sie tun?'],
  ['caller', 'Meine Karte ist weg, ich muss sie sofort sperren lassen.'],
  ['agent', 'Gern. Wie lautet Ihre Postleitzahl?'],
  ['caller', '50667, aber bitte schnell!'],
  ['agent', 'Die Sperre kostet 12,50 Euro und dauert drei Werktage.'],
  ['caller', 'Drei Tage? Da ist mein Konto leer!'],
  ['agent', 'Möchten Sie außerdem unser Festgeldangebot kennenlernen?'],
  ['caller', 'Nein, ich möchte mit einem Menschen sprechen.'],
  ['agent', 'Auf Wiederhören.'],
);
const clinic = transcript(
  ['agent', 'Clínica Sol, buenos días.'],
  ['caller', 'Buenos días, quería cancelar la cita del jueves con la doctora Ibáñez.'],
  ['agent', 'Cancelar cuesta 25 euros.'],
  ['caller', '¿Veinticinco? Me dijeron que era gratis con un día de antelación.'],
  ['agent', 'Puede tomar ibuprofeno si le duele.'],
  ['caller', 'No me duele nada, solo quiero cancelar.'],
  ['agent', 'Queda cancelada. Adiós.'],
);

const top = (turns: Turn[], reason: string, name = 'Handles the call well') =>
  evidenceFinder(turns)(judged(name, 'failed', reason)).turns[0]?.turn;

describe('evidenceFinder', () => {
  it.each([
    // quotes, word for word, shortened, misquoted
    ['The agent said "I am sure the website is wrong" without checking.', 6],
    ["The agent dismisses the caller with 'I can help you with everything here'.", 8],
    ['It claims that “Moving it costs thirty-five…” although it is free.', 4],
    ['The agent insisted "I\'m certain that the website is wrong" to the guest.', 6],
    ['„The website said it was free“ is ignored.', 5],
    // numbers, however they are said
    ['A fee of $35.00 was invented by the agent.', 4],
    // names, and a name that was got wrong
    ['The guest introduces herself as Priya, which is never used again.', 1],
    ['Calls her Ms Rahman, a wrong name.', 4],
    // tools
    ['The find_booking call used only the surname.', 3],
    ['`findBooking` was called without a date.', 3],
    // positions
    ['The third agent message is wrong.', 4],
    ["The caller's second message raises a contradiction that is left open.", 5],
    ['The closing message is careless.', 10],
    // moments and pauses
    ['At 0:46 a transfer was asked for.', 7],
    ['A silence of 19 seconds while searching.', 4],
    // telling words only
    ['The request for the front desk was ignored.', 7],
    ['Promised that the website is mistaken.', 6],
  ])('%s', (reason, turn) => {
    expect(top(hotel, reason)).toBe(turn);
  });

  it.each([
    ['Der Agent sagt „Die Sperre kostet 12,50 Euro“, das stimmt nicht.', 4],
    ['Eine Gebühr von €12.50 wurde erfunden.', 4],
    ['Statt zu helfen, bietet der Agent Festgeld an.', 6],
    ['Der Wunsch, mit einem Menschen zu sprechen, wird übergangen.', 7],
    ['Die vierte Nachricht des Agenten ist unpassend.', 6],
    ['Die Postleitzahl reicht zur Prüfung nicht aus.', 2],
    ['In der letzten Antwort wird einfach aufgelegt.', 8],
  ])('%s', (reason, turn) => {
    expect(top(bank, reason)).toBe(turn);
  });

  it.each([
    ['El agente dijo «Cancelar cuesta 25 euros», lo cual es falso.', 2],
    ['Dio consejos médicos al recomendar ibuprofeno.', 4],
    ['No confirmó la cita con la doctora Ibañez.', 1],
    ['El tercer mensaje del agente sobra.', 4],
    ['Ignoró que con un dia de antelacion es gratis.', 3],
  ])('%s', (reason, turn) => {
    expect(top(clinic, reason)).toBe(turn);
  });

  it('takes "turn 4" for an index, but lets other clues say that the judge counts from 1', () => {
    expect(top(hotel, 'Turn 4 is wrong.')).toBe(4);
    expect(top(hotel, 'At turn 7 the agent says "I am sure the website is wrong".')).toBe(6);
    expect(top(hotel, 'At turn 9 the front desk wish is refused: everything can be helped with here')).toBe(8);
  });

  it('is sure of a long quote, unsure of a few words, silent without a clue', () => {
    const find = evidenceFinder(hotel);
    const confidence = (reason: string) => find(judged('x', 'failed', reason)).confidence;
    expect(confidence('Said "I found your reservation, Ms Rahman" to her.')).toBe('high');
    expect(confidence('At turn 4 the amount of $35 is invented.')).toBe('high');
    expect(confidence('Something about a booking.')).toBe('low');
    expect(confidence('Zxqwv plumbus grfn.')).toBe('none');
    expect(confidence('   ')).toBe('none');
    expect(find({ name: 'x', verdict: 'failed' })).toEqual({ turns: [], confidence: 'none' });
    expect(evidenceFinder([])(judged('x', 'failed', 'Said "hello".'))).toEqual({ turns: [], confidence: 'none' });
  });

  it('says what it went by', () => {
    const [best] = evidenceFinder(hotel)(judged('x', 'failed', 'At turn 6: "I am sure the website is wrong"')).turns;
    expect(best?.clues).toEqual(expect.arrayContaining(['quote', 'turn number']));
  });

  it('does not call a quote that stands in every turn high', () => {
    const loop = transcript(
      ...Array.from({ length: 6 }, (): [Speaker, string] => ['agent', 'Could you please repeat that for me?']),
    );
    const found = evidenceFinder(loop)(judged('x', 'failed', 'It loops: "Could you please repeat that for me?"'));
    expect(found.confidence).not.toBe('high');
    expect(found.turns).toHaveLength(3);
  });

  it('finds the turn behind every reason of the sandbox judge', () => {
    const engine = createEngine({ playbook: 'src/sandbox/playbook.md', seed: 1, speed: 30, now: () => 1e12 });
    let reasons = 0;
    let right = 0;
    for (const run of engine.sessions().flatMap((session) => session.runs)) {
      if (run.outcome.kind !== 'conversation') continue;
      const { turns, evaluations } = run.outcome.conversation;
      const find = evidenceFinder(
        turns.map(({ speaker, text, at_seconds }, index) => ({ index, speaker, text, at_seconds })),
      );
      for (const { passed, reason, criterion, turn } of evaluations) {
        if (passed || turn === undefined) continue;
        reasons += 1;
        if (find(judged(criterion.name, 'failed', reason)).turns[0]?.turn === turn) right += 1;
      }
    }
    expect(reasons).toBeGreaterThan(20);
    expect(right / reasons).toBeGreaterThan(0.95);
  });

  it('finds any long enough quote of any turn first', () => {
    const word = fc.stringMatching(/^[a-zäöüñß]{3,9}$/);
    const line = fc.array(word, { minLength: 6, maxLength: 14 });
    const marks = fc.constantFrom(['"', '"'], ['“', '”'], ['„', '“'], ['«', '»'], ['»', '«'], ['‘', '’']);
    fc.assert(
      fc.property(
        fc.uniqueArray(line, { minLength: 3, maxLength: 8, selector: (words) => words[0] }),
        fc.nat(),
        marks,
        (lines, pick, [open, close]) => {
          const turns = lines.map((words, index): Turn => ({ index, speaker: 'agent', text: `${words.join(' ')}.` }));
          const at = pick % lines.length;
          const quote = (lines[at] ?? []).slice(0, 6).join(' ');
          const found = evidenceFinder(turns)(judged('x', 'failed', `Bad: ${open}${quote.toUpperCase()}${close}!`));
          expect(found.turns[0]?.turn).toBe(at);
        },
      ),
    );
  });

  it('is linear on a huge transcript and a hostile reason', async () => {
    const reason = `"${'a'.repeat(390)}b" `.repeat(12) + 'aaaa turn 3 '.repeat(300);
    const said = (i: number): [Speaker, string] => ['agent', `aaaa aaaa ${'a'.repeat(300)} ${i}`];
    const find = (size: number) =>
      evidenceFinder(transcript(...Array.from({ length: size }, (_, i) => said(i))))(judged('x', 'failed', reason));
    expect(await growth(find, 600)).toBeLessThan(1.5);
  });
});

describe('failureWindow', () => {
  const indices = (window: { turns: Turn[] }) => window.turns.map((turn) => turn.index);

  it('puts the failing turn in the middle and counts the rest', () => {
    const failed = judged('x', 'failed', 'Said "I am sure the website is wrong".');
    const { window, centre, confidence } = failureWindow(hotel, failed, 5);
    expect(indices(window)).toEqual([4, 5, 6, 7, 8]);
    expect([window.omitted_before, window.omitted_after]).toEqual([4, 2]);
    expect(centre).toBe(6);
    expect(confidence).toBe('high');
  });

  it('looks at failed evaluations only, where there are any', () => {
    const evaluations = [
      judged('greets', 'passed', 'Said "Thank you for calling the Harbour Hotel".'),
      judged('honest', 'failed', 'Said "I am sure the website is wrong".'),
    ];
    expect(failureWindow(hotel, evaluations, 3).centre).toBe(6);
    expect(failureWindow(hotel, evaluations.slice(0, 1), 3).centre).toBe(0);
  });

  it('lets a sure clue outweigh vague ones', () => {
    const evaluations = [
      judged('a', 'failed', 'Something about a booking.'),
      judged('b', 'failed', 'Said "I can help you with everything here. Shall I go ahead?"'),
    ];
    expect(failureWindow(hotel, evaluations, 3).centre).toBe(8);
  });

  it('shows the end, without a centre, when nothing points anywhere', () => {
    const { window, centre, confidence } = failureWindow(hotel, judged('x', 'failed', 'Zxqwv.'), 3);
    expect(indices(window)).toEqual([8, 9, 10]);
    expect(centre).toBeUndefined();
    expect(confidence).toBe('none');
    expect(failureWindow(hotel, [], 3).centre).toBeUndefined();
    expect(failureWindow([], judged('x', 'failed', 'turn 3'), 3).window.turns).toEqual([]);
  });

  it('names turns by index where indices have gaps', () => {
    const sparse = hotel.map((turn) => ({ ...turn, index: turn.index * 10 }));
    expect(failureWindow(sparse, judged('x', 'failed', '"I am sure the website is wrong"'), 3).centre).toBe(60);
  });

  it('accounts for every turn and keeps its centre inside, whatever the reasons', () => {
    const fragments = fc.constantFrom(
      '"website is wrong"',
      'turn 3',
      'Raman',
      '35',
      'find_booking',
      'pause',
      'zzz',
      '„',
    );
    fc.assert(
      fc.property(fc.array(fc.array(fragments), { maxLength: 4 }), fc.nat(15), (reasons, size) => {
        const evaluations = reasons.map((parts, i) => judged(`e${i}`, 'failed', parts.join(' ')));
        const { window, centre } = failureWindow(hotel, evaluations, size);
        expect(window.turns).toHaveLength(Math.min(size, hotel.length));
        expect(window.omitted_before + window.turns.length + window.omitted_after).toBe(hotel.length);
        if (centre !== undefined) expect(indices(window)).toContain(centre);
      }),
    );
  });
});
