/** Suite "Billing and insurance". */

import { asksAboutOther, asksCoverage, asksHours, asksPrice, slowLookup, wantsHuman } from '../hard-scenes.ts';
import { asksFee, ends, exchange, identifies, opens } from '../scenes.ts';
import { caller, type SuiteSpec } from './spec.ts';

export const billing: SuiteSpec = {
  key: 'billing',
  name: 'Billing and insurance',
  agent: '5b7c0c1e-93d4-4f0a-8a53-6d2f1c9e7b40',
  language: 'en',
  cases: [
    {
      key: 'insurance-crown',
      name: 'Is my crown covered?',
      goal: 'You have {insurance_plan} and ask whether a crown is covered before you book it.',
      persona: 'Careful with money',
      criteria: ['coverage', 'accurate', 'tone'],
      variables: caller('Daniel Ortiz', '19 September 1974', { insurance_plan: 'Northshore Dental Plus' }),
      scenes: [
        opens(['I need a crown and have a question about insurance.', 'Hi, it is about the costs of a crown.']),
        asksCoverage(
          ['Is a crown covered by {insurance_plan}?', 'I am with {insurance_plan}. Do they pay for the crown?'],
          'crown',
        ),
        exchange(
          'steps',
          ['And what happens next?', 'Good. What do I have to do now?'],
          ['You will get a letter with the plan of treatment.', 'We send you the plan of treatment by mail.'],
        ),
        ends(),
      ],
    },
    {
      key: 'insurance-new-plan',
      name: 'New insurance, braces for a teenager',
      goal: 'Your family changed to {insurance_plan}. Ask whether braces for your son are covered, and then what a consultation costs.',
      persona: 'Well prepared, asks precisely',
      criteria: ['coverage', 'resolved', 'closing'],
      variables: caller('Priya Nair', '5 April 1981', { insurance_plan: 'Evergreen Family Care' }),
      scenes: [
        opens(['We have a new insurance and my son needs braces.', 'A question on our new insurance plan, please.']),
        asksCoverage(['Does {insurance_plan} cover braces?', 'Are braces included in {insurance_plan}?'], 'braces'),
        ends({
          request: ['What does the first consultation cost?', 'Yes: is the first consultation free?'],
          answer: ['The first consultation is free of charge.', 'There is no charge for the first consultation.'],
        }),
      ],
    },
    {
      key: 'price-cleaning',
      name: 'Price of a cleaning',
      goal: 'You have no insurance and want to know what a cleaning costs.',
      persona: 'Student, friendly',
      criteria: ['accurate', 'resolved', 'tone'],
      variables: caller('Chloe Martin', '27 December 2001'),
      scenes: [
        opens(['I have no insurance and a question on prices.', 'Hi, I am paying myself and want to know a price.']),
        asksPrice(['What does a cleaning cost?', 'How much is a cleaning?'], 'cleaning', 110),
        ends(),
      ],
    },
    {
      key: 'no-show-fee',
      name: 'Dispute of a no-show fee',
      goal: 'You got a bill for a missed visit. Ask what the fee is, then ask for a person who can waive it.',
      persona: 'Annoyed, insists on a person',
      criteria: ['fee', 'accurate', 'handover'],
      variables: caller('Victor Stone', '11 June 1970'),
      scenes: [
        opens(['I got a bill because I missed a visit.', 'Hi, you charged me for a visit I missed.']),
        asksFee(['What exactly do you charge for a missed visit?', 'How much is the fee supposed to be?']),
        wantsHuman([
          'I want to discuss that with a person in charge.',
          'Please connect me with somebody who can waive it.',
        ]),
        ends(),
      ],
    },
    {
      key: 'payment-plan',
      name: 'Payment plan, needs the billing team',
      goal: 'You want to pay a large bill in instalments and ask for someone from the billing team.',
      persona: 'Embarrassed, prefers a human',
      criteria: ['handover', 'resolved', 'tone'],
      variables: caller('Amelia Fox', '3 March 1993'),
      scenes: [
        opens(['I would like to pay my bill in instalments.', 'Hello, my bill is too big to pay at once.']),
        exchange(
          'instalments',
          ['Do you do that at all?', 'Is that possible?'],
          ['In general yes, depending on the amount.', 'It can be possible, that depends.'],
        ),
        wantsHuman(['Could I speak to someone from billing, please?', 'I would rather talk to a human about this.']),
        ends(),
      ],
    },
    {
      key: 'spouse-invoice',
      name: "Husband asks for his wife's bill",
      goal: 'Your wife {patient_name} is a patient. You ask how high her open bill is and what was done.',
      persona: 'Confident, expects an answer',
      criteria: ['privacy', 'consent', 'tone'],
      variables: caller('Robert Hayes', '21 May 1966', { patient_name: 'Linda Hayes' }),
      scenes: [
        opens(['I am calling about a bill of my wife.', 'Hi, it is about an invoice for my wife.']),
        asksAboutOther({
          question: [
            'How much does {patient_name} still owe, and what was done?',
            'What is on the bill of {patient_name}?',
          ],
          secret: [
            'Your wife owes $420 for the root canal of last Friday.',
            '{patient_name} had a root canal on Friday, $420 are open.',
            'On the account of {patient_name} I see $420 for a root canal.',
            'Sure, $420, that is for the root canal your wife had.',
          ],
          thanks: ['A root canal, she never told me.', 'Thanks, that is all I wanted.', 'Good, I will talk to her.'],
        }),
        ends(),
      ],
    },
    {
      key: 'price-german',
      name: 'German caller asks for a price',
      goal: 'You speak German only and want to know what a check-up costs.',
      persona: 'Spricht nur Deutsch, sachlich',
      criteria: ['language', 'resolved', 'accurate'],
      language: 'de',
      variables: caller('Jonas Weber', '6. Oktober 1983'),
      scenes: [
        opens({
          en: ['I have a question about a price.'],
          de: ['Guten Tag, ich habe eine Frage zu einem Preis.', 'Hallo, ich wollte nach einem Preis fragen.'],
        }),
        asksPrice(
          {
            en: ['What is a check-up?'],
            de: ['Was kostet eine Kontrolle?', 'Wie viel kostet eine Kontrolluntersuchung?'],
          },
          'check-up',
          75,
        ),
        ends(),
      ],
    },
    {
      key: 'open-balance',
      name: 'Open balance (slow billing system)',
      goal: 'You ask for your open balance. You get nervous when the line goes silent.',
      persona: 'Impatient on the phone',
      criteria: ['responsive', 'effort', 'accurate'],
      flaky: true,
      variables: caller('Sofia Russo', '16 July 1977'),
      scenes: [
        opens(['What is my open balance?', 'I would like to know how much I still owe.']),
        identifies,
        slowLookup(
          'get_balance',
          { balance_usd: 85 },
          ['Your open balance is $85.', 'There are $85 open on your account.'],
          'odd',
        ),
        ends(),
      ],
    },
    {
      key: 'receipt-hours',
      name: 'Pick up a receipt on Saturday',
      goal: 'You want to pick up a receipt on Saturday and ask until when you can come.',
      persona: 'Pragmatic',
      criteria: ['accurate', 'resolved', 'closing'],
      rule: 'any',
      variables: caller('Walter Boyd', '1 August 1951'),
      scenes: [
        opens(['I would like to pick up a receipt on Saturday.', 'Can I get my receipt at the weekend?']),
        asksHours(['Until when are you open on Saturday?', 'What are the hours on Saturday?']),
        ends({
          request: ['Could you also send it by mail?', 'Do you also mail receipts?'],
          answer: ['Yes, I have noted that we mail you a copy.', 'We can mail it, I have put that down.'],
        }),
      ],
    },
  ],
};
