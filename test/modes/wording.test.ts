import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_WORDING, maskedWording, readWording, wordingOf } from '../../src/analysis/wording.ts';

/** Of different conversations, but of one thing that went wrong. */
const ALIKE: readonly [string, string][] = [
  [
    'The agent quoted 50 dollars for a visit that costs $75.',
    'The agent quoted 70 dollars for a visit that costs $110.',
  ],
  [
    'At turn 4 the caller was told a wrong price for cleaning.',
    'At turn 12 the caller was told a wrong price for cleaning.',
  ],
  [
    'The refund of €1,249.90 was promised without any approval.',
    'The refund of €15 was promised without any approval.',
  ],
  [
    'The agent offered 10:20 am although that slot was taken.',
    'The agent offered 3 p.m. although that slot was taken.',
  ],
  [
    'Appointment moved to 2026-11-03 without asking the caller.',
    'Appointment moved to 12/24/2026 without asking the caller.',
  ],
  [
    'Order AB-10293 was cancelled although only an address change was wanted.',
    'Order ZX-99 was cancelled although only an address change was wanted.',
  ],
  [
    'The agent hung up while the caller still had a question: "Okay, bye."',
    'The agent hung up while the caller still had a question: "Thanks for calling, goodbye!"',
  ],
  [
    'The agent hung up while the caller still had a question: “Okay, bye.”',
    'The agent hung up while the caller still had a question: ‘Thanks for calling!’',
  ],
  [
    'Der Agent legt auf, obwohl die Kundin noch eine Frage hatte: „Tschüss.“',
    'Der Agent legt auf, obwohl die Kundin noch eine Frage hatte: »Auf Wiederhören.«',
  ],
  [
    'El agente colgó aunque quedaba una pregunta pendiente del cliente: «Adiós».',
    'El agente colgó aunque quedaba una pregunta pendiente del cliente: "Hasta luego".',
  ],
  [
    "L'agent a raccroché alors que la cliente avait encore une question importante : « Au revoir. »",
    "L'agent a raccroché alors que la cliente avait encore une question importante : « Bonne journée. »",
  ],
  [
    '顧客にまだ質問があるのに担当が「失礼します」と言って電話を切った。',
    '顧客にまだ質問があるのに担当が「ありがとうございました」と言って電話を切った。',
  ],
  ['担当者は3時の予約を確認せずに電話を切りました。', '担当者は10時の予約を確認せずに電話を切りました。'],
  ['担当者は田中さんの予約を確認せずに電話を切りました。', '担当者は鈴木さんの予約を確認せずに電話を切りました。'],
  [
    'The file of Mrs. Lopez was opened without any verification.',
    'The file of Mr. Duarte was opened without any verification.',
  ],
  [
    'The file of Dr. Anna van der Berg was opened without any check.',
    'The file of Ms Hill was opened without any check.',
  ],
  [
    'Records of Maria Lopez were disclosed to somebody else entirely.',
    'Records of John Smith were disclosed to somebody else entirely.',
  ],
  ['The agent told the husband when Grace would come in.', 'The agent told the husband when Lucas would come in.'],
  [
    "The agent read out O'Brien as the next patient in line.",
    'The agent read out McKinsey as the next patient in line.',
  ],
  [
    'Der Agent hat Frau Müller ohne jede Prüfung Auskunft gegeben.',
    'Der Agent hat Herrn Schmidt ohne jede Prüfung Auskunft gegeben.',
  ],
  [
    'Der Agent hat Herrn Dr. Weber nicht mit der Praxis verbunden.',
    'Der Agent hat Frau Prof. Lang nicht mit der Praxis verbunden.',
  ],
  [
    'Die Daten der Kundin Anna Schmidt wurden einem Fremden genannt.',
    'Die Daten der Kundin Petra Maria Vogel wurden einem Fremden genannt.',
  ],
  [
    'Der Agent nennt 49,90 € statt des gültigen Preises im Tarif.',
    'Der Agent nennt 12 € statt des gültigen Preises im Tarif.',
  ],
  [
    'Der Termin um 14:30 Uhr wurde nie ins System eingetragen.',
    'Der Termin um 9 Uhr wurde nie ins System eingetragen.',
  ],
  [
    'La agente dio datos de la señora García a otra persona.',
    'La agente dio datos del señor Ruiz a otra persona.'.replace('del señor', 'de la señora'),
  ],
  [
    'El agente leyó la dirección de María de la Cruz sin verificarla.',
    'El agente leyó la dirección de Juan Pérez sin verificarla.',
  ],
  [
    'Prometió 30 euros de descuento que nadie había aprobado antes.',
    'Prometió 1.500 euros de descuento que nadie había aprobado antes.',
  ],
  [
    "L'agente a donné le dossier de Mme Dupont sans vérification aucune.",
    "L'agente a donné le dossier de M. Martin sans vérification aucune.",
  ],
  [
    'The confirmation went to grace.hill@example.com, which is not on file.',
    'The confirmation went to l-jensen@mail.example.org, which is not on file.',
  ],
  [
    'The agent sent the caller to https://pay.example.com/x?id=3 without a reason.',
    'The agent sent the caller to www.example.net/other without a reason.',
  ],
  [
    'The callback number +49 170 1234567 was never read back.',
    'The callback number (555) 123-4567 was never read back.',
  ],
  [
    'The agent asked for the 2nd time although the caller had answered.',
    'The agent asked for the 14th time although the caller had answered.',
  ],
  [
    'The discount of 15% exceeds what the policy allows here.',
    'The discount of 7.5 % exceeds what the policy allows here.',
  ],
  [
    'Policy 9eac5d67-5d5e-4448-b2bd-513cc210b67b was closed without consent.',
    'Policy 3b25943c-7f24-92ed-8763-8a7123a1ec59 was closed without consent.',
  ],
  ['The  agent\nskipped the identity check at turn 3.', 'The agent skipped the identity check at turn 7.'],
  [
    'The call was ended after 90 seconds of silence by the agent.',
    'The call was ended after 120 seconds of silence by the agent.',
  ],
  [
    'The agent booked Thursday although the caller had asked for later.',
    'The agent booked Monday although the caller had asked for later.',
  ],
  [
    'Flight LH454 was rebooked without telling the traveller the fare.',
    'Flight UA9 was rebooked without telling the traveller the fare.',
  ],
  ['The agent charged US$50 for something that is free.', 'The agent charged US$5 for something that is free.'],
  [
    'The agent transferred Grace Hill to billing instead of emergency.',
    'The agent transferred Noah to billing instead of emergency.',
  ],
];

/** What went wrong is not the same. */
const DIFFERENT: readonly [string, string][] = [
  [
    'The agent skipped step 2 of the identity procedure entirely.',
    'The agent skipped step 5 of the identity procedure entirely.',
  ],
  [
    'The answer violates rule 4 of the escalation policy here.',
    'The answer violates rule 7 of the escalation policy here.',
  ],
  [
    'Der Agent hat Schritt 1 der Prüfung vollständig ausgelassen.',
    'Der Agent hat Schritt 3 der Prüfung vollständig ausgelassen.',
  ],
  ['The agent did not cancel the appointment.', 'The agent did not cancel the subscription.'],
  [
    'The agent completed the Identity Verification step too late.',
    'The agent completed the Payment Collection step too late.',
  ],
  [
    'The agent never started Identity Verification with the caller.',
    'The agent never started Payment Collection with the caller.',
  ],
  ['Identity Check was skipped by the agent without comment.', 'Recap Step was skipped by the agent without comment.'],
  [
    'It was clear that Agent interrupted Caller during the greeting.',
    'It was clear that Caller interrupted Agent during the greeting.',
  ],
  [
    'The lookup answered HTTP 404 and the agent gave up at once.',
    'The lookup answered HTTP 503 and the agent gave up at once.',
  ],
  ['Der Agent hat den Termin nicht storniert.', 'Der Agent hat die Rechnung nicht storniert.'],
  ['Der Agent hat Preise genannt, die nicht gelten.', 'Der Agent hat Zeiten genannt, die nicht gelten.'],
  ['Der Agent nennt Öffnungszeiten ohne jede Grundlage.', 'Der Agent nennt Gebühren ohne jede Grundlage.'],
  ['Der Agent erfindet eine Bestätigung für den Kunden.', 'Der Agent erfindet eine Rückerstattung für den Kunden.'],
  ['Said "yes".', 'Said "no".'],
  ['The agent said "we are closed on Monday".', 'The agent said "your insurance pays all of it".'],
  [
    'The agent incorrectly stated "the office is closed" during the call.',
    'The agent incorrectly stated "insurance pays" during the call.',
  ],
  ['Wrong: $50.', 'Wrong: 10:20.'],
  ['Price wrong', 'Hours wrong'],
  [
    'Called GetOrder where the policy wants a lookup first.',
    'Called CancelOrder where the policy wants a lookup first.',
  ],
  [
    'The agent asked for the PIN before anything else was known.',
    'The agent asked for the DOB before anything else was known.',
  ],
  [
    'The tool lookup_patient was never called during this conversation.',
    'The tool book_slot was never called during this conversation.',
  ],
  [
    'The pre-2019 contract terms were applied to this customer.',
    'The post-2019 contract terms were applied to this customer.',
  ],
  ['A 30-minute delay was not mentioned to the traveller.', 'A 30-day delay was not mentioned to the traveller.'],
  ['The agent ended the call before the caller finished.', 'The agent ended the call after the caller finished.'],
  [
    'When Grace asked for a person, the agent refused twice.',
    'Before Grace asked for a person, the agent refused twice.',
  ],
  ['The agent asked once and accepted the first answer.', 'The agent asked twice and accepted the first answer.'],
  ['La agente no verificó la identidad antes de hablar.', 'La agente no verificó la disponibilidad antes de hablar.'],
  ['El agente ofreció la Tarifa Plana que ya no existe.', 'El agente ofreció la Garantía Total que ya no existe.'],
  ['No confirmó la cita con el paciente.', 'No canceló la cita con el paciente.'],
  ["L'agent n'a pas vérifié l'identité de la cliente.", "L'agent n'a pas vérifié l'adresse de la cliente."],
  ['担当者は予約を確認しなかった。', '担当者は予約を取り消さなかった。'],
  ['担当者は3時の予約を確認せずに切った。', '担当者は3時の料金を説明せずに切った。'],
  ['予約ミス', '料金ミス'],
  ['患者さんの本人確認をしないまま案内を続けた。', '担当さんの本人確認をしないまま案内を続けた。'],
  [
    'The caller was told the Late Fee without being asked.',
    'The caller was told the Opening Hours without being asked.',
  ],
  ['The agent gave advice on medication to the caller.', 'The agent gave advice on insurance to the caller.'],
  ['Late Fee misstated', 'Office Hours misstated'],
  ['The agent spoke to the caller in a rude tone.', 'The agent spoke to the caller in a wrong language.'],
  ['No callback was scheduled.', 'No transfer was offered.'],
  ["The agent didn't ask for the caller's date of birth.", "The agent didn't ask for the caller's phone number."],
  [
    'The charge is too high by 10 because a fee was added.',
    'The charge is too high by 10 because a discount was lost.',
  ],
];

describe('the masked wording', () => {
  it.each(ALIKE)('is one: %s', (one, other) => {
    expect(wordingOf('Is right', one)).toBe(wordingOf('Is right', other));
  });
  it.each(DIFFERENT)('differs: %s', (one, other) => {
    expect(wordingOf('Is right', one)).not.toBe(wordingOf('Is right', other));
  });
  it('tells criteria apart that begin alike', () => {
    const long = 'The agent asks for the name, the date of birth and the reason of the call, '.repeat(3);
    expect(wordingOf(`${long}once`, 'It never asked for it.')).not.toBe(
      wordingOf(`${long}twice`, 'It never asked for it.'),
    );
  });
  it('has as many pairs as were promised', () => {
    expect([ALIKE.length, DIFFERENT.length]).toEqual([40, 41]);
  });
});

describe('what may be kept', () => {
  it.each([
    'Said "yes".',
    'Wrong: $50.',
    'Grace Hill was not verified before her file was opened.',
    'The agent refused to help JOHN SMITH with the invoice that he asked about.',
    'The agent never closed the quotation "it goes on and on here.',
    'The agent asked at 10:20',
    `The agent went on and on. ${'x'.repeat(5_000)}`,
  ])('is not this, which may be personal: %s', (reason) => {
    expect(readWording('Is right', reason)?.personal).toBe(true);
  });
  it.each([
    'Price wrong',
    'The agent did NOT ask, and MUST NOT guess, what the caller wanted.',
    'The agent skipped the identity check at turn 3.',
    'Der Agent hat Frau Müller ohne jede Prüfung geantwortet.',
    'Records of Maria Lopez were disclosed to somebody else entirely.',
    '担当者は田中さんの予約を確認せずに電話を切りました。',
    'The agent sent it to grace.hill@example.com although another address was given.',
    'The agent did not accept grace.hill at example.com as an address for the invoice.',
    'The caller gave the address grace dot hill at example dot com and the agent never repeated it.',
    'The number was dictated as zero one seven one, five five five and never read back to the caller.',
    'Die Nummer null eins sieben eins fünf wurde vom Agenten nicht wiederholt und ist verloren.',
    'Le numéro zéro six douze trente-quatre n’a jamais été répété par l’agent.',
    '電話番号は〇九〇一二三四でしたが、担当者は確認しませんでした。',
    'The caller Maria wanted a later slot; Maria was then ignored by the agent.',
  ])('is what masking leaves of: %s', (reason) => {
    const wording = readWording('Is right', reason);
    expect(wording?.personal).toBe(false);
    expect(wording?.text).not.toMatch(/Müller|Maria|Lopez|田中|grace|five|fünf|douze|九|\d/);
  });
});

describe('masking', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ..."\"|“|”|„|«|»|‘|’|'|「|」|#|◦|@|$|€|. |, |(|)|-|:|The|agent|said|Grace|Hill|Müller|Frau|Mr.|der|nicht|und|Verification|de la|Cruz|10:20|AB-12|3|step|さん|田中|a@b.co|www.x.com|X.|O'Brien|é|ß".split(
        '|',
      ),
    ),
    fc.string({ maxLength: 4, unit: 'grapheme' }),
  );
  const text = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(' '));

  it('changes nothing when it is done again', () => {
    fc.assert(
      fc.property(text, (one) => {
        const once = maskedWording(one);
        expect(maskedWording(once)).toBe(once);
      }),
      { numRuns: 10_000 },
    );
  });
  it.each(["' !'⓪", `' ' " ' '`, "'x' 'ab'a@b.co", "'ab'٣"])('changes nothing when it is done again to %s', (one) => {
    expect(maskedWording(maskedWording(one))).toBe(maskedWording(one));
  });
  it('leaves no digit, but behind what says which one', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(maskedWording(one).replace(/(step|\p{L}) \d{1,2}/giu, '')).not.toMatch(/[0-9]{3}/);
        expect(maskedWording(`Costs ${one}`.replaceAll('step', 'stop'))).not.toMatch(/\p{N}/u);
      }),
      { numRuns: 2_000 },
    );
  });
  it('leaves nothing of what stands in quotation marks', () => {
    const inside = fc.stringMatching(/^[a-z0-9 ,.?]{2,40}$/);
    const marks = fc.constantFrom('""', '“”', '„“', '«»', '»«', '‹›', '「」', '『』', '‘’', '‚‘', "''", '《》');
    fc.assert(
      fc.property(inside, marks, (words, mark) => {
        const [open = '', close = ''] = mark;
        expect(maskedWording(`It said ${open}zq${words}zq${close} at the end`)).toBe('It said “…” at the end');
      }),
    );
  });
  it.each([
    ['quotes that nothing closes', '“'.repeat(100_000)],
    ['quotes', '"'.repeat(99_999)],
    ['apostrophes', "'a ".repeat(33_000)],
    ['letters', 'a'.repeat(100_000)],
    ['capitals', 'Aa '.repeat(33_000)],
    ['capitals and particles', 'Aa de la '.repeat(11_000)],
    ['digits', '1'.repeat(100_000)],
    ['numbers', '1 '.repeat(50_000)],
    ['ids', 'A-'.repeat(50_000)],
    ['addresses', 'a.b@'.repeat(25_000)],
    ['signs', '%._+-'.repeat(20_000)],
    ['blanks', ' '.repeat(100_000)],
    ['kanji', '漢'.repeat(100_000)],
    ['titles', 'Dr. '.repeat(25_000)],
    ['titles that are initials', 'M. '.repeat(33_000)],
    ['numbers in words', 'one two '.repeat(12_500)],
    ['addresses with an at', 'a_a.'.repeat(25_000)],
    ['addresses in words', 'a dot a at a '.repeat(7_500)],
    ['words in capitals', 'AAA BBB '.repeat(12_500)],
  ])('takes no longer than reading takes: 100 kB of %s', (_, long) => {
    wordingOf('x', long);
    const begin = process.cpuUsage();
    const wording = wordingOf('x', long);
    const { user } = process.cpuUsage(begin);
    expect(user / 1_000).toBeLessThan(200);
    expect((wording ?? '').length).toBeLessThanOrEqual(LONGEST_WORDING);
  });
});

describe('a long reason', () => {
  it('is told from one that differs at its very end only', () => {
    const long = 'The agent went through every single step of the procedure and then did it again. '.repeat(80);
    expect(wordingOf('x', `${long}It forgot the name.`)).not.toBe(wordingOf('x', `${long}It forgot the price.`));
    expect(wordingOf('x', long.slice(0, 900))).not.toBe(wordingOf('x', long.slice(0, 950)));
  });
  it('without anything said has no wording', () => {
    expect(wordingOf('x', ' \n ')).toBeUndefined();
  });
});
