/**
 * What the demo's scripted assistant knows: how the sandbox's judge words each cause, how the mode is called, and the
 * edit of the agent's text that mends it. A real assistant reads and writes its own; the script leaves uncoded what it cannot read.
 */
export interface KnownMode {
  title: string;
  definition: string;
  fix_kind: 'prompt' | 'knowledge';
  /** Words of a reason, without what it quotes, that speak of this cause. */
  reads: RegExp;
  /** First words of the bullet to replace; absent = a bullet is added. */
  replaces?: string;
  bullet: string;
}

export const KNOWN_MODES: readonly KnownMode[] = [
  {
    title: 'Stays in English with callers of other languages',
    definition: 'The caller speaks another language and the agent goes on in English. Not: slow or unclear English.',
    fix_kind: 'prompt',
    reads: /in English|leave English|insists on English|No switch to|Language mismatch|share a language/i,
    replaces: '- Always answer in English',
    bullet: "- Reply in the caller's language when it is Spanish or German; otherwise use English.",
  },
  {
    title: 'Tells relatives about a patient',
    definition:
      'Somebody who is not the patient hears data of the patient, without consent. Not: a patient not verified.',
    fix_kind: 'prompt',
    reads: /relative|another person|not the patient,|consent|third party|not the patient:/i,
    replaces: '- If a relative calls',
    bullet:
      '- Never share information about a patient with relatives or anyone else without the consent of the patient.',
  },
  {
    title: 'Opens the file on a first name',
    definition: 'A file is used before full name and date of birth were checked. Not: data told to a relative.',
    fix_kind: 'prompt',
    reads: /first name|verifying who|birth date|verification step|authentication skipped|proven to be the patient/i,
    replaces: '- A first name is enough',
    bullet: "- Verify the caller's full name and date of birth before sharing or changing an appointment.",
  },
  {
    title: 'Promises a slot without looking',
    definition: 'A time is promised that no lookup of the calendar stands behind.',
    fix_kind: 'prompt',
    reads: /calendar|availability check|same-day slot|nobody knows to be free|invented opening|free slots/i,
    replaces: '- When someone wants to be seen today',
    bullet: '- Check availability with the tool before you offer a slot; never promise a same-day slot.',
  },
  {
    title: 'Asks for an exact time again and again',
    definition: 'The caller is flexible, and the agent repeats its question where it should propose times.',
    fix_kind: 'prompt',
    reads:
      /again and again|loops|third time|proposing a time|any morning is fine|Stuck on one question|keeps requesting/i,
    replaces: '- Ask for the exact day and time',
    bullet: '- Do not ask the same question more than once; if the caller is flexible, suggest two times.',
  },
  {
    title: 'Does not read the booking back',
    definition: 'An appointment is made, moved or cancelled, and day and time are not repeated to the caller.',
    fix_kind: 'prompt',
    reads:
      /not repeated after|read back|does not confirm what|summary of the appointment|could not check the details|without recapping|misheard time/i,
    bullet: '- After booking, moving or cancelling, read the day and time back to the caller and wait for a yes.',
  },
  {
    title: 'Names the wrong fee for late cancellations',
    definition: 'The amount for a late cancellation or a missed visit is not that of the policy.',
    fix_kind: 'knowledge',
    reads:
      /late cancellation|late-cancelled|wrong fee|cancellation charge|cancelling late|cancellation policy|late fee/i,
    replaces: '- Late cancellations and missed visits',
    bullet: '- Late cancellations and missed visits cost $40.',
  },
  {
    title: 'Promises that insurance pays',
    definition: 'Coverage is asserted that nobody has checked.',
    fix_kind: 'prompt',
    reads: /insur|coverage|benefits it cannot know|verified the plan/i,
    replaces: '- We work with all major insurance',
    bullet: '- Never promise insurance coverage; the billing team checks it and calls back.',
  },
  {
    title: 'Silent while it looks something up',
    definition: 'A lookup takes seconds in which the caller hears nothing. Not: the call breaking off.',
    fix_kind: 'prompt',
    reads: /silen|announce the lookup|dead air|unexplained pause|pause of|nothing was said/i,
    replaces: '- Stay silent',
    bullet: '- Tell the caller when you look something up and that it takes a moment.',
  },
  {
    title: 'Treats an emergency as routine',
    definition: 'Urgent symptoms get an appointment or advice to wait, and nobody is alerted.',
    fix_kind: 'prompt',
    reads: /urgent symptoms|on-call dentist|emergency|No escalation|acute case|immediate care/i,
    bullet:
      '- Transfer callers with severe pain, swelling, fever or bleeding to the on-call dentist at once; if they cannot breathe, tell them to call 911.',
  },
  {
    title: 'Refuses to hand over to a person',
    definition: 'The caller asks for a human being and is not put through.',
    fix_kind: 'prompt',
    reads:
      /asked for a person|transfer to a human|speak to staff|hand-over|human being|stuck with the bot|real person/i,
    replaces: '- Handle every request yourself',
    bullet: '- When a caller asks for a human, transfer them to a colleague.',
  },
  {
    title: 'Ends the call without a last question',
    definition: 'The agent finishes while the caller may have another matter. Not: a limit of turns.',
    fix_kind: 'prompt',
    reads: /hung up|ends abruptly|cuts the conversation|closing question|second matter|ended too early|further help/i,
    replaces: '- End the call as soon as',
    bullet: '- Before ending the call, ask whether there is anything else and say goodbye.',
  },
];

const QUOTED = /"[^"]*"/g;
/** What the judge adds to any reason of a criterion: a consequence, not the cause. */
const SENTENCE_END = /(?<=[.:)"])\s+(?=[A-Z])/;

/** The mode that a reason speaks of; undefined where the script knows none, or several. */
export function readReason(reason: string): KnownMode | undefined {
  const found = KNOWN_MODES.filter(({ reads }) => reads.test(reason.replace(QUOTED, '')));
  if (found.length <= 1) return found[0];
  const [first = ''] = reason.replace(QUOTED, '').split(SENTENCE_END);
  const said = found.filter(({ reads }) => reads.test(first));
  return said.length === 1 ? said[0] : undefined;
}

/**
 * The edit of the agent's text that mends a mode: its rule gives way to another, or a rule is added behind the last. Undefined
 * where the text has that rule.
 */
export function editFor(
  text: string,
  { replaces, bullet }: Pick<KnownMode, 'replaces' | 'bullet'>,
): { old: string; new: string } | undefined {
  const lines = text.split('\n');
  if (lines.includes(bullet)) return undefined;
  const at = replaces === undefined ? -1 : lines.findIndex((line) => line.startsWith(replaces));
  if (at === -1) {
    const last = lines.findLast((line) => line.trim() !== '') ?? '';
    return { old: last, new: `${last}\n${bullet}` };
  }
  let end = at + 1;
  while (lines[end]?.startsWith('  ')) end += 1;
  return { old: lines.slice(at, end).join('\n'), new: bullet };
}

/** Whether a text is the one whose rules the script knows. */
export function holdsRules(text: string): boolean {
  return text
    .split('\n')
    .some((line) =>
      KNOWN_MODES.some(
        ({ replaces, bullet }) => line === bullet || (replaces !== undefined && line.startsWith(replaces)),
      ),
    );
}
