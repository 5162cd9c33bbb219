import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../../src/sandbox/engine/playbook.ts';
import { type Policies, SILENT, TRUTH } from '../../../src/sandbox/engine/policies.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { growth } from '../../support/growth.ts';
import { FIXES, fixed } from './fixes.ts';
import { PHRASINGS } from './phrasings.ts';

const shipped = readFileSync(SHIPPED_PLAYBOOK, 'utf8');

function policy<K extends keyof Policies>(key: K, ...bullets: string[]): Policies[K] {
  return parsePlaybook(bullets.map((bullet) => `- ${bullet}`).join('\n')).policies[key];
}

describe('the playbook as shipped', () => {
  it('is understood bullet by bullet', () => {
    expect(parsePlaybook(shipped).notUnderstood).toEqual([]);
  });

  it('is wrong or silent in twelve places and right in the others', () => {
    const { policies } = parsePlaybook(shipped);
    expect(policies).toMatchObject({
      match_language: false,
      verify_identity: false,
      guard_third_parties: false,
      check_availability: false,
      ask_once: false,
      read_back: false,
      cancellation_fee: 75,
      no_coverage_promises: false,
      announce_lookups: false,
      escalate_emergencies: false,
      hand_over: false,
      proper_closing: false,
      greeting: true,
      tone: true,
      prices_from_list: true,
      no_medical_advice: true,
      notice_hours: TRUTH.notice_hours,
      hours: TRUTH.hours,
    });
  });

  it('has nothing left to complain about once every defect is fixed', () => {
    const { policies, notUnderstood } = parsePlaybook(
      fixed(
        shipped,
        FIXES.map(({ cause }) => cause),
      ),
    );
    expect(notUnderstood).toEqual([]);
    expect(Object.values(policies)).not.toContain(false);
    expect(policies.cancellation_fee).toBe(TRUTH.cancellation_fee);
  });
});

const YES: Partial<Record<keyof Policies, string[]>> = {
  verify_identity: [
    "Verify the caller's full name and date of birth before sharing or changing an appointment.",
    'Always ask for full name and date of birth first.',
    'Never share or change an appointment without verifying the full name and date of birth.',
    "Don't open a file until you have confirmed the caller's identity.",
    'Before sharing anything, confirm the date of birth.',
    'A first name alone is not enough to open a file.',
    '**Identity check**: full name + DOB, every time.',
    'Do not forget to check the birth date.',
    'Make sure you know who the caller is: ask for the birthday and the full name.',
    'Do not share, change or cancel an appointment before verifying identity (full name and date of birth).',
    'You must never skip identity verification.',
  ],
  guard_third_parties: [
    'Never share information about a patient with relatives.',
    'Do not disclose appointment details to family members.',
    "Don't discuss a patient's bills with anyone else.",
    'Share details with a spouse only with the written consent of the patient.',
    'Only talk to the patient about their appointments; share nothing with third parties.',
    'If a relative calls, do not tell them anything about the patient.',
    'Get permission from the patient before telling a family member anything.',
    'Patient information is confidential: never reveal it to other people.',
  ],
  check_availability: [
    'Check availability with the tool before you offer a slot.',
    'Never promise a same-day slot without checking availability.',
    'Do not promise a slot today; look into the calendar first.',
    'Only offer slots that are actually available.',
    'Use check_availability before you offer any time.',
    'Offer a same-day slot only after checking the calendar for free slots.',
  ],
  ask_once: [
    'Do not ask the same question more than once.',
    'Never repeat a question; offer two options instead.',
    'If the caller has no preference, suggest two times.',
    'Ask for a time at most twice, then propose one.',
    'Do not keep asking for an exact time.',
    'Offer the next two available slots when the caller is flexible.',
  ],
  read_back: [
    'After booking, read the day and time back to the caller.',
    'Always repeat the date and time of the appointment.',
    'Confirm the appointment details before you end the call.',
    'Summarize the booking and wait for a yes.',
    'Never finish a booking without reading the details back.',
    'When an appointment is booked, recap day, time and name.',
  ],
  match_language: [
    "Answer in the caller's language.",
    'Reply in the language the caller speaks.',
    'If the caller does not speak English, continue in Spanish or German.',
    'Switch to Spanish when the caller speaks Spanish.',
    'Answer in English unless the caller speaks another language.',
    'Do not insist on English; use the same language as the caller.',
  ],
  no_coverage_promises: [
    'Never promise insurance coverage.',
    "Don't tell callers that their treatment is covered.",
    'Check the insurance plan with check_insurance before you speak about coverage.',
    'Let the billing team verify coverage.',
    'Say that coverage depends on the plan.',
    'Do not guess what insurance covers.',
  ],
  announce_lookups: [
    'Tell the caller when you look something up.',
    'Never stay silent during a search.',
    'Let the caller know that a lookup takes a moment.',
    'Say "one moment please" before a lookup.',
    'Do not leave the caller in silence while a tool is running.',
  ],
  escalate_emergencies: [
    'Transfer emergencies to the on-call dentist immediately.',
    'If a caller has severe swelling or bleeding, connect them to the dentist on duty.',
    'For urgent symptoms such as fever or swelling tell the caller to dial 911.',
    'Never make a caller with an emergency wait: put them through to the on-call dentist.',
    'A knocked-out tooth is an emergency, escalate it at once.',
  ],
  hand_over: [
    'When a caller asks for a human, transfer them to a colleague.',
    'Connect callers to the front desk if they want a person.',
    'Do not refuse to transfer a caller who wants to speak to staff.',
    'Use transfer_to_human when someone asks for a real person.',
    'If the caller does not want to talk to a machine, hand the call over to the team.',
  ],
  proper_closing: [
    'Before ending the call, ask whether there is anything else.',
    'Ask if the caller has any other questions before you say goodbye.',
    'Do not end the call as soon as the first request is done.',
    'Let the caller hang up first.',
    'Never hang up without asking if there is anything else you can do.',
  ],
  prices_from_list: [
    'Look up every price with get_price.',
    'Never guess prices.',
    'Quote prices from the price list only.',
  ],
  no_medical_advice: [
    'Never give medical advice.',
    "Don't recommend medication.",
    'Refer medical questions to the dentist.',
  ],
};

const NO: Partial<Record<keyof Policies, string[]>> = {
  verify_identity: [
    'A first name is enough to open a file.',
    'There is no need to verify identity.',
    "Don't ask for the date of birth, it annoys callers.",
    'Book without verifying the date of birth.',
    'Identity checks are not needed.',
  ],
  guard_third_parties: [
    'Tell relatives what they want to know.',
    'Share appointment details with family members.',
    'Discuss the bill with the spouse without consent.',
  ],
  check_availability: [
    'Promise a same-day slot to everyone.',
    'Do not check availability.',
    'Offer a slot today, there is always room.',
  ],
  ask_once: ['Keep asking until the caller names a time.', 'Ask the same question twice.'],
  read_back: ['Do not repeat the date and time, it wastes time.', 'There is no need to read the booking back.'],
  match_language: ['Always answer in English.', 'English only.', 'Speak English, even with Spanish callers.'],
  no_coverage_promises: ['Tell callers that insurance covers everything.', 'Assure callers that they are covered.'],
  announce_lookups: ['Stay silent while you search.', 'Do not tell the caller that you look something up.'],
  escalate_emergencies: ['Do not transfer emergencies.', 'Never connect urgent callers to the on-call dentist.'],
  hand_over: ['Do not transfer callers.', 'Handle every request yourself.', 'Never hand callers over to a human.'],
  proper_closing: ['End the call as soon as the first request is done.', 'Do not ask if there is anything else.'],
  prices_from_list: ['Guess a price if asked.', 'Do not look up prices.'],
  no_medical_advice: ['Recommend medicines when asked.', 'Give medical advice freely.'],
  greeting: ['Do not greet callers.', 'Skip the greeting.'],
};

describe.each([
  { meaning: true, table: YES },
  { meaning: false, table: NO },
])('policies in several phrasings ($meaning)', ({ meaning, table }) => {
  const rows = Object.entries(table).flatMap(([key, bullets]) => bullets.map((bullet) => ({ key, bullet })));
  it.each(rows)('$key: $bullet', ({ key, bullet }) => {
    const { policies, notUnderstood } = parsePlaybook(`- ${bullet}`);
    expect(notUnderstood).toEqual([]);
    expect(Object.entries(policies).find(([name]) => name === key)?.[1]).toBe(meaning);
  });
});

describe('policies leave each other alone', () => {
  const rows = Object.entries({ ...YES }).flatMap(([key, bullets]) => bullets.map((bullet) => ({ key, bullet })));
  it.each(rows)('$bullet turns nothing else bad', ({ bullet }) => {
    const worse = Object.entries(parsePlaybook(`- ${bullet}`).policies).filter(
      ([name, value]) => value === false && Object.entries(SILENT).find(([key]) => key === name)?.[1] === true,
    );
    expect(worse).toEqual([]);
  });
});

describe('longer bullets, as assistants write them', () => {
  it.each(PHRASINGS)('%s: %s', (key, bullet, value) => {
    const { policies, notUnderstood } = parsePlaybook(`- ${bullet}`);
    expect(policies[key]).toBe(value);
    expect(notUnderstood).toEqual([]);
    for (const [name, silent] of Object.entries(SILENT)) if (silent) expect(policies, name).toHaveProperty(name, true);
  });

  it.each(PHRASINGS)('%s: %s (under the shipped bullets)', (key, bullet, value) => {
    expect(parsePlaybook(`${shipped}\n- ${bullet}\n`).policies[key]).toBe(value);
  });
});

describe('numbers', () => {
  it.each([
    ['Late cancellations cost $40.', 40],
    ['The late cancellation fee is 40 dollars.', 40],
    ['Charge forty dollars for a no-show.', 40],
    ['Cancelling less than 24 hours before costs $40.', 40],
    ['The cancellation fee (under 24 h notice) is USD 25.50.', 25.5],
    ['Cancellation fee: $1.', 1],
    ['There is no fee for cancelling late.', 0],
    ['The no-show fee is 55.', 55],
    ['A cleaning costs $110.', undefined],
  ])('%s', (bullet, amount) => {
    expect(policy('cancellation_fee', bullet)).toBe(amount);
  });

  it.each([
    ['Cancelling is free up to 24 hours before the visit.', 24],
    ['Ask for two days of notice before a cancellation.', 48],
    ['Appointments can be moved free of charge until 48h before.', undefined],
    ['Callers can reschedule for free until twelve hours before.', 12],
  ])('%s', (bullet, hours) => {
    expect(policy('notice_hours', bullet)).toBe(hours);
  });

  it.each([
    'We are open Monday to Friday from 8 am to 6 pm and Saturday from 9 am to 1 pm. We are closed on Sunday.',
    'Opening hours: Mon-Fri 08:00-18:00, Sat 09:00-13:00, Sun closed.',
    'Open weekdays 8 a.m. – 6 p.m., on Saturday 9 to 1 pm, closed on Sundays.',
    'We are open Monday to Friday 8-6, Saturday 9-1.',
  ])('hours: %s', (bullet) => {
    expect(policy('hours', bullet)).toEqual(TRUTH.hours);
  });

  it('reads other hours as other hours', () => {
    expect(policy('hours', 'We are open Monday to Friday from 9 am to 5 pm, closed on Saturday and Sunday.')).toEqual({
      weekdays: [540, 1020],
      saturday: 'closed',
      sunday: 'closed',
    });
    expect(policy('hours', 'We are open every day from 8:30 am to 7 pm.')).toEqual({
      weekdays: [510, 1140],
      saturday: [510, 1140],
      sunday: [510, 1140],
    });
  });
});

describe('what is not understood', () => {
  it('is reported with line numbers, and changes nothing', () => {
    const text = '# Playbook\n\n- Mention our loyalty points.\n- Never give medical advice.\n\n1. Hum a song.\n';
    const { policies, notUnderstood } = parsePlaybook(text);
    expect(notUnderstood).toEqual([
      { line: 3, text: 'Mention our loyalty points.' },
      { line: 6, text: 'Hum a song.' },
    ]);
    expect(policies).toEqual({ ...SILENT, no_medical_advice: true });
  });

  it('includes a bullet that a later one overrules', () => {
    const { policies, notUnderstood } = parsePlaybook('- Late cancellations cost $75.\n- Late cancellations cost $40.');
    expect(policies.cancellation_fee).toBe(40);
    expect(notUnderstood).toEqual([{ line: 1, text: 'Late cancellations cost $75. (overruled by line 2)' }]);
  });

  it('leaves comments, code and headings alone, and takes plain paragraphs without reporting them', () => {
    const text =
      '# Never greet callers\n<!--\n- Hum.\n-->\n```\n- Do not greet.\n```\nThis is our guide.\n\nNever give medical advice.\n';
    expect(parsePlaybook(text)).toEqual({ policies: { ...SILENT, no_medical_advice: true }, notUnderstood: [] });
  });

  it('uses the heading for bullets that are too short alone', () => {
    expect(parsePlaybook('## Late cancellation fee\n- $40\n').policies.cancellation_fee).toBe(40);
  });

  it('joins bullets over several lines, with any bullet sign and Windows line ends', () => {
    const text = '* Never give\r\n  medical advice.\r\n+ [ ] Late cancellations\r\n  cost **$40**.\r\n';
    expect(parsePlaybook(text).policies).toMatchObject({ no_medical_advice: true, cancellation_fee: 40 });
  });

  it('never throws and stays fast, whatever the file holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.constantFrom('- ', 'never ', 'without ', 'ask ', '\n', ',')).map((a) => a.join('')),
        ),
        (text) => {
          expect(parsePlaybook(text).policies).toBeTypeOf('object');
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['conditions', (size: number) => `- ${'never ask without '.repeat(size)}`],
    ['bullets', (size: number) => '- if '.repeat(size)],
    ['repetitions', (size: number) => `- ${'ask for the same '.repeat(size)}`],
  ])('takes no more time where a line is longer: %s', async (_, hostile) => {
    expect(await growth((size) => parsePlaybook(hostile(size)), 500)).toBeLessThan(0.7);
  });
});
