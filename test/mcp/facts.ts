/**
 * Whether the two forms of an answer hold the same facts, leaf by leaf: each number, reference, name and quoted text of the
 * text stands in the data, and each leaf of the data stands in the text. It knows how numbers are written, and which words
 * are ours (those in the presenters' source); what else is left of a line once the data are taken out of it came from nowhere.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fence } from '../../src/mcp/present/fence.ts';
import { percent, seconds } from '../../src/mcp/present/words.ts';
import type { Forms } from './forms.ts';

/** Members that only machines need, and why. `*` = an index. */
const MACHINE_ONLY: readonly [path: RegExp, reason: string][] = [
  [/^(untrusted|headline|next|sandbox)\b/, 'the frame: `untrusted` is about the data, the others are the text itself'],
  [/^coverage\.(complete|expected|read|missing|unreadable)$/, 'the first line says what is missing, in sentences'],
  [/^coverage\.gaps\.\*\.(kind|count)$/, 'the sentence of the gap says both'],
  [/^clusters\.\*\.kind$/, 'failure is the rule; execution is said as "technical"'],
  [/^method$/, 'paired is the rule; the other is said as "not paired"'],
  [/^test$/, 'the conclusion names the test, in the other order'],
  [/^overall$/, 'said in the conclusion, in other words where it is undecided'],
  [/^runs_needed\.per_side$/, 'more − what there is'],
  [/^open_runs\./, 'beside a number that is not known, the other is not said'],
  [/^waited_seconds$/, 'said with one digit'],
  [/^repeat\./, 'stands in the next step, where that has room'],
];

/** What a word or a yes of the data is called in the text. */
const SAID: readonly [path: RegExp, value: unknown, words: RegExp][] = [
  [/^providers\.\*\.configured$/, true, /platforms configured/],
  [/^providers\.\*\.configured$/, false, /not configured/],
  [/^providers\.\*\.sandbox$/, true, /sandbox/],
  [/^providers\.\*\.sandbox$/, false, /^/],
  [/^providers\.\*\.key_accepted$/, true, /key accepted/],
  [/^providers\.\*\.key_accepted$/, false, /key NOT accepted/],
  [/^checked$/, true, /key (NOT )?accepted|key could NOT be tried|not configured/],
  [/^speaker_inferred$/, true, /[Ss]peakers are inferred/],
  [/^vendor_clusters$/, 0, /no clusters of its own/],
  [/^nothing_more$/, true, /has nothing to add here/],
  [/^all_coded$/, true, /All failures are coded/],
  [/^unchanged$/, true, /^Nothing changed: all of this was saved before/m],
  [/^stale$/, true, /describe an earlier state/],
  [/^done$/, true, /^Done: /m],
  [/^done$/, false, /^Still /],
  [/^clusters\.\*\.new$/, true, /first seen here/],
  [/\.flaky$/, true, /flaky/],
  [/\.because$/, 'reading', /are missing or go on/],
  [/\.because$/, 'unread', /that nobody has read/],
  [/\.because$/, 'tests_unknown', /do not tell their tests/],
  [/\.because$/, 'not_run_before', /not judged before/],
  [/\.because$/, 'reading_before', /runs before are missing or go on: it may have failed in tests not judged after/],
  [/\.because$/, 'unread_before', /not known to be judged after/],
  [/\boutcome$/, 'stopping', /stop signal was sent/],
  [/\boutcome$/, 'not_stopped', /Not stopped/],
  [/\boutcome$/, 'partly_stopped', /Not all of them could be stopped/],
  [/\boutcome$/, 'cancelled', /cancelled/],
  [/\boutcome$/, 'already_ended', /had ended already/],
  [/^vendor_status$/, 'not_computed', /not computed/],
  [/^modes\.\*\.status$/, 'active', /^/],
  [/^order_unknown$/, true, /their order is not known/],
  [/^same_tests$/, true, /Each ran the same tests/],
  [/^same_tests$/, false, /did not run the same tests/],
  [/^older$/, true, /There may be older sessions/],
  [/^older$/, false, /^/],
  [/^points\.\*\.incomplete$/, true, / · incomplete · /],
  // Of verdicts that were not read nothing is said but how many they are.
  [/counts\.passed$/, 0, /\b0 of \d|\b0 passed|verdicts (of \d+ )?not read/],
  [/^agent\.parts\.\*\.redacted$/, true, /redacted: what was taken for a credential/],
  [/^agent\.history\.\*\.source$/, 'here', /from here: change/],
  [/^agent\.history\.\*\.source$/, 'platform', /at the platform: version/],
  [/ownership$/, 'platform', /run by the platform/],
  [/^verified$/, true, /, verified: /],
  [/^verified$/, false, /, not verified|^(confirmation_required|refused|conflict)\b/],
  [/^already$/, true, /, nothing was sent now:/],
  [/^diff\.\*\.redacted$/, true, /taken for a credential in it is not shown/],
  // A run is completed unless another status is said behind its verdict.
  [/runs(_with_failures)?\.\*\.status$/, 'completed', /^/],
];

/** Phrases of ours with numbers in them. */
const PHRASES = [
  /95 % interval/g,
  /kept for \d+ minutes/g,
  /limit=\d+/g,
  /power 0\.8/g,
  /(p|adjusted) < ?0\.001/g,
  /more than 2,000 further/g,
  /pass\^/g,
  /^\d+\. /g,
  /^criterion \d+:/g,
  /exact (McNemar|Fisher)/g,
  // Lines of a text that is copied from are numbered; a line that the fence would change is written as JSON.
  /^\d+[|=] /g,
  // The rest of a list whose whole length stands in the data.
  /\(\+\d+: detail=full\)/g,
];

const PRESENT = join(import.meta.dirname, '../../src/mcp/present');
const OURS: ReadonlySet<string> = new Set(
  readdirSync(PRESENT).flatMap((name) => wordsOf(readFileSync(join(PRESENT, name), 'utf8'))),
);

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

interface Leaf {
  path: string;
  value: unknown;
  /** Reference or name of the item of a list that it is a member of. */
  of: string | undefined;
}

function leavesOf(value: unknown, path = '', of?: string): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value, of }];
  const own = path.endsWith('*') ? (identityOf({ ...value }) ?? of) : of;
  return Object.entries(value).flatMap(([key, member]) => {
    const step = Array.isArray(value) ? '*' : key;
    return leavesOf(member, path === '' ? step : `${path}.${step}`, own);
  });
}

function identityOf({ ref, run, name }: { ref?: unknown; run?: unknown; name?: unknown }): string | undefined {
  return [ref, run, name].find((one) => typeof one === 'string');
}

/** What is in one form of an answer and not in the other; nothing when they hold the same. */
export function factFaults({ text: written, data }: Pick<Forms, 'text' | 'data'>): string[] {
  const text = withPlainLines(withWholeRuns(written));
  const leaves = leavesOf(data)
    .filter(({ path }) => !MACHINE_ONLY[0]?.[0].test(path))
    .flatMap(lineByLine);
  return [...leaves.flatMap((leaf) => unsaid(leaf, text)), ...madeUp(text, data, leaves)];
}

/** Lines that are written as JSON strings, as what they stand for. */
function withPlainLines(text: string): string {
  return text.replace(/^((?:\d+|[-+|])= )(".*")$/gm, (_, sign: string, json: string) => `${sign}${JSON.parse(json)}`);
}

/** A text of several lines stands in the text line by line. */
function lineByLine(leaf: Leaf): Leaf[] {
  return typeof leaf.value === 'string' && leaf.value.includes('\n')
    ? leaf.value.split('\n').map((value) => ({ ...leaf, value }))
    : [leaf];
}

/** The text with whole references where lines of failures leave out how all of them begin, which the text says once. */
function withWholeRuns(text: string): string {
  const [said, prefix] = /^runs: (\S+) and what each line says\n/m.exec(text) ?? [];
  if (said === undefined || prefix === undefined) return text;
  return text.replace(said, '').replace(/^(F-\w+ (?:×\d+ )?)(?=\S)/gm, `$1${prefix}`);
}

/** A leaf of the data that the text does not say. */
function unsaid({ path, value, of: item }: Leaf, text: string): string[] {
  if (MACHINE_ONLY.some(([own]) => own.test(path)) || isCounted(path, value, text)) return [];
  // What belongs to an item of a list stands in a line that names it.
  const lines = item === undefined ? [text] : linesOf(text, item);
  const [, , words] = SAID.find(([own, one]) => own.test(path) && one === value) ?? [];
  const there =
    typeof value === 'number' && !words
      ? lines.some((line) => saysNumber(line, path, value))
      : words
        ? lines.some((line) => words.test(line))
        : says(lines, value);
  return there ? [] : [`${path} = ${JSON.stringify(value)} is not in the text`];
}

/** Where whoever called has the reference of many sessions at hand, the text says how many they are. */
function isCounted(path: string, value: unknown, text: string): boolean {
  const sessions = path === 'session' ? String(value).split(',').length : 0;
  return String(value).length > 700 && text.includes(`${sessions} sessions read as one`);
}

/** The lines that name an item, and, where failures stand below the criterion that they failed, that of theirs. */
function linesOf(text: string, item: string): string[] {
  const found: string[] = [];
  let heading = '';
  for (const line of text.split('\n')) {
    if (/^\[.*\]$/.test(line)) heading = line;
    if (line.includes(fenced(item).slice(0, 60))) found.push(line, ...(/^F-/.test(line) ? [heading] : []));
  }
  return found;
}

function says(lines: readonly string[], value: unknown): boolean {
  const wanted = squashed(fenced(String(value)));
  const [, beginning = wanted] = /^(.{40})/su.exec(wanted) ?? [];
  return lines.some((line) => {
    const squash = squashed(line);
    // Cut, with the number of characters that are left out.
    return (
      squash.includes(wanted) ||
      squash.includes(squashed(value)) ||
      (line.includes('… (+') && squash.includes(beginning))
    );
  });
}

function squashed(text: unknown): string {
  return String(text).replace(/\s+/g, '').toLowerCase();
}

/** A line as it stands in the fence. */
function fenced(line: string): string {
  return fence([line], '000000000000').split('\n')[1] ?? '';
}

function saysNumber(line: string, path: string, value: number): boolean {
  if (path.endsWith('at_seconds')) return line.includes(` ${Math.round(value)}s]`);
  if (/p_value/.test(path) && value < 0.001) return /< ?0\.001/.test(line);
  if (path.endsWith('_seconds') && line.includes(seconds(value))) return true;
  if (value > 0 && value < 1 && line.includes(percent(value))) return true;
  return numbersOf(line).some((one) => isWritten(one, value));
}

interface Written {
  value: number;
  /** Half of its last digit. */
  slack: number;
}

function numbersOf(line: string): Written[] {
  return (line.match(/(?<![\p{L}\d.])[−-]?\d[\d,]*(\.\d+)?/gu) ?? []).map((one) => {
    const plain = one.replaceAll(',', '').replace('−', '-');
    return { value: Math.abs(Number(plain)), slack: 0.5 * 10 ** -(plain.split('.')[1]?.length ?? 0) };
  });
}

/** Is this how the number may be written: whole, rounded, or in hundredths? A number between two is rounded either way. */
function isWritten({ value, slack }: Written, number: number): boolean {
  // A share is never rounded to 0 or 1.
  const exact = Number.isInteger(number) || (slack === 0.5 && Math.abs(number) < 1);
  const near = (one: number) => Math.abs(Math.abs(one) - value) <= (exact ? 0 : slack) + 1e-9;
  return near(number) || (Math.abs(number) <= 1 && Math.abs(Math.abs(number) * 100 - value) <= slack + 1e-9);
}

/** What is left of the text when the data are taken out of it, and is not ours. */
function madeUp(text: string, data: Readonly<Record<string, unknown>>, leaves: readonly Leaf[]): string[] {
  const strings = [
    ...new Set([
      ...leaves.flatMap(({ path, value }) =>
        typeof value !== 'string' ? [] : path.endsWith('.what') ? [value, `${value}s`] : [value],
      ),
      ...keysOf(data),
    ]),
  ]
    .filter((one) => one.length > 1)
    .sort((a, b) => b.length - a.length);
  const numbers = leaves.flatMap(({ value }) =>
    typeof value === 'number' ? [value] : typeof value === 'string' && /^\d$/.test(value) ? [Number(value)] : [],
  );
  const known = [...numbers, ...lengthsOf(data), ...leftOf(data), 0];
  const outer = [...rootNumbers(data), 1];
  const derived = [...known, ...outer.flatMap((a) => outer.flatMap((b) => [a + b, Math.abs(a - b)]))];
  const inFence = /\n?<<<quoted [\s\S]*?quoted \w+>>>/.exec(text)?.[0] ?? '';
  const faults: string[] = [];
  for (const line of text.split('\n')) {
    if (/^(<<<quoted \w+: |quoted \w+>>>$|Next: |From the built-in sandbox)/.test(line)) continue;
    const quoted = inFence.includes(`\n${line}\n`);
    let rest = line;
    for (const phrase of PHRASES) rest = rest.replace(phrase, ' ');
    rest = without(
      rest,
      strings.filter((one) => one.includes('… (+')),
    );
    rest = without(withoutCut(rest, strings), strings);
    const words = wordsOf(rest).filter((word) => word.length > 1 && !OURS.has(word) && !OURS.has(word.slice(0, -1)));
    if (words.length > 0) faults.push(`not in the data: ${words.join(' ')} (${line.slice(0, 200)})`);
    for (const number of numbersOf(rest))
      if (!(quoted ? known : derived).some((one) => isWritten(number, one)) && !inSeconds(line, leaves))
        faults.push(`not in the data: ${number.value} (${line.slice(0, 200)})`);
  }
  return faults;
}

function without(line: string, strings: readonly string[]): string {
  let rest = line;
  for (const one of strings)
    for (const form of new Set([fenced(one), one])) if (form.length > 1) rest = rest.split(asWhole(form)).join(' ¦ ');
  return rest;
}

/** The string where it does not stand inside a word. */
function asWhole(text: string): RegExp {
  const plain = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `${/^[\p{L}\d]/u.test(text) ? '(?<![\\p{L}\\d])' : ''}${plain}${/[\p{L}\d]$/u.test(text) ? '(?![\\p{L}\\d])' : ''}`,
    'u',
  );
}

/** The line without text that was cut: `… (+n characters)` behind the beginning of a string that is so much longer. */
function withoutCut(line: string, strings: readonly string[]): string {
  let rest = line;
  for (let cut = /… \(\+(\d+) characters\)/.exec(rest); cut; cut = /… \(\+(\d+) characters\)/.exec(rest)) {
    const before = rest.slice(0, cut.index);
    const left = Number(cut[1]);
    const whole = strings.find((one) => {
      const kept = fenced(one.slice(0, Math.max(0, one.trim().length - left)));
      return kept.length > 10 && before.endsWith(kept);
    });
    const begin =
      whole === undefined ? before.length : before.length - fenced(whole.slice(0, whole.trim().length - left)).length;
    rest = `${rest.slice(0, begin)} ${rest.slice(cut.index + cut[0].length)}`;
  }
  return rest;
}

/** How many clusters follow behind those that are shown. */
function leftOf({ clusters_total: total, from = 1, clusters }: Readonly<Record<string, unknown>>): number[] {
  return typeof total === 'number' && Array.isArray(clusters) ? [total - Number(from) + 1 - clusters.length] : [];
}

/** Durations of two numbers: `2 min 5 s`. */
function inSeconds(line: string, leaves: readonly Leaf[]): boolean {
  return leaves.some(
    ({ path, value }) => path.endsWith('_seconds') && typeof value === 'number' && line.includes(seconds(value)),
  );
}

/** Names of members that a platform gave: the arguments that a test takes. */
function keysOf({ test, by_source }: Readonly<Record<string, unknown>>): string[] {
  const options = typeof test === 'object' && test !== null && 'options' in test ? test.options : undefined;
  return [options, by_source].flatMap((one) => (typeof one === 'object' && one !== null ? Object.keys(one) : []));
}

function lengthsOf(value: unknown): number[] {
  // Several sessions as one reference.
  if (typeof value === 'string' && /^\w+\/session\/.*,/.test(value)) return [value.split(',').length];
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [value.length] : []), ...Object.values(value).flatMap(lengthsOf)];
}

/** Numbers and lengths near the root, of which the headline may give sums and differences. */
function rootNumbers(data: Readonly<Record<string, unknown>>): number[] {
  return Object.values(data).flatMap((member) => {
    if (typeof member === 'number') return [member];
    if (Array.isArray(member)) {
      const last: unknown = member.at(-1);
      const index = typeof last === 'object' && last !== null && 'index' in last ? Number(last.index) : undefined;
      return [member.length, ...(index === undefined ? [] : [index])];
    }
    if (typeof member !== 'object' || member === null) return [];
    return leavesOf(member).flatMap(({ path, value }) =>
      typeof value === 'number' && path.split('.').length <= 2 ? [value] : [],
    );
  });
}
