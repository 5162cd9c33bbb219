/** What both forms of an answer must say alike: a judge that knows the promises and nothing of how answers are made. */
import { percent } from '../../src/mcp/present/words.ts';
import { dataFaults, stringsOf, textFaults } from '../redteam/judge.ts';
import { at, list, text } from '../support/data.ts';

/** Bytes at which the strictest host cuts. */
export const MOST_BYTES = 10_000;

export interface Forms {
  tool: string;
  args: Readonly<Record<string, unknown>>;
  text: string;
  data: Record<string, unknown>;
}

/** What one form says and the other does not, or says wrongly; nothing when all is well. */
export function formFaults(answer: Forms): string[] {
  const { args, text: words, data } = answer;
  const faults = [
    ...textFaults(words),
    ...dataFaults(data),
    ...coverageFaults(answer),
    ...countFaults(answer),
    ...verdictFaults(answer),
    ...placeFaults(answer),
  ];
  for (const step of list(data.next ?? []))
    if (!words.includes(`Next: ${text(step)}`)) faults.push(`a next step is not in the text: ${text(step)}`);
  if (args.detail !== 'full' && (args.limit === undefined || Number(args.limit) <= 20))
    for (const [form, size] of [
      ['text', Buffer.byteLength(words)],
      ['data', Buffer.byteLength(JSON.stringify(data))],
    ] as const)
      if (size > MOST_BYTES) faults.push(`${form} of ${size} bytes`);
  return faults;
}

/** The headline: what stands in the text before anything that is quoted. */
function headOf(words: string): string {
  return words.split('\n<<<quoted ')[0] ?? '';
}

function coverageFaults({ tool, text: words, data }: Forms): string[] {
  const faults: string[] = [];
  const { coverage, headline } = data;
  const complete = coverage === undefined || at(coverage, 'complete') === true;
  if (words.startsWith('Incomplete:') === complete) faults.push('the first line says something else than `complete`');
  if (typeof headline !== 'string' || headline.startsWith('Incomplete:') === complete)
    faults.push('the headline says something else than `complete`');
  if (coverage === undefined) return faults;

  const gaps = list(at(coverage, 'gaps') ?? []);
  const sumOf = (...kinds: string[]) =>
    gaps
      .filter((gap) => kinds.includes(text(at(gap, 'kind'))))
      .reduce((sum: number, gap) => sum + Number(at(gap, 'count') ?? 0), 0);
  if (Number(at(coverage, 'missing') ?? 0) !== sumOf('missing')) faults.push('`missing` is not what its sentences say');
  if (Number(at(coverage, 'unreadable') ?? 0) !== sumOf('unreadable', 'without_id'))
    faults.push('`unreadable` is not what its sentences say');
  for (const gap of gaps) {
    const note = text(at(gap, 'note'));
    const count = at(gap, 'count');
    if (!headOf(words).includes(note)) faults.push(`not in the text: ${note}`);
    if (!String(headline).includes(note)) faults.push(`not in the headline: ${note}`);
    if (typeof count === 'number' && !new RegExp(`\\b${count}\\b`).test(note))
      faults.push(`${count} is not said: ${note}`);
  }
  if (!complete && gaps.length === 0) faults.push('incomplete without a reason');

  // A list of sessions is short of sessions, and says nothing of the runs in those that it shows.
  if (!complete && tool !== 'list_sessions') {
    // Of two that are compared, the one that was read wholly keeps its rate.
    const whole = ['Before', 'After'].filter(
      (side) => tool === 'compare_sessions' && !gaps.some((gap) => text(at(gap, 'note')).startsWith(`${side}: `)),
    );
    const sides = whole.map((side) => side.toLowerCase());
    // Of a trend, each session that was read wholly keeps its rate.
    const points = list(data.points ?? []).filter((point) => at(point, 'incomplete') !== true);
    const kept = points.map((point) => text(at(point, 'session')));
    const rest = Object.fromEntries(
      Object.entries({ ...data, points: list(data.points ?? []).filter((point) => !points.includes(point)) }).filter(
        ([name]) => !sides.includes(name),
      ),
    );
    faults.push(...namesOf(rest, RATES).map((name) => `${name} beside an incomplete reading`));
    const lines = words
      .split('\n')
      .filter((line) => !sides.some((side) => line.startsWith(`${side} `)))
      .filter((line) => !kept.some((session) => line.includes(session)))
      .filter((line) => !line.startsWith('The last: ') || at(list(data.points ?? []).at(-1), 'incomplete') === true);
    const rate = /\d %( of those judged| pass\b)|\bpass\^\d/.exec(lines.join('\n'));
    if (rate) faults.push(`"${rate[0]}" beside an incomplete reading`);
  }
  return faults;
}

const RATES = ['pass_rate', 'pass_rate_interval', 'rate', 'flake_rate', 'difference', 'interval', 'p_value'];

/** Those of these names that a value has as members, anywhere. */
function namesOf(value: unknown, names: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...(names.includes(name) ? [name] : []),
    ...namesOf(member, names),
  ]);
}

function lineOf(words: string, ref: string): string {
  return (
    words
      .split('\n')
      .filter((line) => line.includes(` · `))
      .find((line) => line.split(' ').includes(ref)) ?? ''
  );
}

function countFaults({ text: words, data }: Forms): string[] {
  const faults: string[] = [];
  const points = list(data.points ?? []).map((point) => ({ ...Object(point), ref: at(point, 'session') }));
  const sessions = [data.session, data.before, data.after, ...list(data.sessions ?? []), ...points].filter(
    // A session that is named alone has no counts.
    (one) => typeof one === 'object' && one !== null && 'counts' in one,
  );
  for (const session of sessions) {
    const ref = text(at(session, 'ref'));
    const line = lineOf(words, ref);
    const counts = at(session, 'counts');
    const count = (name: string) => Number(at(counts, name) ?? 0);
    for (const name of ['failed', 'error', 'inconclusive', 'pending'])
      if (count(name) > 0 && !line.includes(`${count(name)} ${name}`))
        faults.push(`${ref}: ${name} are not in the text`);
    if (count('uncounted') > 0) {
      const all = count('uncounted') === count('runs');
      if (!line.includes(all ? 'verdicts not read' : `verdicts of ${count('uncounted')} not read`))
        faults.push(`${ref}: \`uncounted\` is not in the text`);
      if (/\d+ of \d+ passed/.test(line)) faults.push(`${ref}: says how many of all passed, and has not read it`);
    } else if (
      !new RegExp(`\\b${count('passed')} (of ${count('runs')} passed|passed of the ${count('runs')} )`).test(line)
    )
      faults.push(`${ref}: \`passed\` is not in the text`);
    const [rate, bounds] = [at(session, 'pass_rate'), at(session, 'pass_rate_bounds')];
    if (typeof rate === 'number' && !line.includes(`${percent(rate)} of those judged`))
      faults.push(`${ref}: \`pass_rate\` is not in the text`);
    if (bounds !== undefined) {
      const [low, high] = list(bounds).map(Number);
      if (!line.includes(`(${percent(low ?? -1)} to ${percent(high ?? -1)} with those that are missing)`))
        faults.push(`${ref}: the bounds are not in the text`);
    }
    for (const name of ['status', 'test', 'created_at', 'ended_at']) {
      const value = at(session, name);
      if (typeof value === 'string' && !line.includes(value)) faults.push(`${ref}: \`${name}\` is not in the text`);
    }
  }
  return faults;
}

function verdictFaults({ text: words, data }: Forms): string[] {
  const faults: string[] = [];
  const head = headOf(words).toLowerCase();
  if (typeof data.verdict === 'string' && data.verdict !== 'no clear difference' && !head.includes(data.verdict))
    faults.push('the verdict is not in the text');
  if (typeof data.conclusion_text === 'string' && !words.includes(data.conclusion_text))
    faults.push('the conclusion is not in the text');
  for (const run of [...list(data.runs ?? []), ...list(data.failed_runs ?? []), ...list(data.error_runs ?? [])]) {
    const ref = text(at(run, 'ref'));
    for (const name of ['verdict', 'status', 'test', 'started_at']) {
      const value = at(run, name);
      if (typeof value !== 'string' || (name === 'status' && value === 'completed')) continue;
      if (!lineOf(words, ref).includes(value)) faults.push(`${ref}: \`${name}\` is not in the text`);
    }
  }
  const numbers: [string, string][] = [
    ['unscored_evaluations', ' evaluation'],
    ['runs_unreadable', ' run'],
    ['runs_without_transcript', ' had no transcript'],
    ['ungrouped', ' failure'],
    ['inconclusive', ' run'],
    ['total', ''],
    ['clusters_total', ' cluster'],
  ];
  for (const [name, behind] of numbers) {
    const value = data[name];
    if (typeof value === 'number' && value > 0 && !new RegExp(`\\b${value}${behind}`).test(headOf(words)))
      faults.push(`\`${name}\` (${value}) is not in the text`);
  }
  for (const one of list(data.not_understood ?? []))
    if (!head.includes(text(at(one, 'form')))) faults.push('a form that is not understood is not named in the text');
  return faults;
}

/** Where a reader goes on, from when it is, and who is missing. */
function placeFaults({ text: words, data }: Forms): string[] {
  const faults: string[] = [];
  const cursor = /\bcursor (\S+?)\.?(\s|$)/.exec(headOf(words))?.[1];
  if (cursor !== data.next_cursor)
    faults.push(`the text goes on at ${cursor}, the data at ${String(data.next_cursor)}`);
  const moments = stringsOf(data).filter(({ path }) => path.at(-1) === 'read_at');
  for (const { text: moment } of moments)
    if (moment !== 'read_at' && !words.includes(`read at ${moment}`)) faults.push('`read_at` is not in the text');
  if (moments.length === 0 && /\bread at \d/.test(headOf(words))) faults.push('`read_at` is not in the data');
  const silent = list(data.not_answering ?? []).map(text);
  if (silent.length > 0 !== words.includes('Not answering: ')) faults.push('`not_answering` is in one form only');
  for (const id of silent) if (!headOf(words).includes(id)) faults.push(`${id} is not named in the text`);
  return faults;
}
