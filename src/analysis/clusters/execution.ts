/** Technical errors: runs that broke and evaluators that failed, grouped by what they say, apart from failures. */
import type { Run } from '../../model/schemas.ts';

export interface Breakage {
  run: string;
  /** The evaluator that failed; absent when the run itself broke. */
  evaluation?: string | undefined;
  message: string;
  code?: string | undefined;
  type?: string | undefined;
}

const MAX_MESSAGE = 600;

/** What broke in a run: the run itself, and each evaluator that failed. */
export function breakagesOf(run: Run): Breakage[] {
  const found: Breakage[] = [];
  if (run.verdict === 'error' || run.error) {
    const { code, type } = run.error ?? {};
    const message = run.error?.message ?? run.ended_reason ?? run.vendor_status ?? '';
    found.push({ run: run.ref, message, code, type });
  }
  for (const { name, verdict, reason = '' } of run.evaluations)
    if (verdict === 'error') found.push({ run: run.ref, evaluation: name, message: reason });
  return found;
}

/** A message without what differs from run to run: ids, numbers, addresses, times. */
export function template(message: string): string {
  return message
    .slice(0, MAX_MESSAGE)
    .split(/[\s"'`()[\]{}<>,;=]+/)
    .map((word) => (/\d/.test(word) || word.includes('://') ? '#' : word.toLowerCase().replace(/[^\p{L}_-]+/gu, '')))
    .filter((word, at, all) => word !== '' && !(word === '#' && all[at - 1] === '#'))
    .join(' ');
}

/** Breakages that say the same of the same thing (run or evaluator, code, type), most first. */
export function breakageGroups(): { add(run: Run): void; result(): Breakage[][] } {
  const groups = new Map<string, Breakage[]>();
  const templates = new Map<string, string>();
  const templateOf = (message: string) => {
    const known = templates.get(message) ?? template(message);
    if (templates.size < MOST_REMEMBERED) templates.set(message, known);
    return known;
  };
  return {
    add(run) {
      for (const breakage of breakagesOf(run)) {
        const { evaluation, code = '', type = '', message } = breakage;
        const key = JSON.stringify([evaluation === undefined, code, type, templateOf(message)]);
        const group = groups.get(key);
        if (group) group.push(breakage);
        else groups.set(key, [breakage]);
      }
    },
    result: () => [...groups.values()].sort((a, b) => b.length - a.length),
  };
}

/** Messages whose template is remembered: a session that breaks says the same thing thousands of times. */
const MOST_REMEMBERED = 1_000;

/** `Run broke (busy): Call failed`: whose fault, type and code, and what the first of them says. */
export function breakageTitle([first]: readonly Breakage[]): string {
  const message = (first?.message ?? '').replace(/\s+/g, ' ').trim();
  const what = [first?.type, first?.code].filter((word) => word !== undefined && word !== '').join(' ');
  const whose = first?.evaluation === undefined ? 'Run broke' : 'Evaluator error';
  const said = message === '' ? 'no message given' : message.length > 90 ? `${message.slice(0, 89)}…` : message;
  return `${whose}${what === '' ? '' : ` (${what})`}: ${said}`;
}
