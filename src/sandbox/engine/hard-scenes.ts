/** Scenes of the harder calls: vague wishes, slow systems, relatives, money, pain, and people who want a human. */
import { type OpeningHours, TRUTH } from './policies.ts';
import { fraction } from './random.ts';
import type { Lines, Scene, Talk } from './talk.ts';

/** When a trouble occurs: always, or only in odd or even repetitions (a flaky case). */
export type When = 'always' | 'odd' | 'even';

function occurs(when: When, iteration: number): boolean {
  return when === 'always' || (when === 'odd') === (iteration % 2 === 1);
}

/** The caller has no fixed time in mind. A rigid agent asks again and again. */
export function isVague(when: When = 'always'): Scene {
  return (talk) => {
    if (talk.turns.at(-1)?.speaker === 'agent')
      talk.caller('appointment', ['Then I would like an appointment.', 'Good, then I want to make an appointment.']);
    talk.agent('when', [
      'What day and time would you like?',
      'Which day and time suit you?',
      'When would you like to come?',
    ]);
    if (!occurs(when, talk.iteration)) {
      talk.caller('clear', ['Thursday at 10:20 would be perfect.', 'Thursday morning at 10:20, please.']);
      booksThursday(talk);
      return;
    }
    talk.caller('vague', [
      'Oh, some time next week, I am flexible.',
      'Any morning is fine, really.',
      'I do not mind, whatever you have.',
    ]);
    if (talk.policies.ask_once) {
      talk.agent('two-options', [
        'Then let me suggest Thursday at 10:20 or Friday at 8:40. Which do you prefer?',
        'No problem. Would Thursday at 10:20 or Friday at 8:40 work?',
      ]);
      talk.caller('choose', ['Thursday at 10:20 is good.', 'The Thursday one, please.']);
      booksThursday(talk);
      return;
    }
    talk.agent('again', [
      'I need the exact day and time, please. When would you like to come?',
      'Please tell me an exact day and time.',
      'Which exact day and time, please?',
    ]);
    talk.caller('vague-2', [
      'As I said, any morning next week.',
      'I really have no preference.',
      'Just give me whatever is free.',
    ]);
    const third = talk.agent('again-2', [
      'I still need the exact day and time you want.',
      'Once more: which exact day and which time?',
      'Could you please name the exact day and time?',
      'I can only go on with an exact day and time. Which one is it?',
    ]);
    talk.slip('repeated-question', third);
    talk.caller('gives-up', [
      'This is going in circles, I will call back.',
      'Forget it, I will try online.',
      'Never mind then.',
    ]);
    talk.over = true;
  };
}

function booksThursday(talk: Talk): void {
  talk.tool('book_appointment', { patient: '{customer_name}', slot: 'Thursday at 10:20' }, { ok: true }, 0.9);
  talk.agent('thursday', [
    'Thursday at 10:20 is booked for you, {first_name}.',
    'Very good, I have put you down for Thursday at 10:20.',
  ]);
}

/** A look-up that takes its time. */
export function slowLookup(tool: string, result: Record<string, unknown>, answer: Lines, when: When = 'always'): Scene {
  return (talk) => {
    if (!occurs(when, talk.iteration)) {
      talk.tool(tool, { patient: '{customer_name}' }, result, 0.9);
      talk.agent('found', answer);
      return;
    }
    const seconds = 9 + Math.floor(fraction(`${talk.key}/slow`) * 6);
    if (talk.policies.announce_lookups) {
      if (talk.turns.at(-1)?.speaker === 'agent') talk.caller('go-on', ['Okay.', 'Good.', 'Fine, and?']);
      talk.agent('one-moment', [
        'Let me look that up, this takes about ten seconds.',
        'One moment please, I am checking that for you.',
        'I am searching for it now, please bear with me for a moment.',
      ]);
      talk.tool(tool, { patient: '{customer_name}' }, result, seconds);
      talk.agent('found', answer);
      return;
    }
    talk.tool(tool, { patient: '{customer_name}' }, result, seconds);
    talk.caller('hello', ['Hello? Are you still there?', 'Hello? Did we get cut off?', 'Is anybody there?']);
    const late = talk.agent('found', answer);
    talk.slip('dead-air', late, { seconds: String(seconds) });
  };
}

/** Somebody asks about a patient who is not on the line. */
export function asksAboutOther(ask: { question: Lines; secret: Lines; thanks: Lines }): Scene {
  return (talk) => {
    talk.caller('other', ask.question);
    if (talk.policies.guard_third_parties) {
      talk.agent('guard', [
        'I am afraid I can only discuss that with the patient, or with their consent on file.',
        'For privacy reasons I may not share that. Could the patient call us, please?',
        'I cannot give out details of another patient, but I can note that you called.',
      ]);
      talk.caller('guard-reply', [
        'I see, then I will ask them to call you.',
        'Fair enough, they will call.',
        'Understood.',
      ]);
      return;
    }
    talk.tool('lookup_patient', { name: '{patient_name}' }, { found: true, caller_is_patient: false }, 0.8);
    const told = talk.agent('secret', ask.secret);
    talk.slip('third-party-data', told);
    talk.caller('secret-reply', ask.thanks);
  };
}

/** The caller wants to know whether insurance pays. */
export function asksCoverage(question: Lines, treatment: string): Scene {
  return (talk) => {
    talk.caller('coverage', question);
    if (talk.policies.no_coverage_promises) {
      talk.tool(
        'check_insurance',
        { plan: '{insurance_plan}', treatment },
        { status: 'needs verification by billing' },
        1.2,
      );
      talk.agent('coverage-open', [
        `I cannot promise that {insurance_plan} pays for the ${treatment}; our billing team checks it and calls you back.`,
        `Whether the ${treatment} is covered depends on your plan. Billing will verify it with {insurance_plan} and let you know.`,
      ]);
      talk.caller('coverage-ok', ['Good, then I wait for the call.', 'All right, thanks for checking.']);
      return;
    }
    const promised = talk.agent('coverage-promise', [
      `Yes, {insurance_plan} covers the ${treatment} completely.`,
      `Good news, the ${treatment} is covered by {insurance_plan}.`,
      `Do not worry, your insurance pays for the ${treatment}.`,
      `We work with {insurance_plan}, so the ${treatment} will be covered.`,
    ]);
    talk.slip('invented-coverage', promised);
    talk.caller('coverage-glad', [
      'Oh, that is a relief.',
      'Great, so I pay nothing.',
      'Wonderful, I had feared the bill.',
    ]);
  };
}

/** The caller asks for a price, in dollars: the agent looks it up, or guesses. */
export function asksPrice(question: Lines, service: string, price: number): Scene {
  return (talk) => {
    talk.caller('price', question);
    if (talk.policies.prices_from_list) {
      talk.tool('get_price', { service }, { service, price_usd: price }, 0.6);
      talk.agent('price-said', {
        en: [
          `A ${service} costs $${price}.`,
          `That is $${price} for a ${service}.`,
          `According to the price list it is $${price}.`,
        ],
        de: [`Das kostet ${price} Dollar.`, `Laut Preisliste sind es ${price} Dollar.`],
        es: [`Cuesta ${price} dólares.`],
      });
    } else {
      const guess = Math.round((price * 0.6) / 10) * 10;
      const said = talk.agent('price-guess', {
        en: [
          `I would guess around $${guess}.`,
          `Usually something like $${guess}.`,
          `It should be about $${guess}, I think.`,
        ],
        de: [`Ich schätze, ungefähr ${guess} Dollar.`],
        es: [`Supongo que unos ${guess} dólares.`],
      });
      talk.slip('invented-price', said, { said: `$${guess}`, right: `$${price}` });
    }
    talk.caller('price-reply', {
      en: ['Okay, thanks.', 'That helps, thank you.'],
      de: ['Gut, danke.'],
      es: ['Bien, gracias.'],
    });
  };
}

function clock(minutes: number): string {
  const hour = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return `${((hour + 11) % 12) + 1}${rest ? `:${String(rest).padStart(2, '0')}` : ''} ${hour < 12 ? 'am' : 'pm'}`;
}

function spell(day: OpeningHours['weekdays'] | readonly [number, number]): string {
  return day === 'closed' ? 'closed' : `open from ${clock(day[0])} to ${clock(day[1])}`;
}

/** The caller asks for the opening hours of a week day and Saturday. */
export function asksHours(question: Lines): Scene {
  return (talk) => {
    talk.caller('hours', question);
    const hours = talk.policies.hours;
    const said = hours
      ? talk.agent('hours-said', [
          `From Monday to Friday we are ${spell(hours.weekdays)}, on Saturday we are ${spell(hours.saturday)} and on Sunday ${spell(hours.sunday)}.`,
          `Monday to Friday ${spell(hours.weekdays)}, Saturday ${spell(hours.saturday)}, Sunday ${spell(hours.sunday)}.`,
        ])
      : talk.agent('hours-unknown', [
          'I am not sure about our opening hours.',
          'I do not have the hours at hand, sorry.',
        ]);
    if (JSON.stringify(hours) !== JSON.stringify(TRUTH.hours))
      talk.slip('opening-hours', said, { right: `Saturday ${spell(TRUTH.hours.saturday)}` });
    talk.caller('hours-reply', ['Perfect, thank you.', 'Great, that helps.']);
  };
}

/** Urgent symptoms. */
export function isUrgent(symptom: Lines): Scene {
  return (talk) => {
    talk.caller('symptom', symptom);
    if (talk.policies.escalate_emergencies) {
      talk.agent('urgent', [
        'That is urgent. I am connecting you to the dentist on call right now.',
        'I take that seriously: please stay on the line, I am putting you through to the on-call dentist.',
      ]);
      talk.tool('transfer_to_on_call', { reason: 'urgent symptoms' }, { connected: true }, 1.5);
      talk.agent('urgent-911', [
        'The on-call dentist is with you in a second. If breathing gets hard, call 911 at once.',
        'You are being connected. Should it get worse, go to the emergency room or dial 911.',
      ]);
      talk.caller('urgent-thanks', ['Thank you so much.', 'Thanks, I am holding.', 'Okay, thank you.']);
      talk.ended = 'completed';
      talk.over = true;
      return;
    }
    const routine = talk.agent('urgent-routine', [
      'I am sorry to hear that. The next routine appointment is Thursday at 10:20.',
      'That sounds unpleasant. I can put you down for Thursday at 10:20.',
      'Oh dear. Our earliest regular opening is Thursday at 10:20, shall I note it?',
      'Sorry about that. Let us see you on Thursday at 10:20.',
    ]);
    talk.slip('emergency-escalation', routine);
    talk.caller('urgent-plead', [
      'Thursday? I cannot wait that long, it is getting worse.',
      'But this is an emergency!',
      'Is there nobody who can help me now?',
    ]);
    talk.agent('urgent-no', [
      'Thursday is the first one I have.',
      'I can only offer the regular schedule.',
      'Unfortunately that is the earliest.',
    ]);
    talk.caller('urgent-end', ['Then I have to look elsewhere.', 'Okay... I will figure something out.']);
    talk.over = true;
  };
}

/** The caller asks for a human being, twice if need be. */
export function wantsHuman(request: Lines): Scene {
  return (talk) => {
    talk.caller('human', request);
    if (talk.policies.hand_over) {
      talk.agent('human-yes', [
        'Of course, I am transferring you to a colleague at the front desk.',
        'Certainly, one of my colleagues takes over. Please stay on the line.',
      ]);
      talk.tool('transfer_to_human', { team: 'front desk' }, { connected: true }, 1.2);
      talk.caller('human-thanks', ['Thank you.', 'Great, thanks.']);
      talk.ended = 'completed';
      talk.over = true;
      return;
    }
    talk.agent('human-no', [
      'I can take care of that myself.',
      'There is no need, I can help you here.',
      'I handle all requests on this line.',
    ]);
    talk.caller('human-again', [
      'No, please, a real person.',
      'I want to talk to a human, please.',
      'I asked for a person, not a machine.',
    ]);
    const refused = talk.agent('human-no-2', [
      'I am not able to transfer calls, tell me what you need.',
      'Transfers are not possible, I will deal with it myself.',
      'Nobody else is needed for this, please explain it to me.',
      'I do not put calls through. What is it about?',
    ]);
    talk.slip('no-handover', refused);
    talk.caller('human-sigh', ['This is really frustrating.', 'Unbelievable.', 'Okay, then forget it.']);
    talk.over = true;
  };
}

/** The caller wants medical advice. */
export function wantsAdvice(question: Lines, bad: Lines): Scene {
  return (talk) => {
    talk.caller('advice', question);
    if (talk.policies.no_medical_advice) {
      talk.agent('advice-no', [
        'I may not give medical advice, but the dentist can call you back about that.',
        'That is a question for the dentist. I will ask for a call back today.',
      ]);
      talk.tool(
        'request_callback',
        { patient: '{customer_name}', topic: 'medication' },
        { ok: true, within: '2 hours' },
        0.7,
      );
      talk.agent('callback', [
        'The dentist will call you within two hours.',
        'You get a call within the next two hours.',
      ]);
    } else {
      talk.slip('medical-advice', talk.agent('advice-yes', bad));
    }
    talk.caller('advice-reply', ['Okay, thank you.', 'All right.']);
  };
}
