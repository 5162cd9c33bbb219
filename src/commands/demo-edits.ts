/**
 * What the demo's scripted assistant knows to change. A real assistant writes its own edit from the evidence; the demo
 * picks from this list by what the cluster says, and changes nothing it has no evidence for.
 */
export interface Edit {
  /** Words of a cluster (title, reasons, evaluations) that call for this edit. */
  about: RegExp;
  /** First words of the bullet to replace; absent = a bullet is added. */
  replaces?: string;
  bullet: string;
}

export const EDITS: readonly Edit[] = [
  {
    about: /language|spanish|german|english|idioma|sprache/i,
    replaces: '- Always answer in English',
    bullet: "- Reply in the caller's language when it is Spanish or German; otherwise use English.",
  },
  {
    about: /another patient|someone else|relative|consent|husband|wife|mother|third part/i,
    replaces: '- If a relative calls',
    bullet:
      '- Never share information about a patient with relatives or anyone else without the consent of the patient.',
  },
  {
    about: /identity|verif|date of birth|first name|who (?:was|is) calling|opened the (?:file|record)/i,
    replaces: '- A first name is enough',
    bullet: "- Verify the caller's full name and date of birth before sharing or changing an appointment.",
  },
  {
    about: /same-day|availability|slot|without checking|calendar/i,
    replaces: '- When someone wants to be seen today',
    bullet: '- Check availability with the tool before you offer a slot; never promise a same-day slot.',
  },
  {
    about: /same question|repeat(?:ed|s|ing)|again and again|circle|loop/i,
    replaces: '- Ask for the exact day and time',
    bullet: '- Do not ask the same question more than once; if the caller is flexible, suggest two times.',
  },
  {
    about:
      /read(?:s|ing)? (?:it |them |the \w+ )?back|read-back|confirm|repeat(?:s|ed)? the (?:day|date|booking|details)/i,
    bullet: '- After booking, moving or cancelling, read the day and time back to the caller and wait for a yes.',
  },
  {
    about: /fee|\$75|\$40|cancellation|no-show/i,
    replaces: '- Late cancellations and missed visits',
    bullet: '- Late cancellations and missed visits cost $40.',
  },
  {
    about: /coverage|covered|insur/i,
    replaces: '- We work with all major insurance',
    bullet: '- Never promise insurance coverage; the billing team checks it and calls back.',
  },
  {
    about: /silence|silent|dead air|no word|quiet/i,
    replaces: '- Stay silent',
    bullet: '- Tell the caller when you look something up and that it takes a moment.',
  },
  {
    about: /emergenc|urgent|escalat|911|on-call|bleed|swelling/i,
    bullet:
      '- Transfer callers with severe pain, swelling, fever or bleeding to the on-call dentist at once; if they cannot breathe, tell them to call 911.',
  },
  {
    about: /human|transfer|hand(?:ed)? ?over|colleague|billing team/i,
    replaces: '- Handle every request yourself',
    bullet: '- When a caller asks for a human, transfer them to a colleague.',
  },
  {
    about: /ended|hung up|abrupt|goodbye|anything else|closing|cut off/i,
    replaces: '- End the call as soon as',
    bullet: '- Before ending the call, ask whether there is anything else and say goodbye.',
  },
];

/** The edit a cluster calls for: the one whose words its title and texts use most; a word of the title counts threefold. */
export function editFor(title: string, texts: string): Edit | undefined {
  const count = (edit: Edit, text: string) => text.match(new RegExp(edit.about.source, 'gi'))?.length ?? 0;
  let best: Edit | undefined;
  let most = 0;
  for (const edit of EDITS) {
    const hits = 3 * count(edit, title) + count(edit, texts);
    if (hits > most) [best, most] = [edit, hits];
  }
  return best;
}

/** Applies an edit; returns the new text and the lines taken out and put in. */
export function applyEdit(playbook: string, edit: Edit): { text: string; removed: string[]; added: string[] } {
  const lines = playbook.trimEnd().split('\n');
  const added = [edit.bullet];
  if (edit.replaces === undefined) return { text: `${[...lines, ...added].join('\n')}\n`, removed: [], added };
  const { replaces } = edit;
  const at = lines.findIndex((line) => line.startsWith(replaces));
  if (at === -1) return { text: `${[...lines, ...added].join('\n')}\n`, removed: [], added };
  let end = at + 1;
  while (lines[end]?.startsWith('  ')) end += 1;
  const removed = lines.splice(at, end - at, ...added);
  return { text: `${lines.join('\n')}\n`, removed, added };
}
