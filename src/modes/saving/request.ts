/** What is to be saved, as it was meant: ids in their one form, words cleaned and checked by themselves. */
import { cleanLine } from '../../model/clean.ts';
import { holdsLink } from '../../model/mode-words.ts';
import {
  type FixKind,
  LONGEST_DEFINITION,
  LONGEST_FIX,
  LONGEST_TITLE,
  MODE_ID,
  type ModeSource,
  type ModeStatus,
} from '../../model/modes.ts';
import { refused } from './refusals.ts';

/** A mode to make or to change; with `id`, only what changes. `I`: of its failures. */
export interface ModeChange<I = readonly string[]> {
  id?: string | undefined;
  title?: string | undefined;
  definition?: string | undefined;
  source?: ModeSource | undefined;
  fix_kind?: FixKind | undefined;
  fix?: string | undefined;
  status?: ModeStatus | undefined;
  /** Id of the mode that takes its failures over; it goes then. */
  merge_into?: string | undefined;
  /** Id, or title, of a cluster of the platform. */
  adopts?: string | undefined;
  failures?: I | undefined;
}

/** As a caller gives it: a list of failures may hold several ids in one text. */
export interface RawRequest {
  modes?: readonly ModeChange[] | undefined;
  singles?: readonly string[] | undefined;
  sample?: number | undefined;
}

export interface SaveRequest {
  by: 'assistant' | 'model';
  modes: readonly (ModeChange & { failures: readonly string[] })[];
  /** Failures that were read, and are of no mode. */
  singles: readonly string[];
  /** Size of the random sample that was read. */
  sample?: number | undefined;
}

export const MOST_MODES = 60;
export const MOST_IDS = 5_000;
const FAILURE_ID = /^F-[0-9a-z]{10}$/;
const NEARLY_AN_ID = /^F-[0-9a-z]{8,12}$/;

/** Throws `invalid_input` for what is wrong by itself, with the place of the first mode that is. */
export function readRequest({ modes = [], singles = [], sample }: RawRequest, by: SaveRequest['by']): SaveRequest {
  if (modes.length > MOST_MODES) throw refused(`${modes.length} modes were given; one call takes ${MOST_MODES}.`);
  const request = { by, modes: modes.map(readChange), singles: failureIds(singles, '`singles`'), sample };
  const ids = [...request.modes.flatMap(({ failures }) => failures), ...request.singles];
  if (modes.length === 0 && ids.length === 0)
    throw refused('Neither `modes` nor `singles` was given.', 'Pass modes with the ids that list_failures prints.');
  if (ids.length > MOST_IDS) throw refused(`${ids.length} failures were given; one call takes ${MOST_IDS}.`);
  checkOnce(request);
  return request;
}

function readChange(change: ModeChange, index: number): SaveRequest['modes'][number] {
  const place = placeOf(index);
  return {
    ...change,
    id: change.id === undefined ? undefined : modeId(change.id, `${place}: \`id\``),
    merge_into: change.merge_into === undefined ? undefined : modeId(change.merge_into, `${place}: \`merge_into\``),
    title: words(change.title, LONGEST_TITLE, `${place}: its title`),
    definition: words(change.definition, LONGEST_DEFINITION, `${place}: its definition`),
    fix: words(change.fix, LONGEST_FIX, `${place}: its fix`),
    adopts: change.adopts === undefined ? undefined : cleanLine(change.adopts).trim(),
    failures: failureIds(change.failures ?? [], place),
  };
}

/** How a refusal names a mode of the call. */
export function placeOf(index: number): string {
  return `modes[${index}]`;
}

function words(given: string | undefined, longest: number, what: string): string | undefined {
  if (given === undefined) return undefined;
  const text = cleanLine(given.replace(/\s+/g, ' ')).trim();
  if (text === '') throw refused(`${what} is empty.`);
  if (text.length > longest) throw refused(`${what} has ${text.length} characters; it may have ${longest}.`);
  if (holdsLink(text)) throw refused(`${what} holds a link.`, 'Say it without links, and save again.');
  return text;
}

/** Text around an id: brackets, quotation marks, the sign of a list, a comma. */
const AROUND = /^[\s[\](){}<>"'`“”‘’«»#*,;:.-]+|[\s[\](){}<>"'`“”‘’«»*,;:.-]+$/g;

/** Characters of an id with all that may stand around it; of longer texts nothing is taken away, which takes time by their square. */
const LONGEST_ID = 100;

function bareId(text: string): string {
  return text.length > LONGEST_ID ? text : text.replace(AROUND, '');
}

function modeId(text: string, what: string): string {
  const bare = bareId(text).toLowerCase();
  const id = `M-${bare.replace(/^m-/, '')}`;
  if (MODE_ID.test(id)) return id;
  throw refused(
    `${what} is no id of a mode.`,
    'Ids of modes are M- and up to ten letters or digits; list_failures prints them.',
  );
}

/** The ids of a list, each once, in their order; several may stand in one text, with blanks or commas between. */
function failureIds(texts: readonly string[], what: string): string[] {
  const ids = texts.flatMap((text) =>
    text
      .split(/[\s,;]+/)
      .map(bareId)
      .filter(Boolean),
  );
  const read = ids.map((text) => `F-${text.toLowerCase().replace(/^f-/, '')}`);
  const odd = read.findIndex((id) => !FAILURE_ID.test(id));
  if (odd >= 0) {
    const id = read[odd] ?? '';
    // What is far from an id may be a sentence, and is told by its place alone.
    const name = NEARLY_AN_ID.test(id) ? id : `number ${odd + 1}`;
    throw refused(
      `${what}: ${name} is no id of a failure.`,
      'Ids of failures are F- and ten letters or digits; list_failures prints them.',
    );
  }
  return [...new Set(read)];
}

/** A failure is of one mode, or single. */
function checkOnce({ modes, singles }: SaveRequest): void {
  const where = new Map<string, string>();
  const lists = [
    ...modes.map(({ failures }, index) => [failures, placeOf(index)] as const),
    [singles, '`singles`'] as const,
  ];
  for (const [ids, place] of lists)
    for (const id of ids) {
      const other = where.get(id);
      if (other !== undefined)
        throw refused(
          `${id} stands in ${other} and in ${place}.`,
          'A failure is of one mode: leave it where it belongs.',
        );
      where.set(id, place);
    }
}
