/** Suite "Bookings and changes". */

import { asksHours, isVague } from '../hard-scenes.ts';
import { asksFee, ends, exchange, identifies, offersSlot, opens, wantsToday, writes } from '../scenes.ts';
import { caller, type SuiteSpec } from './spec.ts';

export const bookings: SuiteSpec = {
  key: 'bookings',
  name: 'Bookings and changes',
  agent: '5b7c0c1e-93d4-4f0a-8a53-6d2f1c9e7b40',
  language: 'en',
  cases: [
    {
      key: 'book-cleaning',
      name: 'Book a cleaning',
      goal: 'You want a cleaning in the next two weeks and take the first time you are offered.',
      persona: 'Relaxed regular patient',
      criteria: ['confirmation', 'booking', 'tone'],
      variables: caller('Maria Lopez', '12 March 1985', { reference: '4471' }),
      scenes: [
        opens([
          'I would like to book a cleaning, please.',
          "Hi, I'm due for a cleaning.",
          'Hello, could I get a cleaning appointment?',
        ]),
        identifies,
        offersSlot('Tuesday at 10:20 am', 'cleaning'),
        writes('book', 'Tuesday at 10:20 am'),
        ends(),
      ],
    },
    {
      key: 'reschedule-late',
      name: 'Move an appointment on short notice',
      goal: 'Your appointment is tomorrow and you need another day. Ask what moving it so late costs.',
      persona: 'Busy professional, a little hurried',
      criteria: ['identity', 'fee', 'accurate', 'tone'],
      variables: caller('James Carter', '4 July 1979', { reference: '4502' }),
      scenes: [
        opens([
          'I need to move my appointment from tomorrow.',
          'Something came up, I have to reschedule tomorrow.',
          "Hi, I can't make it tomorrow, can we move it?",
        ]),
        identifies,
        asksFee([
          'Does it cost anything, this late?',
          'Is there a fee for moving it now?',
          'What do you charge for such short notice?',
        ]),
        offersSlot('Monday at 2:10 pm', 'check-up'),
        writes('move', 'Monday at 2:10 pm'),
        ends(),
      ],
    },
    {
      key: 'same-day-chip',
      name: 'Chipped tooth, wants to come today',
      goal: 'You chipped a tooth at lunch, it does not hurt, and you would like to come in today.',
      persona: 'Talkative, optimistic',
      criteria: ['availability', 'accurate', 'booking', 'tone'],
      variables: caller('Ethan Reed', '9 May 1996', { reference: '4533' }),
      scenes: [
        opens([
          'I chipped a tooth, it does not hurt. Can I come in today?',
          'A corner of my tooth broke off, no pain. Any chance today?',
        ]),
        wantsToday,
        exchange(
          'parking',
          ['Is there parking at the clinic?', 'And can I park there?'],
          ['Yes, behind the building, it is free for patients.', 'There is free parking behind the house.'],
        ),
        ends(),
      ],
    },
    {
      key: 'confirm-appointment',
      name: 'When is my appointment?',
      goal: 'You lost the card and ask when your next appointment is.',
      persona: 'Forgetful, friendly',
      criteria: ['identity', 'privacy', 'resolved'],
      variables: caller('Grace Kim', '30 January 1968', { reference: '4540' }),
      scenes: [
        opens([
          'I lost my card. When is my next appointment?',
          'Could you tell me when I am supposed to come?',
          'I forgot the time of my appointment.',
        ]),
        identifies,
        exchange(
          'when-is-it',
          ['So when do I have to be there?', 'What time is it, then?'],
          [
            'Your next visit is on Wednesday at 11:30 am with Dr. Hale.',
            'You are expected on Wednesday at 11:30 am, Dr. Hale.',
          ],
        ),
        ends(),
      ],
    },
    {
      key: 'vague-preference',
      name: 'Caller without a fixed time',
      goal: 'You want a check-up next week; any morning is fine and you do not name a time yourself.',
      persona: 'Easy-going, gives vague answers',
      criteria: ['effort', 'resolved', 'tone'],
      variables: caller('Noah Bennett', '17 August 1988', { reference: '4556' }),
      scenes: [
        opens(['I would like a check-up next week.', 'Can I get a check-up some time next week?']),
        isVague(),
        ends(),
      ],
    },
    {
      key: 'book-spanish',
      name: 'Spanish caller books a check-up',
      goal: 'You speak Spanish only and want a check-up appointment.',
      persona: 'Habla solo español, amable',
      criteria: ['language', 'resolved', 'tone'],
      language: 'es',
      variables: caller('Lucía Fernández', '2 de junio de 1990', { reference: '4561' }),
      scenes: [
        opens({
          en: ['I would like a check-up.'],
          es: [
            'Buenos días, quisiera una cita para una revisión.',
            'Hola, necesito una cita para una revisión dental.',
          ],
        }),
        offersSlot('el martes a las 10:20', 'check-up'),
        writes('book', 'el martes a las 10:20'),
        ends(),
      ],
    },
    {
      key: 'opening-hours',
      name: 'Opening hours',
      goal: 'You only want to know the opening hours, Saturday included.',
      persona: 'Short and to the point',
      criteria: ['accurate', 'resolved', 'tone'],
      variables: caller('Henry Walsh', '14 February 1959'),
      scenes: [
        opens(['Just a quick question about your hours.', 'Hi, I have a question about when you are open.']),
        asksHours(['When are you open during the week, and on Saturday?', 'What are your hours, also at the weekend?']),
        ends(),
      ],
    },
    {
      key: 'family-booking',
      name: 'Two children, two appointments',
      goal: 'You book a visit for your daughter first; afterwards you also want one for your son.',
      persona: 'Parent with two small children in the background',
      criteria: ['confirmation', 'closing', 'resolved'],
      variables: caller('Hannah Price', '8 October 1986', { reference: '4588' }),
      scenes: [
        opens([
          'I need an appointment for my daughter Lily first.',
          'Hello, let us start with a visit for my daughter Lily.',
        ]),
        offersSlot('Wednesday at 3:00 pm', 'child check-up'),
        writes('book', 'Wednesday at 3:00 pm'),
        ends({
          request: [
            'Yes, the same for my son Max, right after her.',
            'Yes please, Max needs one too, best right after.',
          ],
          answer: [
            'Max can come at 3:30 pm on the same day, I have noted it.',
            'I have put Max down for 3:30 pm, right after Lily.',
          ],
        }),
      ],
    },
  ],
};
