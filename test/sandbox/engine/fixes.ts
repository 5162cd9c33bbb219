/** One sensible edit of the shipped playbook per defect: each a line to replace (or none, to add) and what to write. */
import type { Cause } from '../../../src/sandbox/engine/policies.ts';

export interface Fix {
  cause: Cause;
  /** Part of the bullet that is replaced; absent = the bullets are added under the last heading. */
  replaces?: RegExp;
  with: string;
}

export const FIXES: readonly Fix[] = [
  {
    cause: 'wrong-language',
    replaces: /^- Always answer in English.*$/m,
    with: "- Reply in the caller's language when it is Spanish or German; otherwise use English.",
  },
  {
    cause: 'identity-check',
    replaces: /^- A first name is enough.*$/m,
    with: "- Verify the caller's full name and date of birth before sharing or changing an appointment.",
  },
  {
    cause: 'third-party-data',
    replaces: /^- If a relative calls.*$/m,
    with: '- Never share information about a patient with relatives or anyone else without the consent of the patient.',
  },
  {
    cause: 'unchecked-slot',
    replaces: /^- When someone wants to be seen today.*$/m,
    with: '- Check availability with the tool before you offer a slot; never promise a same-day slot.',
  },
  {
    cause: 'repeated-question',
    replaces: /^- Ask for the exact day and time.*$/m,
    with: '- Do not ask the same question more than once; if the caller is flexible, suggest two times.',
  },
  {
    cause: 'no-read-back',
    with: '- After booking, moving or cancelling, read the day and time back to the caller and wait for a yes.',
  },
  {
    cause: 'cancellation-fee',
    replaces: /^- Late cancellations and missed visits.*$/m,
    with: '- Late cancellations and missed visits cost $40.',
  },
  {
    cause: 'invented-coverage',
    replaces: /^- We work with all major insurance.*$/m,
    with: '- Never promise insurance coverage; the billing team checks it and calls back.',
  },
  {
    cause: 'dead-air',
    replaces: /^- Stay silent.*$/m,
    with: '- Tell the caller when you look something up and that it takes a moment.',
  },
  {
    cause: 'emergency-escalation',
    with: '- Transfer callers with severe pain, swelling, fever or bleeding to the on-call dentist at once; if they cannot breathe, tell them to call 911.',
  },
  {
    cause: 'no-handover',
    replaces: /^- Handle every request yourself.*$/m,
    with: '- When a caller asks for a human, transfer them to a colleague.',
  },
  {
    cause: 'abrupt-ending',
    replaces: /^- End the call as soon as.*$/m,
    with: '- Before ending the call, ask whether there is anything else and say goodbye.',
  },
];

/** The playbook with some of the fixes applied. Throws when a bullet to replace is not there. */
export function fixed(playbook: string, causes: readonly Cause[]): string {
  let text = playbook;
  for (const fix of FIXES.filter(({ cause }) => causes.includes(cause))) {
    if (!fix.replaces) text = `${text.trimEnd()}\n${fix.with}\n`;
    else if (!fix.replaces.test(text)) throw new Error(`The shipped playbook has no bullet ${fix.replaces}.`);
    // The bullet may go on in the next line.
    else text = text.replace(new RegExp(`${fix.replaces.source}(?:\\n {2}.*)*`, 'm'), () => fix.with);
  }
  return text;
}
