/** What callers and the receptionist do, step by step: the scenes every kind of call is made of. */
import { TRUTH } from './policies.ts';
import type { Lines, Scene, Talk } from './talk.ts';

/** Opening: the agent picks up, the caller says what the call is about. */
export function opens(request: Lines): Scene {
  return (talk) => {
    if (talk.policies.greeting) {
      talk.agent('greet', {
        en: [
          'Thank you for calling Bright Harbor Dental, how can I help you today?',
          'Bright Harbor Dental, good morning. What can I do for you?',
          'Hello, you have reached Bright Harbor Dental. How may I help?',
        ],
      });
    } else {
      talk.slip('no-greeting', talk.agent('greet-bare', ['Yes?', 'Yes, go ahead.', 'What is it?']));
    }
    talk.caller('request', request);
    if (talk.language === 'en' || talk.policies.match_language) return;
    const asked = talk.agent('english-only', [
      'I am sorry, I can only continue in English. How can I help?',
      'Sorry, could you say that in English, please?',
      'We handle calls in English here. What would you like to do?',
    ]);
    talk.slip('wrong-language', asked, { language: talk.language === 'es' ? 'Spanish' : 'German' });
    talk.caller('no-english', {
      en: ['Sorry?'],
      es: ['Perdone, casi no hablo inglés.', 'Es que no hablo bien inglés, ¿hay alguien que hable español?'],
      de: [
        'Entschuldigung, mein Englisch ist nicht gut.',
        'Mein Englisch reicht dafür leider nicht, geht es auf Deutsch?',
      ],
    });
    talk.agent('english-only-again', [
      'I am afraid I have to continue in English.',
      'English only, please.',
      'Sorry, this line is in English. What is it about?',
    ]);
    talk.caller('no-english-bye', {
      en: ['Goodbye.'],
      es: ['Bueno, entonces llamaré a otra clínica.', 'No le entiendo, adiós.'],
      de: ['Dann versuche ich es woanders.', 'Ich verstehe Sie leider nicht, auf Wiederhören.'],
    });
    talk.over = true;
  };
}

/** The agent opens the caller's file, with or without finding out who is calling. */
export const identifies: Scene = (talk) => {
  if (talk.policies.verify_identity) {
    talk.agent('ask-identity', {
      en: [
        'Of course. May I have your full name and date of birth first?',
        'Happy to. To find your file, please tell me your full name and your date of birth.',
        'Sure. For your security I need your full name and date of birth.',
      ],
      es: ['Con gusto. ¿Me dice su nombre completo y su fecha de nacimiento?'],
      de: ['Gern. Nennen Sie mir bitte Ihren vollen Namen und Ihr Geburtsdatum.'],
    });
    talk.caller('give-identity', {
      en: ['{customer_name}, born {date_of_birth}.', "It's {customer_name}, date of birth {date_of_birth}."],
      es: ['{customer_name}, nací el {date_of_birth}.'],
      de: ['{customer_name}, geboren am {date_of_birth}.'],
    });
    talk.tool(
      'lookup_patient',
      { name: '{customer_name}', date_of_birth: '{date_of_birth}' },
      { found: true, verified: true },
      0.8,
    );
    return;
  }
  talk.agent('ask-first-name', {
    en: [
      'Sure, what is your first name?',
      'No problem. Just your first name, please?',
      'Happy to. Who is speaking, just the first name?',
    ],
    es: ['Claro, ¿cómo se llama?'],
    de: ['Gern, wie ist Ihr Vorname?'],
  });
  talk.caller('give-first-name', {
    en: ["It's {first_name}.", '{first_name}.', '{first_name} here.'],
    es: ['Soy {first_name}.'],
    de: ['{first_name}.'],
  });
  talk.tool('lookup_patient', { first_name: '{first_name}' }, { found: true, verified: false }, 0.8);
  const opened = talk.agent('file-open', {
    en: [
      'Thanks {first_name}, I have your file open and can see everything.',
      'Great, {first_name}, that is enough for me, your record is on my screen.',
      'Got you, {first_name}. I am in your file now.',
    ],
    es: ['Gracias, {first_name}, ya tengo su ficha abierta.'],
    de: ['Danke, {first_name}, Ihre Akte ist offen.'],
  });
  talk.slip('identity-check', opened);
};

/** A slot that is checked in the calendar; the caller takes it. */
export function offersSlot(slot: string, service: string): Scene {
  return (talk) => {
    talk.tool('check_availability', { service, from: 'next 14 days' }, { slots: [slot, 'Friday at 3:40 pm'] }, 1.1);
    talk.agent('offer', {
      en: [
        `I can offer ${slot} or Friday at 3:40 pm.`,
        `The next free times are ${slot} and Friday at 3:40 pm. Which one suits you?`,
        `How about ${slot}? Friday at 3:40 pm is free as well.`,
      ],
      es: [`Puedo ofrecerle ${slot} o el viernes a las 15:40.`],
      de: [`Ich kann Ihnen ${slot} oder Freitag um 15:40 Uhr anbieten.`],
    });
    talk.caller('accept', {
      en: [`${slot} works for me.`, `Let's take ${slot}.`, `${slot}, please.`],
      es: ['La primera me viene bien.'],
      de: ['Der erste Termin passt.'],
    });
  };
}

/** Same-day wish: a promise out of thin air, or a look into the calendar. */
export const wantsToday: Scene = (talk) => {
  if (talk.policies.check_availability) {
    talk.tool(
      'check_availability',
      { service: 'repair', from: 'today' },
      { today: [], next: ['tomorrow at 9:20 am'] },
      1.1,
    );
    talk.agent('today-full', [
      'I have checked: today is fully booked, the next free slot is tomorrow at 9:20 am.',
      'There is nothing left today, but tomorrow at 9:20 am is free. Shall I take it?',
      'Today is full according to the calendar. I can give you tomorrow at 9:20 am.',
    ]);
    talk.caller('tomorrow-fine', [
      'Tomorrow at 9:20 is all right.',
      'Okay, tomorrow morning then.',
      "Fine, I'll take that.",
    ]);
    talk.tool('book_appointment', { patient: '{customer_name}', slot: 'tomorrow at 9:20 am' }, { ok: true }, 0.9);
    talk.agent('tomorrow-booked', [
      'Done: tomorrow at 9:20 am, see you then.',
      'You are booked for tomorrow at 9:20 am.',
    ]);
    return;
  }
  const promised = talk.agent('today-promise', [
    'Absolutely, come in today, we will squeeze you in for sure.',
    'No problem at all, I promise you a slot today at 4 pm.',
    'Yes, there is always room, just come by this afternoon.',
    'Sure, you are guaranteed an appointment today, let us say at 4 pm.',
  ]);
  talk.slip('unchecked-slot', promised);
  talk.caller('today-sure', [
    'Are you sure? Last time it was full.',
    'Really? Great, did you check?',
    'So today, definitely?',
  ]);
  talk.agent('today-again', ['Yes, we always find room.', 'Definitely, no need to check.', 'You can count on it.']);
};

/** Books, moves or cancels; then the details are repeated, or not. */
export function writes(action: 'book' | 'move' | 'cancel', slot: string): Scene {
  const done = { book: 'booked', move: 'moved', cancel: 'cancelled' }[action];
  return (talk) => {
    const tool = { book: 'book_appointment', move: 'move_appointment', cancel: 'cancel_appointment' }[action];
    talk.tool(tool, { patient: '{customer_name}', slot }, { ok: true, reference: 'BH-{reference}' }, 0.9);
    if (talk.policies.read_back) {
      talk.agent('read-back', {
        en: [
          `To confirm: ${slot} for {customer_name} is ${done}. Is that right?`,
          `Let me read that back: ${slot}, {customer_name}, ${done}. Correct?`,
          `So that is ${slot} under the name {customer_name}, now ${done}. Does that sound right?`,
        ],
        es: [`Le confirmo la cita: ${slot}, a nombre de {customer_name}. ¿Es correcto?`],
        de: [`Ich wiederhole: ${slot} für {customer_name}. Stimmt das so?`],
      });
      talk.caller('read-back-yes', {
        en: ['Yes, that is right.', 'Correct.', 'Exactly.'],
        es: ['Sí, correcto.'],
        de: ['Ja, genau.'],
      });
      return;
    }
    const bare = talk.agent('no-read-back', {
      en: ['All done.', `Okay, it is ${done}.`, 'That is in the system now.', 'Right, you are all set.'],
      es: ['Listo, ya está hecho.'],
      de: ['So, ist eingetragen.'],
    });
    talk.slip('no-read-back', bare, { done });
  };
}

/** The caller asks what cancelling late costs. */
export function asksFee(question: Lines): Scene {
  return (talk) => {
    talk.caller('fee-question', question);
    const { cancellation_fee: fee, notice_hours: notice = 0 } = talk.policies;
    const right = fee === TRUTH.cancellation_fee && notice === TRUTH.notice_hours;
    const amount = fee === undefined ? undefined : fee === 0 ? 'nothing' : `$${fee}`;
    const until = notice > 0 ? `up to ${notice} hours before the visit` : 'at any time before the visit';
    const said =
      amount === undefined
        ? talk.agent('fee-unknown', [
            'I do not know what a late cancellation costs, I am afraid.',
            'There may be a fee for that, but I could not say how much.',
          ])
        : talk.agent('fee', [
            `Cancelling is free ${until}; after that it costs ${amount}.`,
            `A late cancellation costs ${amount}; ${until} it is free.`,
            `We charge ${amount} for that, and it is free of charge ${until}.`,
          ]);
    if (!right)
      talk.slip('cancellation-fee', said, { said: amount ?? 'no amount', right: `$${TRUTH.cancellation_fee}` });
    talk.caller('fee-reply', ['All right, good to know.', 'Okay, I see.', 'Hm, okay then.']);
  };
}

/** Ends the call; `second` is something the caller still wanted to bring up. */
export function ends(second?: { request: Lines; answer: Lines }): Scene {
  return (talk) => {
    const { proper_closing } = talk.policies;
    if (!proper_closing && second) {
      talk.caller('one-more', [
        'Great. One more thing...',
        'Thanks. And I also...',
        'Good. There is something else...',
      ]);
      const cut = talk.agent('hang-up', [
        'Your request is done. Goodbye.',
        'That is everything then. Bye.',
        'Done. Thanks for calling, goodbye.',
        'Okay, finished. Have a nice day, bye.',
      ]);
      talk.slip('abrupt-ending', cut);
      talk.ended = 'agent-hung-up';
      return;
    }
    if (!proper_closing) {
      talk.caller('bye-unasked', BYE_UNASKED);
      talk.agent('bye-agent', GOODBYE);
      return;
    }
    if (talk.turns.at(-1)?.speaker === 'agent') talk.caller('okay', OKAY);
    talk.agent('anything-else', {
      en: [
        'Is there anything else I can do for you?',
        'Can I help you with anything else today?',
        'Anything else I can do?',
      ],
      es: ['¿Puedo ayudarle en algo más?'],
      de: ['Kann ich sonst noch etwas für Sie tun?'],
    });
    if (second) {
      talk.caller('second', second.request);
      talk.agent('second-answer', second.answer);
      talk.caller('bye-unasked', BYE_UNASKED);
    } else {
      talk.caller('bye', BYE);
    }
    talk.agent('bye-agent', GOODBYE);
    talk.ended = 'completed';
  };
}

const OKAY: Lines = { en: ['Okay.', 'All right.', 'Good.'], es: ['Muy bien.'], de: ['Gut.'] };
const BYE_UNASKED: Lines = {
  en: ['Thank you, bye.', "That's all then, thanks. Bye.", 'Goodbye.'],
  es: ['Gracias, hasta luego.'],
  de: ['Danke, auf Wiederhören.'],
};
const BYE: Lines = {
  en: ["No, that's all, thank you.", 'That was all, thanks. Bye.', 'No thanks, bye.'],
  es: ['Eso es todo, gracias.', 'No, nada más, gracias.'],
  de: ['Das war alles, danke.', 'Nein danke, auf Wiederhören.'],
};
const GOODBYE: Lines = {
  en: ['You are welcome. Goodbye.', 'Thank you for calling, goodbye.', 'My pleasure, have a good day.'],
  es: ['Gracias por llamar, hasta luego.'],
  de: ['Danke für Ihren Anruf, auf Wiederhören.'],
};

/** Free exchange that no policy touches: caller and agent alternate. */
export function exchange(name: string, caller: Lines, agent: Lines): Scene {
  return (talk: Talk) => {
    talk.caller(`${name}-caller`, caller);
    talk.agent(`${name}-agent`, agent);
  };
}
