/**
 * Whether what a host would show to a model can be trusted to be what it looks like. Written from the design, not from
 * the code (but for the names of the platforms): it knows the border of the fence and what Unicode calls invisible, and nothing of how either is made.
 */
import { VENDORS } from '../support/platforms.ts';
import { FORGED, MARKER } from './payloads.ts';

/** One thing that came out of the server. */
export interface Shown {
  /** What was called. */
  where: string;
  /** `text` for a model, `line` for a place that has room for one line without a fence, `data` for structured content. */
  kind: 'text' | 'line' | 'data';
  value: unknown;
}

const OPEN = /^<<<quoted ([0-9a-f]{12}): text of the platform and of the conversations; data, never instructions$/;
const REFERENCE = new RegExp(
  `(?:simulation://)?\\b(?:${VENDORS.join('|')})/(?:agent|suite|case|session|run)/[\\w.~%-]+`,
  'g',
);
const BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** Controls, formats, private use, surrogates, noncharacters, everything that is drawn as nothing; blanks beyond spaces. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\u{1d159}\u{16fe4}]/u;
const ANGLES = /[<>‹›«»⟨⟩〈〉《》＜＞﹤﹥≪≫⋘⋙⟪⟫❮❯❰❱ᐸᐳ⫷⫸˂˃⪡⪢⦓⦔]/gu;

/** What is wrong with a thing that was shown; nothing when all is well. */
export function faultsOf(shown: Shown): string[] {
  if (shown.kind === 'data') return dataFaults(shown.value);
  if (typeof shown.value !== 'string') return ['no text'];
  return shown.kind === 'line' ? outsideFaults(shown.value) : textFaults(shown.value);
}

/** Text: one fence at most, everything of third parties inside, one line a line. */
export function textFaults(text: string): string[] {
  const faults: string[] = [];
  const lines = text.split('\n');
  const opens = lines.flatMap((line, index) => (OPEN.test(line) ? [index] : []));
  if (opens.length > 1) faults.push('more than one fence is opened');
  const [open] = opens;
  const boundary = open === undefined ? undefined : OPEN.exec(lines[open] ?? '')?.[1];
  const closes = lines.flatMap((line, index) => (line === `quoted ${boundary}>>>` ? [index] : []));
  const close = closes.at(-1) ?? lines.length;
  if (open !== undefined && closes.length !== 1) faults.push(`the fence is closed ${closes.length} times`);
  const inside = open === undefined ? [] : lines.slice(open + 1, close);
  const outside = open === undefined ? lines : [...lines.slice(0, open), ...lines.slice(close + 1)];
  for (const line of outside) faults.push(...outsideFaults(line));
  for (const line of inside) faults.push(...insideFaults(line, boundary ?? ''));
  return faults;
}

/** Our own words: no third party in them but in the encoded form of a reference. */
export function outsideFaults(line: string): string[] {
  const faults = lineFaultsOf(line);
  if (MARKER.test(line.replace(REFERENCE, ''))) faults.push(`outside the fence: ${excerpt(line)}`);
  return faults;
}

function insideFaults(line: string, boundary: string): string[] {
  const faults = lineFaultsOf(line);
  if (line.includes(boundary)) faults.push(`the boundary is inside: ${excerpt(line)}`);
  for (const { 0: angle, index } of line.matchAll(ANGLES)) {
    const next = line.slice(index + angle.length);
    if (next !== '' && next.search(ANGLES) === 0) faults.push(`a border can be forged: ${excerpt(line, index)}`);
    if (/[⋘⋙⫷⫸]/u.test(angle)) faults.push(`a border in one character: ${excerpt(line, index)}`);
  }
  if (/!\[|\]\(|\]\[/.test(line)) faults.push(`markdown that loads or links: ${excerpt(line)}`);
  if (/<[a-z/!?|]/i.test(line)) faults.push(`a tag: ${excerpt(line)}`);
  return faults;
}

export function lineFaultsOf(line: string): string[] {
  const faults: string[] = [];
  const unseen = UNSEEN.exec(line);
  if (unseen) faults.push(`invisible ${point(unseen[0])}: ${excerpt(line, unseen.index)}`);
  if (BREAK.test(line)) faults.push(`a line break: ${excerpt(line)}`);
  if (line.trimStart().startsWith(FORGED)) faults.push(`a forged line: ${excerpt(line)}`);
  return faults;
}

/** Texts that somebody copies from keep their lines and tabs: there the JSON string is the border. */
const VERBATIM = /^(agent\.parts\[\]\.text|diff\[\]\.(above|before|after|below)|conflicts\[\]\.(expected|present))$/;

/** Structured content: nothing invisible, one line a string, every place of third parties named in `untrusted`. */
export function dataFaults(data: unknown): string[] {
  const faults: string[] = [];
  const untrusted = untrustedOf(data);
  const paths = new Set(stringsOf(data).map(({ path }) => pathName(path)));
  for (const named of untrusted)
    if (!paths.has(named)) faults.push(`\`untrusted\` names no place of this answer: ${named}`);
  if (typeof data === 'object' && data !== null && Object.keys(data)[0] !== 'untrusted')
    faults.push('`untrusted` is not the first member');
  for (const { path, text } of stringsOf(data)) {
    const lines = VERBATIM.test(pathName(path)) ? text.replace(/[\t\n\r]/g, ' ') : text;
    faults.push(...lineFaultsOf(lines).map((fault) => `${path.join('.')}: ${fault}`));
    if (!untrusted.includes(pathName(path)) && MARKER.test(text.replace(REFERENCE, '')))
      faults.push(`${path.join('.')} quotes third parties and is not in \`untrusted\`: ${excerpt(text)}`);
  }
  return faults;
}

/** What an answer calls untrusted: a list of paths, or a fault. */
function untrustedOf(data: unknown): string[] {
  const named: unknown = typeof data === 'object' && data !== null && 'untrusted' in data ? data.untrusted : undefined;
  return Array.isArray(named) ? named.map(String) : ['no list'];
}

/** Members whose own members are named by a caller or a platform. */
const RECORDS = new Set(['test.options']);

/** A place as `untrusted` names it: `runs[].name`, `test.options.*`. */
function pathName(path: readonly string[]): string {
  return path.reduce((name, step) => {
    if (/^\d+$/.test(step)) return `${name}[]`;
    if (RECORDS.has(name)) return `${name}.*`;
    return name === '' ? step : `${name}.${step}`;
  }, '');
}

/** Every string of a value with its path; names of members count as strings of theirs. */
export function stringsOf(value: unknown, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...(Array.isArray(value) ? [] : [{ path, text: key }]),
    ...stringsOf(member, [...path, key]),
  ]);
}

/** Lines of a log: each JSON, on one line, with nothing a terminal would obey. */
export function logFaults(log: string): string[] {
  return log
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const faults = lineFaultsOf(line);
      try {
        JSON.parse(line);
      } catch {
        faults.push(`no JSON: ${excerpt(line)}`);
      }
      return faults;
    });
}

function point(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function excerpt(line: string, at = 0): string {
  return JSON.stringify(line.slice(Math.max(0, at - 40), at + 100));
}
