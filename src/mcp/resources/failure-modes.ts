/** `simulation://failure-modes/{agent}`: what the book has of one agent or test. Its words are untrusted; they stand inside the fence. */
import { modeWords } from '../../model/mode-words.ts';
import { MODE_STATUSES } from '../../model/modes.ts';
import { plural } from '../../model/plural.ts';
import { Problem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import { type Book, type BookEntry, idsOf, type SessionCodes, type StoredMode } from '../../modes/book.ts';
import { authorOf } from '../../modes/seal.ts';
import { closest } from '../../providers/shared/choose.ts';
import { DIGEST_BUDGET } from '../budget.ts';
import { clip, recut } from '../clean.ts';
import type { Rendering } from '../present/rendering.ts';

/** Bytes for the modes; the headline, the fence and what to do next have the rest. */
const ROOM = DIGEST_BUDGET - 1_200;
const SHOWN_EXAMPLES = 2;
const LONGEST_EXAMPLE = 200;

/** The entry of an agent as it reads. `most`: characters of each text. Throws `not_found` with the closest that there are. */
export function failureModesOf(book: Book, agent: string, most?: number): Rendering {
  const key = keyIn(book, agent);
  const entry = key === undefined ? undefined : book.agents[key];
  if (key === undefined || !entry) throw unknownAgent(book, agent);
  const modes = Object.entries(entry.modes)
    .map(([id, mode]) => ({ id, mode, read: countRead(entry, id) }))
    .sort((a, b) => rank(a.mode) - rank(b.mode) || b.read.failures - a.read.failures || (a.id < b.id ? -1 : 1));
  const cut = (text: string) => (most === undefined ? text : recut(text, most));
  const withExamples = modes.map((one) => linesOf(one, SHOWN_EXAMPLES, cut));
  const all = sizeOf(withExamples.flat()) <= ROOM ? withExamples : modes.map((one) => linesOf(one, 0, cut));
  let shown = 0;
  for (let size = 0; shown < all.length; shown += 1) {
    size += sizeOf(all[shown] ?? []);
    if (size > ROOM && shown > 0) break;
  }
  const newest = Object.entries(entry.sessions).sort(([, a], [, b]) => ((a.at ?? '') < (b.at ?? '') ? 1 : -1))[0]?.[0];
  return {
    headline: `${headlineOf(key, entry)}${shown < all.length ? ` ${all.length - shown} of them have no room here.` : ''}`,
    lines: [
      ...(entry.name === undefined ? [] : [`name: ${clip(modeWords(entry.name), most ?? 200)}`]),
      ...all.slice(0, shown).flat(),
    ],
    next: newest === undefined ? [] : [`get_failure_clusters session=${newest}`, `list_failures session=${newest}`],
  };
}

/** The key that is meant: a reference, percent-encoded or as it is. */
function keyIn({ agents }: Book, agent: string): string | undefined {
  return [agent, decoded(agent)].find((one) => one !== undefined && Object.hasOwn(agents, one));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function unknownAgent({ agents }: Book, agent: string): Problem {
  const keys = Object.keys(agents);
  if (keys.length === 0)
    return new Problem('not_found', 'No failure modes have been saved yet.', {
      next: 'list_failures gives the failures of a session to read; save_failure_modes keeps what was found.',
    });
  const wanted = decoded(agent) ?? agent;
  const kept = `There are some of ${plural(keys.length, 'agent or test', 'agents and tests')}.`;
  const what = parseRef(wanted) ? 'that agent or test' : 'anything of that name; a reference is wanted';
  return new Problem('not_found', `No failure modes are kept of ${what}. ${kept}`, {
    next: 'Read simulation://failure-modes/ with one of the closest known.',
    candidates: closest(wanted, keys),
  });
}

function headlineOf(key: string, { modes, sessions }: BookEntry): string {
  const all = Object.values(modes);
  const counts = MODE_STATUSES.flatMap((status) => {
    const count = all.filter((mode) => mode.status === status).length;
    return count > 0 ? [`${count} ${status}`] : [];
  });
  const of = counts.length > 0 ? ` (${counts.join(', ')})` : '';
  const read = Object.keys(sessions).length;
  return `${plural(all.length, 'failure mode')} of ${key}${of}, from ${plural(read, 'session')} that ${read === 1 ? 'was' : 'were'} read.`;
}

function rank({ status }: StoredMode): number {
  return MODE_STATUSES.indexOf(status);
}

interface Shown {
  id: string;
  mode: StoredMode;
  read: { failures: number; sessions: number };
}

function linesOf({ id, mode, read }: Shown, examples: number, cut: (text: string) => string): string[] {
  const { title, definition, source, fix_kind, fix, status, first_seen, last_seen } = mode;
  const words = (text: string) => cut(modeWords(text));
  return [
    [
      id,
      words(title),
      status,
      source && `source ${source}`,
      fix_kind && `change of ${fix_kind}`,
      read.failures > 0 && `${plural(read.failures, 'failure')} read as it in ${plural(read.sessions, 'session')}`,
      first_seen && `seen ${first_seen.slice(0, 10)} to ${(last_seen ?? first_seen).slice(0, 10)}`,
      authorOf(mode) === 'person' && 'in the words of a person',
    ]
      .filter(Boolean)
      .join(' · '),
    `  is: ${words(definition)}`,
    ...(fix === undefined ? [] : [`  fix: ${words(fix)}`]),
    ...mode.examples.slice(0, examples).map((wording) => `  as in: ${cut(clip(modeWords(wording), LONGEST_EXAMPLE))}`),
  ];
}

/** What was read as a mode in the sessions of its entry; what an assistant says of a failure counts before what a model says. */
function countRead({ sessions }: BookEntry, id: string): Shown['read'] {
  const counts = Object.values(sessions).map((codes) => readAs(codes, id));
  return { failures: counts.reduce((sum, one) => sum + one, 0), sessions: counts.filter((one) => one > 0).length };
}

function readAs({ assistant = {}, model = {} }: SessionCodes, id: string): number {
  const own = idsOf(assistant[id] ?? '');
  const byModel = idsOf(model[id] ?? '');
  if (byModel.length === 0) return own.length;
  const told = new Set(Object.values(assistant).flatMap(idsOf));
  return own.length + byModel.filter((one) => !told.has(one)).length;
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
