/**
 * Reads the playbook: Markdown with headings and bullet policies in plain language. This is keyword and pattern
 * matching, not a language model: a bullet that it cannot place is reported with its line number and changes nothing.
 * Of two bullets that contradict each other the later one counts, and the earlier one is reported too.
 */
import { type OpeningHours, type Policies, SILENT, type Switch } from './policies.ts';
import { SIGNALS, type Signal } from './policy-signals.ts';

export interface Playbook {
  policies: Policies;
  /** Bullets without effect, with 1-based line numbers. */
  notUnderstood: { line: number; text: string }[];
}

interface Statement {
  line: number;
  text: string;
  heading: string;
  bullet: boolean;
}

/** Parses a playbook. Never throws: whatever it is given, the worst case is that nothing is understood. */
export function parsePlaybook(markdown: string): Playbook {
  const policies: Policies = { ...SILENT };
  const notUnderstood: { line: number; text: string }[] = [];
  const decidedBy = new Map<keyof Policies, Statement & { value: string }>();

  for (const statement of statements(markdown)) {
    let found = understand(statement.text);
    if (found.size === 0 && statement.bullet) found = understand(`${statement.heading}: ${statement.text}`);
    if (found.size === 0 && statement.bullet) notUnderstood.push({ line: statement.line, text: statement.text });
    for (const [key, value] of found) {
      const before = decidedBy.get(key);
      if (before && before.value !== JSON.stringify(value) && before.bullet)
        notUnderstood.push({ line: before.line, text: `${before.text} (overruled by line ${statement.line})` });
      decidedBy.set(key, { ...statement, value: JSON.stringify(value) });
    }
    Object.assign(policies, Object.fromEntries(found));
  }
  return { policies, notUnderstood: notUnderstood.sort((a, b) => a.line - b.line) };
}

/** Bullets with their continuation lines, and plain paragraphs; no comments, code blocks or front matter. */
function statements(markdown: string): Statement[] {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  const lines = markdown
    .replace(/\r\n?/g, '\n')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, blank)
    .replace(/^(?:```|~~~)[\s\S]*?(?:^(?:```|~~~)|(?![\s\S]))/gm, blank)
    .split('\n');
  const all: Statement[] = [];
  let heading = '';
  let open: Statement | undefined;
  lines.forEach((line, index) => {
    const title = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line);
    const bullet = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.+)$/.exec(line);
    if (title) {
      heading = title[1] ?? '';
      open = undefined;
    } else if (line.trim() === '') {
      open = undefined;
    } else if (bullet) {
      open = { line: index + 1, text: bullet[1]?.trim() ?? '', heading, bullet: true };
      all.push(open);
    } else if (open) {
      open.text += ` ${line.trim()}`;
    } else {
      open = { line: index + 1, text: line.trim(), heading, bullet: false };
      all.push(open);
    }
  });
  return all;
}

/** Patterns look at no more than this of a bullet. */
const LONGEST_BULLET = 2000;

function understand(text: string): Map<keyof Policies, Policies[keyof Policies]> {
  const found = new Map<keyof Policies, Policies[keyof Policies]>();
  const plain = normalise(text.slice(0, LONGEST_BULLET));
  const hours = openingHours(plain);
  if (hours) found.set('hours', hours);
  for (const sentence of plain.split(/[.;!?](?:\s+|$)/)) {
    if (sentence.trim() === '') continue;
    const fee = cancellationFee(sentence);
    if (fee !== undefined) found.set('cancellation_fee', fee);
    const notice = noticeHours(sentence);
    if (notice !== undefined) found.set('notice_hours', notice);
    const own = switches(sentence, sentence);
    // "If someone describes an emergency, book nothing; transfer at once": a part may need the whole bullet to make
    // sense. That much guessing is done in favour of the writer only.
    const some = own.size > 0 ? own : [...switches(sentence, plain)].filter(([, value]) => value);
    for (const [key, value] of some) found.set(key, value);
  }
  return found;
}

/** What one sentence says of every policy; `context` is where the subject may be named. */
function switches(sentence: string, context: string): Map<Switch, boolean> {
  const found = new Map<Switch, boolean>();
  for (const [key, signals] of Object.entries(SIGNALS)) {
    const value = meaning(sentence, context, signals);
    if (value !== undefined && isSwitch(key)) found.set(key, value);
  }
  return found;
}

function isSwitch(key: string): key is Switch {
  return Object.hasOwn(SIGNALS, key);
}

/** "only if" and "ask if" are no conditions: what follows them is part of the instruction. */
const CONDITION =
  /(?<!\b(?:only|asks?|asking|check|know|see|find out) )\b(?:even )?(?:if|when|whenever|once|as soon as|after|in case)\b[^,:]*(?:[,:]|$)/g;

function meaning(sentence: string, context: string, signals: readonly Signal[]): boolean | undefined {
  // Conditions ("if the caller does not speak English, …") tell when, not what: the action is looked for outside them.
  const main = sentence.replace(CONDITION, ' , ');
  const withoutLead = main.replace(/^[\s,]*(?:before|prior to)\b[^,]*,/, ' , ');
  for (const signal of signals) {
    if (signal.also && !signal.also.test(context)) continue;
    if (signal.unless?.test(context)) continue;
    const match = signal.action.exec(withoutLead);
    if (!match) continue;
    const value = isNegated(withoutLead, match.index, match.index + match[0].length) ? signal.no : signal.yes;
    if (value !== undefined) return value;
  }
  return undefined;
}

const NEGATOR =
  /\b(?:never|not|nor|no|nobody|cannot|avoid\w*|skip\w*|refus\w*|forget\w*|fail\w*|hesitat\w*|omit\w*|neglect\w*|declin\w*|rather than|instead of)\b(?!-show| more than| later than)/g;
const SOFT = /\b(without|until|unless|before|prior to)\b(?:[^\w,]+[\w']+){0,12}[^\w,]*$/;

/** Is the word at `start` negated? "Never X without Y" affirms Y; "do not forget to Y" affirms it, too. */
function isNegated(sentence: string, start: number, end: number): boolean {
  const before = sentence.slice(0, start);
  const soft = SOFT.exec(before);
  const odd = (text: string) => (text.match(NEGATOR)?.length ?? 0) % 2 === 1;
  const rest = sentence.slice(end);
  const after =
    /^\W*(?:\w+ )?(?:nothing|nobody|no one)\b/.test(rest) ||
    /^[^,]*?\b(?:is|are) (?:not (?:needed|required|necessary|allowed)|unnecessary|optional|forbidden)/.test(rest);
  let negated: boolean;
  if (soft) negated = soft[1] === 'without' ? !odd(before.slice(0, soft.index)) : false;
  else negated = odd(before.slice(clauseStart(before)));
  return negated !== after;
}

function clauseStart(before: string): number {
  let start = 0;
  // "share, change or cancel": a comma inside an enumeration does not end the reach of a "never" before it.
  for (const boundary of before.matchAll(/[,:—–]\s|\bbut\b|\band (?:always|then)\b|\binstead\b(?! of),?\s/g)) {
    const enumeration =
      boundary[0].startsWith(',') && /^\s*(?:\w+ ){0,3}(?:\w+,|or\b|nor\b)/.test(before.slice(boundary.index + 1));
    if (!enumeration) start = boundary.index + boundary[0].length;
  }
  return start;
}

const NUMBER_WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  'twenty-four': 24,
  'twenty-five': 25,
  thirty: 30,
  'thirty-five': 35,
  forty: 40,
  'forty-five': 45,
  'forty-eight': 48,
  fifty: 50,
  sixty: 60,
  'seventy-two': 72,
  'seventy-five': 75,
  hundred: 100,
  'a hundred': 100,
  'one hundred': 100,
};

function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`"“”]/g, '')
    .replace(/_/g, ' ')
    .replace(/\b([ap])\.\s?m\.?/g, '$1m')
    .replace(/\bcan't\b/g, 'can not')
    .replace(/\bwon't\b/g, 'will not')
    .replace(/n't\b/g, ' not')
    .replace(/\b(?:(?:a|one) hundred|(?:twenty|thirty|forty|seventy)[- ](?:two|four|five|eight)|[a-z]+)\b/g, (word) =>
      String(NUMBER_WORDS[word.replace(' ', '-')] ?? NUMBER_WORDS[word] ?? word),
    )
    .replace(/\s+/g, ' ')
    .trim();
}

const LATE = /cancel|no[- ]?shows?|missed (?:visit|appointment)|short notice|late/;

function cancellationFee(sentence: string): number | undefined {
  if (!LATE.test(sentence)) return undefined;
  const amount = /(?:\$|usd ?)\s?(\d+(?:\.\d{1,2})?)|(\d+(?:\.\d{1,2})?)\s?(?:\$|dollars?|usd|bucks)/.exec(sentence);
  if (amount) return Number(amount[1] ?? amount[2]);
  if (/\b(?:fee|charge|cost|pay)/.test(sentence)) {
    const bare = /\b(?:fee|charge[sd]?|costs?|pay)\b(?: \w+){0,4} (\d+)\b(?! ?(?:hours?|hrs?|h\b|days?))/.exec(
      sentence,
    );
    if (bare) return Number(bare[1]);
  }
  if (/\b(?:no|not|never)\b[^,]*\b(?:fee|charge)/.test(sentence) && !/\d+ ?(?:h|days?)/.test(sentence)) return 0;
  return undefined;
}

function noticeHours(sentence: string): number | undefined {
  if (!/cancel|notice|reschedul|\bmove\b/.test(sentence)) return undefined;
  const match = /(\d+)(?: |-)?(hours?|hrs?|h|days?)\b/.exec(sentence);
  if (!match) return undefined;
  return Number(match[1]) * (match[2]?.startsWith('d') ? 24 : 1);
}

const TIME = /(\d{1,2})(?::(\d{2}))?\s?(am|pm)?\s?(?:to|-|–|until|till|and)\s?(\d{1,2})(?::(\d{2}))?\s?(am|pm)?/;

function openingHours(text: string): OpeningHours | undefined {
  if (!/\bopen\b|\bclosed?\b|opening hours|office hours|\bhours are\b/.test(text)) return undefined;
  if (!/monday|mon\b|weekday|saturday|sunday|every day|daily/.test(text)) return undefined;
  const week = span(text, /\bmon(?:day)?s?\b|weekdays?|every day|daily/);
  if (week === undefined) return undefined;
  const daily = /every day|daily/.test(text);
  return {
    weekdays: week,
    saturday: span(text, /\bsat(?:urday)?s?\b/) ?? (daily ? week : 'closed'),
    sunday: span(text, /\bsun(?:day)?s?\b/) ?? (daily ? week : 'closed'),
  };
}

/** The times that follow a day, up to the next clause about another day; "closed" before or after it counts. */
function span(text: string, day: RegExp): [number, number] | 'closed' | undefined {
  const at = day.exec(text);
  if (!at) return undefined;
  const rest = text.slice(at.index);
  const own = rest.split(/(?<=\d|am|pm|closed)\s*(?:[,;.]|\band\b)(?= (?:on )?(?:sat|sun|mon|we|the))|[;.]/)[0] ?? rest;
  const closedBefore = /\bclosed (?:\w+ ){0,4}$/.test(text.slice(0, at.index));
  const time = TIME.exec(own);
  const closed = /\bclosed\b/.exec(own);
  if (closedBefore || (closed && (!time || closed.index < time.index))) return 'closed';
  if (!time) return undefined;
  const from = minutes(time[1], time[2], time[3]);
  let to = minutes(time[4], time[5], time[6]);
  if (!time[6] && to <= from) to += 720;
  return [from, to];
}

function minutes(hour: string | undefined, minute: string | undefined, half: string | undefined): number {
  const h = Number(hour) % (half ? 12 : 24);
  return (h + (half === 'pm' ? 12 : 0)) * 60 + Number(minute ?? 0);
}
